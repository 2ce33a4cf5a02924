import type { CborWriter } from "../data/cbor.js";
import type { WaveformPiece } from "../model/waveform.js";
import type { MessageHeader } from "./senml.js";

/** A typed array of signed 16-bit integers, little endian (RFC 8746 §2.1): what every engine that we run on has in memory. */
const SINT16_LE = 77;

/** Times within a waveform are exact to the clock's ticks. */
const MILLISECOND = 0.001;

/**
 * Writes one piece of a waveform snapshot: stream "waveform" (wire.cddl). The message's own time is that of the trigger;
 * the other times are seconds relative to it.
 *
 * @param time UTC seconds of the trigger
 * @returns where in the writer the time stands (always a double, so that it can be set later)
 * @throws RangeError when it does not fit; 320 samples of three axes and three names of 64 bytes need less than 2560
 */
export function writeWaveform(writer: CborWriter, piece: WaveformPiece, header: MessageHeader, time: number): number {
  const { samples, triggerTicks } = piece;
  writer.map(18);
  writer.text("ep");
  writer.integer(header.epoch);
  writer.text("sq");
  writer.integer(header.sequence);
  writer.text("t");
  const timeOffset = writer.length;
  writer.double(time);
  writer.text("id");
  writer.integer(piece.id);
  writer.text("source");
  writer.text(piece.source);
  writer.text("n");
  writer.text(piece.reason.channel);
  writer.text("alarm");
  writer.text(piece.reason.alarm);
  writer.text("axes");
  writer.integer(piece.axes);
  writer.text("scale");
  writer.number(piece.scale);
  writer.text("rate");
  writer.number(piece.rateHz);
  writer.text("start");
  writer.decimal((piece.startTicks - triggerTicks) / 1000, MILLISECOND);
  writer.text("trigger");
  writer.integer(piece.preTrigger);
  writer.text("resumed");
  writer.decimal((piece.resumedTicks - triggerTicks) / 1000, MILLISECOND);
  writer.text("gap");
  writer.boolean(piece.gap);
  writer.text("dropped");
  writer.integer(piece.dropped);
  writer.text("total");
  writer.integer(piece.total);
  writer.text("offset");
  writer.integer(piece.offset);
  writer.text("samples");
  writer.tag(SINT16_LE);
  writer.byteString(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  return timeOffset;
}
