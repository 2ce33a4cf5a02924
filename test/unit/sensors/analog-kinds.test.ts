import test from "ava";
import { GOOD, OUT_OF_SPECIFICATION } from "../../../firmware/model/quality.js";
import type { SensorFault } from "../../../firmware/model/sensor.js";
import { CurrentLoop } from "../../../firmware/sensors/current-loop.js";
import { CurrentTransformer } from "../../../firmware/sensors/current-transformer.js";
import { Thermistor } from "../../../firmware/sensors/thermistor.js";
import { VoltageInput } from "../../../firmware/sensors/voltage-input.js";
import type { Analog, AnalogConstructor } from "../../../firmware/ports/io.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { Random } from "../../../simulator/random.js";
import { countsOf, fakeAnalog } from "./fakes.js";

const clock = new VirtualClock();

function qualityOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return (error as SensorFault).quality;
  }
  return undefined;
}

test("a loop's current is good, out of specification or a failure as NAMUR NE 43 has it", (t) => {
  const at = (milliamperes: number) => {
    const { io } = fakeAnalog(countsOf(100 * milliamperes));
    const loop = new CurrentLoop({
      sensor: { io, pin: 34 },
      clock,
      shuntOhms: 100,
      atFourMilliamperes: 0,
      atTwentyMilliamperes: 16,
    });
    const scaled = loop.sample().scaled;
    return { scaled, quality: loop.quality };
  };
  for (const milliamperes of [3.81, 4, 12, 20, 20.49]) t.is(at(milliamperes).quality, GOOD, String(milliamperes));
  for (const milliamperes of [3.61, 3.7, 3.79, 20.51, 20.9]) {
    const { quality, scaled } = at(milliamperes);
    t.is(quality, OUT_OF_SPECIFICATION, String(milliamperes));
    t.true(Math.abs(scaled - (milliamperes - 4)) < 0.01);
  }
  for (const milliamperes of [2, 3.59])
    t.is(
      qualityOf(() => at(milliamperes)),
      "open-circuit",
    );
  for (const milliamperes of [21.01, 23])
    t.is(
      qualityOf(() => at(milliamperes)),
      "short-circuit",
    );
});

test("a loop that is back in its range is good again", (t) => {
  const { io } = fakeAnalog(countsOf(370), countsOf(1200));
  const options = { shuntOhms: 100, atFourMilliamperes: 0, atTwentyMilliamperes: 16, oversampling: 1 };
  const loop = new CurrentLoop({ sensor: { io, pin: 34 }, clock, ...options });
  loop.sample();
  t.is(loop.quality, OUT_OF_SPECIFICATION);
  loop.sample();
  t.is(loop.quality, GOOD);
});

const OUTLET = { upperOhms: 33_000, lowerOhms: 10_000, atMinimum: 0, atMaximum: 100 };

function outlet(volts: number, options: object = {}, pin = (1000 * volts * 10) / 43) {
  const { io } = fakeAnalog(countsOf(pin));
  return new VoltageInput({ sensor: { io, pin: 34 }, clock, ...OUTLET, ...options });
}

test("a voltage output reads through its divider and scales", (t) => {
  const { voltage, scaled } = outlet(5).sample();
  t.true(Math.abs(voltage - 5) < 0.003);
  t.true(Math.abs(scaled - 50) < 0.03);
  t.true(Math.abs(outlet(6, { minimumVolts: 2 }).sample().scaled - 50) < 0.03);
});

test("over the range is out of specification, then a fault; below what the ADC measures is a fault", (t) => {
  for (const [volts, quality] of [
    [9.9, GOOD],
    [10.05, GOOD],
    [10.3, OUT_OF_SPECIFICATION],
  ] as const) {
    const sensor = outlet(volts);
    sensor.sample();
    t.is(sensor.quality, quality, String(volts));
  }
  t.is(
    qualityOf(() => outlet(10.52).sample()),
    "out-of-range",
  );
  t.is(
    qualityOf(() => outlet(0.5).sample()),
    "out-of-range",
  );
  t.is(
    qualityOf(() => outlet(0.5, { minimumVolts: 2 }).sample()),
    "open-circuit",
  );
  t.is(
    qualityOf(() => outlet(1.5, { minimumVolts: 2 }).sample()),
    "open-circuit",
  );
});

test("with a resistor to the supply 0 V can be measured", (t) => {
  const options = { upperOhms: 47_000, lowerOhms: 12_000, pullUpOhms: 68_000 };
  const conductance = 1 / 47_000 + 1 / 12_000 + 1 / 68_000;
  for (const volts of [0, 3, 10]) {
    const pin = ((1000 * volts) / 47_000 + 3300 / 68_000) / conductance;
    t.true(pin > 155 && pin < 2445);
    t.true(Math.abs(outlet(volts, options, pin).sample().voltage - volts) < 0.003, String(volts));
  }
});

