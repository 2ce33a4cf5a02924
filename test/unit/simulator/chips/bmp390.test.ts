import test from "ava";
import { BMP390Chip } from "../../../../simulator/chips/bmp390.js";
import { rawPressure, rawTemperature, trimBytes, TYPICAL_TRIM } from "../../../../simulator/chips/bmp390-trim.js";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { Random } from "../../../../simulator/random.js";
import { ChipBench } from "./bench.js";

// BST-BMP390-DS002, revision 1.7.
const FORCED = 0b01_00_11;
const NORMAL = 0b11_00_11;
const SLEEP = 0b00_00_11;
const MEASURED = 0x60;
const READY = 0x10;

const bench = (seed?: number) => new ChipBench((options) => new BMP390Chip(options), seed);
type Bench = ReturnType<typeof bench>;
const register = (b: Bench, address: number) => b.writeRead([address], 1)[0]!;

function raw(b: Bench) {
  const bytes = b.writeRead([0x04], 6);
  return {
    pressure: bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16),
    temperature: bytes[3]! | (bytes[4]! << 8) | (bytes[5]! << 16),
  };
}

/** The datasheet's appendix 8.4 to 8.6 in floating point, forwards, from the trim as it stands in the registers. */
function compensate(nvm: Uint8Array, reading: { pressure: number; temperature: number }) {
  const view = new DataView(nvm.buffer);
  const t1 = view.getUint16(0, true) / 2 ** -8;
  const t2 = view.getUint16(2, true) / 2 ** 30;
  const t3 = view.getInt8(4) / 2 ** 48;
  const p1 = (view.getInt16(5, true) - 2 ** 14) / 2 ** 20;
  const p2 = (view.getInt16(7, true) - 2 ** 14) / 2 ** 29;
  const p3 = view.getInt8(9) / 2 ** 32;
  const p4 = view.getInt8(10) / 2 ** 37;
  const p5 = view.getUint16(11, true) / 2 ** -3;
  const p6 = view.getUint16(13, true) / 2 ** 6;
  const p7 = view.getInt8(15) / 2 ** 8;
  const p8 = view.getInt8(16) / 2 ** 15;
  const p9 = view.getInt16(17, true) / 2 ** 48;
  const p10 = view.getInt8(19) / 2 ** 48;
  const p11 = view.getInt8(20) / 2 ** 65;
  const distance = reading.temperature - t1;
  const t = distance * t2 + distance ** 2 * t3;
  const u = reading.pressure;
  const pressure =
    p5 +
    p6 * t +
    p7 * t ** 2 +
    p8 * t ** 3 +
    u * (p1 + p2 * t + p3 * t ** 2 + p4 * t ** 3) +
    u ** 2 * (p9 + p10 * t) +
    u ** 3 * p11;
  return { temperature: t, pressure };
}

test("it says who it is, and what its registers hold after power-up", (t) => {
  const b = bench();
  t.is(register(b, 0x00), 0x60);
  t.is(register(b, 0x01), 0x01);
  t.is(register(b, 0x02), 0);
  t.is(register(b, 0x03), READY);
  t.deepEqual([...b.writeRead([0x04], 6)], [0, 0, 0x80, 0, 0, 0x80]);
  t.is(register(b, 0x10), 0x01, "por_detected …");
  t.is(register(b, 0x10), 0x00, "… until it is read");
  t.deepEqual([...b.writeRead([0x1a], 4)], [0, 0, 0x02, 0]);
});

test("the formulas of the appendix give back what the registers were made from, over the whole range", (t) => {
  const nvm = trimBytes(TYPICAL_TRIM);
  for (let celsius = -40; celsius <= 85; celsius += 12.5) {
    for (let pascal = 30_000; pascal <= 125_000; pascal += 9500) {
      const words = {
        pressure: rawPressure(TYPICAL_TRIM, celsius, pascal),
        temperature: rawTemperature(TYPICAL_TRIM, celsius),
      };
      t.true(words.pressure > 0 && words.pressure < 2 ** 24 && words.temperature > 0 && words.temperature < 2 ** 24);
      const { temperature, pressure } = compensate(nvm, words);
      t.true(Math.abs(temperature - celsius) < 1e-6, `${temperature}, not ${celsius}`);
      t.true(Math.abs(pressure - pascal) < 0.01, `${pressure}, not ${pascal}`);
    }
  }
});

