import type { FlashOperation } from "../../simulator/io/flash.js";

/** As the messages have them: the texts "ep", "sq" and "t", with CBOR's length before each. */
const EPOCH = [0x62, 0x65, 0x70];
const SEQUENCE = [0x62, 0x73, 0x71];
const TIME = [0x61, 0x74];
const MOST_SEQUENCE = 65_536;

/**
 * What a node has written to its flash, found in the bytes themselves: messages of the stream `data` by epoch and sequence
 * number. What lies across two writes is not found.
 */
export class AcceptedData {
  readonly #byEpoch = new Map<number, Uint8Array>();
  /** A write that has begun: it counts when the next operation begins. */
  #begun: Uint8Array | undefined;
  count = 0;

  /** @param cut the power goes in this operation */
  observe(operation: FlashOperation, cut = false): void {
    if (this.#begun !== undefined) this.#scan(this.#begun);
    this.#begun = operation.kind === "write" && !cut ? operation.bytes.slice() : undefined;
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