test("a divider that takes the end of the range beyond the ADC is refused", (t) => {
  t.throws(() => outlet(0, { upperOhms: 30_000 }), {
    instanceOf: RangeError,
    message: "voltage-input: upperOhms 30000 lets 9.78 V be measured, not 10.5",
  });
});

/** 2000:1 into 22 Ω: an ADC pin that swings by `peak` mV with the clock. */
function clamp(peak: number, frequencyHz: number, bias = 1650) {
  const time = new VirtualClock();
  const io = class implements Analog {
    readonly resolution = 12;
    read(): number {
      return countsOf(bias + peak * Math.sin((2 * Math.PI * frequencyHz * time.ticks()) / 1000 + 0.3));
    }
    close(): void {}
  } as unknown as AnalogConstructor;
  const sensor = new CurrentTransformer({ sensor: { io, pin: 34 }, clock: time, ratio: 2000, burdenOhms: 22 });
  const reading = (lateMs: () => number) => {
    for (;;) {
      const value = sensor.sample();
      if (value !== undefined) return value.current;
      time.advanceTo(time.ticks() + sensor.readyInMs + lateMs());
    }
  };
  return { sensor, time, reading };
}

test("a sine of 50 or 60 Hz is measured by 300 readings, 3 ms apart", (t) => {
  for (const frequencyHz of [50, 60]) {
    const { reading, time } = clamp(500, frequencyHz);
    const wanted = ((500 / Math.SQRT2 / 1000) * 2000) / 22;
    for (let i = 0; i < 3; i++) {
      const current = reading(() => 0);
      t.true(Math.abs(current / wanted - 1) < 1e-3, `${frequencyHz}: ${current}, not ${wanted}`);
    }
    t.is(time.ticks(), 3 * 299 * 3);
  }
});

test("the bias is taken away, whatever it is within a tenth", (t) => {
  const wanted = ((500 / Math.SQRT2 / 1000) * 2000) / 22;
  t.true(Math.abs(clamp(500, 50, 1550).reading(() => 0) / wanted - 1) < 1e-3);
  t.is(
    qualityOf(() => clamp(500, 50, 1400).reading(() => 0)),
    "open-circuit",
  );
});

test("calls that are late by chance cost some percents", (t) => {
  const random = new Random(7);
  const wanted = ((500 / Math.SQRT2 / 1000) * 2000) / 22;
  for (const frequencyHz of [50, 60]) {
    const { reading } = clamp(500, frequencyHz);
    for (let i = 0; i < 20; i++) {
      const current = reading(() => Math.floor(random.next() * 6));
      t.true(Math.abs(current / wanted - 1) < 0.08, `${frequencyHz}: ${current}, not ${wanted}`);
    }
  }
});

test("calls that are late always, and could meet one phase, are a fault and not a current of nothing", (t) => {
  t.is(
    qualityOf(() => clamp(500, 50).reading(() => 7)),
    "stale",
  );
});

test("a peak beyond the ADC's range is out of range", (t) => {
  t.is(
    qualityOf(() => clamp(820, 50).reading(() => 0)),
    "out-of-range",
  );
});

const DIVIDER = { seriesOhms: 12_000, supplyMillivolts: 3300 };
const CURVE = { a: 1.129148e-3, b: 2.34125e-4, c: 8.76741e-8 };

test("a thermistor may have Steinhart and Hart's curve, and change to the other", (t) => {
  const { io } = fakeAnalog(countsOf(1500));
  const sensor = new Thermistor({ sensor: { io, pin: 34 }, clock, ...DIVIDER, steinhartHart: CURVE });
  // These coefficients are the usual ones of a 10 kΩ thermistor.
  t.true(Math.abs(sensor.sample().temperature - 25) < 0.03);
  sensor.configure({ betaKelvin: 3435, nominalOhms: 10_000, nominalCelsius: 30 });
  t.true(Math.abs(sensor.sample().temperature - 30) < 0.03);
  sensor.configure({ steinhartHart: CURVE });
  t.true(Math.abs(sensor.sample().temperature - 25) < 0.03);
  sensor.configure({ oversampling: 4 });
  t.true(Math.abs(sensor.sample().temperature - 25) < 0.03);
});

test("a thermistor needs a curve, and coefficients that can be one", (t) => {
  const { io } = fakeAnalog(2000);
  const open = (options: object) => new Thermistor({ sensor: { io, pin: 34 }, clock, ...DIVIDER, ...options });
  t.throws(() => open({}), { message: "thermistor: betaKelvin undefined is not in 500 to 10000" });
  t.throws(() => open({ steinhartHart: { ...CURVE, b: 234 } }), {
    message: "thermistor: steinhartHart.b 234 is not in 0 to 0.1",
  });
});
