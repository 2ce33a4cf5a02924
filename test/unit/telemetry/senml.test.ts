import { Decoder } from "cbor-x";
import test from "ava";
import { CborWriter, decode as decodeOwn } from "../../../firmware/data/cbor.js";
import { Batch } from "../../../firmware/telemetry/batch.js";
import { writeQuality } from "../../../firmware/telemetry/senml.js";
import { SenmlWriter } from "../../../firmware/telemetry/senml-writer.js";
import { decode } from "../../../hosts/node/decode.js";
import { Random } from "../../../simulator/random.js";
import { writeValues } from "../../support/plain-senml.js";

const decoder = new Decoder({ mapsAsObjects: false, useRecords: false });
const channels = [
  { name: "bearing.temperature", unit: "Cel", resolution: 0.01 },
  { name: "coldroom.pressure", unit: "Pa", resolution: 1 },
  { name: "hall.humidity", unit: "%RH", resolution: 0.1 },
  { name: "recording.value", unit: "1", resolution: 0 },
];
const header = { epoch: 7, sequence: 42 };
const TOPIC = "millwright/plant/pump-room/data";

/** The CBOR example of RFC 8428 §6. */
const RFC_8428 = `
  87 a7 21 78 1b 75 72 6e 3a 64 65 76 3a 6f 77 3a 31 30 65 32 30 37 33 61 30 31 30 38 30 30 36 3a
  22 fb 41 d3 03 a1 5b 00 10 62 23 61 41 20 05 00 67 76 6f 6c 74 61 67 65 01 61 56 02 fb 40 5e 06
  66 66 66 66 66 a3 00 67 63 75 72 72 65 6e 74 06 24 02 fb 3f f3 33 33 33 33 33 33 a3 00 67 63 75
  72 72 65 6e 74 06 23 02 fb 3f f4 cc cc cc cc cc cd a3 00 67 63 75 72 72 65 6e 74 06 22 02 fb 3f
  f6 66 66 66 66 66 66 a3 00 67 63 75 72 72 65 6e 74 06 21 02 f9 3e 00 a3 00 67 63 75 72 72 65 6e
  74 06 20 02 fb 3f f9 99 99 99 99 99 9a a3 00 67 63 75 72 72 65 6e 74 06 00 02 fb 3f fb 33 33 33
  33 33 33`;
const RFC_8428_RECORDS: [label: number, value: number | string][][] = [
  [
    [-2, "urn:dev:ow:10e2073a0108006:"],
    [-3, 1276020076.001],
    [-4, "A"],
    [-1, 5],
    [0, "voltage"],
    [1, "V"],
    [2, 120.1],
  ],
  ...[1.2, 1.3, 1.4, 1.5, 1.6, 1.7].map((value, i): [number, number | string][] => [
    [0, "current"],
    [6, i - 5],
    [2, value],
  ]),
];
const rfcBytes = Uint8Array.from(RFC_8428.trim().split(/\s+/), (byte) => parseInt(byte, 16));

test("the example of RFC 8428 §6 is read as it is meant", (t) => {
  const records = decodeOwn(rfcBytes) as Map<number, unknown>[];
  t.deepEqual(
    records.map((record) => [...record]),
    RFC_8428_RECORDS,
  );
});

test("the example of RFC 8428 §6 is written byte for byte", (t) => {
  const writer = new CborWriter(new Uint8Array(512));
  writer.array(RFC_8428_RECORDS.length);
  for (const record of RFC_8428_RECORDS) {
    writer.map(record.length);
    for (const [label, value] of record) {
      writer.integer(label);
      if (typeof value === "string") writer.text(value);
      else writer.number(value);
    }
  }
  t.deepEqual(writer.bytes(), rfcBytes);
});

test("the consumer reads the example of RFC 8428 §6", (t) => {
  const { lines } = decode("x/data", rfcBytes, 0);
  t.deepEqual(lines[0], {
    topic: "x/data",
    time: 1276020076.001,
    name: "urn:dev:ow:10e2073a0108006:voltage",
    value: 120.1,
    unit: "V",
  });
  t.deepEqual(lines[6], {
    topic: "x/data",
    time: 1276020076.001,
    name: "urn:dev:ow:10e2073a0108006:current",
    value: 1.7,
    unit: "A",
  });
});

function pack(values: [channel: number, value: number, ticks: number][], baseTime = 1_800_000_000.25): Uint8Array {
  const buffer = new Uint8Array(2560);
  const writer = new CborWriter(buffer);
  new SenmlWriter(writer, buffer, channels).values(batchOf(values), header, baseTime);
  return writer.bytes().slice();
}

