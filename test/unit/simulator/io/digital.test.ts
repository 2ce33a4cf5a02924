import test from "ava";
import type { DigitalOptions } from "../../../../firmware/ports/io.js";
import type { DigitalSource } from "../../../../simulator/chips/chip.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { DigitalBank } from "../../../../simulator/io/digital.js";

/** A level that a test sets, with or without a word about it. */
class Wire implements DigitalSource {
  now: 0 | 1 = 0;
  next = Infinity;
  #changed = () => {};
  connect(changed: () => void): void {
    this.#changed = changed;
  }
  level(): 0 | 1 {
    return this.now;
  }
  changesAt(): number {
    return this.next;
  }
  set(level: 0 | 1): void {
    this.now = level;
    this.#changed();
  }
}

function input(options: Partial<DigitalOptions> = {}) {
  const clock = new VirtualClock();
  const bank = new DigitalBank({ clock });
  const wire = new Wire();
  bank.attach(27, wire);
  const digital = new bank.Digital({ pin: 27, mode: bank.Digital.Input, ...options });
  return { clock, bank, wire, digital };
}

test("the constants are the SDK's", (t) => {
  const { Digital } = new DigitalBank({ clock: new VirtualClock() });
  t.deepEqual(
    [Digital.Input, Digital.InputPullUp, Digital.InputPullDown, Digital.Rising, Digital.Falling],
    [0, 1, 2, 1, 2],
  );
});

test("it reads the level of its source", (t) => {
  const { digital, wire } = input();
  t.is(digital.read(), 0);
  wire.now = 1;
  t.is(digital.read(), 1);
});

test("only the edges asked for call, from the clock, once for all since the last", (t) => {
  for (const [edge, expected] of [
    [1, 1],
    [2, 1],
    [3, 2],
  ] as const) {
    let calls = 0;
    const { clock, wire } = input({ edge, onReadable: () => calls++ });
    wire.set(1);
    t.is(calls, 0, "not from within");
    clock.advanceTo(1);
    wire.set(0);
    clock.advanceTo(2);
    t.is(calls, expected);
  }
  let calls = 0;
  const { clock, wire } = input({ edge: 3, onReadable: () => calls++ });
  for (let i = 0; i < 10; i++) wire.set(i % 2 ? 0 : 1);
  clock.advanceTo(1);
  t.is(calls, 1);
});

test("a source that says nothing is looked at every 10 ms, one that knows its next change just then", (t) => {
  const calls: number[] = [];
  const { clock, wire } = input({ edge: 3, onReadable: () => calls.push(clock.ticks()) });
  clock.advanceTo(95);
  wire.now = 1;
  clock.advanceTo(103);
  t.deepEqual(calls, [100]);
  wire.next = 113;
  clock.advanceTo(112);
  wire.now = 0;
  clock.advanceTo(113);
  t.deepEqual(calls, [100, 113]);
});

test("without a source a pin follows its pull, or floats", (t) => {
  const bank = new DigitalBank({ clock: new VirtualClock() });
  const { Digital } = bank;
  t.is(new Digital({ pin: 1, mode: Digital.InputPullUp }).read(), 1);
  t.is(new Digital({ pin: 2, mode: Digital.InputPullDown }).read(), 0);
  const floating = new Digital({ pin: 3, mode: Digital.Input });
  const levels = new Set(Array.from({ length: 100 }, () => floating.read()));
  t.is(levels.size, 2);
});

test("a source wired or cut while the pin is open is an edge where its level is another", (t) => {
  let calls = 0;
  const clock = new VirtualClock();
  const bank = new DigitalBank({ clock });
  new bank.Digital({ pin: 5, mode: bank.Digital.InputPullUp, edge: 3, onReadable: () => calls++ });
  bank.attach(5, { level: () => 0 });
  clock.advanceTo(0);
  t.is(calls, 1);
  t.throws(() => bank.attach(5, { level: () => 0 }), { instanceOf: RangeError, message: "digital: pin 5 is taken" });
  bank.detach(5);
  clock.advanceTo(1);
  t.is(calls, 2);
  t.throws(() => bank.detach(5), { instanceOf: RangeError, message: "digital: nothing on pin 5" });
});

test("wrong options are refused as the SDK does", (t) => {
  const { bank } = input();
  const open = (options: object) => () => new bank.Digital({ pin: 4, mode: 0, ...options });
  t.throws(open({ pin: 40 }), { message: /^invalid pin/ });
  t.throws(open({ pin: 27 }), { message: "in use: pin 27" });
  t.throws(open({ mode: 8 }), { instanceOf: RangeError, message: /^invalid mode/ });
  t.throws(open({ onReadable: () => {} }), { instanceOf: RangeError, message: /^invalid edges/ });
  t.throws(() => new DigitalBank({ clock: new VirtualClock(), pollMs: 0 }), { instanceOf: RangeError });
});

test("close may be repeated; then it neither reads nor calls, and nothing is left in the clock", (t) => {
  let calls = 0;
  const { clock, bank, digital, wire } = input({ edge: 3, onReadable: () => calls++ });
  wire.set(1);
  digital.close();
  digital.close();
  clock.advanceTo(100);
  t.is(calls, 0);
  t.is(clock.nextDue(), undefined);
  t.throws(() => digital.read(), { message: "digital: used after close" });
  t.notThrows(() => new bank.Digital({ pin: 27, mode: 0 }));
});
