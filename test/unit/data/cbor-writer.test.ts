import test from "ava";
import { Decoder, Encoder } from "cbor-x";
import { CborWriter, decode } from "../../../firmware/data/cbor.js";
import type { CborValue } from "../../../firmware/data/cbor.js";
import { anyNumber, anyValue, below, writeValue } from "../../support/random-cbor.js";
import { seeded } from "../../support/seed.js";

const oracle = new Decoder({ mapsAsObjects: false, useRecords: false });
const oracleEncoder = new Encoder({ mapsAsObjects: false, useRecords: false, tagUint8Array: false });

const writer = new CborWriter(new Uint8Array(65536));
function written(write: (writer: CborWriter) => void): Uint8Array {
  writer.length = 0;
  write(writer);
  return writer.bytes().slice();
}
const hexOf = (write: (writer: CborWriter) => void): string => Buffer.from(written(write)).toString("hex");

test("a number takes its shortest exact form", (t) => {
  const forms: [number, string][] = [
    [65535, "19ffff"],
    [65536, "1a00010000"],
    [4294967295, "1affffffff"],
    [4294967296, "fa4f800000"],
    [4294967297, "1b0000000100000001"],
    [-4294967296, "3affffffff"],
    [-4294967297, "3b0000000100000000"],
    [9007199254740991, "1b001fffffffffffff"],
    [9007199254740992, "fa5a000000"],
    [-9007199254740992, "fada000000"],
    [-9007199254740991, "3b001ffffffffffffe"],
    [9007199254740994, "fb4340000000000001"],
    [0.5, "f93800"],
    [1023.5, "f963ff"],
    [2047.5, "fa44fff000"],
    [6.097555160522461e-5, "f903ff"],
    [2.9802322387695312e-8, "fa33000000"],
    [0.1, "fb3fb999999999999a"],
    [Math.fround(0.1), "fa3dcccccd"],
    [5e-324, "fb0000000000000001"],
  ];
  for (const [value, bytes] of forms)
    t.is(
      hexOf((w) => w.number(value)),
      bytes,
      String(value),
    );
  t.is(
    hexOf((w) => w.integer(4294967296)),
    "1b0000000100000000",
  );
  t.is(
    hexOf((w) => w.integer(9007199254740992)),
    "1b0020000000000000",
  );
  t.is(
    hexOf((w) => w.integer(-9007199254740992)),
    "3b001fffffffffffff",
  );
  t.is(
    hexOf((w) => w.double(1)),
    "fb3ff0000000000000",
  );
});

test("every half there is comes back, and goes out in no more than three bytes", (t) => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = decode(Uint8Array.of(0xf9, bits >> 8, bits & 0xff)) as number;
    if (!Object.is(value, oracle.decode(Uint8Array.of(0xf9, bits >> 8, bits & 0xff)))) t.fail(`half ${bits}: ${value}`);
    const again = written((w) => w.number(value));
    if (again.length > 3 || !Object.is(decode(again), value)) t.fail(`half ${bits}: ${value}`);
  }
  t.pass();
});

test("what is written, cbor-x reads; what cbor-x writes, is read", (t) => {
  seeded(t, (random) => {
    for (let i = 0; i < 5000; i++) {
      const value = anyValue(random, 4);
      const bytes = written((w) => writeValue(w, value));
      const limits = { maximumItems: 4096, maximumLength: 65536 };
      t.deepEqual(decode(bytes, limits), value);
      t.deepEqual(plain(oracle.decode(bytes)), plain(value));
      t.deepEqual(plain(decode(oracleEncoder.encode(value), limits)), plain(value));
    }
  });
});

