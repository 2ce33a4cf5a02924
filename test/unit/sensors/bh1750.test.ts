import test from "ava";
import type { SensorFault } from "../../../firmware/model/sensor.js";
import { BH1750 } from "../../../firmware/sensors/bh1750.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { fakeI2C } from "./fakes.js";

/** Gives `counts` in turn, the last for ever. */
function open(counts: number[], options: object = {}) {
  const clock = new VirtualClock();
  let reads = 0;
  const { io, sent } = fakeI2C({
    read(into) {
      const count = counts[Math.min(reads++, counts.length - 1)]!;
      into.set([count >> 8, count & 0xff]);
    },
  });
  return { clock, sent, sensor: new BH1750({ sensor: { io, data: 21, clock: 22 }, clock, ...options }) };
}

function sampled({ clock, sensor }: ReturnType<typeof open>) {
  for (let calls = 0; calls < 10; calls++) {
    const reading = sensor.sample();
    if (reading) return reading;
    clock.advanceTo(clock.ticks() + sensor.readyInMs);
  }
  throw new Error("no reading");
}

test("the example of page 10, 0x8390, is 28067 lx", (t) => {
  t.is(Math.round(sampled(open([0x8390])).illuminance), 28067);
});

test("the example of page 7, 0x0110, is 227 lx", (t) => {
  t.is(Math.round(sampled(open([0x0110])).illuminance), 227);
});

for (const [measurementTime, high, low, waitMs, perCount] of [
  [69, 0x42, 0x65, 181, 1 / 1.2],
  [138, 0x44, 0x6a, 361, 0.5 / 1.2],
  [31, 0x40, 0x7f, 82, 69 / 31 / 1.2],
  [254, 0x47, 0x7e, 664, 69 / 254 / 1.2],
] as const) {
  test(`with measurement time ${measurementTime} a count is ${perCount.toFixed(3)} lx and takes ${waitMs} ms`, (t) => {
    const bench = open([1000], { measurementTime });
    t.is(bench.sensor.sample(), undefined);
    t.deepEqual(bench.sent, [[0x01], [0x07], [high], [low], [0x20]]);
    t.is(bench.sensor.readyInMs, waitMs);
    const { illuminance } = sampled(bench);
    t.true(Math.abs(illuminance - 1000 * perCount) < 1e-9, String(illuminance));
  });
}

test("a measurement keeps the measurement time with which it was started", (t) => {
  const bench = open([1200]);
  bench.sensor.sample();
  bench.sensor.configure({ measurementTime: 138 });
  t.is(sampled(bench).illuminance, 1000);
  t.is(sampled(bench).illuminance, 500);
});

test("darkness is believed the second time", (t) => {
  const dark = open([0]);
  t.deepEqual(sampled(dark), { illuminance: 0 });
  t.is(dark.sent.length, 10);
  const reset = open([0, 0, 1200]);
  t.deepEqual(sampled(reset), { illuminance: 1000 });
});

test("two readings that differ are a fault, and the end of scale is out of range", (t) => {
  t.is(t.throws<SensorFault>(() => sampled(open([1000, 1001])))?.quality, "bus");
  t.is(t.throws<SensorFault>(() => sampled(open([0xffff])))?.quality, "out-of-range");
});