function batchOf(values: readonly [channel: number, value: number, ticks: number][]): Batch {
  const batch = new Batch(64);
  for (const [channel, value, ticks] of values) batch.push(channel, value, ticks);
  return batch;
}

test("a batch is grouped by channel, with names, units and header only where they are needed", (t) => {
  const payload = pack([
    [0, 21.5, 1000],
    [1, 101_325, 1000],
    [0, 22, 2500],
  ]);
  t.deepEqual(
    (decoder.decode(payload) as Map<unknown, unknown>[]).map((record) => [...record]),
    [
      [
        [-3, 1_800_000_000.25],
        ["ep", 7],
        ["sq", 42],
        [-2, "bearing.temperature"],
        [-4, "Cel"],
        [2, 21.5],
      ],
      [
        [6, 1.5],
        [2, 22],
      ],
      [
        [-2, "coldroom.pressure"],
        [-4, "Pa"],
        [2, 101_325],
      ],
    ],
  );
});

test("a batch reads back as the same multiples of each channel's resolution, at the same times", (t) => {
  const seed = Number(process.env.MILLWRIGHT_SEED ?? Math.floor(Math.random() * 2 ** 32));
  t.log(`again with: MILLWRIGHT_SEED=${seed} npx ava test/unit/telemetry/senml.test.ts`);
  const random = new Random(seed);
  const resolutionOf = (name: string) => channels.find((channel) => channel.name === name)!.resolution;
  for (let round = 0; round < 300; round++) {
    let ticks = 5000;
    const values = Array.from({ length: 1 + (random.integer() % 64) }, (): [number, number, number] => {
      ticks += random.integer() % 5000;
      return [random.integer() % channels.length, (random.next() - 0.5) * 200_000, ticks];
    });
    const { lines, header: read } = decode(TOPIC, pack(values), 0, resolutionOf);
    t.deepEqual(read, { epoch: 7, sequence: 42 });
    t.is(lines.length, values.length);
    for (const [index, value, at] of values) {
      const { name, unit, resolution } = channels[index]!;
      const time = Math.round((1_800_000_000.25 + (at - values[0]![2]) / 1000) * 1000) / 1000;
      const meant = resolution === 0 ? value : Math.round(value / resolution) * resolution;
      const found = lines.some(
        (line) =>
          "value" in line &&
          line.name === name &&
          line.unit === unit &&
          Math.abs(line.time - time) < 0.0005 &&
          Math.abs(line.value! - meant) <= resolution / 1000,
      );
      t.true(found, `${name} ${value} at ${at}`);
    }
  }
});

test("every batch is the same bytes as item by item through CborWriter", (t) => {
  const seed = Number(process.env.MILLWRIGHT_SEED ?? Math.floor(Math.random() * 2 ** 32));
  t.log(`again with: MILLWRIGHT_SEED=${seed} npx ava test/unit/telemetry/senml.test.ts`);
  const random = new Random(seed);
  const resolutions = [0.1, 0.01, 0.001, 1e-4, 1e-5, 1e-6, 1, 10, 0.5, 0.05, 0.3, 0];
  const many = resolutions.map((resolution, i) => ({ name: `machine.value${i}`, unit: "1", resolution }));
  const buffer = new Uint8Array(2560);
  const writer = new CborWriter(buffer);
  const fast = new SenmlWriter(writer, buffer, many);
  const plain = new CborWriter(new Uint8Array(2560));
  const integer = (below: number) => random.integer() % below;
  /** Around the places where forms change: few steps and many, round ones, either sign, a little off, none. */
  const anyValue = (resolution: number): number => {
    if (integer(50) === 0) return [NaN, Infinity, -Infinity, -0, 1e300][integer(5)]!;
    const steps = Math.floor(random.next() * 10 ** integer(9)) * 10 ** integer(4);
    return (integer(2) === 0 ? -1 : 1) * (steps + (random.next() - 0.5) * 0.9) * (resolution === 0 ? 0.37 : resolution);
  };
  for (let round = 0; round < 2000; round++) {
    let ticks = integer(5000);
    const values = Array.from({ length: 1 + integer(40) }, (): [number, number, number] => {
      ticks += [0, 1, 100, 1000, integer(100_000)][integer(5)]!;
      const channel = integer(many.length);
      return [channel, anyValue(many[channel]!.resolution), ticks];
    });
    const told = { epoch: 1 + integer(300), sequence: Math.floor(random.next() * 10 ** integer(7)) };
    const baseTime = [0, 1_800_000_000, 1_800_000_000.25, -12.5, random.next() * 2e9][integer(5)]!;
    writer.length = 0;
    plain.length = 0;
    const at = fast.values(batchOf(values), told, baseTime);
    const plainAt = writeValues(plain, many, batchOf(values), told, baseTime);
    t.is(at, plainAt);
    const bytes = writer.bytes();
    const expected = plain.bytes();
    const differing = bytes.findIndex((byte, i) => byte !== expected[i]);
    if (differing < 0 && bytes.length === expected.length) continue;
    t.deepEqual(bytes, expected, JSON.stringify(values));
    break;
  }
});

