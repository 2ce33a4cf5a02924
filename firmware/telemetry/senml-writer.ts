import { CborWriter } from "../data/cbor.js";
import type { Batch } from "./batch.js";
import { BASE_NAME, BASE_TIME, BASE_UNIT, TIME, VALUE } from "./senml.js";
import type { MessageHeader, SenmlChannel } from "./senml.js";

// Initial bytes (RFC 8949 §3).
const ARRAY = 0x80;
const ONE_MEMBER = 0xa1;
const TWO_MEMBERS = 0xa2;
const THREE_MEMBERS = 0xa3;
const FOUR_MEMBERS = 0xa4;
const UNSIGNED_8 = 0x18;
const UNSIGNED_16 = 0x19;
const HALF = 0xf9;
const SINGLE = 0xfa;

/** Up to so many steps of a tenth or less, a number is within reach of a half, and a single is exact to half a step. */
const SINGLE_STEPS = 655_040;
/** Of fewer steps a decimal fraction may be shorter than a single. */
const SHORT_MANTISSA = 24;
/** Of so many steps in 1 or fewer, none of `SHORT_MANTISSA` or more is a subnormal half. */
const FINEST = 100_000;
/** 2^42 + 1: splits a double after its first 11 bits, as many as a half has (Veltkamp). */
const SPLITTER = 4398046511105;
/** What a single's exponent is more than a half's, 127 − 15, in its place above a half's fraction. */
const REBIAS = 0x1c000;
/** From here on a number of seconds that is not whole takes a double. */
const DOUBLE_SECONDS = 8388608;
/** At most: three labels and two heads of texts, and a character in UTF-8. */
const HEAD_BYTES = 3 + 2 * 9;
const CHARACTER_BYTES = 4;
/** At most: base time, `ep`, epoch and `sq`, with their labels. */
const PACK_HEAD_BYTES = 32;

/** How the numbers of a channel are written. */
interface Form {
  readonly resolution: number;
  /** 1 ÷ resolution where that is a power of ten from 1 to 10^5, or 0. */
  readonly power: number;
  /** Base name, base unit and the label of the value, as they are written. */
  readonly head: Uint8Array;
}

const NONE: Uint8Array = new Uint8Array(0);
const MILLISECONDS: Form = Object.freeze({ resolution: 0.001, power: 1000, head: NONE });
const WHOLE: Form = Object.freeze({ resolution: 1, power: 1, head: NONE });

/**
 * Writes batches as SenML packs (wire.cddl, `data`): values grouped by channel in the order in which channels first
 * appear, each group's first record carrying base name and base unit, the pack's first record also base time and header.
 * Times are seconds relative to the base, exact to the millisecond; values read back as the same multiple of the channel's
 * resolution, in the forms that `CborWriter.decimal` chooses.
 *
 * For speed, what is constant is encoded once and copied, and the forms that most numbers take are found and written here:
 * a sixth of the engine steps that the same takes through CborWriter. Nothing is allocated.
 */
export class SenmlWriter {
  readonly #writer: CborWriter;
  readonly #buffer: Uint8Array;
  readonly #view: DataView;
  /** By channel. */
  readonly #forms: readonly Form[];
  /** The first record up to the sequence number, as it is written, with a double for the base time. */
  #packHead = NONE;
  #epoch = NaN;

  /** @param writer where messages go; it writes into `buffer` */
  constructor(writer: CborWriter, buffer: Uint8Array, channels: readonly SenmlChannel[]) {
    this.#writer = writer;
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.#forms = formsOf(channels);
  }

  /**
   * Writes a batch, which must not be empty.
   *
   * @param baseTime UTC seconds of the first value; 0: not known yet
   * @returns where in the writer the base time stands: a double where it is not known, so that it can be set later
   * @throws RangeError when the writer's memory is too small
   */
  values(batch: Batch, header: MessageHeader, baseTime: number): number {
    const buffer = this.#buffer;
    const forms = this.#forms;
    const channels = batch.channels;
    const values = batch.values;
    const ticks = batch.ticks;
    const length = batch.length;
    const base = ticks[0]!;
    const writer = this.#writer;
    let at = writer.length;
    if (length < 24) buffer[at++] = ARRAY | length;
    else {
      writer.array(length);
      at = writer.length;
    }
    const timeOffset = at + 2;
    at = this.#begin(timeOffset, header, baseTime);
    let left = length;
    for (let first = 0; left > 0; first++) {
      const channel = channels[first]!;
      // Its channel has been before: the record is written already.
      if (channels.indexOf(channel) < first) continue;
      const form = forms[channel]!;
      let relative = ticks[first]! - base;
      // The pack's first record has begun with the header.
      if (first > 0) buffer[at++] = relative === 0 ? THREE_MEMBERS : FOUR_MEMBERS;
      buffer.set(form.head, at);
      at += form.head.length;
      let record = first;
      for (;;) {
        if (relative !== 0) {
          // In place of the value's label, which follows.
          buffer[at - 1] = TIME;
          at = this.#number(at, relative, relative / 1000, MILLISECONDS);
          buffer[at++] = VALUE;
        }
        const value = values[record]!;
        at = this.#number(at, Math.floor(value / form.resolution + 0.5), value, form);
        if (--left === 0) break;
        // Native, and so cheaper than a chain of each channel's records.
        record = channels.indexOf(channel, record + 1);
        if (record < 0 || record >= length) break;
        relative = ticks[record]! - base;
        buffer[at] = relative === 0 ? ONE_MEMBER : TWO_MEMBERS;
        buffer[at + 1] = VALUE;
        at += 2;
      }
    }
    writer.skipTo(at);
    return timeOffset;
  }

