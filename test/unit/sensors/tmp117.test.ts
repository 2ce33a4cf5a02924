import test from "ava";
import type { SensorFault } from "../../../firmware/model/sensor.js";
import { TMP117 } from "../../../firmware/sensors/tmp117.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { fakeI2C } from "./fakes.js";

/** 16-bit registers; a one-shot conversion ends at once with the `temperature` word that is in register 0. */
function open(temperature: number, options: object = {}) {
  const clock = new VirtualClock();
  const registers = new Uint16Array(16);
  registers[0x00] = temperature;
  registers[0x01] = 0x0220;
  registers[0x0f] = 0x1117;
  const { io, sent } = fakeI2C({
    write(bytes) {
      const word = (bytes[1]! << 8) | bytes[2]!;
      registers[bytes[0]!] = (word & 0x0c00) === 0x0c00 ? (word & ~0x0c00) | 0x2400 : word;
    },
    writeRead(bytes, into) {
      const register = bytes[0]!;
      into.set([registers[register]! >> 8, registers[register]! & 0xff]);
      if (register === 0x01) registers[0x01]! &= ~0x2000;
    },
  });
  return { clock, sent, registers, sensor: new TMP117({ sensor: { io, data: 21, clock: 22 }, clock, ...options }) };
}

function sampled({ clock, sensor }: ReturnType<typeof open>) {
  for (let calls = 0; calls < 100; calls++) {
    const reading = sensor.sample();
    if (reading) return reading;
    clock.advanceTo(clock.ticks() + sensor.readyInMs);
  }
  throw new Error("no reading");
}

for (const [word, celsius] of [
  [0xf380, -25],
  [0xfff0, -0.125],
  [0xffff, -0.0078125],
  [0x0000, 0],
  [0x0001, 0.0078125],
  [0x0010, 0.125],
  [0x0080, 1],
  [0x0c80, 25],
  [0x3200, 100],
] as const) {
  test(`table 7-1: 0x${word.toString(16)} is ${celsius} °C`, (t) => {
    t.deepEqual(sampled(open(word)), { temperature: celsius });
  });
}

test("table 7-1's ends are no temperatures: −256 °C is the reset value, 255.99 °C out of range", (t) => {
  t.is(t.throws<SensorFault>(() => sampled(open(0x8000)))?.quality, "bus");
  t.is(t.throws<SensorFault>(() => sampled(open(0x7fff)))?.quality, "out-of-range");
});

for (const [averaging, low, waitMs] of [
  [1, 0x00, 19],
  [8, 0x20, 141],
  [32, 0x40, 561],
  [64, 0x60, 1121],
] as const) {
  test(`an average of ${averaging} is one shot of ${waitMs} ms`, (t) => {
    const { sent, sensor } = open(0, { averaging });
    t.is(sensor.sample(), undefined);
    t.deepEqual(sent, [[0x01, 0x0c, low]]);
    t.is(sensor.readyInMs, waitMs);
  });
}

test("another chip at the address is told of by its id", (t) => {
  const bench = open(0);
  bench.registers[0x0f] = 0x1116;
  t.throws(() => sampled(bench), { message: "tmp117: device id 0x116 is not 0x117" });
});

test("a reset during a conversion is a fault, whatever its EEPROM makes it do then", (t) => {
  // Continuous and ready; shut down with nothing converted; continuous, not ready yet.
  for (const configuration of [0x2220, 0x0420, 0x0220]) {
    const bench = open(0x0c80);
    bench.sensor.sample();
    bench.clock.advanceTo(bench.sensor.readyInMs);
    bench.registers[0x01] = configuration;
    t.throws(() => bench.sensor.sample(), { message: "tmp117: was reset during a conversion" });
    t.deepEqual(sampled(bench), { temperature: 25 });
  }
});

test("a conversion is waited for, but not for ever", (t) => {
  const bench = open(0x0c80);
  bench.sensor.sample();
  bench.clock.advanceTo(bench.sensor.readyInMs);
  bench.registers[0x01] = 0x0c20;
  t.is(bench.sensor.sample(), undefined);
  t.is(bench.sensor.readyInMs, 1);
  t.throws(() => sampled(bench), { message: "tmp117: a conversion does not end" });
});
