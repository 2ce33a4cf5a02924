import test from "ava";
import { ADXL345 } from "../../../firmware/sensors/adxl345.js";
import { BlockRate } from "../../../firmware/sensors/block-rate.js";
import { IIS3DWB } from "../../../firmware/sensors/iis3dwb.js";
import { LIS3DH } from "../../../firmware/sensors/lis3dh.js";
import type { SPI, SPIConstructor } from "../../../firmware/ports/io.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { Random } from "../../../simulator/random.js";
import { fakeI2C } from "./fakes.js";

const G = 9.80665;

function near(value: number, wanted: number): boolean {
  return Math.abs(value - wanted) < 1e-9;
}

/** A register file; a write goes on to the next register, as both parts do when they are told to. */
function registers(values: Record<number, number>, mask: number) {
  const file = new Uint8Array(128);
  for (const [register, value] of Object.entries(values)) file[Number(register)] = value;
  const { io, sent } = fakeI2C({
    write: (bytes) => file.set(bytes.subarray(1), bytes[0]! & mask),
    writeRead: (bytes, into) => into.set(file.subarray(bytes[0]! & mask, (bytes[0]! & mask) + into.length)),
  });
  return { file, sent, sensor: { io, data: 21, clock: 22 } };
}

function settle(sensor: { sample(): object | undefined; readonly readyInMs: number }, clock: VirtualClock) {
  for (let calls = 0; calls < 20; calls++) {
    const value = sensor.sample();
    if (value !== undefined) return value;
    clock.advanceTo(clock.ticks() + sensor.readyInMs);
  }
  throw new Error("no reading");
}

const LIS3DH_AT_REST = { 0x0f: 0x33, 0x27: 0x0f, 0x2c: 0x00, 0x2d: 0x40 };

test("a LIS3DH is told rate, range and resolution, and gives 1, 2, 4 and 12 mg a digit", (t) => {
  for (const [options, control1, control4, z] of [
    [{ rateHz: 400, rangeG: 2 }, 0x77, 0x88, 1.024],
    [{ rateHz: 1344, rangeG: 4 }, 0x97, 0x98, 2.048],
    [{ rateHz: 10, rangeG: 8 }, 0x27, 0xa8, 4.096],
    [{ rateHz: 5376, rangeG: 16 }, 0x9f, 0xb0, 12.288],
    [{ rateHz: 1600, rangeG: 2 }, 0x8f, 0x80, 1.024],
  ] as const) {
    const { sensor, sent } = registers(LIS3DH_AT_REST, 0x7f);
    const clock = new VirtualClock();
    const part = new LIS3DH({ sensor, clock, ...options });
    const reading = settle(part, clock) as { z: number };
    t.deepEqual(sent.at(-1), [0xa0, control1, 0, 0, control4, 0, 0]);
    t.true(near(reading.z, z * G), `${reading.z}`);
    t.true(near(part.scale * 0x4000, z * G));
  }
});

test("a LIS3DH at the end of its scale has no value", (t) => {
  for (const high of [0x7f, 0x80]) {
    const { sensor } = registers({ ...LIS3DH_AT_REST, 0x29: high, 0x28: high === 0x7f ? 0xf0 : 0 }, 0x7f);
    const clock = new VirtualClock();
    t.throws(() => settle(new LIS3DH({ sensor, clock }), clock), { message: "lis3dh: x is not within ±4 g" });
  }
});

const ADXL345_AT_REST = { 0x00: 0xe5, 0x30: 0x80, 0x36: 0x00, 0x37: 0x01 };

test("an ADXL345 has 256 counts a g in every range", (t) => {
  for (const [rangeG, format] of [
    [2, 0x08],
    [4, 0x09],
    [8, 0x0a],
    [16, 0x0b],
  ] as const) {
    const { sensor, file } = registers(ADXL345_AT_REST, 0x7f);
    const clock = new VirtualClock();
    const reading = settle(new ADXL345({ sensor, clock, rangeG }), clock) as { z: number };
    t.is(file[0x31], format);
    t.is(file[0x2c], 0x0a);
    t.true(near(reading.z, G));
  }
});

test("an ADXL345 takes no rate that its bus cannot carry", (t) => {
  const { sensor } = registers(ADXL345_AT_REST, 0x7f);
  const clock = new VirtualClock();
  t.notThrows(() => new ADXL345({ sensor, clock, rateHz: 800 }));
  t.throws(() => new ADXL345({ sensor, clock, rateHz: 3200 }), {
    instanceOf: RangeError,
    message: "adxl345: rateHz 3200 is not at most 800, which I2C at 400000 Hz allows",
  });
  t.notThrows(() => new ADXL345({ sensor: { ...sensor, hz: 50_000 }, clock }));
  t.throws(() => new ADXL345({ sensor: { ...sensor, hz: 40_000 }, clock }), {
    message: "adxl345: rateHz 100 is not at most 80, which I2C at 40000 Hz allows",
  });
});

