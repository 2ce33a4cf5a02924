import test from "ava";
import fc from "fast-check";
import { VirtualClock } from "../../../simulator/clock.js";

test("calls come at their ticks, those of one tick in the order in which they were scheduled", (t) => {
  const clock = new VirtualClock(1000);
  const calls: string[] = [];
  const at = (name: string, delayMs: number) => clock.schedule(() => calls.push(`${name} ${clock.ticks()}`), delayMs);
  at("c", 20);
  at("a", 10);
  at("b", 10);
  at("d", 19.5);
  t.is(clock.nextDue(), 10);
  clock.advanceTo(19);
  t.deepEqual(calls, ["a 10", "b 10"]);
  clock.advanceTo(20);
  t.deepEqual(calls.slice(2), ["c 20", "d 20"]);
  t.is(clock.utc(), 1020);
  t.is(clock.nextDue(), undefined);
});

test("what is scheduled for now from within a call comes after what is due now already", (t) => {
  const clock = new VirtualClock();
  const calls: string[] = [];
  clock.schedule(() => {
    calls.push("first");
    clock.schedule(() => calls.push("third"), 0);
    t.is(clock.nextDue(), 5);
  }, 5);
  clock.schedule(() => calls.push("second"), 5);
  clock.advanceTo(5);
  t.deepEqual(calls, ["first", "second", "third"]);
});

test("a call that throws is over, and those after it come with the next advance", (t) => {
  const clock = new VirtualClock();
  const calls: number[] = [];
  clock.schedule(() => {
    throw new Error("broken");
  }, 3);
  clock.schedule(() => calls.push(clock.ticks()), 3);
  t.throws(() => clock.advanceTo(9), { message: "broken" });
  t.is(clock.ticks(), 3);
  clock.advanceTo(9);
  t.deepEqual(calls, [3]);
});

test("a call whose power is off by then is not made", (t) => {
  const clock = new VirtualClock();
  const calls: string[] = [];
  const power = { on: true };
  clock.schedule(() => calls.push("before"), 1, undefined, power);
  clock.schedule(() => calls.push("after"), 3, undefined, power);
  clock.advanceTo(2);
  power.on = false;
  clock.advanceTo(4);
  t.deepEqual(calls, ["before"]);
});

test("time does not go back, and no delay is negative", (t) => {
  const clock = new VirtualClock();
  clock.advanceTo(10);
  t.throws(() => clock.advanceTo(9), { message: "clock: cannot go back from tick 10 to 9" });
  t.throws(() => clock.schedule(() => {}, -1), { message: "clock: delayMs -1 is not 0 or more" });
  t.throws(() => clock.schedule(() => {}, NaN), { message: "clock: delayMs NaN is not 0 or more" });
});

/** What a call does besides being noted: takes the call of that number back, or schedules another so many ms later. */
const STEP = fc.record({ delayMs: fc.nat(12), cancels: fc.option(fc.nat(40)), again: fc.option(fc.nat(12)) });

test("whatever is scheduled and taken back: what comes when is what a sorted list says", (t) => {
  fc.assert(
    fc.property(
      fc.array(STEP, { minLength: 1, maxLength: 40 }),
      fc.array(fc.nat(9), { maxLength: 20 }),
      (steps, ways) => {
        const clock = new VirtualClock();
        const real: string[] = [];
        const timers = steps.map(({ delayMs, cancels, again }, i) =>
          clock.schedule(() => {
            real.push(`${i}@${clock.ticks()}`);
            if (cancels !== null && cancels < timers.length) clock.cancel(timers[cancels]!);
            if (again !== null) clock.schedule(() => real.push(`${i}'@${clock.ticks()}`), again);
          }, delayMs),
        );
        const sound: string[] = [];
        let pending = steps.map(({ delayMs }, order) => ({ due: delayMs, order, name: `${order}` }));
        let order = steps.length;
        const first = () => pending.toSorted((a, b) => a.due - b.due || a.order - b.order)[0];
        for (const way of ways) {
          const until = clock.ticks() + way;
          clock.advanceTo(until);
          for (let next = first(); next !== undefined && next.due <= until; next = first()) {
            const made = next;
            pending = pending.filter((one) => one !== made);
            sound.push(`${made.name}@${made.due}`);
            const step = steps[made.order];
            if (step === undefined) continue;
            const { cancels } = step;
            if (cancels !== null && cancels < steps.length) pending = pending.filter((one) => one.order !== cancels);
            if (step.again !== null)
              pending.push({ due: made.due + step.again, order: order++, name: `${made.name}'` });
          }
          t.is(clock.nextDue(), first()?.due);
          t.deepEqual(real, sound);
        }
      },
    ),
  );
});
