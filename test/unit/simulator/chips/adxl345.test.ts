import test from "ava";
import { GRAVITY } from "../../../../simulator/chips/acceleration.js";
import type { AccelerometerOptions } from "../../../../simulator/chips/acceleration.js";
import { ADXL345Chip } from "../../../../simulator/chips/adxl345.js";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { ChipBench } from "./bench.js";

const bench = (options: Partial<AccelerometerOptions> = {}, seed = 1) =>
  new ChipBench((surroundings) => new ADXL345Chip({ ...surroundings, ...options }), seed);
type Bench = ReturnType<typeof bench>;

const get = (b: Bench, register: number) => b.writeRead([register], 1)[0]!;
const data = (b: Bench): number[] => [...new Int16Array(b.writeRead([0x32], 6).slice().buffer)];
const near = (a: number, b: number, by: number) => Math.abs(a - b) <= by;

test("it says 0xe5, and stands by at 100 Hz: nothing is measured before Measure is set", (t) => {
  const b = bench();
  t.deepEqual(
    [0x00, 0x2c, 0x2d, 0x30].map((register) => get(b, register)),
    [0xe5, 0x0a, 0, 0x02],
  );
  b.wait(1000);
  t.is(get(b, 0x30), 0x02);
  b.write(0x2d, 0x08);
  b.wait(12);
  t.is(get(b, 0x30) & 0x80, 0x80);
});

test("1 g is 256 in full resolution at any range, and 256, 128, 64, 32 in ten bits", (t) => {
  for (let range = 0; range < 4; range++) {
    for (const full of [8, 0]) {
      const b = bench();
      b.chip.setChannel("x", GRAVITY);
      b.chip.setChannel("z", -GRAVITY);
      b.write(0x31, full | range);
      b.write(0x2d, 0x08);
      b.wait(20);
      const [x, y, z] = data(b);
      const perG = full ? 256 : 256 >> range;
      t.true(near(x!, perG, 6) && near(y!, 0, 6) && near(z!, -perG, 8), `${full} ${range}: ${x} ${y} ${z}`);
    }
  }
});

test("a range ends at 10 bits, and at 10 to 13 in full resolution; left-justified all end alike", (t) => {
  const b = bench();
  b.chip.setChannel("x", 1000);
  b.chip.setChannel("y", -1000);
  for (const [format, high, low] of [
    [0x00, 511, -512],
    [0x03, 511, -512],
    [0x08, 511, -512],
    [0x0b, 4095, -4096],
    [0x0f, 4095 * 8, -4096 * 8],
    [0x04, 511 * 64, -512 * 64],
  ] as const) {
    b.write(0x31, format);
    b.write(0x2d, 0x08);
    b.wait(20);
    t.deepEqual(data(b).slice(0, 2), [high, low]);
    b.write(0x2d, 0);
  }
});

test("at 3200 and 1600 Hz the words are even in full resolution, and any in ten bits at 16 g", (t) => {
  for (const [rate, format, even] of [
    [15, 0x0b, true],
    [14, 0x00, true],
    [15, 0x03, false],
    [13, 0x0b, false],
  ] as const) {
    const b = bench({ signal: (axis, seconds) => axis + 1000 * seconds });
    b.write(0x31, format);
    b.write(0x38, 0x40);
    b.write(0x2c, rate);
    b.write(0x2d, 0x08);
    b.wait(100);
    const words: number[] = [];
    for (let i = 0; i < 32; i++) words.push(...data(b));
    t.is(
      words.every((word) => word % 2 === 0),
      even,
    );
  }
});

test("the offset registers add 15.6 mg a step", (t) => {
  const b = bench();
  b.write(0x1e, 64, 0xc0, 0);
  b.write(0x2d, 0x08);
  b.wait(20);
  const [x, y] = data(b);
  t.true(near(x!, 256, 6) && near(y!, -256, 6));
});

