import test from "ava";
import type { SensorFault } from "../../../firmware/model/sensor.js";
import { CurrentLoop } from "../../../firmware/sensors/current-loop.js";
import { Thermistor } from "../../../firmware/sensors/thermistor.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { countsOf, fakeAnalog } from "./fakes.js";

const clock = new VirtualClock();
const BEARING = { seriesOhms: 12_000, supplyMillivolts: 3300, betaKelvin: 3435, nominalOhms: 10_000 };
const TANK = { shuntOhms: 100, atFourMilliamperes: 0, atTwentyMilliamperes: 4 };

function thermistor(options: object, ...counts: (number | undefined)[]) {
  const { io, seen } = fakeAnalog(...counts);
  return { seen, sensor: new Thermistor({ sensor: { io, pin: 34 }, clock, ...BEARING, ...options }) };
}

function currentLoop(milliamperes: number, options: object = {}) {
  const { io } = fakeAnalog(countsOf(100 * milliamperes));
  return new CurrentLoop({ sensor: { io, pin: 32 }, clock, ...TANK, ...options });
}

function qualityOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return (error as SensorFault).quality;
  }
  return undefined;
}

test("10 kΩ, which is 1500 mV, is 25 °C on either side", (t) => {
  for (const [placement, millivolts] of [
    ["low", 1500],
    ["high", 1800],
  ] as const) {
    const { temperature } = thermistor({ placement }, countsOf(millivolts)).sensor.sample();
    t.true(Math.abs(temperature - 25) < 0.02, `${placement}: ${temperature}`);
  }
});

test("the bearing's range of 0 to 110 °C is 2327 to 200 mV", (t) => {
  const celsius = (millivolts: number) => thermistor({}, countsOf(millivolts)).sensor.sample().temperature;
  t.true(Math.abs(celsius(2327) - 0) < 0.03);
  t.true(Math.abs(celsius(200.5) - 110) < 0.1);
});

test("one spike among the readings neither moves the mean nor looks like a loose wire", (t) => {
  const calm = countsOf(800);
  const expected = thermistor({}, calm).sensor.sample();
  for (const oversampling of [4, 8, 16]) {
    for (let at = 0; at < oversampling; at++) {
      const counts = new Array<number>(oversampling).fill(calm).with(at, 4095);
      t.deepEqual(thermistor({ oversampling }, ...counts).sensor.sample(), expected);
    }
  }
});

test("as many readings are taken as oversampling says, and all of them count", (t) => {
  const { sensor, seen } = thermistor({ oversampling: 6 }, 1000, 1010, 1020, 1030, 1040, 1050);
  const { temperature } = sensor.sample();
  t.is(seen.reads, 6);
  t.is(temperature, thermistor({ oversampling: 1 }, 1025).sensor.sample().temperature);
});

test("ends of scale are broken wires, each on its own side", (t) => {
  t.is(
    qualityOf(() => thermistor({}, 4095).sensor.sample()),
    "open-circuit",
  );
  t.is(
    qualityOf(() => thermistor({}, 250).sensor.sample()),
    "short-circuit",
  );
  t.is(
    qualityOf(() => thermistor({ placement: "high" }, 4095).sensor.sample()),
    "short-circuit",
  );
  t.is(
    qualityOf(() => thermistor({ placement: "high" }, 250).sensor.sample()),
    "open-circuit",
  );
});

test("a divider fed with less than the ADC measures still shows an open thermistor", (t) => {
  t.is(
    qualityOf(() => thermistor({ supplyMillivolts: 1800 }, countsOf(1800)).sensor.sample()),
    "open-circuit",
  );
});

test("readings all over the place are an open circuit: nothing holds the pin", (t) => {
  t.is(
    qualityOf(() => thermistor({}, 900, 2800, 1700, 3900, 300, 1300, 3500).sensor.sample()),
    "open-circuit",
  );
});

test("a failed conversion is a bus fault", (t) => {
  t.is(
    qualityOf(() => thermistor({}, 2000, undefined).sensor.sample()),
    "bus",
  );
});

test("the ADC is opened calibrated at 12 dB unless told otherwise", (t) => {
  t.like(thermistor({}, 2000).seen.options, { pin: 34, esp32: { calibrated: true, attenuation: 12 } });
});

test("uncalibrated readings and unknown attenuations are refused before anything is opened", (t) => {
  const { io, seen } = fakeAnalog(2000);
  const open = (esp32: object) => new Thermistor({ sensor: { io, pin: 34, esp32: esp32 as never }, clock, ...BEARING });
  t.throws(() => open({ calibrated: false, attenuation: 12 }), {
    instanceOf: RangeError,
    message: "thermistor: calibrated false is not true",
  });
  t.throws(() => open({ calibrated: true, attenuation: 11 }), {
    instanceOf: RangeError,
    message: "thermistor: attenuation 11 is not one of 0, 2.5, 6, 12",
  });
  t.is(seen.open, 0);
});

test("an ADC of no known resolution is closed again", (t) => {
  const { io, seen } = fakeAnalog(2000);
  seen.resolution = 0;
  t.throws(() => new Thermistor({ sensor: { io, pin: 34 }, clock, ...BEARING }), {
    message: "thermistor: resolution 0 is not in 8 to 24",
  });
  t.is(seen.open, 0);
});

test("an option without a default must be given", (t) => {
  t.throws(() => thermistor({ betaKelvin: undefined }, 2000), {
    instanceOf: RangeError,
    message: "thermistor: betaKelvin undefined is not in 500 to 10000",
  });
});

test("a current is scaled through its two points, in either direction", (t) => {
  const { current, scaled } = currentLoop(12).sample();
  t.true(Math.abs(current - 0.012) < 1e-5);
  t.true(Math.abs(scaled - 2) < 0.002);
  t.true(Math.abs(currentLoop(8, { atFourMilliamperes: 10, atTwentyMilliamperes: -10 }).sample().scaled - 5) < 0.01);
});

test("NAMUR NE 43: 3.6 mA and less, 21 mA and more are failures; saturation is a reading", (t) => {
  const quality = (milliamperes: number) => qualityOf(() => currentLoop(milliamperes).sample());
  t.deepEqual([0, 3.59, 3.8, 20.5, 21.01, 24].map(quality), [
    "open-circuit",
    "open-circuit",
    undefined,
    undefined,
    "short-circuit",
    "short-circuit",
  ]);
});

test("a shunt with which a limit of NE 43 could not be measured is refused, and the ADC closed", (t) => {
  const { io, seen } = fakeAnalog(2000);
  for (const shuntOhms of [40, 120]) {
    const error = t.throws(() => new CurrentLoop({ sensor: { io, pin: 32 }, clock, ...TANK, shuntOhms }), {
      instanceOf: RangeError,
    });
    t.true(error?.message.startsWith(`current-loop: shuntOhms ${shuntOhms} is not in 43.0`), error?.message);
    t.is(seen.open, 0);
  }
});