test("epochs and sequence numbers of any length follow each other, up and down", (t) => {
  const buffer = new Uint8Array(256);
  const writer = new CborWriter(buffer);
  const fast = new SenmlWriter(writer, buffer, channels);
  const plain = new CborWriter(new Uint8Array(256));
  const batch = batchOf([
    [0, 73.97, 1000],
    [1, 101_325, 1000],
  ]);
  const borders = [0, 24, 256, 65536, 131072, 2 ** 24, 2 ** 32, 2 ** 32 + 65536];
  const sequences = borders.flatMap((border) => [border - 1, border, border + 1]).filter((sequence) => sequence >= 0);
  for (const from of sequences) {
    for (const sequence of sequences) {
      for (const [epoch, baseTime] of [
        [7, 1_800_000_000.25],
        [7, 1_800_000_000],
        [300, 0],
      ] as const) {
        for (const told of [
          { epoch, sequence: from },
          { epoch, sequence },
        ]) {
          writer.length = plain.length = 0;
          t.is(fast.values(batch, told, baseTime), writeValues(plain, channels, batch, told, baseTime));
          if (writer.bytes().join() !== plain.bytes().join()) t.deepEqual(writer.bytes(), plain.bytes(), `${sequence}`);
        }
      }
    }
  }
});

test("memory that is too small is refused, whatever its size, and nothing beyond it is written", (t) => {
  const values: [number, number, number][] = [
    [0, 73.97, 1000],
    [1, 101_325, 1000],
    [0, 74, 2500],
    [0, 74.5, 2600],
    [2, 0.3, 3000],
    [3, 0.1, 4000],
  ];
  for (const count of [1, 2, 3, 4, 5, 6]) {
    const batch = batchOf(values.slice(0, count));
    for (const [told, baseTime] of [
      [{ epoch: 7, sequence: 1042 }, 1_800_000_000.25],
      [{ epoch: 7, sequence: 3 }, 1_800_000_000],
      [{ epoch: 7, sequence: 70_000 }, 0],
    ] as const) {
      const plain = new CborWriter(new Uint8Array(256));
      writeValues(plain, channels, batch, told, baseTime);
      for (let size = 0; size <= plain.length; size++) {
        const memory = new Uint8Array(256).fill(0xee);
        const buffer = memory.subarray(1, 1 + size);
        const writer = new CborWriter(buffer);
        const write = (): number => new SenmlWriter(writer, buffer, channels).values(batch, told, baseTime);
        if (size < plain.length) t.throws(write, { instanceOf: RangeError }, `${count} values, ${size} bytes`);
        else t.notThrows(write);
        t.true(memory[0] === 0xee && memory.subarray(1 + size).every((byte) => byte === 0xee));
      }
    }
  }
});

test("a full batch of the longest numbers fits into the longest message", (t) => {
  const values = Array.from({ length: 64 }, (_, i): [number, number, number] => [3, Math.PI * 1e5 + i, i * 1_234_567]);
  t.true(pack(values).length < 2560);
});

test("a change of quality is a record of its own", (t) => {
  const writer = new CborWriter(new Uint8Array(256));
  writeQuality(writer, channels[0]!, "failure open-circuit", header, 1_800_000_000);
  const { lines } = decode(TOPIC, writer.bytes(), 0);
  t.deepEqual(lines, [
    { topic: TOPIC, time: 1_800_000_000, name: "bearing.temperature", quality: "failure open-circuit" },
  ]);
});

test("a time that the node did not know is relative to now", (t) => {
  const { lines } = decode(TOPIC, pack([[0, 20, 0]], -12.5), 1_800_000_100);
  t.is(lines[0]!.time, 1_800_000_087.5);
});

test("what cannot be read is told, not dropped", (t) => {
  for (const payload of [[], [0xff], [0x01], [0x81, 0xa0], [0x9f]]) {
    const { lines } = decode(TOPIC, Uint8Array.from(payload), 5);
    t.is(lines.length, 1);
    t.true("unreadable" in lines[0]!, JSON.stringify(lines));
  }
});
