import test from "ava";
import { ADS1115Chip, fullScaleFor, uncertaintyVolts } from "../../../../simulator/chips/ads1115.js";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { ChipBench } from "./bench.js";

const bench = (options: object = {}) =>
  new ChipBench((surroundings) => new ADS1115Chip({ ...surroundings, ...options }));
type Bench = ReturnType<typeof bench>;

function register(b: Bench, pointer: number): number {
  const [high, low] = b.writeRead([pointer], 2);
  return (high! << 8) | low!;
}

/** MUX, PGA, MODE and DR as codes; the comparator is off. */
function configure(b: Bench, mux: number, pga: number, rate: number, { single = true } = {}): void {
  b.write(1, 0x80 | (mux << 4) | (pga << 1) | (single ? 1 : 0), (rate << 5) | 3);
}

/** The voltage that a single conversion at 860 samples per second gives. */
function volts(b: Bench, mux: number, pga: number): number {
  configure(b, mux, pga, 7);
  b.wait(2);
  return (((register(b, 0) << 16) >> 16) / 32768) * [6.144, 4.096, 2.048, 1.024, 0.512, 0.256][pga]!;
}

test("after power-up it is in power-down: configuration 0x8583, thresholds 0x8000 and 0x7fff, no conversion", (t) => {
  const b = bench();
  t.deepEqual(
    [0, 1, 2, 3].map((pointer) => register(b, pointer)),
    [0, 0x8583, 0x8000, 0x7fff],
  );
});

test("the eight multiplexer codes are four differences and four inputs to ground", (t) => {
  const b = bench();
  const inputs = [1.1, 0.7, 2.9, 0.2];
  inputs.forEach((value, i) => b.chip.setChannel(`a${i}`, value));
  const differences = [0.4, 0.9, 0.5, 2.7, ...inputs];
  differences.forEach((value, mux) =>
    t.true(Math.abs(volts(b, mux, 1) - value) < uncertaintyVolts(4.096), `mux ${mux}`),
  );
});

test("beyond full scale the output is cut off at 0x7fff and 0x8000", (t) => {
  const b = bench();
  b.chip.setChannel("a0", 3);
  configure(b, 4, 2, 7);
  b.wait(2);
  t.is(register(b, 0), 0x7fff);
  configure(b, 0, 5, 7);
  b.chip.setChannel("a0", 0);
  b.chip.setChannel("a1", 3);
  b.wait(2);
  t.is(register(b, 0), 0x8000);
});

test("each PGA code resolves its full scale by 15 bits", (t) => {
  const b = bench();
  b.chip.setChannel("a2", 0.2);
  [6.144, 4.096, 2.048, 1.024, 0.512, 0.256].forEach((fullScale, pga) => {
    t.true(Math.abs(volts(b, 6, pga) - 0.2) < uncertaintyVolts(fullScale), `pga ${pga}`);
  });
});

test("a single conversion takes its period by a clock that is 10 % slow, and OS is 0 until then", (t) => {
  for (const [code, ms] of [
    [0, 139],
    [4, 9],
    [7, 2],
  ] as const) {
    const b = bench();
    b.chip.setChannel("a0", 1);
    configure(b, 4, 2, code);
    b.wait(ms - 1);
    t.is(register(b, 1) >> 15, 0, `${ms - 1} ms`);
    t.is(register(b, 0), 0, "the old result stays readable");
    b.wait(1);
    t.is(register(b, 1) >> 15, 1, `${ms} ms`);
    t.not(register(b, 0), 0);
  }
});

test("what is configured during a conversion waits for the next, and OS starts nothing then", (t) => {
  const b = bench();
  b.chip.setChannel("a0", 1);
  b.chip.setChannel("a1", 2);
  configure(b, 4, 1, 4);
  configure(b, 5, 1, 4);
  b.wait(9);
  t.true(Math.abs(register(b, 0) / 8000 - 1) < 0.001);
  b.wait(50);
  t.true(Math.abs(register(b, 0) / 8000 - 1) < 0.001, "there was no second one");
  t.is(register(b, 1), 0xd383);
});

test("in continuous mode conversions follow each other; single-shot mode lets the last one end", (t) => {
  const b = bench();
  configure(b, 4, 1, 7, { single: false });
  t.is(register(b, 1) >> 15, 0);
  for (const value of [1, 2, 3]) {
    b.chip.setChannel("a0", value);
    b.wait(1000);
    t.true(Math.abs(register(b, 0) / 8000 - value) < 0.001);
  }
  b.write(1, 0x43, 0xe3);
  b.wait(3);
  t.is(register(b, 1) >> 15, 1);
});

test("thresholds are stored; the conversion register is not written; a pointer is 0 to 3; registers are two bytes", (t) => {
  const b = bench();
  b.write(3, 0x12, 0x34);
  b.write(3, 0x77);
  t.is(register(b, 3), 0x1234, "half a register is not written");
  t.throws(() => b.write(0, 1, 2), { instanceOf: ProtocolViolation });
  t.throws(() => b.write(4), { instanceOf: ProtocolViolation });
  t.throws(() => b.write(3, 1, 2, 3), { instanceOf: ProtocolViolation });
  t.throws(() => b.writeRead([3], 3), { instanceOf: ProtocolViolation });
});

test("inputs end 0.3 V beyond ground and supply, and gain error is a share of the reading", (t) => {
  const b = bench({ gainError: 0.001 });
  b.chip.setChannel("a0", -5);
  t.true(Math.abs(volts(b, 4, 1) + 0.3) < 0.001);
  b.chip.setChannel("a0", 3);
  t.true(Math.abs(volts(b, 4, 1) - 3.003) < uncertaintyVolts(4.096));
  t.throws(() => b.chip.setChannel("a4", 1), {
    instanceOf: RangeError,
    message: "ads1115: a4 is not a0, a1, a2 or a3",
  });
});

test("a power cycle loses the conversion and the settings", (t) => {
  const b = bench();
  b.chip.setChannel("a0", 1);
  configure(b, 4, 1, 7);
  b.chip.powerCycle();
  b.wait(100);
  t.deepEqual([register(b, 0), register(b, 1)], [0, 0x8583]);
});

test("the smallest full scale that takes a voltage", (t) => {
  t.deepEqual([0.1, 0.3, 2.048, 3.3, 5].map(fullScaleFor), [0.256, 0.512, 4.096, 4.096, 6.144]);
});
