import type { CborWriter } from "../../firmware/data/cbor.js";
import type { Batch } from "../../firmware/telemetry/batch.js";
import { BASE_NAME, BASE_UNIT, TIME, VALUE, writePackHead } from "../../firmware/telemetry/senml.js";
import type { MessageHeader, SenmlChannel } from "../../firmware/telemetry/senml.js";

const MILLISECOND = 0.001;

/**
 * What SenmlWriter is to write, item by item through CborWriter: values grouped by channel in the order in which channels
 * first appear, each group's first record carrying base name and base unit, the pack's first record also base time and header. Times are seconds
 * relative to the base, exact to the millisecond; values read back as the same multiple of the channel's resolution.
 *
 * @param baseTime UTC seconds; 0: not known yet
 * @returns where in the writer the base time stands: a double where it is not known, so that it can be set later
 */
export function writeValues(
  writer: CborWriter,
  channels: readonly SenmlChannel[],
  batch: Batch,
  header: MessageHeader,
  baseTime: number,
): number {
  const base = batch.ticks[0]!;
  const length = batch.length;
  let timeOffset = 0;
  writer.array(length);
  for (let first = 0; first < length; first++) {
    const index = batch.channels[first]!;
    if (appearsBefore(batch, index, first)) continue;
    const channel = channels[index]!;
    for (let at = first; at < length; at++) {
      if (batch.channels[at] !== index) continue;
      const relative = batch.ticks[at]! - base;
      writer.map(1 + (at === first ? 2 : 0) + (at === 0 ? 3 : 0) + (relative === 0 ? 0 : 1));
      if (at === 0) timeOffset = writePackHead(writer, header, baseTime);
      if (at === first) {
        writer.integer(BASE_NAME);
        writer.text(channel.name);
        writer.integer(BASE_UNIT);
        writer.text(channel.unit);
      }
      if (relative !== 0) {
        writer.integer(TIME);
        writer.decimal(relative / 1000, MILLISECOND);
      }
      writer.integer(VALUE);
      writer.decimal(batch.values[at]!, channel.resolution);
    }
  }
  return timeOffset;
}

function appearsBefore(batch: Batch, index: number, end: number): boolean {
  for (let at = 0; at < end; at++) if (batch.channels[at] === index) return true;
  return false;
}
