import test from "ava";
import { GRAVITY } from "../../../../simulator/chips/acceleration.js";
import type { AccelerometerOptions } from "../../../../simulator/chips/acceleration.js";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { LIS3DHChip } from "../../../../simulator/chips/lis3dh.js";
import { ChipBench } from "./bench.js";

const bench = (options: Partial<AccelerometerOptions> = {}, seed = 1) =>
  new ChipBench((surroundings) => new LIS3DHChip({ ...surroundings, ...options }), seed);
type Bench = ReturnType<typeof bench>;

const get = (b: Bench, register: number) => b.writeRead([register], 1)[0]!;
const outputs = (b: Bench): number[] => [...new Int16Array(b.writeRead([0xa8], 6).slice().buffer)];
const near = (a: number, b: number, by: number) => Math.abs(a - b) <= by;

test("it says 0x33, is in power-down with all axes on, and its FIFO is empty", (t) => {
  const b = bench();
  t.deepEqual(
    [0x0f, 0x1e, 0x20, 0x23, 0x2f].map((register) => get(b, register)),
    [0x33, 0x10, 0x07, 0, 0x20],
  );
  b.wait(1000);
  t.is(get(b, 0x27), 0, "no data in power-down");
});

test("bit 7 of the sub-address goes on to the next register, reading and writing; without it the same one comes again", (t) => {
  const b = bench();
  b.write(0xa0, 0x57, 0x00, 0x00, 0x88);
  t.deepEqual([...b.writeRead([0xa0], 4)], [0x57, 0, 0, 0x88]);
  t.deepEqual([...b.writeRead([0x20], 3)], [0x57, 0x57, 0x57]);
});

test("a step is 1, 4 and 16 mg at ±2 g in high-resolution, normal and low-power mode, and words are left-justified", (t) => {
  for (const [control1, control4, step, justified] of [
    [0x57, 0x08, 0.001, 16],
    [0x57, 0x00, 0.004, 64],
    [0x5f, 0x00, 0.016, 256],
    [0x57, 0x18, 0.002, 16],
    [0x57, 0x20, 0.016, 64],
    [0x5f, 0x30, 0.192, 256],
    [0x57, 0x38, 0.012, 16],
  ] as const) {
    const b = bench();
    b.chip.setChannel("z", GRAVITY);
    b.chip.setChannel("x", -0.5 * GRAVITY);
    b.write(0x23, control4);
    b.write(0x20, control1);
    b.wait(200);
    const [x, y, z] = outputs(b);
    for (const [code, gravities] of [
      [x!, -0.5],
      [y!, 0],
      [z!, 1],
    ] as const) {
      t.is(code & (justified - 1), 0);
      t.true(near((code / justified) * step, gravities, step / 2 + 0.015), `${control1} ${control4}: ${code}`);
    }
  }
});

test("samples come at the part's own rate, which is not the nominal one, and differs from specimen to specimen", (t) => {
  const factors = [1, 2, 3, 4].map((seed) => {
    const b = bench({}, seed);
    b.write(0x24, 0x40);
    b.write(0x2e, 0x80);
    b.write(0x20, 0x77); // 400 Hz
    let count = 0;
    for (let i = 0; i < 1000; i++) {
      b.wait(10);
      const stored = get(b, 0x2f) & 0x1f;
      if (stored > 0) b.writeRead([0xa8], 6 * stored);
      count += stored;
    }
    t.true(near(count / 4000, b.chip.rateFactor, 0.0005), `${count}`);
    return b.chip.rateFactor;
  });
  t.true(factors.every((factor) => near(factor, 1, 0.04)));
  t.is(new Set(factors).size, 4);
});

test("codes 8 and 9 are 1.6 and 5.376 kHz in low-power mode, 9 is 1.344 kHz in the others, where 8 is nothing", (t) => {
  for (const [control1, rateHz] of [
    [0x8f, 1600],
    [0x9f, 5376],
    [0x97, 1344],
  ] as const) {
    const b = bench();
    b.write(0x24, 0x40);
    b.write(0x2e, 0x40); // FIFO: stops when it is full
    b.write(0x20, control1);
    b.wait(5);
    t.true(near(get(b, 0x2f) & 0x1f, 0.005 * rateHz * b.chip.rateFactor, 1), `${rateHz}`);
  }
  const b = bench();
  t.throws(() => b.write(0x20, 0x87), { instanceOf: ProtocolViolation });
  t.throws(() => b.write(0x20, 0xa7), { instanceOf: ProtocolViolation });
});

test("into high-resolution mode it settles in seven samples, into the others in one", (t) => {
  const b = bench();
  b.chip.setChannel("z", GRAVITY);
  b.write(0x24, 0x40);
  b.write(0x2e, 0x40);
  b.write(0x23, 0x08);
  b.write(0x20, 0x57);
  b.wait(400);
  const samples = new Int16Array(b.writeRead([0xa8], 6 * 32).slice().buffer);
  const z = [...samples].filter((_, i) => i % 3 === 2).map((code) => code / 16000);
  for (let i = 0; i < 32; i++) t.true(near(z[i]!, Math.min((i + 1) / 7, 1), 0.01), `${i}: ${z[i]}`);
});

