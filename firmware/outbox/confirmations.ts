import type { Cursor, JournalEntry } from "./cursor.js";
import { CLASSES } from "./format.js";
import type { Journal } from "./journal.js";
import type { OutboxMessage } from "./outbox.js";
import { decodeMessage } from "./stored-message.js";

/** Which message of which stream, as the consumer counts them. */
export type MessageName = Pick<OutboxMessage, "stream" | "epoch" | "sequence">;

/** So many streams and epochs are remembered as confirmed; what is in the journal of others has to be confirmed again. */
const MOST = 32;

/** The oldest entry of a class that waits to be confirmed: a message, or `undefined` for one that nobody can confirm. */
interface Oldest {
  readonly sequence: number;
  readonly name: MessageName | undefined;
}

/** What a consumer has said that it has, and how far that goes in the journal. */
export class Confirmations {
  readonly #journal: Journal;
  readonly #cursors: Cursor[] = [];
  readonly #oldest: (Oldest | undefined)[] = [];
  /** The latest ones last. */
  #confirmed: MessageName[] = [];

  constructor(journal: Journal) {
    this.#journal = journal;
    for (let cls = 0; cls < CLASSES; cls++) this.rewind(cls);
  }

  /** Looks at all that waits of a class again. */
  rewind(cls: number): void {
    this.#cursors[cls] = this.#journal.cursor(cls);
    this.#oldest[cls] = undefined;
  }

  /** A consumer has everything of a stream up to there. Whether that is more than before. */
  set({ stream, epoch, sequence }: MessageName): boolean {
    const former = this.#confirmed.find((name) => name.stream === stream && name.epoch === epoch);
    if (former !== undefined && former.sequence >= sequence) return false;
    this.#confirmed = this.#confirmed.filter((name) => name !== former).slice(1 - MOST);
    this.#confirmed.push({ stream, epoch, sequence });
    return true;
  }

  covers({ stream, epoch, sequence }: MessageName): boolean {
    return this.#confirmed.some((name) => name.stream === stream && name.epoch === epoch && name.sequence >= sequence);
  }

  /** Acknowledges in the journal what is confirmed without a hole. */
  advance(cls: number): void {
    const before = this.#oldest[cls];
    // It may have been dropped, or have expired, since: nobody will confirm it then.
    if (before !== undefined && !this.done(cls, before)) this.rewind(cls);
    let to = 0;
    for (;;) {
      const oldest = (this.#oldest[cls] ??= look(this.#cursors[cls]!.next()));
      if (oldest === undefined || !this.done(cls, oldest)) break;
      to = oldest.sequence;
      this.#oldest[cls] = undefined;
    }
    if (to > 0) this.#journal.acknowledge(cls, to);
  }

  /** What nobody can confirm is over when it was its turn: the owner has been told. */
  private done(cls: number, { sequence, name }: Oldest): boolean {
    return name === undefined ? this.#journal.handedOut(cls) >= sequence : this.covers(name);
  }
}

function look(entry: JournalEntry | undefined): Oldest | undefined {
  if (entry === undefined) return undefined;
  const message = entry.kind === "record" ? decodeMessage(entry.payload, true) : undefined;
  return { sequence: entry.sequence, name: message };
}
