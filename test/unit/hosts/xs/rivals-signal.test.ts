import test from "ava";
import { Decimator } from "../../../../firmware/signal/decimator.js";
import { applyWindow } from "../../../../firmware/signal/window.js";
import {
  applyFlatTop,
  applyHann,
  applyTable,
  filterAndDrop,
  filterKept,
  windowTable,
} from "../../../../hosts/xs/inside/rivals-signal.js";
import { Random } from "../../../../simulator/random.js";

const SIZE = 960;
const COUNT = 16 * 400;

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

test("windows by table and by Math.cos give what ours does", (t) => {
  const random = new Random(1);
  const samples = Float64Array.from({ length: SIZE }, () => random.normal());
  for (const kind of ["hann", "flat-top"] as const) {
    const [ours, byTable, byCosines] = [samples.slice(), samples.slice(), samples.slice()];
    applyWindow(ours, kind);
    applyTable(byTable, windowTable(kind, SIZE));
    (kind === "hann" ? applyHann : applyFlatTop)(byCosines);
    t.true(largestDifference(ours, byTable) < 1e-12, kind);
    t.true(largestDifference(ours, byCosines) < 1e-12, kind);
    t.true(largestDifference(ours, samples) > 0.1, kind);
  }
});

test("both textbook decimators give the same, with a prime factor what ours does", (t) => {
  const random = new Random(2);
  const samples = Int16Array.from({ length: 3 * COUNT }, () => 3000 * random.normal());
  for (const factor of [2, 3, 4, 5, 6, 16]) {
    const [ours, all, kept] = [0, 0, 0].map(() => new Float64Array(COUNT / 2)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const made = new Decimator(factor).push(samples, 1, 3, COUNT, ours, 0);
    t.is(filterAndDrop(factor)(samples, 1, 3, COUNT, all), made);
    t.is(filterKept(factor)(samples, 1, 3, COUNT, kept), made);
    t.is(largestDifference(all, kept), 0);
    if ([2, 3, 5].includes(factor)) t.true(largestDifference(ours, all) < 1e-6, `${factor}`);
  }
});

/** RMS of what comes out for a sine of so many times the output rate, by that of what goes in. */
function gain(decimate: (samples: Int16Array, into: Float64Array) => number, factor: number, part: number): number {
  const samples = Int16Array.from({ length: COUNT }, (_, i) => 30_000 * Math.sin((2 * Math.PI * part * i) / factor));
  const into = new Float64Array(COUNT / 2);
  const settled = into.subarray(100, decimate(samples, into));
  return Math.sqrt(settled.reduce((sum, value) => sum + value * value, 0) / settled.length / (30_000 * 30_000 * 0.5));
}

test("decimators of one stage and ours pass and stop the same", (t) => {
  for (const factor of [2, 4, 6, 10, 16]) {
    const decimator = new Decimator(factor);
    const ours = (samples: Int16Array, into: Float64Array) => decimator.push(samples, 0, 1, COUNT, into, 0);
    const theirs = (samples: Int16Array, into: Float64Array) => filterKept(factor)(samples, 0, 1, COUNT, into);
    for (const part of [0.11, 0.37]) {
      t.true(Math.abs(gain(ours, factor, part) - 1) < 0.01, `${factor} ${part}`);
      t.true(Math.abs(gain(theirs, factor, part) - 1) < 0.01, `${factor} ${part}`);
    }
    for (const part of [0.65, 0.83]) {
      t.true(gain(ours, factor, part) < 0.0005, `${factor} ${part}`);
      t.true(gain(theirs, factor, part) < 0.0005, `${factor} ${part}`);
    }
  }
});
