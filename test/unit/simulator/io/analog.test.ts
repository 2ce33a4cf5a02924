import test from "ava";
import type { Attenuation } from "../../../../firmware/ports/io.js";
import { AnalogBank } from "../../../../simulator/io/analog.js";
import { NumericBank } from "../../../../simulator/io/numeric.js";
import { Random } from "../../../../simulator/random.js";

const quiet = (seed = 1) => new AnalogBank({ random: new Random(seed), noiseMillivolts: 0 });
const esp32 = (attenuation: Attenuation) => ({ calibrated: true, attenuation });
const constant = (value: number) => ({ millivolts: () => value });

test("a reading is whole millivolts, scaled to the attenuation's range and cut off", (t) => {
  const readings = ([0, 2.5, 6, 12] as const).map((attenuation) => {
    const bank = quiet();
    bank.attach(34, constant(800.4));
    return new bank.Analog({ pin: 34, esp32: esp32(attenuation) }).read();
  });
  t.deepEqual(
    readings,
    [950, 1250, 1750, 2450].map((maximum) => Math.floor((800 * 4095) / maximum)),
  );
});

test("without options the attenuation is 12 dB, the SDK's default", (t) => {
  const bank = quiet();
  bank.attach(34, constant(1225));
  const input = new bank.Analog({ pin: 34 });
  t.is(input.read(), 2047);
  t.is(input.resolution, 12);
});

test("what is outside the calibrated range reads as its end", (t) => {
  const bank = quiet();
  bank.attach(34, constant(0));
  bank.attach(35, constant(3300));
  t.is(new bank.Analog({ pin: 34, esp32: esp32(12) }).read(), Math.floor((150 * 4095) / 2450));
  t.is(new bank.Analog({ pin: 35, esp32: esp32(12) }).read(), 4095);
});

test("noise has the deviation that was asked for, and the seed draws it", (t) => {
  const draw = (seed: number) => {
    const bank = new AnalogBank({ random: new Random(seed), noiseMillivolts: 20 });
    bank.attach(34, constant(1225));
    const input = new bank.Analog({ pin: 34 });
    return Array.from({ length: 1000 }, () => input.read()!);
  };
  const readings = draw(1);
  const squares = readings.reduce((sum, reading) => sum + ((reading * 2450) / 4095 - 1225) ** 2, 0);
  t.true(Math.abs(Math.sqrt(squares / 1000) - 20) < 1.5);
  t.deepEqual(draw(1), readings);
  t.notDeepEqual(draw(2), readings);
});

test("a pin with nothing on it floats: its readings are all over the range", (t) => {
  const bank = quiet();
  const input = new bank.Analog({ pin: 34 });
  const readings = Array.from({ length: 100 }, () => input.read()!);
  t.true(Math.max(...readings) > 3500 && Math.min(...readings) < 700);
});

test("a conversion that fails gives undefined, as often as told", (t) => {
  const bank = quiet();
  bank.attach(34, constant(1000));
  const input = new bank.Analog({ pin: 34 });
  bank.failNext(34, 2);
  t.deepEqual([input.read(), input.read(), input.read()], [undefined, undefined, Math.floor((1000 * 4095) / 2450)]);
});

test("wrong options throw a RangeError: attenuation, pin, a pin twice, two attenuations on one ADC, uncalibrated", (t) => {
  const bank = quiet();
  const wrong = (pin: number, options: object | undefined, message: string) =>
    t.throws(() => new bank.Analog({ pin, esp32: options as never }), { instanceOf: RangeError, message });
  wrong(34, { attenuation: 11 }, "bad attenuation: 11 is not 0, 2.5, 6 or 12");
  wrong(21, undefined, "not analog pin: 21");
  wrong(34, { calibrated: false }, "analog: uncalibrated readings are not simulated");
  const input = new bank.Analog({ pin: 34 });
  wrong(34, undefined, "in use: pin 34");
  wrong(35, { attenuation: 6 }, "analog: pin 35 wants 6 dB, but pin 34 of its ADC is open at 12 dB");
  t.notThrows(() => new bank.Analog({ pin: 25, esp32: esp32(6) }), "ADC2 is another");
  input.close();
  t.notThrows(() => new bank.Analog({ pin: 35, esp32: esp32(6) }));
});

test("close may be repeated; read after it throws, and a later owner of the pin keeps it", (t) => {
  const bank = quiet();
  const input = new bank.Analog({ pin: 34 });
  input.close();
  const next = new bank.Analog({ pin: 34 });
  input.close();
  t.throws(() => input.read(), { message: "analog: used after close" });
  t.throws(() => new bank.Analog({ pin: 34 }), { message: "in use: pin 34" });
  t.notThrows(() => next.read());
});

test("a numeric port gives its source's number as it is, and nothing when there is no source", (t) => {
  const bank = new NumericBank();
  const input = new bank.Numeric({ port: 3 });
  t.is(input.read(), undefined);
  bank.attach(3, { number: () => -1e300 });
  t.is(input.read(), -1e300);
  t.throws(() => new bank.Numeric({ port: 3 }), { instanceOf: RangeError, message: "in use: port 3" });
  t.throws(() => new bank.Numeric({ port: -1 }), { instanceOf: RangeError });
  input.close();
  input.close();
  t.throws(() => input.read(), { message: "numeric: used after close" });
});
