import test from "ava";
import { PulseGenerator } from "../../../../simulator/chips/pulse-generator.js";
import { BouncingSwitch } from "../../../../simulator/chips/switch.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { DigitalBank } from "../../../../simulator/io/digital.js";
import { Random } from "../../../../simulator/random.js";

test("pulses are the integral of the frequency, whoever asks when", (t) => {
  const clock = new VirtualClock();
  const part = new PulseGenerator({ clock });
  const asked = new PulseGenerator({ clock });
  let truth = 0;
  for (const [hertz, ms] of [
    [0, 500],
    [3.7, 1234],
    [1000, 77],
    [0.1, 12_345],
  ] as const) {
    part.setChannel("frequency", hertz);
    asked.setChannel("frequency", hertz);
    for (let i = 0; i < ms; i++) {
      clock.advanceTo(clock.ticks() + 1);
      asked.pulses();
    }
    truth += (hertz * ms) / 1000;
    t.is(part.pulses(), Math.floor(truth));
    t.true(Math.abs(asked.pulses() - part.pulses()) <= 1);
  }
});

test("a flow meter's pulses stand for its flow; the tolerance is one pulse in the reader's time", (t) => {
  const clock = new VirtualClock();
  const quantity = { name: "flow", unit: "m3/s", hertzPerUnit: 450_000, maximum: 5e-4 };
  const part = new PulseGenerator({ clock, quantity, windowMs: 2000 });
  t.is(part.channels["flow"]!.unit, "m3/s");
  t.true(Math.abs(part.channels["flow"]!.tolerance - 0.5 / 450_000) < 1e-11);
  part.setChannel("flow", 2e-4);
  clock.advanceTo(10_000);
  t.is(part.pulses(), 900);
  part.setChannel("flow", 1);
  clock.advanceTo(11_000);
  t.is(part.pulses(), 900 + 225);
  part.powerCycle();
  t.is(part.pulses(), 900 + 225);
  t.throws(() => part.setChannel("frequency", 1), { instanceOf: RangeError });
  t.throws(() => new PulseGenerator({ clock, windowMs: 0 }), { instanceOf: RangeError });
  t.throws(() => new PulseGenerator({ clock, quantity: { ...quantity, hertzPerUnit: 0 } }), { instanceOf: RangeError });
});

test("a contact changes at once, bounces as its seed has it, and then stays", (t) => {
  const run = (seed: number) => {
    const clock = new VirtualClock();
    const part = new BouncingSwitch({ clock, random: new Random(seed), bounceMs: 20 });
    clock.advanceTo(100);
    const levels = [part.level()];
    part.setChannel("state", 1);
    for (; clock.ticks() < 200; clock.advanceTo(clock.ticks() + 1)) levels.push(part.level());
    return levels;
  };
  const levels = run(1);
  t.deepEqual(levels.slice(0, 2), [0, 1]);
  t.true(levels.slice(2, 21).includes(0));
  t.true(levels.slice(21).every((level) => level === 1));
  t.deepEqual(run(1), levels);
  t.notDeepEqual(run(2), levels);
});

test("its next change is known: nothing happens in between", (t) => {
  const clock = new VirtualClock();
  const part = new BouncingSwitch({ clock, random: new Random(3), bounceMs: 30, closedLevel: 0 });
  t.is(part.level(), 1);
  t.is(part.changesAt(), Infinity);
  part.setChannel("state", 1);
  t.is(part.level(), 0);
  let changes = 0;
  for (let next = part.changesAt(); next !== Infinity; next = part.changesAt()) {
    const level = part.level();
    clock.advanceTo(next - 1);
    t.is(part.level(), level);
    clock.advanceTo(next);
    t.not(part.level(), level);
    changes++;
  }
  t.true(changes >= 2 && clock.ticks() <= 30);
  t.is(part.level(), 0);
});

test("a digital input feels each bounce", (t) => {
  const clock = new VirtualClock();
  const part = new BouncingSwitch({ clock, random: new Random(3), bounceMs: 30 });
  const bank = new DigitalBank({ clock });
  bank.attach(4, part);
  const levels: number[] = [];
  const input = new bank.Digital({
    pin: 4,
    mode: bank.Digital.Input,
    edge: bank.Digital.Rising + bank.Digital.Falling,
    onReadable: () => levels.push(input.read()),
  });
  clock.advanceTo(1003);
  part.setChannel("state", 1);
  clock.advanceTo(2000);
  t.true(levels.length >= 3 && levels.length % 2 === 1);
  t.true(levels.every((level, i) => level === (i % 2 ? 0 : 1)));
});

test("a switch refuses what it has not, and may be one that does not bounce", (t) => {
  const options = { clock: new VirtualClock(), random: new Random(1) };
  const part = new BouncingSwitch({ ...options, bounceMs: 0 });
  t.throws(() => part.setChannel("colour", 1), { instanceOf: RangeError, message: "switch: colour is not state" });
  t.throws(() => new BouncingSwitch({ ...options, bounceMs: -1 }), { instanceOf: RangeError });
  part.setChannel("state", 0.7);
  t.is(part.level(), 1);
  t.is(part.changesAt(), Infinity);
  part.powerCycle();
  t.is(part.level(), 1);
});
