import test from "ava";
import { uncertaintyVolts } from "../../../../simulator/chips/ads1115.js";
import { CurrentTransformer } from "../../../../simulator/chips/current-transformer.js";
import {
  platinumOhms,
  ResistanceThermometerCircuit,
} from "../../../../simulator/chips/resistance-thermometer-circuit.js";
import type { ResistanceThermometerCircuitOptions } from "../../../../simulator/chips/resistance-thermometer-circuit.js";
import { VoltageTransmitter } from "../../../../simulator/chips/voltage-transmitter.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { ChipBench } from "./bench.js";

const near = (a: number, b: number, by: number) => Math.abs(a - b) <= by;

test("platinum has the resistances of IEC 60751's table", (t) => {
  for (const [celsius, ohms] of [
    [-200, 18.52],
    [-100, 60.26],
    [0, 100],
    [25, 109.73],
    [100, 138.51],
    [400, 247.09],
    [850, 390.48],
  ] as const) {
    t.true(near(platinumOhms(100, celsius), ohms, 0.005), `${celsius}`);
    t.true(near(platinumOhms(1000, celsius), 10 * ohms, 0.05), `${celsius}`);
  }
});

type CircuitOptions = Omit<ResistanceThermometerCircuitOptions, "clock" | "random">;
const pt100 = { nominalOhms: 100, referenceOhms: 3300, wires: 4 } as const;
const bench = (options: CircuitOptions) =>
  new ChipBench((surroundings) => new ResistanceThermometerCircuit({ ...surroundings, ...options }));

/** V by MUX code, at ±0.512 V or ±4.096 V. */
function volts(b: ReturnType<typeof bench>, mux: number, pga: 1 | 4): number {
  b.write(1, 0x81 | (mux << 4) | (pga << 1), 0xe3);
  b.wait(2);
  const [high, low] = b.writeRead([0], 2);
  return ((((high! << 8) | low!) << 16) >> 16) * ((pga === 1 ? 4.096 : 0.512) / 32768);
}

test("with four wires the voltages over thermometer and reference are as their resistances, whatever the leads", (t) => {
  for (const leadOhms of [0, 10]) {
    const b = bench({ ...pt100, leadOhms, gainError: 0.001 });
    for (const celsius of [-200, 0, 25, 850]) {
      b.chip.setChannel("temperature", celsius);
      const ohms = (3300 * volts(b, 0, 4)) / volts(b, 3, 1);
      t.true(near(ohms, platinumOhms(100, celsius), 0.15), `${leadOhms} Ω, ${celsius} °C: ${ohms}`);
    }
  }
});

test("with two wires both leads are in it", (t) => {
  const b = bench({ ...pt100, wires: 2, leadOhms: 1.5 });
  b.chip.setChannel("temperature", 100);
  t.true(near((3300 * volts(b, 0, 4)) / volts(b, 3, 1), 138.51 + 3, 0.15));
});

test("with three wires AIN1 shows what one lead takes, and so the other can be taken off", (t) => {
  const b = bench({ ...pt100, wires: 3, leadOhms: 5 });
  b.chip.setChannel("temperature", 100);
  const current = volts(b, 3, 1) / 3300;
  const lead = volts(b, 5, 4);
  t.true(near(lead / current, 5, 0.1));
  t.true(near((volts(b, 0, 4) - lead) / current, 138.51, 0.2));
});

test("open, no current flows and the thermometer has the whole supply; shorted, it has nothing", (t) => {
  for (const wires of [2, 3, 4] as const) {
    const b = bench({ ...pt100, wires, leadOhms: 1 });
    b.chip.setState("open");
    t.true(near(volts(b, 3, 1), 0, uncertaintyVolts(4.096)));
    t.true(near(volts(b, 0, 1), 3.3, uncertaintyVolts(4.096)));
    b.chip.setState("short");
    t.true(near(volts(b, 0, 4), 0, 0.003));
    t.true(volts(b, 3, 1) > 3.2);
    b.chip.setState("normal");
    t.true(volts(b, 0, 4) > 0.09);
  }
});

test("the thermometer's tolerance is that of its two conversions: a third of a degree for Pt100 over 3.3 kΩ", (t) => {
  const { tolerance } = bench(pt100).chip.channels.temperature;
  t.true(tolerance > 0.2 && tolerance < 0.4, String(tolerance));
  const wide = bench({ ...pt100, fullScaleVolts: { thermometer: 4.096, reference: 4.096 } });
  t.true(wide.chip.channels.temperature.tolerance > 1);
});

