const DOUBLE_BYTES = 9;
const DOUBLE = 0xfb;
const TEXT_UP: readonly number[] = Object.freeze([0x62, 0x75, 0x70]);
const NO_KEY: readonly number[] = Object.freeze([]);
/** First bytes of a CBOR array (RFC 8949 §3): of up to 23 items, of more; of a map of none. */
const ARRAY = 0x80;
const ARRAY_8 = 0x98;
const ARRAY_16 = 0x99;
const MAP = 0xa0;
const MAPS_END = 0xc0;
/** The most that fits into the first byte. */
const SHORT = 23;

/** Sets the time of a message; `timeOffset` is where in the payload it stands, as a CBOR double. */
export function setTime(payload: Uint8Array, timeOffset: number, seconds: number): void {
  new DataView(payload.buffer, payload.byteOffset).setFloat64(timeOffset + 1, seconds);
}

/** A message's payload and where its time stands in it. */
export interface Timed {
  readonly payload: Uint8Array;
  readonly timeOffset: number;
}

/**
 * The same message with `up` right after its time (wire.cddl): how many seconds after the start of its epoch it was made,
 * where that is all that is known of it. A member of the map that has the time or, in the dense profile, an item.
 */
export function withUptime({ payload, timeOffset }: Timed, seconds: number): Timed {
  const first = payload[0]!;
  if (first >= MAP) return inserted(payload, timeOffset, 0, first + 1, TEXT_UP, seconds);
  const headBytes = first === ARRAY_16 ? 3 : first === ARRAY_8 ? 2 : 1;
  const second = payload[headBytes]!;
  // SenML: the first record has it. Its map is far from full, as those above are.
  if (second >= MAP && second < MAPS_END) {
    return inserted(payload, timeOffset, headBytes, second + 1, TEXT_UP, seconds);
  }
  if (first < ARRAY_8) {
    const items = first - ARRAY + 1;
    if (items <= SHORT) return inserted(payload, timeOffset, 0, first + 1, NO_KEY, seconds);
    // The count needs a byte of its own now.
    const longer = new Uint8Array(payload.length + 1);
    longer.set(payload, 1);
    longer[0] = ARRAY_8;
    return inserted(longer, timeOffset + 1, 1, items, NO_KEY, seconds);
  }
  // No message has as many as 255.
  return inserted(payload, timeOffset, headBytes - 1, payload[headBytes - 1]! + 1, NO_KEY, seconds);
}

function inserted(
  payload: Uint8Array,
  timeOffset: number,
  countAt: number,
  count: number,
  key: readonly number[],
  seconds: number,
): Timed {
  const at = timeOffset + DOUBLE_BYTES;
  const bytes = new Uint8Array(payload.length + key.length + DOUBLE_BYTES);
  bytes.set(payload.subarray(0, at));
  bytes[countAt] = count;
  bytes.set(key, at);
  bytes[at + key.length] = DOUBLE;
  setTime(bytes, at + key.length, seconds);
  bytes.set(payload.subarray(at), at + key.length + DOUBLE_BYTES);
  return { payload: bytes, timeOffset };
}
