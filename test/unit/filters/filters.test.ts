import test from "ava";
import { ExponentialFilter } from "../../../firmware/filters/exponential.js";
import { MedianFilter } from "../../../firmware/filters/median.js";
import { MovingAverageFilter } from "../../../firmware/filters/moving-average.js";
import { Random } from "../../../simulator/random.js";

const numbers = (seed: number, count: number) => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.next() * 200 - 100);
};

test("a median of 5 takes a two-sample spike out without a trace", (t) => {
  const filter = new MedianFilter({ kind: "median", samples: 5 });
  const outputs = [20, 20, 20, 99, 99, 20, 20, 20].map((value) => filter.update(value));
  t.deepEqual(outputs, [20, 20, 20, 20, 20, 20, 20, 20]);
});

for (const samples of [3, 4, 5, 8, 31]) {
  test(`a median of ${samples} is the median of the last ${samples} values, also while it fills`, (t) => {
    const filter = new MedianFilter({ kind: "median", samples });
    const values = numbers(samples, 500);
    // Repeated values are where a sorted window can go wrong.
    for (let i = 0; i < values.length; i += 3) values[i] = Math.round(values[i]! / 50);
    values.forEach((value, i) => {
      const window = values.slice(Math.max(0, i - samples + 1), i + 1).sort((a, b) => a - b);
      const middle = window.length >> 1;
      const expected = window.length % 2 === 1 ? window[middle] : (window[middle - 1]! + window[middle]!) / 2;
      // Not t.is: a rounded value may be −0.
      t.true(filter.update(value) === expected);
    });
  });
}

test("a moving average is the mean of the last values, and no error builds up over a million of them", (t) => {
  const filter = new MovingAverageFilter({ kind: "moving-average", samples: 10 });
  t.is(filter.update(4), 4);
  t.is(filter.update(8), 6);
  const random = new Random(3);
  const last: number[] = [];
  let output = 0;
  for (let i = 0; i < 1_000_000; i++) {
    // Large and small together is what a running sum suffers from.
    const value = i % 1000 === 0 ? 1e12 : random.next();
    last.push(value);
    if (last.length > 10) last.shift();
    output = filter.update(value);
  }
  const mean = last.reduce((sum, value) => sum + value, 0) / 10;
  t.true(Math.abs(output - mean) < 1e-12, `${output} is not ${mean}`);
});

test("an exponential filter follows a step to 63 % after its time constant, whatever the sampling", (t) => {
  for (const stepMs of [1, 10, 250, 1000, 10_000]) {
    const filter = new ExponentialFilter({ kind: "exponential", timeConstantMs: 10_000 });
    filter.update(0, 0);
    let output = 0;
    for (let ticks = stepMs; ticks <= 10_000; ticks += stepMs) output = filter.update(1, ticks);
    t.true(Math.abs(output - (1 - Math.exp(-1))) < 1e-9, `${output} at steps of ${stepMs} ms`);
  }
});

test("an exponential filter takes uneven steps into account", (t) => {
  const filter = new ExponentialFilter({ kind: "exponential", timeConstantMs: 1000 });
  filter.update(0, 0);
  let output = 0;
  for (const ticks of [1, 300, 301, 999, 1000]) output = filter.update(1, ticks);
  t.true(Math.abs(output - (1 - Math.exp(-1))) < 1e-12);
});

test("the first value passes an exponential filter as it is", (t) => {
  t.is(new ExponentialFilter({ kind: "exponential", timeConstantMs: 1000 }).update(42, 12_345), 42);
});

test("reset is a fresh start for every filter", (t) => {
  const filters = [
    () => new MedianFilter({ kind: "median", samples: 5 }),
    () => new MovingAverageFilter({ kind: "moving-average", samples: 4 }),
    () => new ExponentialFilter({ kind: "exponential", timeConstantMs: 5000 }),
  ];
  for (const make of filters) {
    const used = make();
    const fresh = make();
    numbers(7, 50).forEach((value, i) => used.update(value, i * 1000));
    used.reset();
    numbers(8, 50).forEach((value, i) =>
      t.is(used.update(value, 50_000 + i * 700), fresh.update(value, 50_000 + i * 700)),
    );
  }
});
