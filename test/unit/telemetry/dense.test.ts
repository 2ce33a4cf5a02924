import { readFileSync } from "node:fs";
import test from "ava";
import { Decoder } from "cbor-x";
import fc from "fast-check";
import { CborWriter, decode as decodeOwn } from "../../../firmware/data/cbor.js";
import { Batch } from "../../../firmware/telemetry/batch.js";
import { DenseWriter } from "../../../firmware/telemetry/dense.js";
import { channelsMessage, writeDenseQuality } from "../../../firmware/telemetry/dense-messages.js";
import { ChannelNames } from "../../../hosts/node/channel-names.js";
import { decode } from "../../../hosts/node/decode.js";
import { multipleOf, readDense } from "../../../hosts/node/dense.js";
import { plain } from "../../../hosts/node/plain.js";

const decoder = new Decoder({ mapsAsObjects: false, useRecords: false });
const CHANNELS = [
  { name: "bearing.temperature", unit: "Cel", resolution: 0.01 },
  { name: "coldroom.pressure", unit: "Pa", resolution: 1 },
  { name: "hall.humidity", unit: "%RH", resolution: 0.25 },
  { name: "recording.value", unit: "1", resolution: 0 },
];
const HEADER = { epoch: 7, sequence: 42 };
const TOPIC = "millwright/plant/pump-room/data";
const UTC = 1_800_000_000;
const seed = Number(process.env.MILLWRIGHT_SEED ?? Math.floor(Math.random() * 2 ** 31));
const again = `again with: MILLWRIGHT_SEED=${seed} npx ava test/unit/telemetry/dense.test.ts`;

type Value = [channel: number, value: number, ticks: number];

function pack(values: readonly Value[], baseTime: number | undefined = UTC, channels = CHANNELS): Uint8Array {
  const buffer = new Uint8Array(8192);
  const writer = new CborWriter(buffer);
  const batch = new Batch(values.length);
  for (const [channel, value, ticks] of values) batch.push(channel, value, ticks);
  new DenseWriter(writer, buffer, channels, values.length).values(batch, HEADER, baseTime);
  return writer.bytes().slice();
}

/** What any CBOR decoder makes of it; cbor-x gives integers of 9 bytes as bigint. */
function items(payload: Uint8Array): unknown[] {
  return (decoder.decode(payload) as unknown[]).map((item) => (typeof item === "bigint" ? Number(item) : item));
}

/** What must come back: by channel in the order of their first values, each at its time in ms. */
function meant(values: readonly Value[], baseMs: number): [number, number, number][] {
  const order = [...new Set(values.map(([channel]) => channel))];
  return order.flatMap((wanted) => {
    const own = values.filter(([channel]) => channel === wanted);
    const { resolution } = CHANNELS[wanted]!;
    const inSteps = own.map(([, value]) => Math.floor(value / resolution + 0.5));
    const hasSteps = inSteps.every((steps) => Math.abs(steps) <= 2 ** 50);
    return own.map(([, value, ticks], i): [number, number, number] => {
      const exact = resolution === 0.01 ? inSteps[i]! / 100 : inSteps[i]! * resolution;
      return [wanted, hasSteps ? exact : value, baseMs + ticks - values[0]![2]];
    });
  });
}

function come(payload: Uint8Array): [number, number, number][] {
  const { values } = readDense(items(payload));
  return values.map(({ channel, value, time }) => [channel as number, value, Math.round(time * 1000)]);
}

const anyValue = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -5, max: 5 }).map((n) => 20 + n / 100) },
  { weight: 4, arbitrary: fc.constantFrom(0, 32, 21.5) },
  { weight: 3, arbitrary: fc.double({ min: -1e4, max: 1e4, noNaN: true }) },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
);
const anyInterval = fc.oneof(
  { weight: 8, arbitrary: fc.constant(1000) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 2000, 300_000) },
  { weight: 2, arbitrary: fc.integer({ min: -2000, max: 90_000_000 }) },
);
const anyBatch = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(3), anyValue, anyInterval), { minLength: 1, maxLength: 64 }),
    fc.constantFrom(1, 2, 4),
    fc.nat(10 ** 9),
  )
  .map(([records, channels, start]): Value[] => {
    let ticks = start;
    return records.map(([channel, value, interval]) => [channel % channels, value, (ticks += interval)]);
  });

test("any batch reads back: the same multiples of each resolution at the same milliseconds, in order", (t) => {
  t.log(again);
  fc.assert(
    fc.property(anyBatch, fc.integer({ min: 0, max: 999 }), (values, ms) => {
      t.deepEqual(come(pack(values, UTC + ms / 1000)), meant(values, UTC * 1000 + ms));
    }),
    { seed, numRuns: 2000 },
  );
});

test("a step that is no power of ten reads back to the last bit, however large the value is", (t) => {
  const value = 17_289_013_635_070.75;
  t.deepEqual(come(pack([[2, value, 0]])), [[2, value, UTC * 1000]]);
  t.deepEqual(
    come(
      pack([
        [2, -value, 0],
        [2, value, 1000],
      ]),
    ),
    [
      [2, -value, UTC * 1000],
      [2, value, UTC * 1000 + 1000],
    ],
  );
  t.is(multipleOf(0.3, 3), 0.9);
  t.is(multipleOf(0.1, 3), 0.3);
});

