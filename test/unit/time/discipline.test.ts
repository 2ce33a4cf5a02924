import test from "ava";
import fc from "fast-check";
import { Discipline, MOST_RATE_PPM, SLEW_PPM } from "../../../firmware/time/discipline.js";

const UTC = 1_790_000_000_000;

test("nothing is given out before it was set, and everything can be reckoned from then on, back too", (t) => {
  const discipline = new Discipline();
  t.is(discipline.utcAt(0), undefined);
  discipline.set(UTC, 5000, 10);
  t.is(discipline.utcAt(5000), UTC);
  t.is(discipline.utcAt(6000), UTC + 1000);
  t.is(discipline.utcAt(0), UTC - 5000);
  discipline.set(UTC, 10_000, 10);
  t.is(discipline.utcAt(0), UTC - 10_000);
});

test("a difference is worked off at 500 ppm, and what was given out before stays", (t) => {
  const discipline = new Discipline();
  discipline.set(UTC, 0, 1000);
  discipline.update(UTC + 10_000 + 100, 10_000, 0.001);
  const gap = discipline.gapMs(10_000);
  t.true(Math.abs(gap - 100) < 0.01);
  t.is(discipline.utcAt(5000), UTC + 5000);
  t.is(discipline.utcAt(10_000), UTC + 10_000);
  const rate = discipline.ratePpm;
  const given = (ticks: number) => discipline.utcAt(ticks)! - UTC - 10_000 - (ticks - 10_000) * (1 + rate * 1e-6);
  t.true(Math.abs(given(110_000) - 50) < 0.01);
  t.true(Math.abs(given(210_000) - 100) < 0.01);
  t.true(Math.abs(given(310_000) - 100) < 0.01);
  t.true(Math.abs(discipline.gapMs(310_000)) < 1e-9);
});

test("rate is learned from exact measurements, and little from poor ones", (t) => {
  const learn = (sigmaMs: number) => {
    const discipline = new Discipline();
    discipline.set(UTC, 0, sigmaMs);
    for (let i = 1; i <= 10; i++) discipline.update(UTC + i * 64_000 * (1 + 30e-6), i * 64_000, sigmaMs);
    return discipline.ratePpm;
  };
  t.true(Math.abs(learn(0.5) - 30) < 1.5, `${learn(0.5)}`);
  t.true(learn(200) < 5);
});

test("what is far from what was expected is told, and counts for less", (t) => {
  const discipline = new Discipline();
  discipline.set(UTC, 0, 5);
  let ticks = 0;
  for (let i = 0; i < 50; i++) t.true(discipline.update(UTC + (ticks += 640_000), ticks, 5));
  const { ratePpm } = discipline;
  t.false(discipline.update(UTC + (ticks += 640_000) + 120, ticks, 5));
  t.true(Math.abs(discipline.ratePpm - ratePpm) < 3);
  t.true(Math.abs(discipline.gapMs(ticks)) < 40);
});

test("a rate that was kept is taken, and bounded", (t) => {
  const discipline = new Discipline();
  discipline.keepRate(-40);
  discipline.set(UTC, 1e6, 10);
  t.true(Math.abs(discipline.utcAt(2e6)! - UTC - 1e6 + 40) < 0.01);
  t.true(Math.abs(discipline.utcAt(0)! - UTC + 1e6 - 40) < 0.01);
  t.true(discipline.rateSigmaPpm < 5);
  discipline.keepRate(1e9);
  t.is(discipline.ratePpm, MOST_RATE_PPM);
});

test("whatever is measured, what is given out never goes back or jumps without a step", (t) => {
  const step = fc.record({
    waitMs: fc.integer({ min: 0, max: 4_000_000 }),
    offMs: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    sigmaMs: fc.double({ min: 0.01, max: 1000, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const discipline = new Discipline();
      discipline.set(UTC, 0, 10);
      let ticks = 0;
      let last = UTC;
      for (const { waitMs, offMs, sigmaMs } of steps) {
        const from = ticks;
        for (let i = 1; i <= 4; i++) {
          const at = from + Math.floor((waitMs * i) / 4);
          const utc = discipline.utcAt(at)!;
          const most = (at - ticks) * (SLEW_PPM + MOST_RATE_PPM) * 1e-6 + 0.01;
          t.true(utc >= last && Math.abs(utc - last - (at - ticks)) <= most);
          last = utc;
          ticks = at;
        }
        discipline.update(UTC + ticks + offMs, ticks, sigmaMs);
        t.true(Math.abs(discipline.utcAt(ticks)! - last) < 0.01);
        t.true(discipline.rateSigmaPpm >= 0 && Math.abs(discipline.ratePpm) <= MOST_RATE_PPM);
        t.true(discipline.sigmaAfter(ticks, 64_000) >= 0);
      }
    }),
    { numRuns: 1000 },
  );
});
