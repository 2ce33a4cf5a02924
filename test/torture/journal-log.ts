import { Journal } from "../../firmware/outbox/journal.js";
import type { FlashModel } from "../../simulator/io/flash.js";
import type { Delivered, Log, NewRecord, OpenLog, RecordClass } from "./log.js";

/** What a full journal drops. */
export type Policy = "drop-oldest" | "drop-newest";

/** Opens the firmware's own journal. Acknowledgements are written at once: the losses stated are then exact. */
export function openJournal(policy: Policy = "drop-oldest"): OpenLog {
  return (flash) => new JournalLog(flash, policy);
}

class JournalLog implements Log {
  readonly damaged: number;
  readonly #journal: Journal;

  constructor(flash: FlashModel, whenFull: Policy) {
    this.#journal = new Journal(flash, { policies: [{ whenFull }, { whenFull }], acknowledgeEvery: 1 });
    const { records, blocks, ends } = this.#journal.damage;
    this.damaged = records[0] + records[1] + blocks + ends;
  }

  append(records: readonly NewRecord[]): void {
    this.#journal.append(records.map(({ cls, payload }) => ({ class: cls, payload })));
  }

  read(cls: RecordClass, most = Infinity): Delivered[] {
    this.#journal.rewind(cls);
    const items: Delivered[] = [];
    while (items.length < most) {
      const entry = this.#journal.next(cls);
      if (entry === undefined) break;
      const { sequence } = entry;
      if (entry.kind === "gap") items.push({ sequence, payload: undefined, lost: entry.lost });
      else items.push({ sequence, payload: entry.payload, lost: 0 });
    }
    return items;
  }

  acknowledge(cls: RecordClass, sequence: number): void {
    this.#journal.acknowledge(cls, sequence);
  }
}
