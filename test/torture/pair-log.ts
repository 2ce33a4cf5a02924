import { crc32 } from "../../firmware/data/crc.js";
import type { FlashModel } from "../../simulator/io/flash.js";
import { CLASSES } from "./log.js";
import type { Delivered, Log, NewRecord, RecordClass } from "./log.js";

/** Checksum, number of the version, length of what follows. */
const HEAD = 12;
/** Class, sequence, losses, length. */
const ITEM = 11;
const TRIES = 20;

/**
 * A log that is right because it is simple and wastes everything: each change writes all that waits into the half of the
 * partition that does not hold the last version. The campaigns must find nothing in it.
 */
export class PairLog implements Log {
  readonly damaged = 0;
  readonly #flash: FlashModel;
  readonly #half: number;
  #items: Record<RecordClass, Delivered[]> = { 0: [], 1: [] };
  #version = 0;
  #sequence = 0;
  #slot = 0;

  constructor(flash: FlashModel) {
    this.#flash = flash;
    this.#half = (flash.blocks >> 1) * flash.blockLength;
    for (const slot of [0, 1]) {
      const bytes = this.#load(slot);
      if (bytes === undefined || word(bytes, 4) < this.#version) continue;
      this.#version = word(bytes, 4);
      this.#slot = slot;
      this.#parse(bytes);
    }
  }

  append(records: readonly NewRecord[]): void {
    for (const { cls, payload } of records)
      this.#items[cls].push({ sequence: this.#sequence++, payload: payload.slice(), lost: 0 });
    while (this.#bytes() > this.#half) this.#drop();
    this.#store();
  }

  read(cls: RecordClass, most = Infinity): Delivered[] {
    return this.#items[cls].slice(0, most);
  }

  acknowledge(cls: RecordClass, sequence: number): void {
    this.#items[cls] = this.#items[cls].filter((item) => item.sequence > sequence);
    this.#store();
  }

  /** The oldest record, data before alarms; a gap in its place says how many are gone. */
  #drop(): void {
    const items = this.#items[1].some(({ payload }) => payload !== undefined) ? this.#items[1] : this.#items[0];
    const lost = items[0]!.payload === undefined ? items.shift()!.lost : 0;
    items[0] = { sequence: items[0]!.sequence, payload: undefined, lost: lost + 1 };
  }

  #bytes(): number {
    const all = [...this.#items[0], ...this.#items[1]];
    return all.reduce((sum, { payload }) => sum + ITEM + (payload?.length ?? 0), HEAD);
  }

  #store(): void {
    const slot = 1 - this.#slot;
    const bytes = new Uint8Array(Math.ceil(this.#bytes() / this.#flash.writeAlign) * this.#flash.writeAlign).fill(0xff);
    let at = HEAD;
    for (const cls of CLASSES) {
      for (const { sequence, payload, lost } of this.#items[cls]) {
        bytes[at] = cls;
        put(bytes, at + 1, sequence);
        put(bytes, at + 5, lost);
        bytes[at + 9] = payload === undefined ? 0xff : payload.length & 0xff;
        bytes[at + 10] = payload === undefined ? 0xff : payload.length >> 8;
        if (payload !== undefined) bytes.set(payload, at + ITEM);
        at += ITEM + (payload?.length ?? 0);
      }
    }
    put(bytes, 4, ++this.#version);
    put(bytes, 8, at);
    put(bytes, 0, crc32(bytes, 4, at));
    const half = this.#flash.blocks >> 1;
    for (let tries = 0; tries < TRIES; tries++) {
      const from = slot * half;
      this.#flash.eraseBlock(from, from + half);
      const blank = new Uint8Array(this.#flash.read(this.#half, slot * this.#half));
      if (!blank.every((byte) => byte === 0xff)) continue;
      this.#flash.write(bytes, slot * this.#half);
      this.#slot = slot;
      return;
    }
    throw new Error("the flash does not erase");
  }

  #load(slot: number): Uint8Array | undefined {
    const bytes = new Uint8Array(this.#flash.read(this.#half, slot * this.#half));
    const end = word(bytes, 8);
    return end >= HEAD && end <= bytes.length && crc32(bytes, 4, end) === word(bytes, 0) ? bytes : undefined;
  }

  #parse(bytes: Uint8Array): void {
    this.#items = { 0: [], 1: [] };
    for (let at = HEAD; at < word(bytes, 8);) {
      const length = bytes[at + 9]! | (bytes[at + 10]! << 8);
      const payload = length === 0xffff ? undefined : bytes.slice(at + ITEM, at + ITEM + length);
      const sequence = word(bytes, at + 1);
      this.#items[bytes[at] as RecordClass].push({ sequence, payload, lost: word(bytes, at + 5) });
      this.#sequence = Math.max(this.#sequence, sequence + 1);
      at += ITEM + (payload?.length ?? 0);
    }
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function put(bytes: Uint8Array, at: number, value: number): void {
  bytes.set([value, value >>> 8, value >>> 16, value >>> 24], at);
}
