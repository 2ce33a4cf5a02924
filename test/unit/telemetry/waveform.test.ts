import test from "ava";
import { decode } from "cbor-x";
import { SNAPSHOT_FIELDS } from "../../../firmware/condition/snapshot.js";
import { CborWriter } from "../../../firmware/data/cbor.js";
import type { WaveformPiece } from "../../../firmware/model/waveform.js";
import { writeWaveform } from "../../../firmware/telemetry/waveform.js";

const HEADER = { epoch: 7, sequence: 42 };
/** Publisher's. */
const LONGEST_MESSAGE = 2560;

function piece(over: Partial<WaveformPiece> = {}): WaveformPiece {
  return {
    id: 3,
    source: "drive",
    reason: { channel: "drive.velocity", alarm: "high" },
    axes: 3,
    scale: 0.061 * 9.80665e-3,
    rateHz: 26_512.4,
    startTicks: 99_980,
    triggerTicks: 100_000,
    resumedTicks: 100_013,
    gap: true,
    preTrigger: 512,
    total: 1024,
    offset: 256,
    dropped: 1,
    samples: Int16Array.of(1, -1, 32_767, -32_768, 0, 258),
    ...over,
  };
}

test("a piece is one map with its header first, read by anybody's CBOR", (t) => {
  const writer = new CborWriter(new Uint8Array(LONGEST_MESSAGE));
  const timeOffset = writeWaveform(writer, piece(), HEADER, 1_800_000_000.25);
  const message = decode(writer.bytes()) as Record<string, unknown>;
  t.deepEqual(Object.keys(message).slice(0, 3), ["ep", "sq", "t"]);
  t.deepEqual(
    { ...message, samples: undefined, start: undefined, resumed: undefined },
    {
      ep: 7,
      sq: 42,
      t: 1_800_000_000.25,
      id: 3,
      source: "drive",
      n: "drive.velocity",
      alarm: "high",
      axes: 3,
      scale: 0.061 * 9.80665e-3,
      rate: 26_512.4,
      start: undefined,
      trigger: 512,
      resumed: undefined,
      gap: true,
      dropped: 1,
      total: 1024,
      offset: 256,
      samples: undefined,
    },
  );
  t.is(Math.round((message.start as number) * 1000), -20);
  t.is(Math.round((message.resumed as number) * 1000), 13);
  t.true(message.samples instanceof Int16Array);
  t.deepEqual([...(message.samples as Int16Array)], [1, -1, 32_767, -32_768, 0, 258]);
  t.is(new DataView(writer.bytes().buffer).getFloat64(timeOffset + 1), 1_800_000_000.25, "the time can be set later");
});

test("samples are a typed array of RFC 8746: tag 77, sint16 little endian", (t) => {
  const writer = new CborWriter(new Uint8Array(LONGEST_MESSAGE));
  writeWaveform(writer, piece({ samples: Int16Array.of(0x0102, -2) }), HEADER, 0);
  const bytes = [...writer.bytes()];
  t.deepEqual(bytes.slice(-7), [0xd8, 77, 0x44, 0x02, 0x01, 0xfe, 0xff]);
});

test("a view into the middle of the snapshot's memory is written, and nothing around it", (t) => {
  const memory = Int16Array.from({ length: 300 }, (_, i) => i);
  const writer = new CborWriter(new Uint8Array(LONGEST_MESSAGE));
  writeWaveform(writer, piece({ samples: memory.subarray(30, 60) }), HEADER, 0);
  const { samples } = decode(writer.bytes()) as { samples: Int16Array };
  t.deepEqual([...samples], [...memory.subarray(30, 60)]);
});

test("the longest piece with long names fits into a message", (t) => {
  const { maximum } = SNAPSHOT_FIELDS.pieceSamples as { maximum: number };
  const name = "n".repeat(64);
  const writer = new CborWriter(new Uint8Array(LONGEST_MESSAGE));
  const long = piece({
    id: 0xffff_ffff,
    source: name,
    reason: { channel: name, alarm: name },
    startTicks: -123_456_789,
    resumedTicks: 223_456_789,
    preTrigger: 2048,
    total: 4096,
    offset: 4000,
    dropped: 0xffff_ffff,
    samples: new Int16Array(3 * maximum),
  });
  t.notThrows(() => writeWaveform(writer, long, { epoch: 0xffff_ffff, sequence: 0xffff_ffff }, 1_800_000_000.123));
  t.log(`${writer.length} bytes`);
});

test("a message of any time within a day is exact to the millisecond", (t) => {
  for (const ms of [0, 1, 13, 999, 86_399_999]) {
    const writer = new CborWriter(new Uint8Array(LONGEST_MESSAGE));
    writeWaveform(writer, piece({ startTicks: 100_000 - ms, triggerTicks: 100_000 }), HEADER, 0);
    const { start } = decode(writer.bytes()) as { start: number };
    t.is(Math.round(start * 1000), -ms === 0 ? 0 : -ms);
  }
});