test("a forced measurement is right to the tolerance, and the trim is read where the datasheet puts it", (t) => {
  const b = bench();
  b.write(0x1c, 0);
  const nvm = b.writeRead([0x31], 21);
  const { temperature, pressure } = b.chip.channels;
  for (let i = 0; i <= 40; i++) {
    const celsius = -40 + (125 * i) / 40;
    const pascal = 125_000 - (95_000 * i) / 40;
    b.chip.setChannel("temperature", celsius);
    b.chip.setChannel("pressure", pascal);
    b.write(0x1b, FORCED);
    b.wait(10);
    const reading = compensate(nvm, raw(b));
    t.true(Math.abs(reading.temperature - celsius) <= temperature.tolerance);
    t.true(Math.abs(reading.pressure - pascal) <= pressure.tolerance);
  }
});

test("a measurement takes 234 µs, 392 µs and 2020 µs a sample for pressure, 163 µs and as many for temperature; up to 12 % more", (t) => {
  const durations: [number, number][] = [
    [0b000_000, 5.44],
    [0b000_011, 21.3],
    [0b101_101, 145.7],
  ];
  for (const [osr, most] of durations) {
    const b = bench();
    b.write(0x1c, osr, 0x1b, FORCED);
    b.wait(Math.floor(most));
    t.is(register(b, 0x03), READY, `osr ${osr}`);
    t.is(register(b, 0x1b), FORCED);
    b.wait(1);
    t.is(register(b, 0x03), READY | MEASURED, `osr ${osr}`);
    t.is(register(b, 0x1b), SLEEP, "and it is asleep again");
  }
});

test("drdy goes with the first data register read, of pressure and of temperature each", (t) => {
  const b = bench();
  b.write(0x1b, FORCED);
  b.wait(20);
  b.writeRead([0x04], 1);
  t.is(register(b, 0x03), READY | 0x40);
  b.writeRead([0x09], 1);
  t.is(register(b, 0x03), READY);
  t.not(raw(b).pressure, 0x800000, "the data stays");
});

test("what is not enabled is not measured", (t) => {
  const b = bench();
  b.write(0x1b, 0b01_00_10);
  b.wait(20);
  t.is(register(b, 0x03), READY | 0x40);
  const { pressure, temperature } = raw(b);
  t.is(pressure, 0x800000);
  t.not(temperature, 0x800000);
});

test("normal mode measures every 5 ms × 2^odr_sel", (t) => {
  const b = bench();
  b.write(0x1c, 0, 0x1d, 3, 0x1b, NORMAL);
  b.wait(6);
  const first = raw(b).pressure;
  b.wait(39);
  t.is(raw(b).pressure, first);
  b.wait(1);
  t.not(raw(b).pressure, first);
});

test("normal mode with more oversampling than the data rate allows is a configuration error, and sleep", (t) => {
  const b = bench();
  b.write(0x1c, 0b000_011, 0x1d, 0, 0x1b, NORMAL);
  t.is(register(b, 0x1b), SLEEP);
  t.is(register(b, 0x02), 0x04);
  t.is(register(b, 0x02), 0, "cleared by reading");
});

test("resolution is 16 bits at one sample, 21 at 32, and all 24 with the filter", (t) => {
  const lowBits = (osr: number, config: number) => {
    const b = bench();
    let bits = 0;
    for (let i = 0; i < 12; i++) {
      b.write(0x1f, config, 0x1c, osr | (osr << 3), 0x1b, FORCED);
      b.wait(200);
      bits |= raw(b).pressure | raw(b).temperature;
      b.write(0x1b, SLEEP, 0x1b, FORCED);
      b.wait(200);
      bits |= raw(b).pressure | raw(b).temperature;
    }
    return bits & 0xff;
  };
  t.is(lowBits(0, 0), 0);
  t.is(lowBits(2, 0) & 0x3f, 0);
  t.is(lowBits(5, 0) & 0x07, 0);
  t.not(lowBits(5, 0), 0);
  t.not(lowBits(0, 0x02) & 0x3f, 0);
});

