import { MqttError, PUBLISH } from "./packets.js";
import type { Packet, QoS } from "./packets.js";
import { checkHeader, checkId, checkTopicLength, parsePacket } from "./packet-parser.js";

const NOTHING = new Uint8Array(0);

/** Where the reader is within a packet. */
type Stage = "head" | "length" | "body" | "passing over";

/**
 * Cuts the broker's byte stream into packets (§2.2), whatever the sizes of its pieces. A packet that arrives in one
 * piece is parsed where it lies; only one that is split takes memory, once, of its own size and never more than
 * `maximumPacketBytes`. A longer PUBLISH is passed over (one retained giant must not lock a node out for good); any
 * other violation throws {@link MqttError}, and the reader is of no further use.
 *
 *     reader.push(chunk);
 *     while ((packet = reader.next()) !== undefined) …
 */
export class PacketReader {
  readonly #maximumPacketBytes: number;
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  #stage: Stage = "head";
  #head = 0;
  #remaining = 0;
  #lengthBytes = 0;
  /** The packet in several pieces, and how much of it is there. */
  #body: Uint8Array | undefined;
  #filled = 0;
  /** While passing over: length and identifier as far as they have been seen. */
  #topicBytes = 0;
  #id = 0;

  /** @param maximumPacketBytes longest packet to store, fixed header included; 16 or more */
  constructor(maximumPacketBytes: number) {
    if (!(maximumPacketBytes >= 16))
      throw new RangeError(`mqtt: maximumPacketBytes ${maximumPacketBytes} is not 16 or more`);
    this.#maximumPacketBytes = maximumPacketBytes;
  }

  /** Hands over the next piece of the stream, which stays untouched from now on. Take all packets before the next one. */
  push(chunk: Uint8Array): void {
    if (this.#at < this.#chunk.length) throw new Error("mqtt: packets of the last chunk were not taken");
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The next whole packet, or `undefined` when more bytes are needed. */
  next(): Packet | undefined {
    while (this.#at < this.#chunk.length || this.complete()) {
      switch (this.#stage) {
        case "head":
          this.#head = this.#chunk[this.#at++]!;
          this.#remaining = 0;
          this.#lengthBytes = 0;
          this.#stage = "length";
          break;
        case "length":
          this.readLength(this.#chunk[this.#at++]!);
          break;
        case "body": {
          const packet = this.readBody();
          if (packet !== undefined) return packet;
          break;
        }
        case "passing over": {
          const packet = this.passOver();
          if (packet !== undefined) return packet;
          break;
        }
      }
    }
    this.#chunk = NOTHING;
    this.#at = 0;
    return undefined;
  }

  /** A packet without a body is whole although no byte is left. */
  private complete(): boolean {
    return this.#stage === "body" && this.#remaining === 0;
  }

  /** §2.2.3: seven bits in each of at most four bytes, the lowest first. */
  private readLength(byte: number): void {
    this.#remaining += (byte & 127) << (7 * this.#lengthBytes);
    this.#lengthBytes++;
    if (byte > 127) {
      if (this.#lengthBytes === 4) throw new MqttError("mqtt: remaining length of more than four bytes");
      return;
    }
    checkHeader(this.#head, this.#remaining);
    this.#filled = 0;
    if (1 + this.#lengthBytes + this.#remaining <= this.#maximumPacketBytes) this.#stage = "body";
    else if (this.#head >> 4 === PUBLISH) {
      this.#stage = "passing over";
      this.#topicBytes = 0;
      this.#id = 0;
    } else
      throw new MqttError(
        `mqtt: packet type ${this.#head >> 4} of length ${this.#remaining}, more than ${this.#maximumPacketBytes} in all`,
      );
  }

  private readBody(): Packet | undefined {
    const available = this.#chunk.length - this.#at;
    const missing = this.#remaining - this.#filled;
    if (this.#body === undefined && available >= missing) {
      const start = this.#at;
      this.#at += missing;
      this.#stage = "head";
      return parsePacket(this.#head, this.#chunk, start, this.#at);
    }
    const body = (this.#body ??= new Uint8Array(this.#remaining));
    const count = available < missing ? available : missing;
    body.set(this.#chunk.subarray(this.#at, this.#at + count), this.#filled);
    this.#at += count;
    this.#filled += count;
    if (count < missing) return undefined;
    this.#body = undefined;
    this.#stage = "head";
    return parsePacket(this.#head, body, 0, body.length);
  }

  /** Keeps nothing of a PUBLISH but its packet identifier, which the acknowledgement needs. */
  private passOver(): Packet | undefined {
    const qos = ((this.#head >> 1) & 1) as QoS;
    while (this.#at < this.#chunk.length) {
      const position = this.#filled;
      const idAt = 2 + this.#topicBytes;
      if (position < 2) this.#topicBytes = (this.#topicBytes << 8) | this.#chunk[this.#at]!;
      else if (qos > 0 && (position === idAt || position === idAt + 1))
        this.#id = (this.#id << 8) | this.#chunk[this.#at]!;
      else {
        // Nothing of interest up to the identifier, or up to the end.
        const until = qos > 0 && position < idAt ? idAt : this.#remaining;
        const left = this.#chunk.length - this.#at;
        const count = until - position < left ? until - position : left;
        this.#at += count;
        this.#filled += count;
        if (this.#filled === this.#remaining) return this.passedOver(qos);
        continue;
      }
      this.#at++;
      this.#filled++;
      if (this.#filled === 2) checkTopicLength(this.#topicBytes, this.#remaining, qos);
      if (this.#filled === this.#remaining) return this.passedOver(qos);
    }
    return undefined;
  }

  private passedOver(qos: QoS): Packet {
    this.#stage = "head";
    const id = qos > 0 ? checkId(this.#id) : 0;
    return { kind: "oversized", qos, id, byteLength: 1 + this.#lengthBytes + this.#remaining };
  }
}
