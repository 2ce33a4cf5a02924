import type { FlashModel } from "../../simulator/io/flash.js";
import type { Random } from "../../simulator/random.js";
import { CLASSES } from "./log.js";
import type { Log, NewRecord, OpenLog, RecordClass } from "./log.js";
import type { Reference } from "./reference.js";

export interface WorkloadOptions {
  readonly flash: FlashModel;
  readonly open: OpenLog;
  readonly reference: Reference;
  readonly random: Random;
  /** Consumers are away for so many records, and there for three times as many (default: never away). */
  readonly phaseRecords?: number;
}

/**
 * What a node does to its journal, step by step: batches of one to six records, one in eight of them an alarm; deliveries
 * and acknowledgements that keep up, or, in phases, none at all, until the journal is full; now and then a restart.
 */
export class Workload {
  readonly #options: WorkloadOptions;
  #log: Log;

  constructor(options: WorkloadOptions) {
    this.#options = options;
    this.#log = options.open(options.flash);
  }

  get log(): Log {
    return this.#log;
  }

  /** One step. Records that it appends are left in flight: `reference.commit()` is the caller's. */
  step(): void {
    const { random, reference, phaseRecords = Infinity } = this.#options;
    const away = Math.floor(reference.accepted / phaseRecords) % 4 === 1;
    const draw = random.integer() % 100;
    if (draw < 1) this.restart();
    else if (draw < 55 || away) this.append(1 + (random.integer() % 6));
    else this.acknowledge(CLASSES[random.integer() % 4 === 0 ? 0 : 1]!);
  }

  append(count: number): void {
    const { flash, random, reference } = this.#options;
    const records: NewRecord[] = [];
    for (let i = 0; i < count; i++) {
      records.push(reference.draw(random.integer() % 8 === 0 ? 0 : 1, random, flash.image));
    }
    this.#log.append(records);
  }

  /** Some of what waits arrives; returns how many items. */
  acknowledge(cls: RecordClass): number {
    const { random, reference } = this.#options;
    const items = this.#log.read(cls, 1 + (random.integer() % 24));
    if (items.length === 0) return 0;
    reference.acknowledge(cls, items);
    this.#log.acknowledge(cls, items.at(-1)!.sequence);
    return items.length;
  }

  restart(): void {
    const { flash, open } = this.#options;
    this.#log = open(flash.powerUp());
  }
}
