import test from "ava";
import { createCalibration, residualOf } from "../../../firmware/calibration/calibration.js";
import type { CalibrationPoint, CalibrationSettings } from "../../../firmware/calibration/calibration.js";

const record = (points: CalibrationPoint[] = []) => ({
  date: "2026-11-23",
  by: "M. Otis",
  reference: "Fluke 1524",
  points,
});
const apply = (settings: CalibrationSettings, value: number) => createCalibration(settings)!.at(value);
const close = (actual: number, expected: number) =>
  Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected));

test("an offset is added, a gain multiplies first", (t) => {
  t.is(apply({ kind: "offset", offset: -0.5, ...record() }, 20), 19.5);
  t.is(apply({ kind: "gain", gain: 2, offset: 1, ...record() }, 20), 41);
});

test("no calibration leaves readings alone", (t) => {
  t.is(createCalibration({ kind: "none" }), undefined);
});

test("two points are a straight line through both", (t) => {
  const settings: CalibrationSettings = {
    kind: "two-point",
    ...record([
      [0.3, 0],
      [99.1, 100],
    ]),
  };
  for (const [measured, reference] of settings.points) t.true(close(apply(settings, measured), reference));
  t.true(close(apply(settings, 49.7), 50));
  t.true(residualOf(settings)!.maximum < 1e-12);
});

test("piecewise linear is exact at every point, straight between, and goes on beyond the ends", (t) => {
  const points: CalibrationPoint[] = [
    [0, 1],
    [10, 10],
    [20, 25],
    [50, 40],
  ];
  const settings: CalibrationSettings = { kind: "piecewise-linear", ...record(points) };
  for (const [measured, reference] of points) t.true(close(apply(settings, measured), reference));
  t.true(close(apply(settings, 15), 17.5));
  t.true(close(apply(settings, -10), -8));
  t.true(close(apply(settings, 80), 55));
});

test("least squares is the regression line, also far from the origin", (t) => {
  // y = 3 + 2 x with errors +1, −1, −1, +1 that a line cannot follow.
  const points = [0, 1, 2, 3].map((x, i): CalibrationPoint => [1e6 + x, 3 + 2 * x + [1, -1, -1, 1][i]!]);
  const settings: CalibrationSettings = { kind: "least-squares", ...record(points) };
  for (const x of [0, 1.5, 3]) t.true(Math.abs(apply(settings, 1e6 + x) - (3 + 2 * x)) < 1e-6);
  const residual = residualOf(settings)!;
  t.true(Math.abs(residual.rms - 1) < 1e-6);
  t.true(Math.abs(residual.maximum - 1) < 1e-6);
});

test("a polynomial is evaluated from its coefficients, lowest first", (t) => {
  const settings: CalibrationSettings = { kind: "polynomial", coefficients: [1, -2, 0.5], ...record([[4, 1.25]]) };
  t.is(apply(settings, 4), 1);
  t.deepEqual(residualOf(settings), { rms: 0.25, maximum: 0.25 });
});

test("a calibration without points has no residual", (t) => {
  t.is(residualOf({ kind: "none" }), undefined);
  t.is(residualOf({ kind: "offset", offset: 1, ...record() }), undefined);
});
