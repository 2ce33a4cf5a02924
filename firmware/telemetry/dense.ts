import type { CborWriter } from "../data/cbor.js";
import type { Batch } from "./batch.js";
import { BitWriter, zigzag } from "./dense-bits.js";
import { writeSeries } from "./dense-series.js";
import { writeIntervals } from "./dense-times.js";
import type { MessageHeader, SenmlChannel } from "./senml.js";

/** Beyond so many steps a value goes as it is. */
const MAXIMUM_STEPS = 1125899906842624;
/** Powers of ten that a resolution is compared with. */
const SMALLEST_EXPONENT = -9;
const POWERS = Object.freeze([1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.1, 1, 10, 100, 1000, 1e4, 1e5, 1e6]);
/** The Rice parameter of a count of values. */
const COUNT_K = 5;
/** The longest head of a byte string that is made here. */
const HEAD_BYTES = 3;
/** End of a chain of records: the first one follows none. */
const NONE = 0;

/** Times are whole seconds in the head of a message, and milliseconds in its bits. */
function toMs(seconds: number): number {
  return Math.floor(seconds * 1000 + 0.5);
}

/**
 * Writes batches in the dense profile (wire.cddl, `dense`): for every channel its values in steps of the channel's
 * resolution, packed as differences, and its times as a regular grid or as steps of one. What reads back is the same
 * multiple of the resolution at the same millisecond. Takes 20 bytes of memory per value that a batch can hold, once.
 */
export class DenseWriter {
  readonly #writer: CborWriter;
  readonly #bits: BitWriter;
  /** By channel; 0: values go as they are. */
  readonly #resolutions: Float64Array;
  /** Values of the batch in steps, or as they are. */
  readonly #steps: Float64Array;
  /** Of one channel, in a row. */
  readonly #series: Float64Array;
  /** The next record of the same channel. */
  readonly #next: Uint16Array;
  /** The first record of each channel that the batch has, in order. */
  readonly #firsts: Uint16Array;
  /** By channel: its last record so far plus 1, or 0. */
  readonly #lasts: Uint16Array;
  /** By channel: 1 when one of its values has no steps. */
  readonly #asTheyAre: Uint8Array;
  readonly #eight = new DataView(new ArrayBuffer(8));

  /**
   * @param writer where messages go; it writes into `buffer`
   * @param capacity values that a batch holds at most
   */
  constructor(writer: CborWriter, buffer: Uint8Array, channels: readonly SenmlChannel[], capacity: number) {
    this.#writer = writer;
    this.#bits = new BitWriter(buffer);
    this.#resolutions = new Float64Array(channels.length);
    for (let i = 0; i < channels.length; i++) this.#resolutions[i] = channels[i]!.resolution;
    this.#steps = new Float64Array(capacity);
    this.#series = new Float64Array(capacity);
    this.#next = new Uint16Array(capacity);
    this.#firsts = new Uint16Array(channels.length);
    this.#lasts = new Uint16Array(channels.length);
    this.#asTheyAre = new Uint8Array(channels.length);
  }