test("a power cycle is the converter's", (t) => {
  const b = bench(pt100);
  b.write(1, 0x12, 0x34);
  b.chip.powerCycle();
  t.deepEqual([...b.writeRead([1], 2)], [0x85, 0x83]);
});

const transmitter = () =>
  new VoltageTransmitter({ upperOhms: 30_000, lowerOhms: 10_000, atZeroVolts: -50, atTenVolts: 150, unit: "Cel" });

test("a voltage transmitter's 0 to 10 V come to the pin through the divider", (t) => {
  const part = transmitter();
  for (const [value, millivolts] of [
    [-50, 0],
    [50, 1250],
    [150, 2500],
    [200, 2625],
    [-100, 0],
  ] as const) {
    part.setChannel("value", value);
    t.true(near(part.millivolts(), millivolts, 1e-9), `${value}`);
  }
  t.true(near(part.channels.value.tolerance, 0.16, 1e-9));
});

test("a broken wire leaves the pin at ground; too much is 12 V at the terminals", (t) => {
  const part = transmitter();
  part.setChannel("value", 50);
  part.setState("open");
  t.is(part.millivolts(), 0);
  part.setState("over");
  t.is(part.millivolts(), 3000);
  part.setState("normal");
  t.is(part.millivolts(), 1250);
});

function effective(options: object, amperes: number, milliseconds: number) {
  const clock = new VirtualClock();
  const part = new CurrentTransformer({ clock, ratio: 2000, burdenOhms: 20, frequencyHz: 50, ...options });
  part.setChannel("current", amperes);
  let sum = 0;
  let squares = 0;
  let lowest = Infinity;
  let highest = -Infinity;
  for (let i = 0; i < milliseconds; i++) {
    const millivolts = part.millivolts();
    sum += millivolts;
    squares += (millivolts - 1650) * (millivolts - 1650);
    lowest = Math.min(lowest, millivolts);
    highest = Math.max(highest, millivolts);
    clock.advanceTo(clock.ticks() + 1);
  }
  return { part, mean: sum / milliseconds, rms: Math.sqrt(squares / milliseconds), lowest, highest };
}

test("a current transformer's effective value is the current over the ratio, by the burden, around half the supply", (t) => {
  for (const [options, milliseconds] of [
    [{ frequencyHz: 50 }, 100],
    [{ frequencyHz: 60 }, 100],
    [{ frequencyHz: 50, phase: 1 }, 20],
  ] as const) {
    const { mean, rms } = effective(options, 30, milliseconds);
    t.true(near(mean, 1650, 1e-6));
    t.true(near(rms, 300, 1e-6), `${rms}`);
  }
});

test("harmonics are part of the effective value, so that peak and mean are not to be had from it", (t) => {
  const harmonics = [
    { order: 3, share: 0.4, phase: Math.PI },
    { order: 5, share: 0.2 },
  ];
  const plain = effective({}, 30, 100);
  const distorted = effective({ harmonics }, 30, 100);
  t.true(near(distorted.rms, plain.rms, 1e-6));
  t.true(Math.abs(distorted.highest - plain.highest) > 20);
});

test("at the end of its range the peaks are still within the ADC's", (t) => {
  const { part } = effective({ harmonics: [{ order: 3, share: 0.3 }] }, 0, 1);
  const { maximum } = part.channels.current;
  const { lowest, highest } = effective({ harmonics: [{ order: 3, share: 0.3 }] }, maximum, 1000);
  t.true(lowest >= 155 && highest <= 2445);
  t.true(maximum > 40);
});

test("without current, cut off or bridged, the pin lies at the bias", (t) => {
  const { part } = effective({}, 30, 3);
  t.not(part.millivolts(), 1650);
  part.setState("open");
  t.is(part.millivolts(), 1650);
  part.setState("normal");
  part.setChannel("current", 0);
  t.is(part.millivolts(), 1650);
});

test("unknown channels are refused by name", (t) => {
  t.throws(() => bench(pt100).chip.setChannel("x", 1), { message: "resistance thermometer: x is not temperature" });
  t.throws(() => transmitter().setChannel("x", 1), { message: "voltage transmitter: x is not value" });
  t.throws(() => effective({}, 1, 1).part.setChannel("x", 1), { message: "current transformer: x is not current" });
});
