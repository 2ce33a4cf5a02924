import test from "ava";
import { ADS1115 } from "../../../firmware/sensors/ads1115.js";
import { ResistanceThermometer } from "../../../firmware/sensors/resistance-thermometer.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { fakeI2C } from "./fakes.js";

/** An ADS1115 that converts at once; `codes` by the four bits of MUX and OS. */
function converter(codes: Readonly<Record<number, number>>, config = 0) {
  let now = config;
  const { io, sent } = fakeI2C({
    write: (bytes) => void (now = (bytes[1]! << 8) | bytes[2]!),
    writeRead(bytes, into) {
      const value = bytes[0] === 0 ? (codes[now >> 12] ?? 0) : now;
      into.set([(value >> 8) & 0xff, value & 0xff]);
    },
  });
  const clock = new VirtualClock();
  return { clock, sent, sensor: { io, data: 21, clock: 22 } };
}

function reading(sensor: { sample(): object | undefined; readonly readyInMs: number }, clock: VirtualClock) {
  for (let calls = 0; calls < 20; calls++) {
    const value = sensor.sample();
    if (value !== undefined) return value;
    clock.advanceTo(clock.ticks() + sensor.readyInMs);
  }
  throw new Error("no reading");
}

test("the configuration is single-shot, with the comparator off, and the codes of section 8.1.3", (t) => {
  for (const [options, word] of [
    [{}, 0xc38b],
    [{ inputs: ["a1"], fullScaleVolts: 6.144, rateHz: 8 }, 0xd10b],
    [{ inputs: ["a2"], fullScaleVolts: 2.048, rateHz: 860 }, 0xe5eb],
    [{ inputs: ["a3"], fullScaleVolts: 0.256, rateHz: 16 }, 0xfb2b],
    [{ inputs: ["a0-a1"], fullScaleVolts: 1.024 }, 0x878b],
    [{ inputs: ["a0-a3"], fullScaleVolts: 0.512 }, 0x998b],
    [{ inputs: ["a1-a3"] }, 0xa38b],
    [{ inputs: ["a2-a3"], rateHz: 475 }, 0xb3cb],
  ] as const) {
    const { sensor, clock, sent } = converter({});
    new ADS1115({ sensor, clock, ...options }).sample();
    t.deepEqual(sent, [[1, word >> 8, word & 0xff]], JSON.stringify(options));
  }
});

test("codes are two's complement in parts of the full scale", (t) => {
  const { sensor, clock } = converter({ 0xc: 0x4000, 0x8: 0xffff, 0xf: 0x0001 });
  const part = new ADS1115({ sensor, clock, inputs: ["a0", "a0-a1", "a3"], fullScaleVolts: 4.096 });
  t.deepEqual(reading(part, clock), { a0: 2.048, "a0-a1": -0.000125, a3: 0.000125 });
});

test("a conversion is waited for as long as the slowest oscillator takes", (t) => {
  for (const [rateHz, waitMs] of [
    [8, 139],
    [128, 10],
    [860, 3],
  ] as const) {
    const { sensor, clock } = converter({});
    const part = new ADS1115({ sensor, clock, rateHz });
    part.sample();
    t.is(part.readyInMs, waitMs);
  }
});

test("either end of the scale is out of range, not a voltage", (t) => {
  for (const code of [0x7fff, 0x8000]) {
    const { sensor, clock } = converter({ 0xc: code });
    t.throws(() => reading(new ADS1115({ sensor, clock }), clock), { message: "ads1115: a0 is not within ±4.096 V" });
  }
});

test("other settings in the middle of a plan begin another, once the conversion under way has ended", (t) => {
  const { sensor, clock, sent } = converter({ 0xc: 100, 0xe: 200 });
  const part = new ADS1115({ sensor, clock, inputs: ["a0", "a1"], rateHz: 8 });
  part.sample();
  part.configure({ inputs: ["a2"], rateHz: 860 });
  t.is(part.sample(), undefined);
  t.is(sent.length, 1);
  t.deepEqual(reading(part, clock), { a2: 200 * 0.000125 });
});

/** Codes for a Pt100 over 3300 Ω at 4 wires: ±4.096 V over the reference (MUX 3), ±0.512 V over the thermometer (MUX 0). */
function thermometer(reference: number, over: number, options: object = {}, returns = 0) {
  const codes = {
    0xb: Math.round(reference / 0.000125),
    0x8: Math.min(0x7fff, Math.round(over / (0.512 / 32768))),
    0xd: returns,
  };
  const { sensor, clock } = converter(codes);
  return reading(new ResistanceThermometer({ sensor, clock, ...options }), clock) as { temperature: number };
}

test("a thermometer's temperature is the ratio of two voltages, whatever the supply", (t) => {
  // 138.51 Ω are 100 °C.
  for (const amperes of [0.0009, 0.00096]) {
    const { temperature } = thermometer(3300 * amperes, 138.51 * amperes);
    t.true(Math.abs(temperature - 100) < 0.08, String(temperature));
  }
});

test("two wires take off what was told of them, three what was measured", (t) => {
  const amperes = 0.0009;
  const two = thermometer(3300 * amperes, 142.51 * amperes, { wires: 2, leadOhms: 4 });
  t.true(Math.abs(two.temperature - 100) < 0.08, String(two.temperature));
  const lead = Math.round((2 * amperes) / (0.256 / 32768));
  const three = thermometer(3300 * amperes, 140.51 * amperes, { wires: 3 }, lead);
  t.true(Math.abs(three.temperature - 100) < 0.08, String(three.temperature));
});

test("what is no thermometer is told by what is wrong with it", (t) => {
  const quality = (...args: Parameters<typeof thermometer>) =>
    t.throws(() => thermometer(...args)) as Error & { quality: string };
  t.is(quality(0, 0).quality, "open-circuit");
  t.is(quality(3, 0.6).quality, "open-circuit");
  t.is(quality(3.3, 0.0002).quality, "short-circuit");
  t.is(quality(3.2, 0.014).quality, "out-of-range");
  t.is(quality(3, 0.37).quality, "out-of-range");
});
