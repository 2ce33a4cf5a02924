import { CborWriter } from "../data/cbor.js";
import { BASE_NAME, BASE_UNIT, VALUE, writePackHead } from "./senml.js";
import type { MessageHeader, SenmlChannel } from "./senml.js";

/** Of so many steps in 1 or fewer, none of 24 or more is a subnormal half. */
const FINEST = 100_000;
// At most, in bytes: a map, base time, `ep`, epoch, `sq` and sequence number, with their labels; a map, three labels,
// two heads of texts and a value; a character in UTF-8.
const BEGIN_BYTES = 2 + 9 + 2 * (3 + 9);
const HEAD_BYTES = 1 + 3 + 2 * 9 + 5;
const CHARACTER_BYTES = 4;

/** How the records of a channel are written. */
export interface Form {
  readonly resolution: number;
  /** 1 ÷ resolution where that is a power of ten from 10 to 10^5, or NaN. */
  readonly power: number;
  /** A record up to its value: base name, base unit, the value's label, and the initial byte of a single, as most are. */
  readonly head: Uint8Array;
  /** The same for the first record of a pack: before them base time 0 as a double, epoch and a sequence number. */
  readonly begin: Uint8Array;
}

const NONE: Uint8Array = new Uint8Array(0);
/** Times. */
export const MILLISECONDS: Form = Object.freeze({
  resolution: 0.001,
  power: 1000,
  head: NONE,
  begin: NONE,
});

/** The forms of all channels, for packs with this header. */
export function formsOf(channels: readonly SenmlChannel[], header: MessageHeader): Form[] {
  const texts = channels.reduce((sum, { name, unit }) => sum + name.length + unit.length, 0);
  const memory = new Uint8Array((BEGIN_BYTES + 2 * HEAD_BYTES) * channels.length + 2 * CHARACTER_BYTES * texts);
  const writer = new CborWriter(memory);
  const ends = channels.map((channel) => {
    writer.map(3);
    writeHead(writer, channel);
    const middle = writer.length;
    writer.map(6);
    writePackHead(writer, header, 0);
    writeHead(writer, channel);
    return { middle, end: writer.length };
  });
  // One piece of memory, no larger than it must be.
  const bytes = writer.bytes().slice();
  return channels.map(({ resolution }, i) => {
    const { middle, end } = ends[i]!;
    return {
      resolution,
      power: powerOf(resolution),
      head: bytes.subarray(i === 0 ? 0 : ends[i - 1]!.end, middle),
      begin: bytes.subarray(middle, end),
    };
  });
}

function writeHead(writer: CborWriter, { name, unit }: SenmlChannel): void {
  writer.integer(BASE_NAME);
  writer.text(name);
  writer.integer(BASE_UNIT);
  writer.text(unit);
  writer.integer(VALUE);
  writer.single(0);
  writer.length -= 4;
}

function powerOf(resolution: number): number {
  for (let power = 10; power <= FINEST; power *= 10) if (1 / power === resolution) return power;
  return NaN;
}
