import { get16, RECORD_HEADER_BYTES, RECORD_MAGIC } from "../../firmware/outbox/format.js";
import { recordBytes } from "../../firmware/outbox/record-scan.js";
import type { FlashOperation } from "../../simulator/io/flash.js";

/** As the messages have them: the texts "ep", "sq" and "t", with CBOR's length before each. */
const EPOCH = [0x62, 0x65, 0x70];
const SEQUENCE = [0x62, 0x73, 0x71];
const TIME = [0x61, 0x74];
const MOST_SEQUENCE = 65_536;

/** Records begin at multiples of it, where the flash wants no coarser ones. */
const UNIT = 4;
const NOTHING = new Uint8Array(0);

interface Write {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * What a node has written to its flash, found in the bytes themselves: messages of the stream `data` by epoch and sequence
 * number.
 *
 * A record may need several writes, since none crosses a page. It is on flash when the last of them has returned. When
 * the power goes before that, nobody was told that its message is accepted, though the write with the message's head,
 * with its numbers, did return.
 */
export class AcceptedData {
  readonly #byEpoch = new Map<number, Uint8Array>();
  /** A write that has begun: it has returned when the next operation begins. */
  #begun: Write | undefined;
  /** The begin of a record that goes on in the next write, and where on the flash that is to be. */
  #rest: Uint8Array = NOTHING;
  #end = 0;
  count = 0;

  /** @param cut the power goes in this operation */
  observe(operation: FlashOperation, cut = false): void {
    if (this.#begun !== undefined) this.#returned(this.#begun);
    this.#begun =
      operation.kind === "write" && !cut ? { offset: operation.offset, bytes: operation.bytes.slice() } : undefined;
    if (this.#begun === undefined) this.#rest = NOTHING;
  }

  /** Those for which `has` says no, as texts. */
  without(has: (epoch: number, sequence: number) => boolean): string[] {
    const found: string[] = [];
    for (const [epoch, accepted] of this.#byEpoch) {
      for (let sequence = 0; sequence < MOST_SEQUENCE; sequence++) {
        if (accepted[sequence] === 1 && !has(epoch, sequence)) found.push(`epoch ${epoch} message ${sequence}`);
      }
    }
    return found;
  }

  /** Looks into every record of which all has been written now. */
  #returned({ offset, bytes }: Write): void {
    let left = offset === this.#end ? joined(this.#rest, bytes) : bytes;
    this.#end = offset + bytes.length;
    while (left[0] === RECORD_MAGIC && left.length >= RECORD_HEADER_BYTES) {
      const size = recordBytes(get16(left, 2), UNIT);
      if (size > left.length) break;
      this.#scan(left.subarray(0, size));
      left = left.subarray(size);
    }
    this.#rest = left[0] === RECORD_MAGIC ? left : NOTHING;
  }

  #scan(bytes: Uint8Array): void {
    for (let at = 0; at + 10 < bytes.length; at++) {
      if (!startsAt(bytes, at, EPOCH)) continue;
      const epoch = unsigned(bytes, at + 3);
      if (epoch === undefined || !startsAt(bytes, epoch.end, SEQUENCE)) continue;
      const sequence = unsigned(bytes, epoch.end + 3);
      // Every other stream goes on with the time.
      if (sequence === undefined || startsAt(bytes, sequence.end, TIME)) continue;
      this.#add(epoch.value, sequence.value);
    }
  }

  #add(epoch: number, sequence: number): void {
    let accepted = this.#byEpoch.get(epoch);
    if (accepted === undefined) this.#byEpoch.set(epoch, (accepted = new Uint8Array(MOST_SEQUENCE)));
    if (sequence < MOST_SEQUENCE && accepted[sequence] === 0) {
      accepted[sequence] = 1;
      this.count++;
    }
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function startsAt(bytes: Uint8Array, at: number, text: readonly number[]): boolean {
  return text.every((byte, i) => bytes[at + i] === byte);
}

/** CBOR's unsigned integer of up to four bytes. */
function unsigned(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  const first = bytes[at];
  if (first === undefined || first > 0x1a) return undefined;
  if (first < 0x18) return { value: first, end: at + 1 };
  const length = 1 << (first - 0x18);
  let value = 0;
  for (let i = 1; i <= length; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return { value, end: at + 1 + length };
}
