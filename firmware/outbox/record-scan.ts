import { crc32 } from "../data/crc.js";
import {
  get32,
  place,
  readRecordHeader,
  RECORD_CHECK_BYTES,
  RECORD_HEADER_BYTES,
  roundUp,
  writeRecordHeader,
} from "./format.js";
import type { Partition } from "./partition.js";

/** Finds records in one block after the other. What it found last is in its members. */
export class RecordScan {
  flags = 0;
  length = 0;
  sequence = 0;
  seconds = 0;
  commitEnd = 0;
  /** Where in its block the record begins, and where the next one may. */
  offset = 0;
  end = 0;
  /** Whether there was something on the way that is no record. */
  skipped = false;
  readonly #partition: Partition;
  readonly #bytes = new Uint8Array(RECORD_HEADER_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #block = 0;
  #generation = 0;

  constructor(partition: Partition) {
    this.#partition = partition;
  }

  /** From now on this block is looked at. */
  in(block: number, generation: number): this {
    this.#block = block;
    this.#generation = generation;
    return this;
  }

  /** The first record whose header fits, from offset `from` up to `to`; `false` when there is none. */
  find(from: number, to: number): boolean {
    const partition = this.#partition;
    const base = this.#block * partition.blockLength;
    this.skipped = false;
    for (let at = from; at + RECORD_HEADER_BYTES + RECORD_CHECK_BYTES <= to; at += partition.unit) {
      const index = partition.load(base + at, RECORD_HEADER_BYTES);
      if (readRecordHeader(partition.view, index, this, at, this.#generation)) {
        const end = at + recordBytes(this.length, partition.unit);
        if (end <= to && this.commitEnd >= end && this.commitEnd <= partition.dataEnd) {
          this.offset = at;
          this.end = end;
          return true;
        }
      }
      const byte = partition.window[index];
      if (byte !== 0 && byte !== 0xff) this.skipped = true;
    }
    return false;
  }

  /** Whether all of the record that was found reads as it was written. */
  check(): boolean {
    const at = this.#block * this.#partition.blockLength + this.offset + RECORD_HEADER_BYTES;
    return this.fits(this.#partition.crc(at, at + this.length, this.headerCrc()));
  }

  /** The payload of the record that was found; `undefined` when it does not read as it was written. */
  payload(): Uint8Array | undefined {
    const payload = new Uint8Array(this.length);
    const at = this.#block * this.#partition.blockLength + this.offset + RECORD_HEADER_BYTES;
    if (this.length > 0) this.#partition.read(payload, at);
    return this.fits(crc32(payload, 0, this.length, this.headerCrc())) ? payload : undefined;
  }

  /** Of the header as it was found. Bits may be unstable: what is checked is what is handed out. */
  private headerCrc(): number {
    writeRecordHeader(this.#view, this, this.offset, this.#generation);
    return crc32(this.#bytes, 0, RECORD_HEADER_BYTES, place(this.offset, this.#generation));
  }

  private fits(crc: number): boolean {
    const partition = this.#partition;
    const at = this.#block * partition.blockLength + this.end - RECORD_CHECK_BYTES;
    return get32(partition.window, partition.load(at, RECORD_CHECK_BYTES)) === crc;
  }
}

/** Bytes on flash of a record with so many bytes of payload. */
export function recordBytes(length: number, unit: number): number {
  return roundUp(RECORD_HEADER_BYTES + length + RECORD_CHECK_BYTES, unit);
}
