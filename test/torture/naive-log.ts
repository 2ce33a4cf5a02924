import type { FlashModel } from "../../simulator/io/flash.js";
import type { Delivered, Log, NewRecord, RecordClass } from "./log.js";

/** Length, then class, sequence and a mark that is cleared when the record is acknowledged. */
const HEADER = 8;

interface Kept {
  readonly cls: RecordClass;
  readonly sequence: number;
  readonly payload: Uint8Array;
  readonly at: number;
  done: boolean;
}

/**
 * A log as one writes it who never thought of power cuts: without checksums, and what waits is written anew after an
 * erase of everything. The campaigns must find it wanting; one that does not is worth nothing.
 */
export class NaiveLog implements Log {
  readonly damaged = 0;
  readonly #flash: FlashModel;
  #records: Kept[] = [];
  #end = 0;
  #sequence = 0;

  constructor(flash: FlashModel) {
    this.#flash = flash;
    const image = new Uint8Array(flash.read(flash.status().size, 0));
    while (this.#end + HEADER <= image.length) {
      const [low, high, cls, a, b, c, done] = image.subarray(this.#end, this.#end + HEADER);
      const from = this.#end + HEADER;
      const length = low! | (high! << 8);
      if (length === 0xffff || from + length > image.length) break;
      const sequence = a! | (b! << 8) | (c! << 16);
      const payload = image.slice(from, from + length);
      this.#records.push({ cls: cls as RecordClass, sequence, payload, at: this.#end, done: done === 0 });
      this.#sequence = Math.max(this.#sequence, sequence + 1);
      this.#end = from + length;
    }
  }

  append(records: readonly NewRecord[]): void {
    for (const { cls, payload } of records) {
      if (this.#end + HEADER + payload.length > this.#flash.image.length) this.#compact();
      this.#write(cls, this.#sequence++, payload);
    }
  }

  read(cls: RecordClass, most = Infinity): Delivered[] {
    return this.#records
      .filter((record) => record.cls === cls && !record.done)
      .slice(0, most)
      .map(({ sequence, payload }) => ({ sequence, payload, lost: 0 }));
  }

  acknowledge(cls: RecordClass, sequence: number): void {
    for (const record of this.#records) {
      if (record.done || record.cls !== cls || record.sequence > sequence) continue;
      record.done = true;
      this.#flash.write(Uint8Array.of(0), record.at + 6);
    }
  }

  #compact(): void {
    const waiting = this.#records.filter(({ done }) => !done);
    this.#records = [];
    this.#end = 0;
    this.#flash.eraseBlock(0, this.#flash.blocks);
    for (const { cls, sequence, payload } of waiting) this.#write(cls, sequence, payload);
  }

  #write(cls: RecordClass, sequence: number, payload: Uint8Array): void {
    const bytes = new Uint8Array(HEADER + payload.length).fill(0xff);
    bytes.set([payload.length & 0xff, payload.length >> 8, cls, sequence, sequence >>> 8, sequence >>> 16]);
    bytes.set(payload, HEADER);
    this.#flash.write(bytes, this.#end);
    this.#records.push({ cls, sequence, payload, at: this.#end, done: false });
    this.#end += bytes.length;
  }
}
