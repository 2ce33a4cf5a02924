import test from "ava";
import type { SensorFault } from "../../../firmware/model/sensor.js";
import { BME280Trim } from "../../../firmware/sensors/bme280-trim.js";
import { BME280 } from "../../../firmware/sensors/bme280.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { fakeBME280 } from "./fakes.js";

/** Trim of the worked example in Bosch's BMP280 datasheet (BST-BMP280-DS001, section 3.12): T1 … T3, P1 … P9. */
const EXAMPLE = [27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000];

/** The 33 trim bytes as section 4.2.2 lays them out. */
function trimBytes(h1: number, h2: number, h3: number, h4: number, h5: number, h6: number): Uint8Array {
  const bytes = new Uint8Array(33);
  const view = new DataView(bytes.buffer);
  EXAMPLE.forEach((word, i) => view.setUint16(2 * i, word & 0xffff, true));
  bytes[25] = h1;
  view.setInt16(26, h2, true);
  bytes[28] = h3;
  bytes[29] = (h4 >> 4) & 0xff;
  bytes[30] = (h4 & 0x0f) | ((h5 & 0x0f) << 4);
  bytes[31] = (h5 >> 4) & 0xff;
  bytes[32] = h6 & 0xff;
  return bytes;
}
const TRIM = trimBytes(75, 361, 0, 340, 50, 30);

/** The registers of a part with this trim and these raw readings. */
function registersOf(trim: Uint8Array, pressure: number, temperature: number, humidity: number): Uint8Array {
  const registers = new Uint8Array(256);
  registers[0xd0] = 0x60;
  registers.set(trim.subarray(0, 26), 0x88);
  registers.set(trim.subarray(26), 0xe1);
  const left = (raw: number) => [raw >> 12, (raw >> 4) & 0xff, (raw & 0x0f) << 4];
  registers.set([...left(pressure), ...left(temperature), humidity >> 8, humidity & 0xff], 0xf7);
  return registers;
}

function open(registers: Uint8Array, options: object = {}) {
  const clock = new VirtualClock();
  const { io, sent } = fakeBME280(registers);
  return { clock, sent, sensor: new BME280({ sensor: { io, data: 21, clock: 22 }, clock, ...options }) };
}

function sampled({ clock, sensor }: ReturnType<typeof open>) {
  for (let calls = 0; calls < 200; calls++) {
    const reading = sensor.sample();
    if (reading) return reading;
    clock.advanceTo(clock.ticks() + sensor.readyInMs);
  }
  throw new Error("no reading");
}

test("Bosch's worked example is 25.08 °C and 100653.27 Pa", (t) => {
  const { thermometer, barometer } = sampled(open(registersOf(TRIM, 415148, 519888, 30000)));
  t.is(thermometer.temperature.toFixed(2), "25.08");
  // The example rounds t_fine to a whole number.
  t.true(Math.abs(barometer.pressure - 100653.27) < 0.05, String(barometer.pressure));
});

test("humidity at 15 °C, where the terms of temperature vanish, is what one computes by hand", (t) => {
  const trim = new BME280Trim();
  t.true(trim.load(TRIM));
  // (30000 − 340·64) · 361/65536 = 45.389 %RH, less 75/524288 of its square.
  t.is(trim.humidity(30000, 76800).toFixed(3), "45.095");
});

test("H4 and H5 are twelve bits with a sign", (t) => {
  const [down, up] = [new BME280Trim(), new BME280Trim()];
  t.true(down.load(trimBytes(0, 361, 0, -340, -50, 0)));
  t.true(up.load(trimBytes(0, 361, 0, 340, 50, 0)));
  const gain = 361 / 65536;
  const x = 16384;
  t.is(up.humidity(30000, 76800 + x), (30000 - (340 * 64 + 50)) * gain);
  t.is(down.humidity(-10000, 76800 + x), (-10000 + (340 * 64 + 50)) * gain);
});

