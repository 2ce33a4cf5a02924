import test from "ava";
import fc from "fast-check";
import { VirtualClock } from "../../../../simulator/clock.js";
import { DriftingClock } from "../../../../simulator/faults/clock.js";

test("ticks begin at 0 and run fast or slow", (t) => {
  for (const ppm of [40, -40, 0, 1000]) {
    const clock = new VirtualClock();
    clock.advanceTo(5000);
    const crystal = new DriftingClock(clock, ppm);
    t.is(crystal.ticks(), 0);
    clock.advanceTo(5000 + 1e9);
    t.true(Math.abs(crystal.ticks() - 1e9 - ppm * 1000) <= 1);
    t.is(crystal.utc(), undefined);
  }
});

test("a change of the rate is no jump", (t) => {
  const clock = new VirtualClock();
  const crystal = new DriftingClock(clock, 100);
  clock.advanceTo(1e6);
  t.is(crystal.ticks(), 1_000_100);
  crystal.setPpm(-100);
  t.is(crystal.ticks(), 1_000_100);
  clock.advanceTo(2e6);
  t.is(crystal.ticks(), 2_000_000);
});

test("what is scheduled is called when its own ticks have passed: not before, at most one later, in order", (t) => {
  const wait = fc.integer({ min: 0, max: 1e6 });
  fc.assert(
    fc.property(fc.integer({ min: -90_000, max: 90_000 }), fc.array(wait, { maxLength: 10 }), (ppm, waits) => {
      const clock = new VirtualClock();
      const crystal = new DriftingClock(clock, ppm);
      let called = 0;
      for (const ms of waits) {
        crystal.schedule(() => {
          called++;
          t.true(crystal.ticks() >= ms && crystal.ticks() <= ms + 1);
        }, ms);
      }
      const taken = crystal.schedule(() => t.fail(), 10);
      crystal.cancel(taken);
      crystal.cancel(taken);
      clock.advanceTo(2e6);
      t.is(called, waits.length);
    }),
    { numRuns: 200 },
  );
});

test("what is no rate and no delay throws", (t) => {
  const clock = new VirtualClock();
  t.throws(() => new DriftingClock(clock, NaN), { instanceOf: RangeError });
  const crystal = new DriftingClock(clock, 0);
  t.throws(() => crystal.setPpm(2e5), { instanceOf: RangeError });
  t.throws(() => crystal.schedule(() => {}, -1), { instanceOf: RangeError });
});
