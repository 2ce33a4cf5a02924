import test from "ava";
import { fitPolynomial, PiecewiseLinear } from "../../../firmware/signal/curve.js";
import type { Point } from "../../../firmware/signal/curve.js";
import { ThermistorCurve } from "../../../firmware/signal/thermistor-curve.js";

test("a polynomial through as many points as it has coefficients meets every one, far from 0 too", (t) => {
  const points: Point[] = [0, 1, 2, 3, 4, 5, 6].map((i) => [1e5 + i, 20 + Math.sin(i)]);
  const curve = fitPolynomial(points, 6);
  for (const [x, y] of points) t.true(Math.abs(curve.at(x) - y) < 1e-11, `${curve.at(x)} is not ${y}`);
});

test("straight pieces meet their points, and the outer ones go on", (t) => {
  const points: Point[] = [
    [0, 0],
    [10, 20],
    [20, 0],
    [30, 5],
  ];
  const curve = new PiecewiseLinear(points);
  for (const [x, y] of points) t.is(curve.at(x), y);
  t.is(curve.at(-5), -10);
  t.is(curve.at(15), 10);
  t.is(curve.at(50), 15);
});

test("a thermistor's temperature and resistance are each other's inverse", (t) => {
  const thermistors: [Point[], number][] = [
    [[[25, 10_000]], 3435],
    [
      [
        [25, 10_000],
        [85, 1451],
      ],
      1000,
    ],
    [
      [
        [0, 32_650],
        [25, 10_000],
        [80, 1256],
      ],
      1000,
    ],
  ];
  for (const [points, beta] of thermistors) {
    const curve = new ThermistorCurve(points, beta);
    t.true(curve.falls);
    for (const [celsius, ohms] of points) t.true(Math.abs(curve.celsius(ohms) - celsius) < 1e-9);
    for (let celsius = -60; celsius <= 200; celsius += 5) {
      t.true(Math.abs(curve.celsius(curve.ohms(celsius)) - celsius) < 1e-9, `${celsius} Cel`);
    }
  }
});

test("there is no temperature for 0 Ω, and no resistance at absolute zero", (t) => {
  const curve = new ThermistorCurve([[25, 10_000]], 3950);
  for (const ohms of [0, -1, -1e9]) t.is(curve.celsius(ohms), NaN);
  for (const celsius of [-273.15, -274, -273]) t.is(curve.ohms(celsius), NaN);
});