test("a part that gives no new values is a fault in the end, and not the old value", (t) => {
  for (const [part, clock] of [LIS3DH, ADXL345].map((Part) => {
    const time = new VirtualClock();
    const rest = Part === LIS3DH ? { ...LIS3DH_AT_REST, 0x27: 0 } : { ...ADXL345_AT_REST, 0x30: 0 };
    return [new Part({ sensor: registers(rest, 0x7f).sensor, clock: time, rateHz: 100 }), time] as const;
  })) {
    const error = t.throws(() => {
      for (;;) {
        part.sample();
        clock.advanceTo(clock.ticks() + Math.max(1, part.readyInMs));
      }
    })!;
    t.regex(error.message, /^(lis3dh|adxl345): gives no new values$/);
    t.true(clock.ticks() < 500);
  }
});

/** An SPI class whose part answers with what `answer` makes of a command. */
function fakeSPI(answer: (command: Uint8Array) => void) {
  const seen = { options: {} as { hz?: number; mode?: number }, selected: false };
  const io = class implements SPI {
    constructor(options: object) {
      seen.options = options;
    }
    transfer(bytes: Uint8Array): void {
      seen.selected = true;
      answer(bytes);
    }
    flush(deselect?: boolean): void {
      if (deselect) seen.selected = false;
    }
    close(): void {}
  } as unknown as SPIConstructor;
  return { seen, sensor: { io, clock: 18, out: 23, in: 19, select: 5 } };
}

test("an IIS3DWB is spoken to at 10 MHz in mode 3, and each command ends its selection", (t) => {
  const { seen, sensor } = fakeSPI((command) => command.fill(0xff));
  const clock = new VirtualClock();
  const part = new IIS3DWB({ sensor, clock });
  t.like(seen.options, { hz: 10_000_000, mode: 3, select: 5 });
  clock.advanceTo(20);
  t.throws(() => part.sample(), { message: "iis3dwb: WHO_AM_I 0xff is not 0x7b" });
  t.false(seen.selected);
});

test("SPI that the part does not understand is refused before anything is opened", (t) => {
  const { seen, sensor } = fakeSPI(() => {});
  const clock = new VirtualClock();
  t.throws(() => new IIS3DWB({ sensor: { ...sensor, mode: 1 }, clock }), {
    instanceOf: RangeError,
    message: "iis3dwb: mode 1 is not one of 3, 0",
  });
  t.throws(() => new IIS3DWB({ sensor: { ...sensor, hz: 20_000_000 }, clock }), {
    message: "iis3dwb: hz 20000000 is not in 1 to 10000000",
  });
  t.deepEqual(seen.options, {});
});

test("an SPI class that throws is a bus fault", (t) => {
  const { sensor } = fakeSPI(() => {
    throw new Error("busy");
  });
  const clock = new VirtualClock();
  const part = new IIS3DWB({ sensor, clock });
  clock.advanceTo(20);
  const error = t.throws(() => part.sample()) as Error & { quality: string };
  t.is(error.quality, "bus");
  t.is(error.message, "iis3dwb: no transfer (busy)");
});

test("a rate is measured to a percent after a second, and to a tenth after ten, whatever the reads' rhythm", (t) => {
  const random = new Random(3);
  for (const trueHz of [97, 1290, 26_100]) {
    const rate = new BlockRate();
    rate.start(100);
    let [ticks, seen] = [0, 0];
    rate.add(0, 0);
    const runUntil = (end: number) => {
      while (ticks < end) {
        ticks += 5 + Math.floor(random.next() * 15);
        const total = Math.floor((ticks * trueHz) / 1000);
        rate.add(total - seen, ticks);
        seen = total;
      }
    };
    t.is(rate.rateHz, 100);
    runUntil(3000);
    t.true(Math.abs(rate.rateHz / trueHz - 1) < 0.01, `${rate.rateHz}`);
    runUntil(60_000);
    t.true(Math.abs(rate.rateHz / trueHz - 1) < 0.001, `${rate.rateHz}`);
  }
});

test("a rate follows its part, and what was lost does not count", (t) => {
  const rate = new BlockRate();
  rate.start(1000);
  rate.add(0, 0);
  let ticks = 0;
  const run = (seconds: number, perRead: number) => {
    for (let i = 0; i < seconds * 50; i++) rate.add(perRead, (ticks += 20));
  };
  run(30, 20);
  t.is(rate.rateHz, 1000);
  ticks += 5000;
  rate.interrupt();
  rate.add(32, ticks);
  t.is(rate.rateHz, 1000);
  run(40, 21);
  t.is(rate.rateHz, 1050);
});

test("the bandwidth of an accelerometer is that of its rate and mode, where it is not fixed", (t) => {
  const { sensor } = registers(LIS3DH_AT_REST, 0x7f);
  const clock = new VirtualClock();
  t.is(new LIS3DH({ sensor, clock, rateHz: 1344 }).bandwidthHz, 1344 / 9);
  t.is(new LIS3DH({ sensor, clock, rateHz: 5376 }).bandwidthHz, 2688);
  t.is(new ADXL345({ sensor: { ...sensor, hz: 400_000 }, clock, rateHz: 800 }).bandwidthHz, 400);
});
