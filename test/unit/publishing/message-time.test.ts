import test from "ava";
import { setTime, withUptime } from "../../../firmware/publishing/message-time.js";
import { CborWriter } from "../../../firmware/data/cbor.js";
import { Batch } from "../../../firmware/telemetry/batch.js";
import { DenseWriter } from "../../../firmware/telemetry/dense.js";
import { writeAlarmSummary, writeEvent } from "../../../firmware/telemetry/messages.js";
import { writeQuality } from "../../../firmware/telemetry/senml.js";
import { SenmlWriter } from "../../../firmware/telemetry/senml-writer.js";
import { decode } from "../../../hosts/node/decode.js";
import type { Decoded } from "../../../hosts/node/decoded.js";

const header = { epoch: 7, sequence: 42 };
const channels = Array.from({ length: 40 }, (_, i) => ({ name: `channel.${i}`, unit: "Cel", resolution: 0.01 }));
const LATEST = 1_800_000_000.25;

/** A message as it is, and as it is told with the latest time that it can have been. */
function both(topic: string, write: (writer: CborWriter, buffer: Uint8Array) => number): [Decoded[], Decoded[]] {
  const buffer = new Uint8Array(4096);
  const writer = new CborWriter(buffer);
  const timeOffset = write(writer, buffer);
  const payload = writer.bytes().slice();
  const before = payload.slice();
  setTime(before, timeOffset, LATEST);
  const marked = withUptime({ payload, timeOffset }, 12.5);
  setTime(marked.payload, marked.timeOffset, LATEST);
  const plain = decode(topic, before, 0);
  const told = decode(topic, marked.payload, 0);
  if (JSON.stringify(plain.header) !== JSON.stringify(told.header)) throw new Error("the header has changed");
  return [plain.lines, told.lines];
}

function batchOf(values: number): Batch {
  const batch = new Batch(values);
  for (let i = 0; i < values; i++) batch.push(i % channels.length, i / 100, 1000 * i);
  return batch;
}

const messages: [what: string, stream: string, write: (writer: CborWriter, buffer: Uint8Array) => number][] = [
  ["one value", "data", (writer, buffer) => new SenmlWriter(writer, buffer, channels).values(batchOf(1), header, 0)],
  [
    "values, more than a head of one byte counts",
    "data",
    (writer, buffer) => new SenmlWriter(writer, buffer, channels).values(batchOf(30), header, 0),
  ],
  ["a quality", "data", (writer) => writeQuality(writer, channels[0]!, "failure bus", header, 0)],
  [
    "an event",
    "event",
    (writer) => writeEvent(writer, { event: "sensor-fault", source: "x", cause: "bus", detail: "y" }, header, 0),
  ],
  [
    "a flood",
    "alarm",
    (writer) => writeAlarmSummary(writer, { fromTicks: 0, toTicks: 1000, alarms: [] } as never, 0, header, 0),
  ],
  ...[1, 9, 10, 11, 12, 40].map((values): (typeof messages)[number] => [
    `${values} values in the dense profile`,
    "data",
    (writer, buffer) => new DenseWriter(writer, buffer, channels, values).values(batchOf(values), header, undefined),
  ]),
];

for (const [what, stream, write] of messages) {
  test(`${what}: what is known of its time is put in, and nothing else changes`, (t) => {
    const [plain, told] = both(`millwright/plant/p1/${stream}`, write);
    t.false(
      plain.some((line) => "unreadable" in line),
      JSON.stringify(plain[0]),
    );
    t.deepEqual(
      told,
      plain.map((line) => ({ ...line, uptime: 12.5 })),
    );
  });
}
