import { measureFilters } from "../../hosts/node/bench-filters.js";
import { NO_RIVAL } from "../../hosts/node/bench-rival.js";
import { FILTER_FIELDS } from "../../firmware/filters/index.js";
import { startRpc, xsTest } from "../support/xs.js";
import { filterValues } from "./filter-values.js";
import type { FilterTwins } from "./inside/filters.js";

/** Engine steps that a filter may take per value. */
const BUDGET = 150;
/**
 * Those that may take more, and why: a sorted window goes through its values (cost in N: firmware/filters/README.md), as
 * `reject` does through its own, and `or` is what its branches are.
 */
const LARGER: Readonly<Record<string, number>> = {
  median: 160,
  "median samples 31": 720,
  quantile: 370,
  "quantile samples 31": 740,
  hampel: 600,
  "hampel samples 31": 1700,
  "reject values × 8": 300,
  or: 200,
};

xsTest("no filter takes a heap slot per value, and each keeps within its engine steps", async (t) => {
  const costs = await measureFilters();
  t.deepEqual([...new Set(costs.map(({ kind }) => kind))].sort(), Object.keys(FILTER_FIELDS).sort());
  for (const { kind, settings, steps, slots, rival, rivalSteps } of costs) {
    const name = `${kind} ${settings}`.trimEnd();
    t.is(slots, 0, name);
    const budget = LARGER[name] ?? BUDGET;
    t.true(steps <= budget, `${name} takes ${steps} steps, not ${budget} or fewer`);
    t.not(rival, NO_RIVAL, name);
    // Those that go through an array for every value.
    if (rival.startsWith("array")) t.true(steps < rivalSteps, `${name} takes ${steps} steps, ${rival} ${rivalSteps}`);
  }
});

xsTest("every filter gives the same bits on Node and XS", async (t) => {
  const xs = (await startRpc(t, "test/xs/inside/filters.ts")).caller<FilterTwins>();
  const seed = Number(process.env["SEED"] ?? 20_240_607);
  t.log(`SEED=${seed} npx ava test/xs/filters.test.ts`);
  for (const kind of Object.keys(FILTER_FIELDS)) {
    const onNode = filterValues(kind, seed, 500);
    const { bytes } = await xs("values", { kind, seed, count: 500 });
    const onXs = new Float64Array(Uint8Array.from(bytes).buffer);
    const differing = onNode.findIndex((value, i) => !Object.is(value, onXs[i]));
    t.is(differing, -1, `${kind}: output ${differing} is ${onNode[differing]} on Node and ${onXs[differing]} on XS`);
  }
});
