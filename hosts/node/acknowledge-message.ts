import { CborWriter } from "../../firmware/data/cbor.js";
import type { NodeAcknowledgement } from "./ledger.js";
import { topicOf } from "./topics.js";

/** Of streams and epochs in one message (wire.cddl). */
const MOST_IN_ONE = 32;
const LONGEST_MESSAGE = 2048;

/** Asks a node for its status, and for all that has not been acknowledged. */
export const ASK: Uint8Array = Uint8Array.of(0x80);

/** The messages that tell a node what has arrived: topic and payload. */
export function* acknowledgeMessages({ node, streams }: NodeAcknowledgement): Iterable<readonly [string, Uint8Array]> {
  for (let from = 0; from < streams.length; from += MOST_IN_ONE) {
    const part = streams.slice(from, from + MOST_IN_ONE);
    const writer = new CborWriter(new Uint8Array(LONGEST_MESSAGE));
    writer.array(part.length);
    for (const { stream, epoch, sequence } of part) {
      writer.map(3);
      writer.text("stream");
      writer.text(stream);
      writer.text("ep");
      writer.integer(epoch);
      writer.text("sq");
      writer.integer(sequence);
    }
    yield [topicOf(node, "acknowledge"), writer.bytes().slice()];
  }
}
