import { CborError, decode } from "../data/cbor.js";

/** A consumer has everything of a stream up to this number of this epoch. */
export interface Acknowledgement {
  readonly stream: string;
  readonly epoch: number;
  readonly sequence: number;
}

/** Streams and epochs of one message. */
const MOST = 32;
const LIMITS = Object.freeze({ maximumLength: 1024, maximumDepth: 2, maximumItems: 8 * MOST });
const LAST = 0xffff_ffff;

/** What a message on the stream `acknowledge` says (wire.cddl); `undefined` when it is none. */
export function readAcknowledgements(payload: Uint8Array): Acknowledgement[] | undefined {
  let content: unknown;
  try {
    content = decode(payload, LIMITS);
  } catch (error) {
    if (error instanceof CborError) return undefined;
    throw error;
  }
  if (!Array.isArray(content) || content.length > MOST) return undefined;
  const found: Acknowledgement[] = [];
  for (const entry of content as unknown[]) {
    if (!(entry instanceof Map)) return undefined;
    const stream: unknown = entry.get("stream");
    const epoch: unknown = entry.get("ep");
    const sequence: unknown = entry.get("sq");
    if (typeof stream !== "string" || !isCount(epoch) || !isCount(sequence)) return undefined;
    found.push({ stream, epoch, sequence });
  }
  return found;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= LAST && Math.floor(value) === value;
}
