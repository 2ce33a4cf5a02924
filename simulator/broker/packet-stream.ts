import { ProtocolError, readPacket } from "./packets.js";
import type { ClientPacket } from "./packets.js";

/** Cuts what a client sends into packets. Holds at most one packet that is not complete. */
export class PacketStream {
  readonly #maximumPacketBytes: number;
  #bytes = new Uint8Array(64);
  #length = 0;

  constructor(maximumPacketBytes = 65_536) {
    this.#maximumPacketBytes = maximumPacketBytes;
  }

  /** Hands each packet that is now complete to `take`, until that returns `false`. Throws {@link ProtocolError}. */
  push(chunk: Uint8Array, take: (packet: ClientPacket) => boolean): void {
    this.#append(chunk);
    let at = 0;
    for (;;) {
      const header = this.#header(at);
      if (header === undefined || at + header.total > this.#length) break;
      const body = this.#bytes.slice(at + header.bytes, at + header.total);
      const first = this.#bytes[at]!;
      at += header.total;
      if (!take(readPacket(first, body))) break;
    }
    this.#bytes.copyWithin(0, at, this.#length);
    this.#length -= at;
  }

  #append(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length = length;
  }

  /** Sizes of the fixed header and of the whole packet that begins at `at`, once its length is known. */
  #header(at: number): { bytes: number; total: number } | undefined {
    let remaining = 0;
    let weight = 1;
    for (let count = 1; at + count < this.#length; count++) {
      const byte = this.#bytes[at + count]!;
      remaining += (byte % 128) * weight;
      weight *= 128;
      if (byte < 128) {
        const total = 1 + count + remaining;
        if (total > this.#maximumPacketBytes)
          throw new ProtocolError(`packet of ${total} bytes, more than ${this.#maximumPacketBytes}`);
        return { bytes: 1 + count, total };
      }
      if (count === 4) throw new ProtocolError("remaining length of more than four bytes");
    }
    return undefined;
  }
}
