import test from "ava";
import { BME280Chip } from "../../../../simulator/chips/bme280.js";
import {
  rawHumidity,
  rawPressure,
  rawTemperature,
  trimBytes,
  TYPICAL_TRIM,
} from "../../../../simulator/chips/bme280-trim.js";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { Random } from "../../../../simulator/random.js";
import { ChipBench } from "./bench.js";

const bench = (seed?: number) => new ChipBench((surroundings) => new BME280Chip(surroundings), seed);
type Bench = ReturnType<typeof bench>;
const register = (b: Bench, address: number) => b.writeRead([address], 1)[0]!;
const raw = (b: Bench) => {
  const d = b.writeRead([0xf7], 8);
  return {
    pressure: (d[0]! << 12) | (d[1]! << 4) | (d[2]! >> 4),
    temperature: (d[3]! << 12) | (d[4]! << 4) | (d[5]! >> 4),
    humidity: (d[6]! << 8) | d[7]!,
  };
};
const NOTHING = { pressure: 0x80000, temperature: 0x80000, humidity: 0x8000 };
/** Forced mode, all three once: at most 1.25 + 3 × 2.3 + 2 × 0.575 = 9.3 ms. */
const FORCED = 0b001_001_01;
const NORMAL = 0b001_001_11;

test("Bosch's worked example: 519888 is 25.08 °C and 415148 is 100653.27 Pa", (t) => {
  const celsius = 128422 / 5120;
  t.is(Math.round(rawTemperature(TYPICAL_TRIM, celsius)), 519888);
  t.is(Math.round(rawPressure(TYPICAL_TRIM, celsius, 100653.27)), 415148);
});

test("over the whole range a raw word exists for every temperature, pressure and humidity", (t) => {
  for (const celsius of [-40, 0, 40, 85]) {
    const words = [
      rawTemperature(TYPICAL_TRIM, celsius) / 16,
      rawPressure(TYPICAL_TRIM, celsius, 30_000) / 16,
      rawPressure(TYPICAL_TRIM, celsius, 110_000) / 16,
      rawHumidity(TYPICAL_TRIM, celsius, 0),
      rawHumidity(TYPICAL_TRIM, celsius, 100),
    ];
    for (const word of words) t.true(word > 1000 && word < 64000, `${celsius} °C: ${word}`);
  }
});

test("the trim lies in its registers as the datasheet's table says, H4 and H5 sharing a byte", (t) => {
  const b = bench();
  const low = b.writeRead([0x88], 26);
  t.is(low[0]! | (low[1]! << 8), 27504);
  t.is(((low[4]! | (low[5]! << 8)) << 16) >> 16, -1000, "dig_T3 is signed");
  t.is(low[25], 75, "dig_H1 at 0xA1");
  const { high } = trimBytes({ ...TYPICAL_TRIM, h4: 0x123, h5: -2 });
  t.deepEqual([...high.subarray(3, 6)], [0x12, 0xe3, 0xff]);
});

test("it says who it is, and is asleep and empty after power-up", (t) => {
  const b = bench();
  t.is(register(b, 0xd0), 0x60);
  t.deepEqual([...b.writeRead([0xf2], 4)], [0, 0, 0, 0]);
  t.deepEqual(raw(b), NOTHING);
});

test("forced mode measures once, for 9.3 ms, shows it in the status and goes back to sleep", (t) => {
  const b = bench();
  b.write(0xf2, 1, 0xf4, FORCED);
  t.is(register(b, 0xf3), 0x08);
  t.is(register(b, 0xf4), FORCED);
  b.wait(9);
  t.deepEqual(raw(b), NOTHING);
  b.wait(1);
  t.is(register(b, 0xf3), 0);
  t.is(register(b, 0xf4), FORCED & ~3);
  const first = raw(b);
  t.notDeepEqual(first, NOTHING);
  b.wait(1000);
  t.deepEqual(raw(b), first, "the result stays until the next measurement ends");
});

test("a read that comes too early gives the result before", (t) => {
  const b = bench();
  b.write(0xf4, FORCED);
  b.wait(10);
  const first = raw(b);
  b.chip.setChannel("temperature", 60);
  b.write(0xf4, FORCED);
  b.wait(5);
  t.deepEqual(raw(b), first);
  b.wait(5);
  t.true(raw(b).temperature > first.temperature);
});

test("ctrl_hum takes effect only after ctrl_meas is written", (t) => {
  const b = bench();
  b.write(0xf4, NORMAL);
  b.write(0xf2, 1);
  t.is(register(b, 0xf2), 1);
  b.wait(1000);
  t.is(raw(b).humidity, 0x8000);
  b.write(0xf4, NORMAL);
  b.wait(1000);
  t.not(raw(b).humidity, 0x8000);
});

test("a quantity that is skipped reads 0x80000, humidity 0x8000", (t) => {
  const b = bench();
  b.write(0xf2, 0, 0xf4, 0b001_000_01);
  b.wait(10);
  const { temperature, ...skipped } = raw(b);
  t.not(temperature, 0x80000);
  t.deepEqual(skipped, { pressure: 0x80000, humidity: 0x8000 });
});

