import type { ChannelName } from "./decoded.js";
import { BitReader, fromZigzag } from "./dense-bits.js";

/** One value of a dense message: the number of its channel, or the channel's name. */
export interface DenseValue {
  readonly channel: number | string;
  readonly value: number;
  /** UTC seconds, or seconds relative to the moment of sending. */
  readonly time: number;
}

/** A dense message taken apart (firmware/telemetry/wire.cddl): values, or one change of quality. */
export interface DenseMessage {
  readonly epoch: number;
  readonly sequence: number;
  /** Seconds after the start of its epoch, where its time is not known. */
  readonly uptime?: number;
  readonly values: readonly DenseValue[];
  readonly quality?: { readonly channel: number | string; readonly quality: string; readonly time: number };
}

/** What a step does with a number of them; `null`: numbers are as they are. */
type Step = ((steps: number) => number) | null;

/** More than this many values are not taken: damaged counts would fill the memory. */
const MOST_VALUES = 65_536;
const AS_EXPECTED = 15;
const RUNS = 3;

/** @param items what any CBOR decoder makes of the message. Throws an Error that says what is wrong. */
export function readDense(items: readonly unknown[]): DenseMessage {
  const epoch = whole(items[0], "epoch");
  const sequence = whole(items[1], "sequence");
  const time = float(items[2], "time");
  const last = items[items.length - 1];
  // Without the optional item the number of items is even, of a change of quality it is 5.
  const isQuality = typeof last === "string";
  const hasUptime = items.length % 2 === (isQuality ? 0 : 1);
  const header = { epoch, sequence, ...(hasUptime ? { uptime: float(items[3], "uptime") } : {}) };
  const begin = hasUptime ? 4 : 3;
  if (items.length < begin + (isQuality ? 2 : 3)) throw new Error(`dense: ${items.length} items are too few`);
  if (isQuality) {
    if (items.length > begin + 2) throw new Error(`dense: ${items.length} items are too many for a quality`);
    return { ...header, values: [], quality: { channel: channelOf(items[begin]), quality: last, time } };
  }
  const channels: { channel: number | string; step: Step }[] = [];
  for (let i = begin; i < items.length - 1; i += 2) {
    channels.push({ channel: channelOf(items[i]), step: stepOf(items[i + 1]) });
  }
  if (last instanceof Uint8Array) return { ...header, values: unpack(last, channels, time) };
  if (channels.length > 1) throw new Error("dense: the values of several channels are not a byte string");
  const { channel, step } = channels[0]!;
  if (step === null) {
    return { ...header, values: [{ channel, value: float(last, "value"), time }] };
  }
  const steps = float(last, "value");
  if (!Number.isInteger(steps)) throw new Error(`dense: the value ${steps} is not a whole number of steps`);
  return { ...header, values: [{ channel, value: step(steps), time }] };
}

/** What the numbers of channels mean, from a message of stream `channels`. Throws as {@link readDense}. */
export function readChannels(content: unknown): { epoch: number; channels: ChannelName[] } {
  if (!(content instanceof Map)) throw new Error("dense: channels are not a map");
  const channels: unknown = content.get("channels");
  if (!Array.isArray(channels)) throw new Error("dense: channels are not an array");
  return {
    epoch: whole(content.get("ep"), "epoch"),
    channels: channels.map((entry: unknown, i) => {
      const [name, unit] = Array.isArray(entry) ? (entry as unknown[]) : [];
      if (typeof name !== "string" || typeof unit !== "string") {
        throw new Error(`dense: channel ${i} is not a name, a unit and a step`);
      }
      return { name, unit };
    }),
  };
}

function unpack(
  packed: Uint8Array,
  channels: readonly { channel: number | string; step: Step }[],
  time: number,
): DenseValue[] {
  const bits = new BitReader(packed);
  const values: DenseValue[] = [];
  let start = 0;
  // Milliseconds after the channel's first value.
  let after: number[] = [];
  for (const [i, { channel, step }] of channels.entries()) {
    const same = i > 0 && bits.bit() === 1;
    const count = same ? after.length : 1 + bits.rice(5);
    if (values.length + count > MOST_VALUES) {
      throw new Error(`dense: ${values.length + count} values are more than ${MOST_VALUES}`);
    }
    if (bits.bit() === 1) start += bits.signed();
    if (!same) after = count > 1 ? unpackTimes(bits, count) : [0];
    const read =
      step === null ? Array.from({ length: count }, () => bits.float()) : unpackSeries(bits, count).map(step);
    const offset = start;
    values.push(...read.map((value, j) => ({ channel, value, time: time + (offset + after[j]!) / 1000 })));
  }
  bits.end();
  return values;
}

function unpackTimes(bits: BitReader, count: number): number[] {
  const power = 10 ** bits.bits(3);
  const grid = power * bits.gamma();
  const intervals =
    bits.bit() === 0 ? new Array<number>(count - 1).fill(grid) : unpackSeries(bits, count - 1).map((n) => n * grid);
  const after = [0];
  for (const interval of intervals) after.push(after[after.length - 1]! + interval);
  return after;
}

function unpackSeries(bits: BitReader, length: number): number[] {
  const series = [bits.signed()];
  if (length === 1) return series;
  const mode = bits.bits(2);
  const k = bits.bits(4);
  const divisor = mode === RUNS ? 1 : 2 ** mode;
  let expected = series[0]!;
  let zeros = 0;
  for (let i = 1; i < length; i++) {
    let difference = 0;
    if (k !== AS_EXPECTED) {
      if (mode !== RUNS) difference = fromZigzag(bits.rice(k));
      else {
        if (zeros === 0) zeros = bits.gamma();
        if (zeros > length - i + 1) throw new Error("dense: more values are as expected than there are");
        if (--zeros === 0) difference = fromZigzag(bits.rice(k) + 1);
      }
    }
    series.push(expected + difference);
    expected += Math.floor((difference + Math.floor(divisor / 2)) / divisor);
  }
  return series;
}

/** A number as cbor-x gives it: integers of 9 bytes are bigints. */
function float(item: unknown, what: string): number {
  if (typeof item === "bigint") return Number(item);
  if (typeof item !== "number") throw new Error(`dense: the ${what} ${String(item)} is not a number`);
  return item;
}

function whole(item: unknown, what: string): number {
  if (typeof item !== "number" || !Number.isInteger(item) || item < 0) {
    throw new Error(`dense: the ${what} ${String(item)} is not a whole number`);
  }
  return item;
}

/** So many steps, without the last digits that only the product has: 3 of 0.1 are 0.3, not 0.30000000000000004. */
export function multipleOf(step: number, steps: number): number {
  const product = steps * step;
  const short = Number(product.toPrecision(15));
  return Math.abs(short - product) <= Math.abs(product) * Number.EPSILON ? short : product;
}

function channelOf(item: unknown): number | string {
  return typeof item === "string" ? item : whole(item, "channel");
}

function stepOf(item: unknown): Step {
  if (item === null) return null;
  if (typeof item === "number" && Number.isInteger(item) && Math.abs(item) <= 22) {
    const power = 10 ** Math.abs(item);
    return item < 0 ? (steps) => steps / power : (steps) => steps * power;
  }
  if (Array.isArray(item) && item.length === 1 && typeof item[0] === "number" && item[0] > 0) {
    const step = item[0];
    return (steps) => multipleOf(step, steps);
  }
  throw new Error(`dense: the step ${String(item)} is not a power of ten, an array of one number, or null`);
}