test("the filter mixes (coefficient × old + new) / (coefficient + 1), and starts anew when it is set", (t) => {
  const b = bench();
  const measured = () => {
    b.write(0x1b, FORCED);
    b.wait(200);
    return raw(b).temperature;
  };
  b.write(0x1c, 0b101_000, 0x1f, 0x04);
  b.chip.setChannel("temperature", 20);
  const from = measured();
  b.chip.setChannel("temperature", 60);
  const to = rawTemperature(TYPICAL_TRIM, 60);
  t.true(Math.abs((measured() - from) / (to - from) - 1 / 4) < 0.001);
  t.true(Math.abs((measured() - from) / (to - from) - 7 / 16) < 0.001);
  b.write(0x1f, 0x04);
  t.true(Math.abs(measured() - to) < 400);
});

test("pressure noise is 0.9 Pa at 16 samples", (t) => {
  const b = bench();
  const mean = rawPressure(TYPICAL_TRIM, 25, 101_325);
  const perPascal = rawPressure(TYPICAL_TRIM, 25, 101_324) - mean;
  let squares = 0;
  for (let i = 0; i < 500; i++) {
    b.write(0x1c, 4, 0x1b, FORCED);
    b.wait(100);
    squares += ((raw(b).pressure - mean) / perPascal) ** 2;
  }
  t.true(Math.abs(Math.sqrt(squares / 500) - 0.9) < 0.1);
});

test("0xB6 in the command register and a power cycle reset it; for 2 ms it does not answer", (t) => {
  for (const restart of [(b: Bench) => b.chip.powerCycle(), (b: Bench) => b.write(0x7e, 0xb6)]) {
    const b = bench();
    register(b, 0x10);
    b.write(0x1c, 0, 0x1d, 5, 0x1b, FORCED);
    restart(b);
    b.wait(1);
    t.throws(() => register(b, 0x00));
    b.wait(1);
    t.is(register(b, 0x00), 0x60);
    t.is(register(b, 0x10), 1);
    t.deepEqual([...b.writeRead([0x1b], 3)], [0, 0x02, 0]);
    b.wait(50);
    t.is(raw(b).pressure, 0x800000, "the measurement is lost");
  }
});

test("another command is an error that the error register tells once", (t) => {
  const b = bench();
  b.write(0x7e, 0x55);
  t.is(register(b, 0x02), 0x02);
  t.is(register(b, 0x02), 0);
});

test("a read that is under way sees one measurement only", (t) => {
  let ticks = 0;
  const chip = new BMP390Chip({ clock: { ticks: () => ticks }, random: new Random(1) });
  chip.start(0x76, false);
  chip.write(0x1b);
  chip.write(FORCED);
  chip.stop();
  chip.start(0x76, false);
  chip.write(0x04);
  chip.start(0x76, true);
  const first = chip.read();
  ticks = 50;
  t.deepEqual([first, chip.read(), chip.read()], [0, 0, 0x80]);
});

test("what the datasheet does not know is a violation", (t) => {
  const b = bench();
  const violation = { instanceOf: ProtocolViolation };
  t.throws(() => register(b, 0x0a), { ...violation, message: "bmp390: no register 0x0a to read (§4.2)" });
  t.throws(() => b.write(0x00, 1), { ...violation, message: "bmp390: no register 0x00 to write (§4.2)" });
  t.throws(() => b.write(0x1c, 0x06), violation);
  t.throws(() => b.write(0x1d, 0x12), violation);
  b.write(0x1d, 5, 0x1b, NORMAL);
  t.throws(() => b.write(0x1b, FORCED), violation, "without sleep between");
});
