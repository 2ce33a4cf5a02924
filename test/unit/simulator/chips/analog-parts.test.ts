import test from "ava";
import { CurrentLoopTransmitter } from "../../../../simulator/chips/current-loop-transmitter.js";
import { NumericSource } from "../../../../simulator/chips/numeric-source.js";
import { ThermistorDivider } from "../../../../simulator/chips/thermistor-divider.js";

const wiring = {
  seriesOhms: 12_000,
  supplyMillivolts: 3300,
  nominalOhms: 10_000,
  nominalCelsius: 25,
  betaKelvin: 3435,
} as const;
const near = (a: number, b: number, by: number) => Math.abs(a - b) <= by;

test("a thermistor to ground gives 1500 mV at 25 °C, and less when it is warmer", (t) => {
  const part = new ThermistorDivider({ ...wiring, placement: "low" });
  t.true(near(part.millivolts(), 1500, 1e-9));
  part.setChannel("temperature", 0);
  t.true(near(part.millivolts(), 2327, 1));
  part.setChannel("temperature", 110);
  t.true(near(part.millivolts(), 200, 1));
});

test("a thermistor to the supply gives the rest of the supply", (t) => {
  const low = new ThermistorDivider({ ...wiring, placement: "low" });
  const high = new ThermistorDivider({ ...wiring, placement: "high" });
  low.setChannel("temperature", 70);
  high.setChannel("temperature", 70);
  t.true(near(low.millivolts() + high.millivolts(), 3300, 1e-9));
});

test("cut off or bridged, the pin lies at the supply or at ground", (t) => {
  const low = new ThermistorDivider({ ...wiring, placement: "low" });
  const high = new ThermistorDivider({ ...wiring, placement: "high" });
  low.setCircuit("open");
  high.setCircuit("open");
  t.deepEqual([low.millivolts(), high.millivolts()], [3300, 0]);
  low.setCircuit("short");
  high.setCircuit("short");
  t.deepEqual([low.millivolts(), high.millivolts()], [0, 3300]);
  low.setCircuit("normal");
  t.true(near(low.millivolts(), 1500, 1e-9));
});

test("the thermistor's tolerance is that of its flattest end: under half a degree", (t) => {
  const { tolerance } = new ThermistorDivider({ ...wiring, placement: "low" }).channels.temperature;
  t.true(tolerance > 0.4 && tolerance < 0.5, String(tolerance));
});

test("a transmitter sends 4 mA at the lower and 20 mA at the upper end, over any shunt and in any direction", (t) => {
  const part = new CurrentLoopTransmitter({
    shuntOhms: 100,
    atFourMilliamperes: 4,
    atTwentyMilliamperes: 0,
    unit: "m",
  });
  part.setChannel("value", 4);
  t.is(part.millivolts(), 400);
  part.setChannel("value", 0);
  t.is(part.millivolts(), 2000);
  part.setChannel("value", 2);
  t.is(part.millivolts(), 1200);
});

test("beyond its range a transmitter saturates at 3.8 and 20.5 mA, and fails at 3.5 and 21.5 mA (NE 43)", (t) => {
  const part = new CurrentLoopTransmitter({
    shuntOhms: 100,
    atFourMilliamperes: 0,
    atTwentyMilliamperes: 4,
    unit: "m",
  });
  part.setChannel("value", -10);
  t.is(part.milliamperes(), 3.8);
  part.setChannel("value", 10);
  t.is(part.milliamperes(), 20.5);
  for (const [state, milliamperes] of [
    ["low", 3.5],
    ["high", 21.5],
    ["open", 0],
    ["normal", 20.5],
  ] as const) {
    part.setState(state);
    t.is(part.milliamperes(), milliamperes);
  }
});

test("a numeric source hands any number through as it is, and has none before it was given one", (t) => {
  const part = new NumericSource();
  t.is(part.number(), undefined);
  for (const value of [0, -0, 1e-300, -1e300, 0.1 + 0.2]) {
    part.setChannel("value", value);
    t.is(part.number(), value);
  }
  part.setChannel("value", NaN);
  t.is(part.number(), undefined);
});

test("unknown channels are refused by name", (t) => {
  for (const part of [
    new ThermistorDivider({ ...wiring, placement: "low" }),
    new CurrentLoopTransmitter({ shuntOhms: 100, atFourMilliamperes: 0, atTwentyMilliamperes: 4, unit: "m" }),
    new NumericSource(),
  ]) {
    t.throws(() => part.setChannel("colour", 1), {
      instanceOf: RangeError,
      message: /colour is not (value|temperature)$/,
    });
  }
});