  /** Begins the first record with base time, epoch and sequence number; returns the index after them. */
  #begin(timeAt: number, header: MessageHeader, baseTime: number): number {
    if (header.epoch !== this.#epoch) this.#encodeEpoch(header.epoch);
    const head = this.#packHead;
    this.#buffer.set(head, timeAt - 2);
    let at = timeAt + head.length - 2;
    if (baseTime === 0 || (baseTime > DOUBLE_SECONDS && Math.floor(baseTime) !== baseTime)) {
      this.#view.setFloat64(timeAt + 1, baseTime);
    } else {
      // A shorter number: what follows moves up.
      const writer = this.#writer;
      writer.skipTo(timeAt);
      writer.number(baseTime);
      this.#buffer.copyWithin(writer.length, timeAt + 9, at);
      at -= timeAt + 9 - writer.length;
    }
    const sequence = header.sequence;
    if (sequence < 256 || sequence >= 65536) return this.#number(at, sequence, sequence, WHOLE);
    this.#view.setUint8(at, UNSIGNED_16);
    this.#view.setUint16(at + 1, sequence);
    return at + 3;
  }

  #encodeEpoch(epoch: number): void {
    this.#epoch = epoch;
    const head = new CborWriter(new Uint8Array(PACK_HEAD_BYTES));
    head.map(6);
    head.integer(BASE_TIME);
    head.double(0);
    head.text("ep");
    head.integer(epoch);
    head.text("sq");
    this.#packHead = head.bytes().slice();
  }

  /** Writes a number as `CborWriter.decimal` does, so many steps of the form's resolution; returns the index after it. */
  #number(at: number, steps: number, value: number, form: Form): number {
    const view = this.#view;
    const power = form.power;
    if (steps % power === 0) {
      const whole = steps / power;
      if (whole >= 0 && whole < 65536) {
        if (whole < 24) {
          view.setUint8(at, whole);
          return at + 1;
        }
        if (whole < 256) {
          view.setUint16(at, (UNSIGNED_8 << 8) | whole);
          return at + 2;
        }
        view.setUint8(at, UNSIGNED_16);
        view.setUint16(at + 1, whole);
        return at + 3;
      }
    } else if (
      power > 0 &&
      steps < SINGLE_STEPS &&
      (steps >= SHORT_MANTISSA || (steps <= -SHORT_MANTISSA && steps > -SINGLE_STEPS))
    ) {
      const meant = steps / power;
      const wide = meant * SPLITTER;
      const half = wide - (wide - meant);
      const off = half / form.resolution - steps;
      if (off < 0.5 && off > -0.5) {
        // Its bits are those of the same single, with another exponent.
        view.setFloat32(at, half);
        const bits = view.getInt32(at);
        view.setUint8(at, HALF);
        view.setInt16(at + 1, ((bits >> 16) & 0x8000) | ((bits >> 13) - REBIAS));
        return at + 3;
      }
      if (steps % 10 !== 0) {
        view.setUint8(at, SINGLE);
        view.setFloat32(at + 1, meant);
        return at + 5;
      }
    }
    const writer = this.#writer;
    writer.skipTo(at);
    writer.decimal(value, form.resolution);
    return writer.length;
  }
}

/** The forms of all channels; their heads share one piece of memory. */
function formsOf(channels: readonly SenmlChannel[]): Form[] {
  const texts = channels.reduce((sum, { name, unit }) => sum + name.length + unit.length, 0);
  const writer = new CborWriter(new Uint8Array(HEAD_BYTES * channels.length + CHARACTER_BYTES * texts));
  const ends = channels.map(({ name, unit }) => {
    writer.integer(BASE_NAME);
    writer.text(name);
    writer.integer(BASE_UNIT);
    writer.text(unit);
    writer.integer(VALUE);
    return writer.length;
  });
  const heads = writer.bytes().slice();
  return channels.map(({ resolution }, i) => {
    const head = heads.subarray(i === 0 ? 0 : ends[i - 1], ends[i]);
    return { resolution, power: powerOf(resolution), head };
  });
}

function powerOf(resolution: number): number {
  for (let power = 1; power <= FINEST; power *= 10) if (1 / power === resolution) return power;
  return 0;
}
