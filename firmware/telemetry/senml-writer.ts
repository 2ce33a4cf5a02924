import type { CborWriter } from "../data/cbor.js";
import type { Batch } from "./batch.js";
import { TIME, VALUE } from "./senml.js";
import type { MessageHeader, SenmlChannel } from "./senml.js";
import { formsOf, MILLISECONDS } from "./senml-forms.js";
import type { Form } from "./senml-forms.js";

// Initial bytes (RFC 8949 §3).
const ARRAY = 0x80;
const ONE_MEMBER = 0xa1;
const TWO_MEMBERS = 0xa2;
const FOUR_MEMBERS = 0xa4;
const UNSIGNED_8 = 0x18;
const UNSIGNED_16 = 0x19;
const HALF = 0xf9;
const SINGLE = 0xfa;

/** 655,040²: of fewer steps of a tenth or less, a number is within reach of a half, and a single is exact to half a step. */
const SINGLE_STEPS_SQUARED = 429_077_401_600;
/** 24²: of fewer steps a decimal fraction may be shorter than a single, and a half may be a subnormal one. */
const SHORT_MANTISSA_SQUARED = 576;
/** 2^42 + 1: splits a double after its first 11 bits, as many as a half has (Veltkamp). */
const SPLITTER = 4398046511105;
/** What a single's exponent is more than a half's, 127 − 15, in its place above a half's fraction. */
const REBIAS = 0x1c000;
/** From here on a number of seconds that is not whole takes a double. */
const DOUBLE_SECONDS = 8388608;
const DOUBLE_BYTES = 9;
const floor = Math.floor;

/**
 * Writes batches as SenML packs (wire.cddl, `data`): values grouped by channel in the order in which channels first
 * appear, each group's first record carrying base name and base unit, the pack's first record also base time and header.
 * Times are seconds relative to the base, exact to the millisecond; values read back as the same multiple of the channel's
 * resolution, in the forms that `CborWriter.decimal` chooses.
 *
 * For speed, what is constant is encoded once and copied, and the forms that most numbers take are found and written here:
 * an eighth of the engine steps that the same takes through CborWriter. Nothing is allocated, but for a new epoch and now
 * and then for a sequence number, at the latest after 65,536 of them.
 */
export class SenmlWriter {
  readonly #writer: CborWriter;
  readonly #buffer: Uint8Array;
  readonly #view: DataView;
  readonly #channels: readonly SenmlChannel[];
  /** By channel; good for this epoch, and for sequence numbers from the lowest up to the highest. */
  #forms: readonly Form[] = [];
  #epoch = NaN;
  #lowest = 0;
  #highest = 0;
  /** Where in a form's `begin` the sequence number's last two bytes stand, which are set in each message. */
  #sequenceAt = 0;

  /** @param writer where messages go; it writes into `buffer` */
  constructor(writer: CborWriter, buffer: Uint8Array, channels: readonly SenmlChannel[]) {
    this.#writer = writer;
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.#channels = channels;
  }

