import { decode } from "../../firmware/data/cbor.js";
import type { CborMap } from "../../firmware/data/cbor.js";

const PROMISED = ["data", "alarm", "event", "waveform", "reply"];

/** What has come of one stream of one epoch. */
interface Received {
  next: number;
  /** Sequence numbers below `next` that did not come. */
  readonly missing: Set<number>;
}

/** Takes what a broker has accepted, and keeps count of what is missing, doubled or out of order. */
export class MonthReceiver {
  readonly #received = new Map<string, Received>();
  delivered = 0;
  duplicates = 0;
  outOfOrder = 0;
  /** That the node said were lost. */
  toldLost = 0;
  /** Of the last message that told the health. */
  health: ReadonlyMap<unknown, unknown> = new Map();

  take(topic: string, payload: Uint8Array): void {
    const stream = topic.slice(topic.lastIndexOf("/") + 1);
    if (stream === "status") return;
    const content = decode(payload);
    const map = (Array.isArray(content) ? content[0] : content) as CborMap;
    if (stream === "health") this.health = map;
    if (!PROMISED.includes(stream)) return;
    const fresh = this.#count(`${stream} ${Number(map.get("ep"))}`, Number(map.get("sq")));
    if (fresh && map.get("event") === "records-lost") this.toldLost += Number(map.get("count"));
  }

  /** By stream and epoch: what is missing, and the highest that came. */
  gaps(): { readonly of: string; readonly missing: readonly number[]; readonly last: number }[] {
    return [...this.#received]
      .filter(([, { missing }]) => missing.size > 0)
      .map(([of, { missing, next }]) => ({ of, missing: [...missing], last: next - 1 }));
  }

  /** Whether a message of the stream `data` has come. */
  hasData(epoch: number, sequence: number): boolean {
    const received = this.#received.get(`data ${epoch}`);
    return received !== undefined && sequence < received.next && !received.missing.has(sequence);
  }

  #count(key: string, sequence: number): boolean {
    let received = this.#received.get(key);
    if (received === undefined) this.#received.set(key, (received = { next: 0, missing: new Set() }));
    if (sequence < received.next) {
      if (received.missing.delete(sequence)) this.outOfOrder++;
      else {
        this.duplicates++;
        return false;
      }
    } else {
      for (let i = received.next; i < sequence; i++) received.missing.add(i);
      received.next = sequence + 1;
    }
    this.delivered++;
    return true;
  }
}
