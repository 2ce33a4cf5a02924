import test from "ava";
import type { AnalogSource } from "../../../../simulator/chips/chip.js";
import {
  constantValue,
  drift,
  noiseBurst,
  openCircuit,
  saturate,
  shortCircuit,
  stuck,
} from "../../../../simulator/faults/analog.js";
import { AnalogBank } from "../../../../simulator/io/analog.js";
import { Random } from "../../../../simulator/random.js";

function setUp() {
  const bank = new AnalogBank({ random: new Random(1), noiseMillivolts: 0 });
  const state = { millivolts: 1000, ticks: 0 };
  const clock = { ticks: () => state.ticks };
  bank.attach(34, { millivolts: () => state.millivolts });
  const input = new bank.Analog({ pin: 34, esp32: { calibrated: true, attenuation: 12 } });
  const read = () => Math.round((input.read()! * 2450) / 4095);
  return { bank, state, clock, read };
}
const source: AnalogSource = { millivolts: () => 1000 };
const near = (actual: number, expected: number) => Math.abs(actual - expected) <= 1;

test("a decorated pin reads what the fault makes of its source, and mended what the source gives", (t) => {
  const { bank, state, read } = setUp();
  t.true(near(read(), 1000));
  const mend = bank.decorate(34, (inner) => constantValue(inner, 700));
  state.millivolts = 2000;
  t.true(near(read(), 700));
  mend();
  t.true(near(read(), 2000));
  t.throws(() => bank.decorate(35, stuck), { instanceOf: RangeError, message: "analog: nothing on pin 35" });
});

test("a stuck pin stays at what it had", (t) => {
  const { bank, state, read } = setUp();
  bank.decorate(34, stuck);
  t.true(near(read(), 1000));
  state.millivolts = 2000;
  t.true(near(read(), 1000));
});

test("drift grows with time from the moment it began", (t) => {
  const { bank, state, clock, read } = setUp();
  state.ticks = 500_000;
  bank.decorate(34, (inner) => drift(inner, { clock, millivoltsPerHour: -100 }));
  t.true(near(read(), 1000));
  state.ticks += 3 * 3_600_000;
  t.true(near(read(), 700));
});

test("a noise burst has its deviation and its end, and the same numbers for the same seed", (t) => {
  let ticks = 0;
  const burst = (seed: number) => {
    ticks = 0;
    const noisy = noiseBurst(source, {
      clock: { ticks: () => ticks },
      random: new Random(seed),
      deviationMillivolts: 50,
      durationMs: 1000,
    });
    const values: number[] = [];
    for (ticks = 0; ticks < 1100; ticks++) values.push(noisy.millivolts());
    return values;
  };
  const values = burst(1);
  const squares = values.slice(0, 1000).reduce((sum, value) => sum + (value - 1000) ** 2, 0);
  t.true(Math.abs(Math.sqrt(squares / 1000) - 50) < 5);
  t.true(values.slice(1000).every((value) => value === 1000));
  t.deepEqual(burst(1), values);
  t.notDeepEqual(burst(2), values);
});

test("an open wire floats anywhere; a short is at ground or at the supply", (t) => {
  const open = openCircuit(source, new Random(1));
  const values = Array.from({ length: 1000 }, () => open.millivolts());
  t.true(Math.min(...values) >= 0 && Math.min(...values) < 50);
  t.true(Math.max(...values) <= 3300 && Math.max(...values) > 3250);
  t.is(shortCircuit(source).millivolts(), 0);
  t.is(shortCircuit(source, 3300).millivolts(), 3300);
});

test("a saturated ADC cuts off at both ends", (t) => {
  const { bank, state, read } = setUp();
  bank.decorate(34, (inner) => saturate(inner, 500, 1500));
  for (const [truth, seen] of [
    [200, 500],
    [1000, 1000],
    [2000, 1500],
  ] as const) {
    state.millivolts = truth;
    t.true(near(read(), seen));
  }
});

test("wrong arguments are named", (t) => {
  const clock = { ticks: () => 0 };
  const random = new Random(1);
  t.throws(() => noiseBurst(source, { clock, random, deviationMillivolts: -1, durationMs: 1 }), {
    message: "fault: deviationMillivolts -1 is not 0 or more",
  });
  t.throws(() => openCircuit(source, random, -1), { message: "fault: supplyMillivolts -1 is not 0 or more" });
  t.throws(() => saturate(source, 2, 1), { message: "fault: maximumMillivolts 1 is not 2 or more" });
});