  /**
   * Writes a batch, which must not be empty.
   *
   * @param baseTime UTC seconds of the first value; 0: not known yet
   * @returns where in the writer the base time stands: a double where it is not known, so that it can be set later
   * @throws RangeError when the writer's memory is too small
   */
  values(batch: Batch, header: MessageHeader, baseTime: number): number {
    const sequence = header.sequence;
    if (header.epoch !== this.#epoch || sequence < this.#lowest || sequence > this.#highest) this.encode(header);
    const buffer = this.#buffer;
    const view = this.#view;
    const channels = batch.channels;
    const values = batch.values;
    const ticks = batch.ticks;
    const length = batch.length;
    let at = this.#writer.length;
    if (length < 24) {
      buffer[at] = ARRAY | length;
      at += 1;
    } else {
      this.#writer.array(length);
      at = this.#writer.length;
    }
    const timeOffset = at + 2;
    let left = length;
    for (let first = 0; ; first++) {
      const channel = channels[first]!;
      const form = this.#forms[channel]!;
      let relative = 0;
      if (first === 0) {
        buffer.set(form.begin, at);
        if (sequence > 255) view.setUint16(at + this.#sequenceAt, sequence);
        else buffer[at + this.#sequenceAt + 1] = sequence;
        at += form.begin.length;
        if (baseTime > DOUBLE_SECONDS && baseTime % 1 !== 0) view.setFloat64(timeOffset + 1, baseTime);
        else if (baseTime !== 0) at = this.shortenTime(timeOffset, at, baseTime);
      } else {
        // Its channel has been before: the record is written already.
        if (channels.indexOf(channel) < first) continue;
        buffer.set(form.head, at);
        relative = ticks[first]! - ticks[0]!;
        if (relative !== 0) buffer[at] = FOUR_MEMBERS;
        at += form.head.length;
      }
      let record = first;
      for (;;) {
        if (relative !== 0) {
          // In place of the value's label, which follows.
          buffer[at - 2] = TIME;
          at = this.number(at - 1, relative, relative / 1000, MILLISECONDS) + 2;
          buffer[at - 2] = VALUE;
          buffer[at - 1] = SINGLE;
        }
        // Most values are singles: no half is within half a step of them, and they have all their digits.
        const steps = floor(values[record]! / form.resolution + 0.5);
        const meant = steps / form.power;
        const wide = meant * SPLITTER;
        const off = (wide - (wide - meant)) / form.resolution - steps;
        if (off * off >= 0.25 && steps % 10 !== 0 && steps * steps < SINGLE_STEPS_SQUARED) {
          view.setFloat32(at, meant);
          at += 4;
        } else at = this.number(at - 1, steps, values[record]!, form);
        if (--left === 0) {
          this.#writer.length = at;
          return timeOffset;
        }
        for (record++; record < length; record++) if (channels[record] === channel) break;
        if (record === length) break;
        relative = ticks[record]! - ticks[0]!;
        buffer[at] = relative === 0 ? ONE_MEMBER : TWO_MEMBERS;
        buffer[at + 1] = VALUE;
        buffer[at + 2] = SINGLE;
        at += 3;
      }
    }
  }

  /** Makes the forms anew: for this epoch, and for sequence numbers that differ from this one in the last bytes only. */
  private encode(header: MessageHeader): void {
    const { epoch, sequence } = header;
    this.#epoch = epoch;
    const first = sequence - (sequence % 65536);
    this.#lowest = sequence < 24 ? 0 : sequence < 256 ? 24 : Math.max(first, 256);
    this.#highest = sequence < 24 ? 23 : sequence < 256 ? 255 : first + 65535;
    this.#forms = formsOf(this.#channels, header);
    // All that follows the sequence number in a pack's first record is in the head of the others too, after its map.
    const { begin, head } = this.#forms[0]!;
    this.#sequenceAt = begin.length - (head.length - 1) - 2;
  }

  /** Writes a base time that takes less than a double in place of one: what follows, up to `end`, moves up. */
  private shortenTime(timeAt: number, end: number, baseTime: number): number {
    const writer = this.#writer;
    writer.length = timeAt;
    writer.number(baseTime);
    this.#buffer.copyWithin(writer.length, timeAt + DOUBLE_BYTES, end);
    return end - (timeAt + DOUBLE_BYTES - writer.length);
  }

  /** Writes a number as `CborWriter.decimal` does, so many steps of the form's resolution; returns the index after it. */
  private number(at: number, steps: number, value: number, form: Form): number {
    const view = this.#view;
    const power = form.resolution === 1 ? 1 : form.power;
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
    } else if (power > 1 && steps * steps < SINGLE_STEPS_SQUARED && steps * steps >= SHORT_MANTISSA_SQUARED) {
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
    writer.length = at;
    writer.decimal(value, form.resolution);
    return writer.length;
  }
}
