import type { CborWriter } from "../data/cbor.js";

/** SenML labels in CBOR (RFC 8428 §6, table 6). */
export const BASE_NAME = -2;
export const BASE_TIME = -3;
export const BASE_UNIT = -4;
export const NAME = 0;
export const VALUE = 2;
export const STRING_VALUE = 3;
export const TIME = 6;

/** What one message says of itself, in its first record: boot epoch and the stream's sequence number. */
export interface MessageHeader {
  readonly epoch: number;
  readonly sequence: number;
}

/** What SenML needs to know of a channel. */
export interface SenmlChannel {
  readonly name: string;
  readonly unit: string;
  /** The smallest step that means something; 0: numbers go as they are. */
  readonly resolution: number;
}

/** Writes a change of quality as a pack of one record: name `<channel>/quality`, string value. Returns as `SenmlWriter.values`. */
export function writeQuality(
  writer: CborWriter,
  channel: SenmlChannel,
  quality: string,
  header: MessageHeader,
  baseTime: number,
): number {
  writer.array(1);
  writer.map(6);
  const timeOffset = writePackHead(writer, header, baseTime);
  writer.integer(BASE_NAME);
  writer.text(channel.name);
  writer.integer(NAME);
  writer.text("/quality");
  writer.integer(STRING_VALUE);
  writer.text(quality);
  return timeOffset;
}

/**
 * Three members of a pack's first record: base time (0: not known yet), epoch, sequence. `SenmlWriter` writes the same
 * for batches, for speed.
 *
 * @returns where in the writer the base time stands: a double where it is not known, so that it can be set later
 */
export function writePackHead(writer: CborWriter, header: MessageHeader, baseTime: number): number {
  writer.integer(BASE_TIME);
  const timeOffset = writer.length;
  if (baseTime === 0) writer.double(0);
  else writer.number(baseTime);
  writer.text("ep");
  writer.integer(header.epoch);
  writer.text("sq");
  writer.integer(header.sequence);
  return timeOffset;
}