test("any batch is one CBOR item that says its epoch, number, time, channels and steps by itself", (t) => {
  t.log(again);
  const steps = [-2, 0, [0.25], null];
  fc.assert(
    fc.property(anyBatch, (values) => {
      const all = items(pack(values));
      t.deepEqual(all, decodeOwn(pack(values), { maximumLength: 8192 }) as unknown[]);
      t.deepEqual(all.slice(0, 3), [7, 42, UTC]);
      const order = [...new Set(values.map(([channel]) => channel))];
      for (const [i, channel] of order.entries()) {
        t.is(all[3 + 2 * i], channel);
        const step = all[4 + 2 * i];
        if (step !== null) t.deepEqual(step, steps[channel]);
      }
      t.is(all.length, 4 + 2 * order.length);
    }),
    { seed, numRuns: 300 },
  );
});

/** The bytes of the example in wire.cddl: two hexadecimal digits each, up to what they mean. */
function example(): Uint8Array {
  const text = readFileSync(new URL("../../../firmware/telemetry/wire.cddl", import.meta.url), "utf8");
  const lines = text.slice(text.indexOf("; Example.")).split("\n").slice(1);
  const bytes: number[] = [];
  for (const line of lines) {
    const [, head] = /^;   ((?:[0-9a-f]{2} )+) /.exec(line) ?? [];
    const [, packed] = /byte string of \d+: ([0-9a-f ]+)$/.exec(line) ?? [];
    for (const hex of `${head ?? ""} ${packed ?? ""}`.split(" ")) if (hex !== "") bytes.push(parseInt(hex, 16));
  }
  return Uint8Array.from(bytes);
}

test("the example in wire.cddl is written and read as it says", (t) => {
  const values: Value[] = [
    [0, 73.97, 1000],
    [0, 73.98, 301_000],
    [0, 74, 601_000],
  ];
  const base = Date.UTC(2026, 10, 23, 12) + 250;
  t.is(example().length, 20);
  t.deepEqual(pack(values, base / 1000), example());
  t.deepEqual(come(example()), meant(values, base));
});

const every = (count: number, value: (i: number) => number, interval = 1000) =>
  Array.from({ length: count }, (_, i): Value => [0, value(i), i * interval]);
const packedBytes = (values: readonly Value[]) => (items(pack(values)).at(-1) as Uint8Array).length;

test("what does not change, or rises evenly in time, takes no bytes", (t) => {
  // Head of 19 bits and a first value of 5 to 15, in both.
  t.is(packedBytes(every(60, () => 73.97)), packedBytes(every(33, () => 73.97)));
  t.true(packedBytes(every(60, () => 73.97)) <= 6);
  t.is(packedBytes(every(60, () => 73.97, 777)), 7);
});

test("the mode is chosen by what is smallest: differences, their mean, or runs", (t) => {
  const mode = (values: Value[]) => {
    // The first number is 0 and the grid a second: count (6 bits), offset (1), grid (3 + 1 + 1), number (5), mode.
    const packed = items(pack(values)).at(-1) as Uint8Array;
    return (((packed[2]! << 8) | packed[3]!) >> 13) & 3;
  };
  t.is(mode(every(20, (i) => i * i * 0.01)), 0);
  t.is(mode(every(20, (i) => (i + 4 * (i % 2)) / 100)), 1);
  t.is(mode(every(20, (i) => [0, 7, 0, -7][i % 4]!)), 2);
  t.is(mode(every(20, (i) => (i < 10 ? 0 : 5))), 3);
});

test("gaps in a grid cost bits, not bytes per value", (t) => {
  const values = every(60, (i) => 20 + (i % 7) / 100);
  const gaps = values.map(([channel, value, ticks], i): Value => [channel, value, ticks + (i > 20 ? 5000 : 0)]);
  t.true(packedBytes(gaps) - packedBytes(values) <= 5);
});

test("channels that are read together tell their times once", (t) => {
  const both = every(30, (i) => 20 + (i % 7) / 100, 1017).flatMap(([, value, ticks]): Value[] => [
    [0, value, ticks],
    [1, value * 100, ticks],
  ]);
  const one = both.filter(([channel]) => channel === 0);
  const other = both.filter(([channel]) => channel === 1);
  t.true(packedBytes(both) <= packedBytes(one) + packedBytes(other) - 3);
});

test("a single value is a number that any reader understands", (t) => {
  t.deepEqual(items(pack([[0, 73.97, 1000]])), [7, 42, UTC, 0, -2, 7397]);
  t.deepEqual(items(pack([[0, 73.97, 1000]], UTC + 0.25)), [7, 42, UTC + 0.25, 0, -2, 7397]);
  t.deepEqual(items(pack([[3, 0.125, 1000]])), [7, 42, UTC, 3, null, 0.125]);
  t.deepEqual(items(pack([[0, Infinity, 1000]])), [7, 42, UTC, 0, null, Infinity]);
});