test("samples come at the part's own rate", (t) => {
  for (const [code, rateHz] of [
    [0x0f, 3200],
    [0x0c, 400],
    [0x07, 12.5],
  ] as const) {
    const b = bench({}, code);
    b.write(0x38, 0x80);
    b.write(0x2c, code);
    b.write(0x2d, 0x08);
    let count = 0;
    for (let i = 0; i < 4000; i++) {
      b.wait(2);
      for (let left = get(b, 0x39); left > 0; left--) {
        data(b);
        count++;
      }
    }
    t.true(near(count, 8 * rateHz * b.chip.rateFactor, 5), `${rateHz}: ${count}`);
    t.true(near(b.chip.rateFactor, 1, 0.04) && b.chip.rateFactor !== 1);
  }
});

test("whatever is read of a sample takes it out of the FIFO; one transaction takes one", (t) => {
  const b = bench();
  b.write(0x38, 0x80);
  b.write(0x2d, 0x08);
  b.wait(100);
  const entries = get(b, 0x39);
  t.true(near(entries, 9, 1));
  data(b);
  get(b, 0x33);
  t.is(get(b, 0x39), entries - 2);
  const passing = b.writeRead([0x36], 4);
  t.is(passing[3], entries - 3, "passing 0x37 takes it out at once");
  t.is(get(b, 0x39), entries - 3);
});

test("33 samples wait at most; then Overrun is told, and a stream goes on with the newest", (t) => {
  const b = bench({ signal: (_, seconds) => 10 * seconds });
  b.write(0x38, 0x80 | 16);
  b.write(0x2d, 0x08);
  b.wait(100);
  t.is(get(b, 0x30), 0x80);
  b.wait(100);
  t.is(get(b, 0x30), 0x82, "watermark");
  b.wait(800);
  t.is(get(b, 0x30), 0x83);
  t.is(get(b, 0x39), 33);
  const first = (data(b)[0]! / 256) * GRAVITY;
  t.true(near(first, 10 - 0.1 * 33, 0.5), `${first}`);
  t.is(get(b, 0x30) & 1, 0);
});

test("in FIFO mode the first samples stay, and bypass empties it", (t) => {
  const b = bench({ signal: (_, seconds) => 10 * seconds });
  b.write(0x38, 0x40);
  b.write(0x2d, 0x08);
  b.wait(1000);
  t.true(near((data(b)[0]! / 256) * GRAVITY, 0.1, 0.2));
  b.write(0x38, 0);
  t.is(get(b, 0x39), 0);
});

test("in bypass mode Overrun means that a sample was replaced unread", (t) => {
  const b = bench();
  b.write(0x2d, 0x08);
  b.wait(13);
  t.is(get(b, 0x30) & 0x81, 0x80);
  b.wait(20);
  t.is(get(b, 0x30) & 0x81, 0x81);
  data(b);
  t.is(get(b, 0x30) & 0x81, 0);
});

test("reserved registers, read-only ones and sleep are violations", (t) => {
  const b = bench();
  for (const register of [0x01, 0x1c, 0x3a]) {
    t.throws(() => get(b, register), { instanceOf: ProtocolViolation });
    t.throws(() => b.write(register, 0), { instanceOf: ProtocolViolation });
  }
  for (const register of [0x00, 0x2b, 0x30, 0x32, 0x39]) {
    t.throws(() => b.write(register, 0), { instanceOf: ProtocolViolation });
  }
  t.throws(() => b.write(0x2d, 0x0c), { instanceOf: ProtocolViolation });
});

test("after a power cycle it answers in 1.1 ms, and stands by", (t) => {
  const b = bench();
  b.write(0x2d, 0x08);
  b.chip.powerCycle();
  b.wait(1);
  t.throws(() => get(b, 0x2d), { message: "writeRead failed" });
  b.wait(1);
  t.is(get(b, 0x2d), 0);
});
