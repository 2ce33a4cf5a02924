import test from "ava";
import { LimitSwitch } from "../../../firmware/sensors/limit-switch.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { DigitalBank } from "../../../simulator/io/digital.js";

function limitSwitch(options: object = {}) {
  const clock = new VirtualClock();
  const bank = new DigitalBank({ clock });
  let level: 0 | 1 = 1;
  let changed = (): void => {};
  bank.attach(13, { level: () => level, connect: (tell) => void (changed = tell) });
  const sensor = new LimitSwitch({ sensor: { io: bank.Digital, pin: 13 }, clock, ...options });
  const set = (next: 0 | 1): void => {
    level = next;
    changed();
  };
  const wait = (ms: number): void => clock.advanceTo(clock.ticks() + ms);
  return { clock, bank, sensor, set, wait };
}

test("a contact to ground under a pull-up is closed at 0, once it has held for the debounce time", (t) => {
  const { sensor, set, wait } = limitSwitch();
  t.is(sensor.sample(), undefined);
  t.is(sensor.readyInMs, 20);
  wait(20);
  t.deepEqual(sensor.sample(), { state: 0, closings: 0 });
  set(0);
  t.is(sensor.sample(), undefined);
  wait(19);
  t.is(sensor.sample(), undefined);
  t.is(sensor.readyInMs, 1);
  wait(1);
  t.deepEqual(sensor.sample(), { state: 1, closings: 1 });
});

test("bounces and spikes do not count; closings between two samples do", (t) => {
  const { sensor, set, wait } = limitSwitch();
  wait(20);
  sensor.sample();
  wait(20);
  t.deepEqual(sensor.sample(), { state: 0, closings: 0 });
  for (let round = 0; round < 3; round++) {
    for (const level of [0, 1, 0, 1, 0] as const) {
      set(level);
      wait(3);
    }
    wait(40);
    for (const level of [1, 0, 1] as const) {
      set(level);
      wait(3);
    }
    wait(40);
    set(0);
    wait(10);
    set(1);
    wait(40);
  }
  t.deepEqual(sensor.sample(), { state: 0, closings: 3 });
});

test("a contact that is closed at the start has not closed", (t) => {
  const { sensor, set, wait } = limitSwitch();
  set(0);
  sensor.sample();
  wait(20);
  t.deepEqual(sensor.sample(), { state: 1, closings: 0 });
});

test("a contact that never comes to rest gives no reading", (t) => {
  const { sensor, set, wait } = limitSwitch();
  for (let i = 0; i < 200; i++) {
    set((i & 1) as 0 | 1);
    wait(5);
    t.is(sensor.sample(), undefined);
  }
});

test("pull and closed level are the definition's", (t) => {
  for (const [pull, closedLevel, mode, state] of [
    ["up", undefined, 1, 0],
    ["down", undefined, 2, 1],
    ["none", undefined, 0, 0],
    ["up", 1, 1, 1],
  ] as const) {
    let options: { mode?: number; edge?: number } = {};
    const io = class {
      static readonly Input = 0;
      static readonly InputPullUp = 1;
      static readonly InputPullDown = 2;
      static readonly Rising = 1;
      static readonly Falling = 2;
      constructor(given: object) {
        options = given;
      }
      read(): 1 {
        return 1;
      }
      close(): void {}
    };
    const clock = new VirtualClock();
    const sensor = new LimitSwitch({ sensor: { io: io as never, pin: 1 }, clock, pull, closedLevel, debounceMs: 0 });
    t.deepEqual(sensor.sample(), { state, closings: 0 });
    t.is(options.mode, mode);
    t.is(options.edge, 3);
  }
});