test("while the time is not known a double is left for it", (t) => {
  for (const values of [every(1, () => 20), every(10, () => 20)]) {
    const buffer = new Uint8Array(256);
    const writer = new CborWriter(buffer);
    const batch = new Batch(16);
    for (const [channel, value, ticks] of values) batch.push(channel, value, ticks);
    const offset = new DenseWriter(writer, buffer, CHANNELS, 16).values(batch, HEADER, undefined);
    t.is(buffer[offset], 0xfb);
    new DataView(buffer.buffer).setFloat64(offset + 1, -12.5);
    const { lines } = decode(TOPIC, writer.bytes(), 1_800_000_100);
    t.is(lines[0]!.time, 1_800_000_087.5);
  }
});

test("a change of quality is a message of its own", (t) => {
  for (const [time, bytes] of [
    [UTC, 31],
    [UTC + 0.25, 35],
  ] as const) {
    const writer = new CborWriter(new Uint8Array(64));
    t.is(writeDenseQuality(writer, 2, "failure open-circuit", HEADER, time), 4);
    t.is(writer.length, bytes);
    const names = new ChannelNames();
    names.learn(TOPIC, CHANNELS);
    const { header, lines } = decode(TOPIC, writer.bytes(), 0, undefined, names);
    t.deepEqual(header, HEADER);
    t.deepEqual(lines, [{ topic: TOPIC, time, name: "hall.humidity", quality: "failure open-circuit" }]);
  }
});

test("numbers of channels have the names that the node has told, and no others", (t) => {
  const topic = "millwright/plant/pump-room/channels";
  const names = new ChannelNames();
  const payload = pack([[1, 101_325, 0]]);
  const named = (of: string) => decode(of, payload, 0, undefined, names).lines.map(plain);
  t.deepEqual(named(TOPIC), ["2027-01-15T08:00:00Z  #1  101325"]);
  const { lines } = decode(topic, channelsMessage(CHANNELS, 7), 0, undefined, names);
  t.is(
    plain(lines[0]!),
    "1970-01-01T00:00:00Z  channels of epoch 7: 0 bearing.temperature, 1 coldroom.pressure, 2 hall.humidity, 3 recording.value",
  );
  t.deepEqual(named(TOPIC), ["2027-01-15T08:00:00Z  coldroom.pressure  101325 Pa"]);
  t.deepEqual(named("m/plant/pump-room/d"), ["2027-01-15T08:00:00Z  coldroom.pressure  101325 Pa"]);
  t.deepEqual(named("millwright/plant/other/data"), ["2027-01-15T08:00:00Z  #1  101325"]);
});

test("damaged bytes give values or one clear sentence, soon", (t) => {
  t.log(again);
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
  let refused = 0;
  fc.assert(
    fc.property(anyBatch, damage, fc.nat(), (values, changes, cut) => {
      const whole = pack(values);
      const bytes = cut % 3 === 0 ? whole.slice(0, cut % whole.length) : whole;
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      const { lines } = decode(TOPIC, bytes, UTC);
      if (lines.some((line) => "unreadable" in line)) {
        refused++;
        t.is(lines.length, 1);
      }
    }),
    { seed, numRuns: 3000 },
  );
  t.true(refused > 100);
});

test("what is wrong with a message is said", (t) => {
  const good = items(pack(every(10, (i) => 20 + i / 100)));
  const packed = good[5] as Uint8Array;
  const cases: [unknown[], string][] = [
    [good.slice(0, 2), "dense: the time undefined is not a number"],
    [[...good.slice(0, 3), packed], "dense: 4 items are too few"],
    [["7", ...good.slice(1)], "dense: the epoch 7 is not a whole number"],
    [good.with(3, -1), "dense: the channel -1 is not a whole number"],
    [good.with(4, 0.5), "dense: the step 0.5 is not a power of ten, an array of one number, or null"],
    [good.with(5, packed.slice(0, 3)), "dense: the packed values end after 3 bytes, too early"],
    [good.with(5, Uint8Array.of(...packed, 0)), "dense: 1 of 9 bytes are left after the packed values"],
    [good.with(5, 0.5), "dense: the value 0.5 is not a whole number of steps"],
    [[...good.slice(0, 5), 1, -2, 7397], "dense: the values of several channels are not a byte string"],
    [good.with(5, Uint8Array.of(0xff, 0xff, 0xf0, 0, 0, 0, 0)), "dense: 536870913 values"],
  ];
  for (const [damaged, message] of cases)
    t.true(t.throws(() => readDense(damaged)).message.startsWith(message), message);
});

test("a message that is longer than the writer's memory is refused", (t) => {
  const buffer = new Uint8Array(40);
  const writer = new CborWriter(buffer);
  const batch = new Batch(64);
  for (let i = 0; i < 64; i++) batch.push(0, Math.sin(i) * 1000, i * 1000);
  const dense = new DenseWriter(writer, buffer, CHANNELS, 64);
  t.throws(() => dense.values(batch, HEADER, UTC), { instanceOf: RangeError, message: /^cbor: \d+ bytes needed/ });
});