test("humidity stays within 0 and 100", (t) => {
  const trim = new BME280Trim();
  trim.load(TRIM);
  t.is(trim.humidity(0, 76800), 0);
  t.is(trim.humidity(0xffff, 76800), 100);
});

for (const [oversampling, waitMs, controls] of [
  [1, 11, [0x01, 0b001_001_01]],
  [2, 18, [0x02, 0b010_010_01]],
  [16, 114, [0x05, 0b101_101_01]],
] as const) {
  test(`oversampling by ${oversampling} is waited for ${waitMs} ms`, (t) => {
    const { clock, sent, sensor } = open(registersOf(TRIM, 415148, 519888, 30000), {
      temperatureOversampling: oversampling,
      humidityOversampling: oversampling,
      pressureOversampling: oversampling,
      filter: 4,
    });
    sensor.sample();
    clock.advanceTo(sensor.readyInMs);
    sensor.sample();
    t.is(sensor.readyInMs, waitMs);
    t.deepEqual(sent, [
      [0xe0, 0xb6],
      [0xf5, 0b000_010_00, 0xf2, controls[0], 0xf4, controls[1]],
    ]);
  });
}

test("another chip at the address is told of by its id", (t) => {
  const registers = registersOf(TRIM, 415148, 519888, 30000);
  registers[0xd0] = 0x58;
  t.throws(() => sampled(open(registers)), { message: "bme280: chip id 0x58 is not 0x60" });
});

test("blank trim words are a fault", (t) => {
  for (const blank of [0x00, 0xff]) {
    const registers = registersOf(new Uint8Array(33).fill(blank), 415148, 519888, 30000);
    t.throws(() => sampled(open(registers)), { message: "bme280: trim words are blank" });
  }
});

test("data registers at their reset values are no reading, whatever the settings say", (t) => {
  const fault = t.throws<SensorFault>(() => sampled(open(registersOf(TRIM, 0x80000, 0x80000, 0x8000))));
  t.is(fault?.quality, "bus");
});

test("a temperature that happens to have the reset value is a reading", (t) => {
  const { thermometer } = sampled(open(registersOf(TRIM, 415148, 0x80000, 30000)));
  t.is(thermometer.temperature.toFixed(1), "26.5");
});

test("settings lost while the data kept their looks are a fault, and the part is initialised again", (t) => {
  const registers = registersOf(TRIM, 415148, 519888, 30000);
  const bench = open(registers);
  sampled(bench);
  bench.sensor.sample();
  bench.clock.advanceTo(bench.clock.ticks() + bench.sensor.readyInMs);
  registers.fill(0, 0xf2, 0xf6);
  const fault = t.throws<SensorFault>(() => bench.sensor.sample());
  t.is(fault?.quality, "bus");
  t.is(sampled(bench).thermometer.temperature.toFixed(2), "25.08");
});

for (const [register, bits, what] of [
  [0xf3, 0x08, "the measuring bit"],
  [0xf4, 0x01, "forced mode"],
] as const) {
  test(`a conversion is waited for while ${what} stands, but not for ever`, (t) => {
    const registers = registersOf(TRIM, 415148, 519888, 30000);
    const bench = open(registers);
    bench.sensor.sample();
    bench.clock.advanceTo(3);
    bench.sensor.sample();
    registers[register]! |= bits;
    bench.clock.advanceTo(20);
    t.is(bench.sensor.sample(), undefined);
    t.is(bench.sensor.readyInMs, 1);
    t.throws(() => sampled(bench), { message: "bme280: a conversion does not end" });
    registers[register]! &= ~bits;
    t.is(sampled(bench).thermometer.temperature.toFixed(2), "25.08");
  });
}

test("what the part cannot measure is out of range", (t) => {
  for (const [pressure, temperature] of [
    [415148, 800000],
    [415148, 100000],
    [900000, 519888],
    [10000, 519888],
  ] as const) {
    const fault = t.throws<SensorFault>(() => sampled(open(registersOf(TRIM, pressure, temperature, 30000))));
    t.is(fault?.quality, "out-of-range");
  }
});
