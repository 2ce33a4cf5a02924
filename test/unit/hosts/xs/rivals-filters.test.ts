import test from "ava";
import { createFilter, FILTER_FIELDS } from "../../../../firmware/filters/index.js";
import { filterCases } from "../../../../hosts/xs/inside/filter-cases.js";
import type { FilterCase } from "../../../../hosts/xs/inside/filter-cases.js";
import { filterRivals } from "../../../../hosts/xs/inside/rivals-filters.js";
import { Random } from "../../../../simulator/random.js";

const COUNT = 800;
/** By then windows are full and what a textbook biquad starts from has rung off. */
const SETTLED = 500;
/** Relative, but for what is near 0. */
const TOLERANCE = 1e-9;
/** Ours replaces the logarithm, which is right where thermistors are used. */
const NTC_TOLERANCE = 1e-6;

interface Series {
  readonly name: string;
  readonly values: Float64Array;
}

/** Noise, and steps of three equal whole numbers each, some of which `reject` knows. */
function seriesFor(kind: string): Series[] {
  const random = new Random(5).fork(kind);
  const scale = kind === "ntc-temperature" ? 500 : 1;
  const noise = Float64Array.from({ length: COUNT }, () => scale * (20 + 2 * random.normal()));
  const steps = Float64Array.from({ length: COUNT });
  for (let i = 0; i < COUNT; i++) steps[i] = i % 3 > 0 ? steps[i - 1]! : scale * Math.round(20 + 8 * random.normal());
  // Nothing is measured at 0 Ω or below.
  if (kind === "ntc-temperature") for (let i = 0; i < COUNT; i++) steps[i] = Math.max(steps[i]!, scale);
  return [
    { name: "noise", values: noise },
    { name: "steps", values: steps },
  ];
}

function isNear(a: number, b: number, tolerance: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a));
}

const title = ({ kind, told, uneven }: FilterCase) =>
  `${kind} ${JSON.stringify(told)}${uneven ? " at uneven steps" : ""}`;

for (const filterCase of filterCases()) {
  const { kind, uneven, settings } = filterCase;
  test(`rivals give what ours does: ${title(filterCase)}`, (t) => {
    const tolerance = kind.startsWith("ntc") ? NTC_TOLERANCE : TOLERANCE;
    const names = filterRivals(settings, uneven).map(({ name }) => name);
    t.true(names.length > 0);
    for (const [rival, name] of names.entries()) {
      let passed = 0;
      for (const { name: series, values } of seriesFor(kind)) {
        const ours = createFilter(settings);
        const theirs = filterRivals(settings, uneven)[rival]!.filter;
        let ticks = 0;
        for (let i = 0; i < COUNT; i++) {
          ticks += uneven ? 1000 + (i % 64) : 1000;
          const one = ours.update(values[i]!, ticks);
          const other = theirs(values[i]!, ticks);
          if (i < SETTLED) continue;
          if (!Number.isNaN(one)) passed++;
          if (!isNear(one, other, tolerance)) t.fail(`${name}, ${series} ${i}: ${one} and ${other}`);
        }
      }
      t.true(passed > 0, `${name}: nothing passed`);
    }
  });
}

test("every kind of filter has a rival", (t) => {
  const kinds = new Set(filterCases().map(({ kind }) => kind));
  t.deepEqual([...kinds].sort(), Object.keys(FILTER_FIELDS).sort());
});
