import test from "ava";
import type { SensorFault } from "../../../firmware/model/sensor.js";
import { MCP9808 } from "../../../firmware/sensors/mcp9808.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { fakeI2C } from "./fakes.js";

/** Registers of 16 bits but the 8-bit one at 0x08; `ambient` is what a conversion gives. */
function open(ambient: number, options: object = {}) {
  const clock = new VirtualClock();
  const registers = new Uint16Array(16);
  registers[0x05] = ambient;
  registers[0x06] = 0x0054;
  registers[0x07] = 0x0401;
  registers[0x08] = 3;
  const { io, sent } = fakeI2C({
    write: (bytes) => void (registers[bytes[0]!] = bytes.length === 2 ? bytes[1]! : (bytes[1]! << 8) | bytes[2]!),
    writeRead: (bytes, into) => into.set([registers[bytes[0]!]! >> 8, registers[bytes[0]!]! & 0xff]),
  });
  return { clock, sent, registers, sensor: new MCP9808({ sensor: { io, data: 21, clock: 22 }, clock, ...options }) };
}

function sampled({ clock, sensor }: ReturnType<typeof open>) {
  for (let calls = 0; calls < 10; calls++) {
    const reading = sensor.sample();
    if (reading) return reading;
    clock.advanceTo(clock.ticks() + sensor.readyInMs);
  }
  throw new Error("no reading");
}

for (const [word, celsius] of [
  [0x0194, 25.25],
  [0x0000, 0],
  [0x0001, 0.0625],
  [0x1fff, -0.0625],
  [0x1e6c, -25.25],
  [0xc194, 25.25],
  [0x3d80, -40],
  [0x07d0, 125],
] as const) {
  test(`0x${word.toString(16).padStart(4, "0")} is ${celsius} °C, whatever the alert flags say`, (t) => {
    t.deepEqual(sampled(open(word)), { temperature: celsius });
  });
}

for (const [resolution, code, waitMs] of [
  [0.5, 0, 37],
  [0.25, 1, 79],
  [0.125, 2, 157],
  [0.0625, 3, 301],
] as const) {
  test(`at ${resolution} °C it shuts down, sets its mark and converts for ${waitMs} ms`, (t) => {
    const { sent, sensor } = open(0, { resolution });
    t.is(sensor.sample(), undefined);
    t.deepEqual(sent, [
      [0x01, 0x01, 0x00],
      [0x04, 0x07, 0xd0],
      [0x08, code],
      [0x01, 0x00, 0x00],
    ]);
    t.is(sensor.readyInMs, waitMs);
  });
}

test("another maker's or another chip is told of by its id", (t) => {
  const other = open(0);
  other.registers[0x06] = 0x0049;
  t.throws(() => sampled(other), { message: "mcp9808: manufacturer id 0x49 is not 0x54" });
  const older = open(0);
  older.registers[0x07] = 0x0201;
  t.throws(() => sampled(older), { message: "mcp9808: device id 0x2 is not 0x4" });
});

test("0 °C without the mark is a reset, with it a temperature", (t) => {
  const bench = open(0);
  t.deepEqual(sampled(bench), { temperature: 0 });
  bench.sensor.sample();
  bench.clock.advanceTo(bench.clock.ticks() + bench.sensor.readyInMs);
  bench.registers[0x04] = 0;
  t.throws(() => bench.sensor.sample(), { message: "mcp9808: was reset during a conversion" });
  t.deepEqual(sampled(bench), { temperature: 0 });
});

test("what the part cannot measure is out of range", (t) => {
  for (const word of [0x0fff, 0x1000]) {
    t.is(t.throws<SensorFault>(() => sampled(open(word)))?.quality, "out-of-range");
  }
});