  /**
   * Writes a batch, which must not be empty.
   *
   * @param baseTime UTC seconds of the first value; `undefined`: not known yet, a double is left for it
   * @returns where in the writer the base time stands
   * @throws RangeError when the writer's memory is too small
   */
  values(batch: Batch, header: MessageHeader, baseTime: number | undefined): number {
    const writer = this.#writer;
    const first = batch.channels[0]!;
    const groups = this.group(batch);
    writer.array(4 + 2 * groups);
    writer.integer(header.epoch);
    writer.integer(header.sequence);
    const timeOffset = writer.length;
    const single = batch.length === 1;
    const ms = writeTime(writer, baseTime, !single);
    for (let group = 0; group < groups; group++) {
      const channel = batch.channels[this.#firsts[group]!]!;
      writer.integer(channel);
      writeStep(writer, this.#asTheyAre[channel] === 1 ? 0 : this.#resolutions[channel]!);
    }
    if (single) {
      if (this.#asTheyAre[first] === 1) writer.number(this.#steps[0]!);
      else writer.integer(this.#steps[0]!);
    } else this.pack(batch, groups, ms);
    return timeOffset;
  }

  /** Chains the records of each channel and turns values into steps; returns how many channels there are. */
  private group(batch: Batch): number {
    const lasts = this.#lasts;
    const steps = this.#steps;
    const next = this.#next;
    const resolutions = this.#resolutions;
    const { channels, values, length } = batch;
    lasts.fill(0);
    this.#asTheyAre.fill(0);
    let groups = 0;
    let someAsTheyAre = false;
    for (let at = 0; at < length; at++) {
      const channel = channels[at]!;
      const last = lasts[channel]!;
      if (last === 0) this.#firsts[groups++] = at;
      else next[last - 1] = at;
      lasts[channel] = at + 1;
      const inSteps = Math.floor(values[at]! / resolutions[channel]! + 0.5);
      steps[at] = inSteps;
      if (inSteps <= MAXIMUM_STEPS && inSteps >= -MAXIMUM_STEPS) continue;
      this.#asTheyAre[channel] = 1;
      someAsTheyAre = true;
    }
    for (let group = 0; group < groups; group++) next[lasts[channels[this.#firsts[group]!]!]! - 1] = NONE;
    if (!someAsTheyAre) return groups;
    for (let at = 0; at < length; at++) if (this.#asTheyAre[channels[at]!] === 1) steps[at] = values[at]!;
    return groups;
  }

  private pack(batch: Batch, groups: number, ms: number): void {
    const writer = this.#writer;
    const bits = this.#bits;
    const { ticks } = batch;
    const from = writer.length + HEAD_BYTES;
    bits.start(from);
    let count = 0;
    for (let group = 0; group < groups; group++) {
      const first = this.#firsts[group]!;
      let same = false;
      let offset = ms;
      if (group > 0) {
        const before = this.#firsts[group - 1]!;
        same = this.sameTimes(ticks, before, first);
        bits.put(same ? 1 : 0, 1);
        offset = ticks[first]! - ticks[before]!;
      }
      if (!same) {
        count = this.count(first);
        bits.rice(count - 1, COUNT_K);
      }
      bits.put(offset === 0 ? 0 : 1, 1);
      if (offset !== 0) bits.unsigned(zigzag(offset));
      if (!same && count > 1) this.intervals(ticks, first, count);
      this.writeSteps(first, count, this.#asTheyAre[batch.channels[first]!] === 1);
    }
    writer.byteStringAt(from, bits.end());
  }

  private count(first: number): number {
    let count = 1;
    for (let at = this.#next[first]!; at !== NONE; at = this.#next[at]!) count++;
    return count;
  }

  /** Whether two channels have as many values at the same times after their first ones. */
  private sameTimes(ticks: Float64Array, one: number, other: number): boolean {
    const next = this.#next;
    const apart = ticks[other]! - ticks[one]!;
    let a = next[one]!;
    let b = next[other]!;
    while (a !== NONE && b !== NONE) {
      if (ticks[b]! - ticks[a]! !== apart) return false;
      a = next[a]!;
      b = next[b]!;
    }
    return a === b;
  }

  private intervals(ticks: Float64Array, first: number, count: number): void {
    const series = this.#series;
    const next = this.#next;
    let before = ticks[first]!;
    let i = 0;
    for (let at = next[first]!; at !== NONE; at = next[at]!) {
      const now = ticks[at]!;
      series[i++] = now - before;
      before = now;
    }
    writeIntervals(this.#bits, series, count - 1);
  }

  private writeSteps(first: number, count: number, asTheyAre: boolean): void {
    const series = this.#series;
    const next = this.#next;
    const steps = this.#steps;
    let at = first;
    for (let i = 0; i < count; i++) {
      series[i] = steps[at]!;
      at = next[at]!;
    }
    if (!asTheyAre) return writeSeries(this.#bits, series, count);
    for (let i = 0; i < count; i++) this.float(series[i]!);
  }

  /** A zero and a single-precision number where that is the same, else a one and a double. */
  private float(value: number): void {
    const eight = this.#eight;
    const single = Math.fround(value) === value || value !== value;
    this.#bits.put(single ? 0 : 1, 1);
    if (single) eight.setFloat32(0, value);
    else eight.setFloat64(0, value);
    this.#bits.wide(eight.getUint32(0), 32);
    if (!single) this.#bits.wide(eight.getUint32(4), 32);
  }
}

/**
 * UTC seconds: whole ones as an integer, others as a double; a double as well where it will be set later.
 *
 * @param split milliseconds are left to the caller
 * @returns milliseconds that are left
 */
export function writeTime(writer: CborWriter, time: number | undefined, split: boolean): number {
  const ms = time === undefined ? 0 : toMs(time);
  const seconds = Math.floor(ms / 1000);
  const left = ms - 1000 * seconds;
  if (time !== undefined && (split || left === 0)) writer.integer(seconds);
  else writer.double(time ?? 0);
  return split ? left : 0;
}

/** A resolution: a power of ten as its exponent, another as an array of one number, none (0) as null. */
export function writeStep(writer: CborWriter, resolution: number): void {
  if (resolution === 0) return writer.null();
  const place = POWERS.indexOf(resolution);
  if (place >= 0) return writer.integer(place + SMALLEST_EXPONENT);
  writer.array(1);
  writer.number(resolution);
}
