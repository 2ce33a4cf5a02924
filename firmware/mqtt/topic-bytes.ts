import { encodeTopic } from "./packet-writer.js";

/** A node publishes on a handful of topics: encoding each message's topic anew would be most of the work. */
const MAXIMUM_TOPICS = 16;

/** Topics with their bytes, a bounded number of them. */
export class TopicBytes {
  readonly #bytes = new Map<string, Uint8Array>();

  /** Throws MqttError when `topic` cannot be published to. */
  of(topic: string): Uint8Array {
    const known = this.#bytes.get(topic);
    if (known !== undefined) return known;
    const bytes = encodeTopic(topic);
    if (this.#bytes.size === MAXIMUM_TOPICS) this.#bytes.clear();
    this.#bytes.set(topic, bytes);
    return bytes;
  }
}
