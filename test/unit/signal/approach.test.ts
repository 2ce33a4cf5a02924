import test from "ava";
import { approach } from "../../../firmware/signal/approach.js";

test("1 − e^−x to 13 digits, where x is small too", (t) => {
  let largest = 0;
  for (let x = 1e-12; x < 60; x *= 1.0007) {
    const exact = -Math.expm1(-x);
    const error = Math.abs(approach(x) - exact) / exact;
    largest = Math.max(largest, error);
    t.true(error < 1e-13, `${approach(x)} is not ${exact} at ${x}`);
  }
  t.log(`largest relative error ${largest}`);
});

test("no time takes it nowhere, and a long time all the way, never beyond", (t) => {
  t.is(approach(0), 0);
  for (const x of [37.9, 38, 38.0001, 1e9, 3e9, 2 ** 32, 1e300, Infinity]) t.true(1 - approach(x) >= 0, String(x));
  for (const x of [38.0001, 3e9, 2 ** 32, Infinity]) t.is(approach(x), 1);
});

test("longer is nearer", (t) => {
  let before = 0;
  for (let x = 1 / 64; x < 30; x += 1 / 64) {
    t.true(approach(x) > before, String(x));
    before = approach(x);
  }
});
