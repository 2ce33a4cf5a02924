import test from "ava";
import type { SensorFault } from "../../../firmware/model/sensor.js";
import { SHT3x } from "../../../firmware/sensors/sht3x.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { fakeI2C } from "./fakes.js";

function open(bytes: number[], options: object = {}) {
  const clock = new VirtualClock();
  const { io, sent } = fakeI2C({ read: (into) => into.set(bytes) });
  return { clock, sent, sensor: new SHT3x({ sensor: { io, data: 21, clock: 22 }, clock, ...options }) };
}

function sampled({ clock, sensor }: ReturnType<typeof open>) {
  for (let calls = 0; calls < 10; calls++) {
    const reading = sensor.sample();
    if (reading) return reading;
    clock.advanceTo(clock.ticks() + sensor.readyInMs);
  }
  throw new Error("no reading");
}

test("the datasheet's checksum example 0xBEEF 0x92 converts by section 4.13", (t) => {
  const { thermometer, hygrometer } = sampled(open([0xbe, 0xef, 0x92, 0xbe, 0xef, 0x92]));
  t.is(thermometer.temperature, -45 + (175 * 48879) / 65535);
  t.is(hygrometer.humidity, (100 * 48879) / 65535);
});

for (const [repeatability, command, waitMs] of [
  ["low", [0x24, 0x16], 6],
  ["medium", [0x24, 0x0b], 8],
  ["high", [0x24, 0x00], 17],
] as const) {
  test(`at ${repeatability} repeatability it breaks, resets, then measures for ${waitMs} ms without clock stretching`, (t) => {
    const { clock, sent, sensor } = open([], { repeatability });
    const waits = [];
    for (let i = 0; i < 3; i++) {
      t.is(sensor.sample(), undefined);
      waits.push(sensor.readyInMs);
      clock.advanceTo(clock.ticks() + sensor.readyInMs);
    }
    t.deepEqual(sent, [[0x30, 0x93], [0x30, 0xa2], [...command]]);
    t.deepEqual(waits, [2, 3, waitMs]);
  });
}

test("a temperature at either end of the scale is out of range", (t) => {
  for (const bytes of [
    [0, 0, 0x81, 0xbe, 0xef, 0x92],
    [0xff, 0xff, 0xac, 0xbe, 0xef, 0x92],
  ]) {
    const fault = t.throws<SensorFault>(() => sampled(open(bytes)));
    t.is(fault?.quality, "out-of-range");
  }
});

test("a bus stuck at either level does not pass the checksum", (t) => {
  for (const level of [0x00, 0xff]) {
    const fault = t.throws<SensorFault>(() => sampled(open(new Array<number>(6).fill(level))));
    t.is(fault?.quality, "checksum");
  }
});

test("an address that the part cannot have is refused", (t) => {
  const sensor = { io: fakeI2C({}).io, data: 21, clock: 22, address: 0x46 };
  t.throws(() => new SHT3x({ sensor, clock: new VirtualClock() }), {
    instanceOf: RangeError,
    message: "sht3x: address 0x46 is not one of 0x44, 0x45",
  });
});
