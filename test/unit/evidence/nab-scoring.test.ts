import test from "ava";
import { bestThreshold, PROFILES, score, tally, windowsOf } from "../../evidence/nab-scoring.js";

const { standard } = PROFILES;

/** A hundred rows with one window from row 40 to row 59, and alarms at some rows. */
function series(...alarms: number[]) {
  const scores = new Float64Array(100);
  for (const row of alarms) scores[row] = 0.9;
  return { name: "made", windows: [[40, 59]] as const, scores };
}

test("nothing found scores 0, the window's first row nearly all of 100", (t) => {
  t.is(score([series()], 0.5, standard), 0);
  t.is(score([series(40)], 0.5, standard), 100);
  t.is(score([series(40)], 0.95, standard), 0);
});

test("the earliest detection in a window counts, later ones change nothing", (t) => {
  const early = score([series(45)], 0.5, standard);
  t.is(score([series(45, 50, 59)], 0.5, standard), early);
  t.true(score([series(55)], 0.5, standard) < early);
  t.true(score([series(59)], 0.5, standard) > 50, "a late one is still better than none");
});

test("false alarms cost 0.11 before a window, and little right after it", (t) => {
  t.is(tally(series(30), 0.5, standard).points, -1 - 0.11);
  const after = tally(series(60), 0.5, standard).points;
  t.true(after < -1 && after > -1.02, `${after}`);
  t.is(tally(series(30), 0.5, PROFILES["low-FP"]).points, -1 - 0.22);
  t.is(tally(series(), 0.5, PROFILES["low-FN"]).points, -2);
});

test("alarms in the first 15 percent are not scored, and a window there cannot be found", (t) => {
  t.is(tally(series(0, 14), 0.5, standard).falseAlarms, 0);
  t.is(tally(series(15), 0.5, standard).falseAlarms, 1);
  const hidden = { ...series(5), windows: [[2, 10]] as const };
  t.like(tally(hidden, 0.5, standard), { windows: 0, found: 0, points: 0 });
  t.is(windowsOf([hidden, series()]), 2);
});

test("the best threshold is the one that scores best", (t) => {
  const one = series(20, 40);
  one.scores[20] = 0.3;
  t.is(bestThreshold([one], [0.2, 0.5, 0.95], standard), 0.5);
});
