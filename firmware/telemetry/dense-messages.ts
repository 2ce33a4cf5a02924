import { CborWriter } from "../data/cbor.js";
import { writeStep, writeTime } from "./dense.js";
import type { MessageHeader, SenmlChannel } from "./senml.js";

// What goes with dense values: changes of quality, and what the numbers of channels mean (wire.cddl).

/** Of the message that tells of channels: what goes before them, and what a channel takes beside its texts. */
const LONGEST_HEAD = 32;
const LONGEST_STEP = 24;

/**
 * Writes a change of quality.
 *
 * @param channel number of the channel
 * @param baseTime UTC seconds; `undefined`: not known yet, a double is left for it
 * @returns where in the writer the time stands
 */
export function writeDenseQuality(
  writer: CborWriter,
  channel: number,
  quality: string,
  header: MessageHeader,
  baseTime: number | undefined,
): number {
  writer.array(5);
  writer.integer(header.epoch);
  writer.integer(header.sequence);
  const timeOffset = writer.length;
  writeTime(writer, baseTime, false);
  writer.integer(channel);
  writer.text(quality);
  return timeOffset;
}

/** Name, unit and step of every channel, in the order of their numbers, as a message. */
export function channelsMessage(channels: readonly SenmlChannel[], epoch: number): Uint8Array {
  let longest = LONGEST_HEAD;
  for (const { name, unit } of channels) longest += LONGEST_STEP + 3 * (name.length + unit.length);
  const writer = new CborWriter(new Uint8Array(longest));
  writeChannels(writer, channels, epoch);
  return writer.bytes();
}

function writeChannels(writer: CborWriter, channels: readonly SenmlChannel[], epoch: number): void {
  writer.map(2);
  writer.text("ep");
  writer.integer(epoch);
  writer.text("channels");
  writer.array(channels.length);
  for (const { name, unit, resolution } of channels) {
    writer.array(3);
    writer.text(name);
    writer.text(unit);
    writeStep(writer, resolution);
  }
}