/** cbor-x reads whole numbers from 2^53 on as bigint, and knows neither −0 as an integer nor plain `Uint8Array`s. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value === 0) return 0;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [plain(key), plain(item)]));
  return value;
}

test("every number reads back exactly", (t) => {
  seeded(t, (random) => {
    for (let i = 0; i < 200_000; i++) {
      const value = anyNumber(random);
      const bytes = written((w) => w.number(value));
      if (!Object.is(decode(bytes), value)) t.fail(`${value}`);
      if (bytes.length > 5 && Math.fround(value) === value) t.fail(`${value} takes ${bytes.length} bytes`);
    }
  });
  t.pass();
});

test("decimal takes the shortest form that reads as the same multiple of the resolution", (t) => {
  const forms: [number, number, string, string][] = [
    [20.004, 0.01, "14", "integer"],
    [20.506, 0.5, "f94d20", "half, exactly"],
    [0.1, 0.1, "f92e66", "half, nearly"],
    [-0.004, 0.01, "00", "no minus zero"],
    [21.54, 0.01, "fa41ac51ec", "single"],
    [2.3, 0.0001, "c4822017", "decimal fraction with the zeros taken off"],
    [1500000, 1, "c482050f", "decimal fraction with a positive exponent"],
    [101325, 1, "1a00018bcd", "integer before a single of the same size"],
    [300000.4567, 0.0001, "c482231ab2d06fd7", "decimal fraction where a single is too coarse"],
    [101325.12345, 0.00001, "fb40f8bcd1f9a6b50b", "double"],
    [1663, 10, "19067c", "integer, of the multiple"],
    [1e300, 0.1, "fb7e37e43c8800759c", "what has too many steps goes as it is"],
    [0.1, 0, "fb3fb999999999999a", "resolution 0 takes nothing away"],
    [NaN, 0.1, "f97e00", "NaN"],
    [-Infinity, 0.1, "f9fc00", "infinity"],
  ];
  for (const [value, resolution, bytes, what] of forms)
    t.is(
      hexOf((w) => w.decimal(value, resolution)),
      bytes,
      what,
    );
  t.throws(() => writer.decimal(1, -1), { instanceOf: RangeError, message: "cbor: resolution -1 is not 0 or more" });
  t.throws(() => writer.decimal(1, NaN), { instanceOf: RangeError });
});

test("decimal reads back as the same multiple, here and in cbor-x, and is never longer than any other form", (t) => {
  const resolutions = [
    1,
    10,
    100,
    0.5,
    0.25,
    0.1,
    0.05,
    0.02,
    0.01,
    0.001,
    0.0001,
    1e-6,
    1e-9,
    2.5,
    0.3,
    1 / 3,
    1 / 64,
  ];
  seeded(t, (random) => {
    for (let i = 0; i < 100_000; i++) {
      const resolution = resolutions[below(random, resolutions.length)]!;
      const value = random.normal() * 10 ** (below(random, 12) - 3);
      const steps = Math.floor(value / resolution + 0.5);
      if (Math.abs(steps) > 2 ** 50) continue;
      const bytes = written((w) => w.decimal(value, resolution));
      const name = `decimal(${value}, ${resolution})`;
      for (const read of [decode(bytes), plain(oracle.decode(bytes))] as number[]) {
        if (!(Math.abs(read / resolution - steps) < 0.5)) t.fail(`${name} reads ${read}`);
      }
      const multiple = steps * resolution;
      for (const other of [Math.round(multiple), Math.fround(multiple), multiple]) {
        if (!(Math.abs(other / resolution - steps) < 0.5)) continue;
        const length = written((w) => w.number(other)).length;
        if (length < bytes.length) t.fail(`${name} takes ${bytes.length} bytes, ${other} takes ${length}`);
      }
    }
  });
  t.pass();
});

test("text is UTF-8, and half a surrogate pair becomes U+FFFD", (t) => {
  t.is(
    hexOf((w) => w.text("a\ud800b")),
    "6561efbfbd62",
  );
  t.is(
    hexOf((w) => w.text("\udc00")),
    "63efbfbd",
  );
  t.is(
    hexOf((w) => w.text("😀")),
    "64f09f9880",
  );
  // 23 characters, 46 bytes: the head is longer than the count of characters promised.
  t.is(decode(written((w) => w.text("ü".repeat(23)))), "ü".repeat(23));
  t.is(decode(written((w) => w.text("ü".repeat(200)))), "ü".repeat(200));
});

test("an item that does not fit throws, changes nothing that was written, and says what it needs", (t) => {
  const writes: [string, (w: CborWriter) => void][] = [
    ["integer", (w) => w.integer(100000)],
    ["number", (w) => w.number(0.1)],
    ["half", (w) => w.number(1.5)],
    ["decimal", (w) => w.decimal(2.3, 0.0001)],
    ["text", (w) => w.text("température")],
    ["long text", (w) => w.text("ü".repeat(300))],
    ["byte string", (w) => w.byteString(new Uint8Array(5))],
    ["array", (w) => w.array(1000)],
    ["map", (w) => w.map(24)],
    ["tag", (w) => w.tag(65536)],
    ["boolean", (w) => w.boolean(true)],
    ["null", (w) => w.null()],
    ["undefined", (w) => w.undefined()],
  ];
  for (const [name, write] of writes) {
    const size = written(write).length;
    for (let room = 0; room < size; room++) {
      const memory = new Uint8Array(size + 8).fill(0xee);
      const w = new CborWriter(memory.subarray(1, 3 + room));
      w.integer(1);
      w.integer(2);
      const error = t.throws(() => write(w), { instanceOf: RangeError }, name);
      t.is(error.message, `cbor: ${size} bytes needed, ${room} of ${room + 2} left`);
      t.deepEqual([...w.bytes()], [1, 2], name);
      t.true(memory.subarray(3 + room).every((byte) => byte === 0xee) && memory[0] === 0xee, name);
    }
  }
});

test("a container half written is dropped by setting the length back", (t) => {
  const w = new CborWriter(new Uint8Array(8));
  w.array(2);
  const before = w.length;
  w.map(1);
  w.text("a");
  t.throws(() => w.text("longer"));
  w.length = before;
  w.null();
  t.deepEqual([...w.bytes()], [0x82, 0xf6]);
  w.length = 0;
  t.deepEqual([...w.bytes()], []);
});

test("items that the owner puts into the memory are written when the length says so", (t) => {
  const memory = new Uint8Array(8);
  const w = new CborWriter(memory);
  w.array(2);
  memory.set([0x18, 0x64], 1);
  w.length = 3;
  w.single(0.5);
  t.deepEqual([...w.bytes()], [0x82, 0x18, 0x64, 0xfa, 0x3f, 0, 0, 0]);
  t.throws(() => w.null(), { instanceOf: RangeError, message: "cbor: 1 bytes needed, 0 of 8 left" });
});

test("what is no count or no whole number is refused", (t) => {
  for (const bad of [-1, 0.5, NaN, Infinity, 2 ** 54]) {
    t.throws(() => writer.array(bad), { instanceOf: RangeError });
    t.throws(() => writer.map(bad), { instanceOf: RangeError });
    t.throws(() => writer.tag(bad), { instanceOf: RangeError });
    if (bad !== -1) t.throws(() => writer.integer(bad), { instanceOf: RangeError });
  }
});

test("writing takes a view of a larger buffer as its own", (t) => {
  const memory = new Uint8Array(32);
  const w = new CborWriter(memory.subarray(10, 20));
  w.number(0.1);
  const value: CborValue = decode(memory.subarray(10, 19));
  t.is(value, 0.1);
});
