import test from "ava";
import { BlockStatistics } from "../../../firmware/condition/block-statistics.js";
import { Random } from "../../../simulator/random.js";

function statisticsOf(...blocks: readonly Float64Array[]): BlockStatistics {
  const statistics = new BlockStatistics();
  for (const block of blocks) {
    statistics.begin(block);
    while (!statistics.step());
  }
  return statistics;
}

const sine = (amplitude: number, mean = 0) =>
  Float64Array.from({ length: 1024 }, (_, i) => mean + amplitude * Math.sin((2 * Math.PI * 8 * i) / 1024));

test("a sine has a crest factor of √2 and a kurtosis of 1.5, and gravity under it does not matter", (t) => {
  const statistics = statisticsOf(sine(3, 9.81));
  t.true(Math.abs(statistics.rms - 3 / Math.SQRT2) < 1e-12);
  t.true(Math.abs(statistics.peak - 3) < 1e-12);
  t.true(Math.abs(statistics.crestFactor - Math.SQRT2) < 1e-12);
  t.true(Math.abs(statistics.kurtosis - 1.5) < 1e-12);
});

test("Gaussian noise has a kurtosis of 3, a few blows have a high one", (t) => {
  const random = new Random(1);
  const noise = Float64Array.from({ length: 4096 }, () => random.normal());
  const quiet = statisticsOf(noise).kurtosis;
  t.true(Math.abs(quiet - 3) < 0.25, `${quiet}`);
  for (const at of [300, 1700, 3100]) noise[at] = 20;
  t.true(statisticsOf(noise).kurtosis > 20);
});

test("of several blocks powers are averaged, and the highest peak counts", (t) => {
  const statistics = statisticsOf(sine(1), sine(3, -5));
  t.true(Math.abs(statistics.rms - Math.sqrt((0.5 + 4.5) / 2)) < 1e-12);
  t.true(Math.abs(statistics.peak - 3) < 1e-12);
  t.true(Math.abs(statistics.kurtosis - (3 / 8 + 243 / 8) / 2 / 2.5 ** 2) < 1e-12);
});

test("what does not move has neither crest factor nor kurtosis", (t) => {
  const statistics = statisticsOf(new Float64Array(512).fill(7));
  t.is(statistics.rms, 0);
  t.is(statistics.crestFactor, NaN);
  t.is(statistics.kurtosis, NaN);
});

test("after a reset there is nothing of what was before", (t) => {
  const statistics = statisticsOf(sine(100));
  statistics.reset();
  t.is(statistics.rms, NaN);
  statistics.begin(sine(1));
  while (!statistics.step());
  t.true(Math.abs(statistics.peak - 1) < 1e-12);
});
