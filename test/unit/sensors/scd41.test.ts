import test from "ava";
import { crc8 } from "../../../firmware/data/crc.js";
import type { SensorFault } from "../../../firmware/model/sensor.js";
import { SCD41 } from "../../../firmware/sensors/scd41.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { fakeI2C } from "./fakes.js";

/** The datasheet's example of read_measurement (section 3.5.2): 500 ppm, 25 °C, 37 %RH, with its checksums. */
const EXAMPLE = [0x01, 0xf4, 0x33, 0x66, 0x67, 0xa2, 0x5e, 0xb9, 0x3c];
const GETTERS: Record<number, number> = { 0x2318: 0x241d, 0x2322: 0x2427, 0x2313: 0x2416 };

/** Keeps settings; `part.ready` is its data ready word, `part.reading` what it then sends. */
function open(options: object = {}) {
  const clock = new VirtualClock();
  const part = { ready: 0x8006, reading: EXAMPLE, keeps: true };
  const words: Record<number, number> = {};
  let answer: number[] = [];
  const withCode = (word: number) => [word >> 8, word & 0xff, crc8(Uint8Array.of(word >> 8, word & 0xff))];
  const { io, sent } = fakeI2C({
    write(bytes) {
      const command = (bytes[0]! << 8) | bytes[1]!;
      if (bytes.length === 5) words[command] = part.keeps ? (bytes[2]! << 8) | bytes[3]! : 0x55;
      answer =
        command === 0xec05 ? part.reading : withCode(command === 0xe4b8 ? part.ready : words[GETTERS[command]!]!);
    },
    read: (into) => into.set(answer.slice(0, into.length)),
  });
  return { clock, sent, part, sensor: new SCD41({ sensor: { io, data: 21, clock: 22 }, clock, ...options }) };
}

function sampled({ clock, sensor }: ReturnType<typeof open>) {
  for (let calls = 0; calls < 60; calls++) {
    const reading = sensor.sample();
    if (reading) return reading;
    clock.advanceTo(clock.ticks() + sensor.readyInMs);
  }
  throw new Error("no reading");
}

test("the datasheet's example is 500 ppm, 25 °C and 37 %RH", (t) => {
  const { carbonDioxideDetector, thermometer, hygrometer } = sampled(open());
  t.is(carbonDioxideDetector.CO2, 500);
  t.is(thermometer.temperature.toFixed(1), "25.0");
  t.is(hygrometer.humidity.toFixed(1), "37.0");
});

test("the datasheet's examples of settings are what it sends: 5.4 °C, 1950 m, self-calibration on", (t) => {
  const bench = open({ offsetCelsius: 5.4, altitudeMetres: 1950, selfCalibration: true });
  sampled(bench);
  t.deepEqual(bench.sent, [
    [0x3f, 0x86],
    [0x24, 0x1d, 0x07, 0xe6, 0x48],
    [0x24, 0x27, 0x07, 0x9e, 0x09],
    [0x24, 0x16, 0x00, 0x01, 0xb0],
    [0x23, 0x18],
    [0x23, 0x22],
    [0x23, 0x13],
    [0x21, 0xb1],
    [0xe4, 0xb8],
    [0xec, 0x05],
  ]);
});

test("it waits half a second for the stop, 5 s for a reading", (t) => {
  const { clock, sensor } = open();
  const waits = [];
  for (let i = 0; i < 10; i++) {
    sensor.sample();
    waits.push(sensor.readyInMs);
    clock.advanceTo(clock.ticks() + sensor.readyInMs);
  }
  t.deepEqual(waits, [501, 2, 2, 2, 2, 2, 2, 5001, 2, 2]);
  t.truthy(sensor.sample());
  t.is(sensor.readyInMs, 5001);
});

test("a part that keeps not what it was told is a fault", (t) => {
  const bench = open();
  bench.part.keeps = false;
  t.throws(() => sampled(bench), { message: "scd41: does not keep its settings" });
});

test("a part that is never ready is a fault, and is begun with anew", (t) => {
  const bench = open();
  bench.part.ready = 0x8000;
  t.throws(() => sampled(bench), { message: "scd41: does not measure" });
  bench.part.ready = 0x0001;
  bench.sent.length = 0;
  t.is(sampled(bench).carbonDioxideDetector.CO2, 500);
  t.deepEqual(bench.sent[0], [0x3f, 0x86]);
});

test("a wrong checksum costs one reading; measurement goes on", (t) => {
  const bench = open();
  for (const at of [2, 5, 8]) {
    bench.part.reading = EXAMPLE.map((byte, i) => (i === at ? byte ^ 0x10 : byte));
    t.is(t.throws<SensorFault>(() => sampled(bench))?.quality, "checksum");
  }
  bench.part.reading = EXAMPLE;
  sampled(bench);
  t.is(bench.sent.filter(([high]) => high === 0x3f).length, 1);
});

test("what the part cannot measure is out of range", (t) => {
  const bench = open();
  for (const [at, word] of [
    [0, 0x9c41],
    [3, 0x0000],
    [3, 0xffff],
  ] as const) {
    bench.part.reading = EXAMPLE.with(at, word >> 8)
      .with(at + 1, word & 0xff)
      .with(at + 2, crc8(Uint8Array.of(word >> 8, word & 0xff)));
    t.is(t.throws<SensorFault>(() => sampled(bench))?.quality, "out-of-range");
  }
});

test("new settings stop the measurement and begin it anew", (t) => {
  const bench = open();
  sampled(bench);
  bench.sent.length = 0;
  bench.sensor.configure({ selfCalibration: false });
  sampled(bench);
  t.deepEqual(bench.sent[0], [0x3f, 0x86]);
  t.deepEqual(bench.sent[3], [0x24, 0x16, 0x00, 0x00, 0x81]);
});
