import test from "ava";
import { SensorFault } from "../../../firmware/model/sensor.js";
import type { PulseCountConstructor } from "../../../firmware/ports/io.js";
import { FlowMeter, Tachometer } from "../../../firmware/sensors/pulse-counter.js";
import { VirtualClock } from "../../../simulator/clock.js";

/** A counter that the test turns. */
function fakeCounter() {
  const counter = { count: 0, open: 0 };
  const io = class {
    constructor() {
      counter.open++;
    }
    read(): number {
      return counter.count;
    }
    write(count: number): void {
      counter.count = count;
    }
    close(): void {
      counter.open--;
    }
  } as unknown as PulseCountConstructor;
  return { counter, io };
}

function flowMeter(options: object = {}) {
  const clock = new VirtualClock();
  const { counter, io } = fakeCounter();
  const sensor = new FlowMeter({ sensor: { io, signal: 25 }, clock, pulsesPerLitre: 450, ...options });
  const after = (ms: number, pulses: number) => {
    clock.advanceTo(clock.ticks() + ms);
    counter.count = (counter.count + pulses) | 0;
    return sensor.sample();
  };
  return { clock, counter, sensor, after };
}

test("450 pulses at 450 per litre are a litre, and their rate is over the time since the reading before", (t) => {
  const { clock, sensor, after } = flowMeter();
  t.is(sensor.sample(), undefined);
  t.is(sensor.readyInMs, 1000);
  t.deepEqual(after(2000, 450), { volume: 0.001, rate: 0.0005 });
  t.is(after(500, 225), undefined);
  t.is(sensor.readyInMs, 500);
  t.deepEqual(after(500, 225), { volume: 0.002, rate: 0.001 });
  t.deepEqual(after(10_000, 0), { volume: 0.002, rate: 0 });
  t.is(clock.ticks(), 13_000);
});

test("the counter may pass the end of its 32 bits", (t) => {
  const { counter, after } = flowMeter();
  counter.count = 2 ** 31 - 100;
  t.throws(() => after(1000, 0), { instanceOf: SensorFault });
  const { volume } = after(1000, 0)!;
  const reading = after(1000, 225)!;
  t.true(counter.count < 0);
  t.true(Math.abs(reading.volume - volume - 0.0005) < 1e-12);
  t.is(reading.rate, 0.0005);
});

test("a counter that somebody set back is a fault; the volume goes on from where it was", (t) => {
  const { counter, sensor, after } = flowMeter();
  t.is(after(1000, 450)?.volume, 0.001);
  counter.count = 10;
  const fault = t.throws<SensorFault>(() => after(1000, 0));
  t.is(fault?.quality, "bus");
  t.is(fault?.message, "flow-meter: the counter was set back by 440");
  t.is(sensor.sample(), undefined);
  t.deepEqual(after(1000, 225), { volume: 0.0015, rate: 0.0005 });
});

test("more pulses than the part gives are no reading", (t) => {
  const { after } = flowMeter({ maximumHz: 100 });
  t.is(after(1000, 101)?.volume, 101 / 450_000);
  const fault = t.throws<SensorFault>(() => after(1000, 5000));
  t.is(fault?.quality, "out-of-range");
  t.is(fault?.message, "flow-meter: 5000 pulses in 1000 ms are too many");
});

test("asked so seldom that the hardware's 16 bits may have run over, it says so", (t) => {
  const { after } = flowMeter({ maximumHz: 500 });
  t.truthy(after(65_000, 20_000));
  const fault = t.throws<SensorFault>(() => after(66_000, 20_000));
  t.is(fault?.quality, "out-of-range");
  t.is(fault?.message, "flow-meter: not asked for 66000 ms, the counter holds 65534");
});

test("a change of the pulses per litre leaves what was counted as it is", (t) => {
  const { sensor, after } = flowMeter();
  t.is(after(1000, 450)?.volume, 0.001);
  sensor.configure({ pulsesPerLitre: 225 });
  t.deepEqual(after(1000, 225), { volume: 0.002, rate: 0.001 });
  t.throws(() => sensor.configure({ pulsesPerLitre: -1 }), { instanceOf: RangeError });
});

test("a tachometer counts turns and tells their speed per minute; at standstill 0", (t) => {
  const clock = new VirtualClock();
  const { counter, io } = fakeCounter();
  const sensor = new Tachometer({ sensor: { io, signal: 25 }, clock, pulsesPerRevolution: 2, windowMs: 500 });
  clock.advanceTo(500);
  counter.count = 50;
  t.deepEqual(sensor.sample(), { speed: 3000, revolutions: 25 });
  clock.advanceTo(1500);
  t.deepEqual(sensor.sample(), { speed: 0, revolutions: 25 });
  sensor.close();
  t.is(counter.open, 0);
});
