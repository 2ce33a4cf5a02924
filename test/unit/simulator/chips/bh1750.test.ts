import test from "ava";
import { BH1750Chip } from "../../../../simulator/chips/bh1750.js";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { ChipBench } from "./bench.js";

// BH1750FVI technical note 09046EBT01, revision B.
const bench = (seed?: number) => new ChipBench((options) => new BH1750Chip(options), seed);
type Bench = ReturnType<typeof bench>;
const counts = (b: Bench) => {
  const [high, low] = b.read(2);
  return (high! << 8) | low!;
};
const near = (actual: number, expected: number, by: number) => Math.abs(actual - expected) <= by;

test("one-time H-resolution is 1.2 counts a lx, right to the tolerance over the whole range", (t) => {
  const b = bench();
  const { maximum, tolerance } = b.chip.channels.illuminance;
  t.is(maximum, 54_610, "above it the count may be full");
  for (let i = 0; i <= 50; i++) {
    const lux = (i / 50) * maximum;
    b.chip.setChannel("illuminance", lux);
    b.write(0x20);
    b.wait(180);
    t.true(near(counts(b) / 1.2, lux, tolerance));
  }
});

test("the example of page 10: 0x8390 is 28,067 lx", (t) => {
  const b = bench();
  b.chip.setChannel("illuminance", 28_067);
  b.write(0x10);
  b.wait(180);
  t.true(near(counts(b), 0x8390, 2));
});

test("H-resolution takes 180 ms at most, L-resolution 24; until then the data register holds what it held", (t) => {
  for (const [opcode, ms] of [
    [0x20, 180],
    [0x21, 180],
    [0x23, 24],
  ] as const) {
    const b = bench();
    b.chip.setChannel("illuminance", 1000);
    b.write(opcode);
    b.wait(ms - 1);
    t.is(counts(b), 0, "after power-up: 0");
    b.wait(1);
    t.true(counts(b) > 1100);
  }
});

test("mode 2 counts half lx, and is full at half the light", (t) => {
  const b = bench();
  b.chip.setChannel("illuminance", 100);
  b.write(0x21);
  b.wait(180);
  t.true(near(counts(b), 240, 2));
  b.chip.setChannel("illuminance", 40_000);
  b.write(0x21);
  b.wait(180);
  t.is(counts(b), 0xffff);
});

test("L-resolution is 4 lx", (t) => {
  const b = bench();
  const seen = new Set<number>();
  for (let lux = 0; lux < 12; lux += 0.1) {
    b.chip.setChannel("illuminance", lux);
    b.write(0x23);
    b.wait(24);
    seen.add(counts(b));
    t.true(near(counts(b) / 1.2, lux, b.chip.channels.illuminance.tolerance));
  }
  t.deepEqual(
    [...seen].sort((a, b) => a - b),
    [0, 5, 10, 14],
  );
});

test("continuous modes measure one after the other, one-time modes once", (t) => {
  const b = bench();
  b.chip.setChannel("illuminance", 100);
  b.write(0x10);
  b.wait(180);
  b.chip.setChannel("illuminance", 500);
  b.wait(179);
  t.true(near(counts(b), 120, 2));
  b.wait(1);
  t.true(near(counts(b), 600, 2));
  b.write(0x20);
  b.wait(180);
  b.chip.setChannel("illuminance", 100);
  b.wait(10_000);
  t.true(near(counts(b), 600, 2), "what was measured stays");
});

test("the measurement time register, 69 at first, scales time and sensitivity; it is set in halves", (t) => {
  const b = bench();
  b.chip.setChannel("illuminance", 100);
  const time = 138;
  b.write(0x40 | (time >> 5));
  b.write(0x60 | (time & 0x1f));
  b.write(0x20);
  b.wait(359);
  t.is(counts(b), 0);
  b.wait(1);
  t.true(near(counts(b), 240, 2));
});

test("with the shortest measurement time it measures 121,557 lx", (t) => {
  const b = bench();
  b.chip.setChannel("illuminance", 121_500);
  b.write(0x40);
  b.write(0x7f);
  b.write(0x20);
  b.wait(81);
  t.true(near(counts(b) / 1.2 / (31 / 69), 121_500, b.chip.channels.illuminance.tolerance));
});

test("reset clears the data register, but not in power down; power down breaks a measurement off", (t) => {
  const b = bench();
  b.chip.setChannel("illuminance", 100);
  b.write(0x20);
  b.wait(180);
  b.write(0x07);
  t.true(counts(b) > 100, "a one-time measurement ends in power down");
  b.write(0x01);
  b.write(0x07);
  t.is(counts(b), 0);
  b.write(0x20);
  b.write(0x00);
  b.wait(1000);
  t.is(counts(b), 0);
});

test("a power cycle leaves nothing: no mode, no data, no measurement time", (t) => {
  const b = bench();
  b.chip.setChannel("illuminance", 100);
  b.write(0x47);
  b.write(0x10);
  b.wait(2000);
  t.true(counts(b) > 0);
  b.chip.powerCycle();
  b.wait(2000);
  t.is(counts(b), 0);
  b.write(0x20);
  b.wait(180);
  t.true(near(counts(b), 120, 2));
});

test("what the technical note does not know is a violation", (t) => {
  const b = bench();
  const violation = { instanceOf: ProtocolViolation };
  t.throws(() => b.write(0x12), { ...violation, message: "bh1750: unknown opecode 0x12 (p. 5)" });
  t.throws(() => b.write(0x01, 0x20), violation, "two opecodes in one write");
  t.throws(() => b.read(3), violation);
  b.write(0x40);
  b.write(0x60);
  t.throws(() => b.write(0x20), { ...violation, message: "bh1750: measurement time 0 is not 31 to 254 (p. 11)" });
});