test("a burst sees one measurement, though the next ends during it; two reads may see two", (t) => {
  const b = bench();
  const { chip } = b;
  chip.setChannel("temperature", 80);
  b.write(0xf2, 1, 0xf4, NORMAL);
  b.wait(10);
  const before = raw(b).temperature >> 12;
  chip.start(0x44, false);
  chip.write(0xf7);
  chip.start(0x44, true);
  for (let i = 0; i < 3; i++) chip.read();
  chip.setChannel("temperature", -40);
  b.wait(100);
  t.is(chip.read(), before);
  chip.stop();
  t.not(register(b, 0xfa), before);
});

test("normal mode measures again after each standby", (t) => {
  const b = bench();
  b.write(0xf5, 0b011_000_00);
  b.write(0xf4, NORMAL);
  b.wait(7);
  const first = raw(b);
  b.wait(250);
  t.deepEqual(raw(b), first);
  t.is(register(b, 0xf3), 0x08, "6.425 + 250 ms: the next one is running");
  b.wait(6);
  t.notDeepEqual(raw(b), first);
});

test("a change of mode waits for the running measurement; further changes are lost", (t) => {
  const b = bench();
  b.write(0xf4, FORCED);
  b.wait(1);
  b.write(0xf4, NORMAL);
  b.write(0xf4, 0);
  b.wait(1000);
  t.is(register(b, 0xf4), NORMAL);
});

test("without filter the resolution is 16 bits and one more per step of oversampling; with it 20 bits", (t) => {
  const lowest = (config: number, control: number) => {
    const b = bench();
    b.write(0xf5, config);
    b.write(0xf4, control);
    let bits = 0;
    for (let i = 0; i < 50; i++) {
      b.write(0xf4, control);
      b.wait(100);
      bits |= raw(b).temperature;
    }
    return bits & -bits;
  };
  t.is(lowest(0, 0b001_001_01), 16);
  t.is(lowest(0, 0b011_001_01), 4);
  t.is(lowest(0b000_001_00, 0b001_001_01), 1);
});

test("the filter starts at the first value and goes a share of the way at each measurement", (t) => {
  const b = bench();
  const measured = () => {
    b.write(0xf4, 0b101_000_01);
    b.wait(100);
    return raw(b).temperature;
  };
  b.write(0xf5, 0b000_010_00);
  b.chip.setChannel("temperature", 20);
  const from = measured();
  b.chip.setChannel("temperature", 60);
  const to = rawTemperature(TYPICAL_TRIM, 60);
  t.true(Math.abs((measured() - from) / (to - from) - 1 / 4) < 0.001);
  t.true(Math.abs((measured() - from) / (to - from) - 7 / 16) < 0.001);
  b.write(0xf5, 0b000_010_00);
  t.true(Math.abs(measured() - to) < 200, "a write to config starts it anew");
});

test("noise is the datasheet's: 3.3 Pa at single oversampling, 1.3 Pa at sixteenfold", (t) => {
  const spread = (control: number) => {
    const b = bench();
    const mean = rawPressure(TYPICAL_TRIM, 25, 101_325);
    const perPascal = rawPressure(TYPICAL_TRIM, 25, 101_324) - mean;
    let squares = 0;
    for (let i = 0; i < 500; i++) {
      b.write(0xf4, control);
      b.wait(100);
      squares += ((raw(b).pressure - mean) / perPascal) ** 2;
    }
    return Math.sqrt(squares / 500);
  };
  t.true(Math.abs(spread(0b001_001_01) - 3.4) < 0.3);
  t.true(Math.abs(spread(0b001_101_01) - 1.3) < 0.15);
});

test("a power cycle, and 0xB6 in reset, put everything back; for 2 ms the trim is being copied", (t) => {
  for (const restart of [(b: Bench) => b.chip.powerCycle(), (b: Bench) => b.write(0xe0, 0xb6)]) {
    const b = bench();
    b.write(0xf2, 1, 0xf5, 0xa0, 0xf4, FORCED);
    b.wait(20);
    restart(b);
    t.is(register(b, 0xf3), 0x01);
    t.is(register(b, 0x88), 0);
    b.wait(2);
    t.is(register(b, 0xf3), 0);
    t.is(register(b, 0x88), 27504 & 0xff);
    t.deepEqual([...b.writeRead([0xf2], 4)], [0, 0, 0, 0]);
    t.deepEqual(raw(b), NOTHING);
  }
});

test("another value in reset does nothing", (t) => {
  const b = bench();
  b.write(0xf2, 1);
  b.write(0xe0, 0x00);
  t.is(register(b, 0xf2), 1);
});

test("what the datasheet does not know is a violation: other registers, config in normal mode", (t) => {
  const b = bench();
  const violation = { instanceOf: ProtocolViolation };
  t.throws(() => register(b, 0x00), { ...violation, message: "bme280: no register 0x00 to read (§5.3)" });
  t.throws(() => b.writeRead([0xfe], 2), violation);
  t.throws(() => b.write(0xd0, 1), { ...violation, message: "bme280: no register 0xd0 to write (§5.3)" });
  b.write(0xf4, NORMAL);
  t.throws(() => b.write(0xf5, 0), violation);
});

test("time that runs backwards is a violation", (t) => {
  let ticks = 10;
  const chip = new BME280Chip({ clock: { ticks: () => ticks }, random: new Random(1) });
  ticks = 9;
  t.throws(() => chip.start(0x76, true), { instanceOf: ProtocolViolation });
});
