import test from "ava";
import type { SensorFault } from "../../../firmware/model/sensor.js";
import { BMP390Trim } from "../../../firmware/sensors/bmp390-trim.js";
import { BMP390 } from "../../../firmware/sensors/bmp390.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { fakeI2C } from "./fakes.js";

/**
 * The datasheet has no worked example. These words are chosen so that every term of its formulas comes out as a short
 * number for a temperature of 16 °C and a raw pressure of 2^22; the sums below are done by hand.
 */
const T = { t1: 27136, t2: 19072, t3: -8 };
const P = [15384, 17184, 8, -16, 10000, 25600, 64, 8, 1600, 5, -3] as const;

/** The 21 trim bytes as section 8.4 lays them out. */
function trimBytes(): Uint8Array {
  const bytes = new Uint8Array(21);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, T.t1, true);
  view.setUint16(2, T.t2, true);
  view.setInt8(4, T.t3);
  view.setInt16(5, P[0], true);
  view.setInt16(7, P[1], true);
  view.setInt8(9, P[2]);
  view.setInt8(10, P[3]);
  view.setUint16(11, P[4], true);
  view.setUint16(13, P[5], true);
  view.setInt8(15, P[6]);
  view.setInt8(16, P[7]);
  view.setInt16(17, P[8], true);
  view.setInt8(19, P[9]);
  view.setInt8(20, P[10]);
  return bytes;
}

const RAW_PRESSURE = 2 ** 22;
const RAW_TEMPERATURE = T.t1 * 256 + 2 ** 20;

function registersOf(pressure = RAW_PRESSURE, temperature = RAW_TEMPERATURE, trim = trimBytes()): Uint8Array {
  const registers = new Uint8Array(256);
  registers[0x00] = 0x60;
  registers[0x1c] = 0x02;
  registers.set(trim, 0x31);
  registers.set([pressure, pressure >> 8, pressure >> 16, temperature, temperature >> 8, temperature >> 16], 0x04);
  return registers;
}

/** A register file whose forced measurements end at once with the data that are in it. */
function open(registers: Uint8Array, options: object = {}) {
  const clock = new VirtualClock();
  const { io, sent } = fakeI2C({
    write(bytes) {
      const [register, value] = [bytes[0]!, bytes[1]!];
      if (register === 0x7e) {
        registers[0x1b] = registers[0x1f] = 0;
        registers[0x1c] = 0x02;
      } else if (register === 0x1b) {
        registers[0x1b] = value & 0x03;
        if ((value & 0x30) === 0x10) registers[0x03] = 0x70;
      } else registers[register] = value;
    },
    writeRead: (bytes, into) => into.set(registers.subarray(bytes[0]!, bytes[0]! + into.length)),
  });
  return { clock, sent, sensor: new BMP390({ sensor: { io, data: 21, clock: 22 }, clock, ...options }) };
}

function sampled({ clock, sensor }: ReturnType<typeof open>) {
  for (let calls = 0; calls < 200; calls++) {
    const reading = sensor.sample();
    if (reading) return reading;
    clock.advanceTo(clock.ticks() + sensor.readyInMs);
  }
  throw new Error("no reading");
}

test("temperature is what one computes by hand by section 8.5", (t) => {
  const trim = new BMP390Trim();
  t.true(trim.load(trimBytes()));
  // 2^20 above T1: 19072/1024 by T2, less 8/256 by T3.
  t.is(trim.temperature(RAW_TEMPERATURE), 18.625 - 0.03125);
});

test("pressure is what one computes by hand by section 8.6", (t) => {
  const trim = new BMP390Trim();
  trim.load(trimBytes());
  const offset = 80000 + 6400 + 64 + 1;
  const linear = -4000 + 100 + 2 - 2;
  const curve = 100 + 5 - 6;
  t.is(trim.pressure(RAW_PRESSURE, 16), offset + linear + curve);
});

test("both are in the reading, pressure at the temperature of the same measurement", (t) => {
  const trim = new BMP390Trim();
  trim.load(trimBytes());
  const { thermometer, barometer } = sampled(open(registersOf()));
  t.is(thermometer.temperature, 18.59375);
  t.is(barometer.pressure, trim.pressure(RAW_PRESSURE, 18.59375));
});

for (const [pressure, temperature, filter, waitMs, osr, config] of [
  [1, 1, 0, 6, 0b000_000, undefined],
  [4, 1, 0, 12, undefined, undefined],
  [32, 2, 127, 71, 0b001_101, 0b1110],
] as const) {
  test(`oversampling ${pressure} and ${temperature}, filter ${filter}: waited for ${waitMs} ms`, (t) => {
    const { clock, sent, sensor } = open(registersOf(), {
      pressureOversampling: pressure,
      temperatureOversampling: temperature,
      filter,
    });
    sensor.sample();
    clock.advanceTo(sensor.readyInMs);
    sensor.sample();
    t.is(sensor.readyInMs, waitMs);
    const settings = [];
    if (config !== undefined) settings.push([0x1f, config]);
    if (osr !== undefined) settings.push([0x1c, osr]);
    t.deepEqual(sent, [[0x7e, 0xb6], ...settings, [0x1b, 0x13]]);
  });
}

test("another chip at the address is told of by its id", (t) => {
  const registers = registersOf();
  registers[0x00] = 0x50;
  t.throws(() => sampled(open(registers)), { message: "bmp390: chip id 0x50 is not 0x60" });
});

test("blank trim words are a fault", (t) => {
  for (const blank of [0x00, 0xff]) {
    const registers = registersOf(RAW_PRESSURE, RAW_TEMPERATURE, new Uint8Array(21).fill(blank));
    t.throws(() => sampled(open(registers)), { message: "bmp390: trim words are blank" });
  }
});

test("data registers at their reset values are no reading, whatever the settings say", (t) => {
  const fault = t.throws<SensorFault>(() => sampled(open(registersOf(0x800000, 0x800000))));
  t.is(fault?.quality, "bus");
});

test("settings lost while the data kept their looks are a fault, and the part is initialised again", (t) => {
  const registers = registersOf();
  const bench = open(registers);
  sampled(bench);
  bench.sensor.sample();
  bench.clock.advanceTo(bench.clock.ticks() + bench.sensor.readyInMs);
  registers[0x1b] = 0;
  const fault = t.throws<SensorFault>(() => bench.sensor.sample());
  t.is(fault?.quality, "bus");
  t.is(sampled(bench).thermometer.temperature, 18.59375);
});

test("a measurement is waited for, but not for ever", (t) => {
  const registers = registersOf();
  const bench = open(registers);
  bench.sensor.sample();
  bench.clock.advanceTo(3);
  bench.sensor.sample();
  registers[0x1b]! |= 0x10;
  bench.clock.advanceTo(20);
  t.is(bench.sensor.sample(), undefined);
  t.is(bench.sensor.readyInMs, 1);
  t.throws(() => sampled(bench), { message: "bmp390: a measurement does not end" });
});

test("what the part cannot measure is out of range", (t) => {
  // An eighth of P5, and with it of the pressure's offset.
  const weak = trimBytes();
  weak[12]! >>= 3;
  for (const [temperature, trim] of [
    [0xffffff, trimBytes()],
    [0x200000, trimBytes()],
    [RAW_TEMPERATURE, weak],
  ] as const) {
    const fault = t.throws<SensorFault>(() => sampled(open(registersOf(RAW_PRESSURE, temperature, trim))));
    t.is(fault?.quality, "out-of-range");
  }
});