test("the FIFO counts to 31, is full and overrun at 32, and a burst goes round through it, oldest first", (t) => {
  const b = bench({ signal: (axis, seconds) => (axis === 0 ? 10 * seconds : 0) });
  b.write(0x24, 0x40);
  b.write(0x2e, 0x80 | 15);
  b.write(0x20, 0x57); // 100 Hz
  const period = 10 / b.chip.rateFactor;
  b.wait(Math.ceil(15 * period));
  t.is(get(b, 0x2f), 15);
  b.wait(Math.ceil(16 * period) - Math.ceil(15 * period));
  t.is(get(b, 0x2f), 0x80 | 16, "above the watermark");
  b.wait(Math.ceil(31 * period) - Math.ceil(16 * period));
  t.is(get(b, 0x2f), 0x80 | 31);
  b.wait(Math.ceil(32 * period) - Math.ceil(31 * period));
  t.is(get(b, 0x2f), 0xc0 | 31);
  b.wait(Math.ceil(42 * period) - Math.ceil(32 * period));
  const samples = new Int16Array(b.writeRead([0xa8], 6 * 32).slice().buffer);
  t.is(get(b, 0x2f), 0x20);
  for (let i = 0; i < 32; i++) {
    const metres = (samples[3 * i]! / 64) * 0.004 * GRAVITY;
    t.true(near(metres, (10 * (i + 11) * period) / 1000, 0.2), `${i}: ${metres}`);
  }
});

test("in FIFO mode it keeps the first 32, and bypass empties it", (t) => {
  const b = bench({ signal: (_, seconds) => 10 * seconds });
  b.write(0x24, 0x40);
  b.write(0x2e, 0x40);
  b.write(0x20, 0x57);
  b.wait(1000);
  t.is(get(b, 0x2f), 0xc0 | 31);
  t.true(near((outputs(b)[0]! / 64) * 0.004 * GRAVITY, 0.1, 0.2));
  b.write(0x2e, 0x00);
  t.is(get(b, 0x2f), 0x20);
});

test("new data is told, and overrun when it was not read", (t) => {
  const b = bench();
  b.write(0x20, 0x57);
  b.wait(11);
  t.is(get(b, 0x27), 0x0f);
  outputs(b);
  t.is(get(b, 0x27), 0);
  b.wait(100);
  t.is(get(b, 0x27), 0xff);
});

test("with block data update an axis that is half read waits for its other half", (t) => {
  for (const [control4, same] of [
    [0x88, true],
    [0x08, false],
  ] as const) {
    const b = bench({ signal: (_, seconds) => (seconds < 0.5 ? 0.05 : 5) });
    b.write(0x23, control4);
    b.write(0x20, 0x57);
    b.wait(400);
    const low = get(b, 0x28);
    b.wait(400);
    const code = ((get(b, 0x29) << 24) >> 16) | low;
    t.is(near(((code / 16) * GRAVITY) / 1000, 0.05, 0.1), same);
  }
});

test("low power and high resolution together, the high-pass filter and unknown registers are violations", (t) => {
  const b = bench();
  b.write(0x20, 0x5f);
  t.throws(() => b.write(0x23, 0x08), { instanceOf: ProtocolViolation });
  t.throws(() => b.write(0x21, 0x08), { instanceOf: ProtocolViolation });
  t.throws(() => b.write(0x1e, 0x00), { instanceOf: ProtocolViolation });
  for (const register of [0x0f, 0x10, 0x27, 0x28, 0x2f, 0x40]) {
    t.throws(() => b.write(register, 0), { instanceOf: ProtocolViolation });
  }
  for (const register of [0x00, 0x0e, 0x10, 0x40]) t.throws(() => get(b, register), { instanceOf: ProtocolViolation });
});

test("after a power cycle it boots for 5 ms without an answer, and has forgotten its settings", (t) => {
  const b = bench();
  b.write(0x20, 0x57);
  b.chip.powerCycle();
  b.wait(4);
  t.throws(() => get(b, 0x20), { message: "writeRead failed" });
  b.wait(1);
  t.is(get(b, 0x20), 0x07);
});

test("the same seed gives the same samples, however often it is looked at", (t) => {
  const run = (step: number) => {
    const b = bench({}, 7);
    b.write(0x20, 0x57);
    for (let i = 0; i < 1000; i += step) {
      b.wait(step);
      get(b, 0x27);
    }
    return outputs(b);
  };
  t.deepEqual(run(1), run(1000));
});

test("channels are x, y and z", (t) => {
  t.throws(() => bench().chip.setChannel("w", 1), { instanceOf: RangeError, message: "lis3dh: w is not x, y or z" });
});
