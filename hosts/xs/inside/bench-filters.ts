/** Every kind of filter as an operation, and its rivals: one value in, a second after the one before. */
import { createFilter } from "../../../firmware/filters/index.js";
import type { Filter } from "../../../firmware/filters/index.js";
import { Random } from "../../../simulator/random.js";
import { nameOf } from "./beside.js";
import { filterCases } from "./filter-cases.js";
import { operations } from "./operations.js";
import { filterRivals } from "./rivals-filters.js";
import type { RivalFilter } from "./rivals-over-time.js";

const random = new Random(7);
const inputs = 64;
const values = Float64Array.from({ length: inputs }, () => 20 + 5 * random.normal());

/** What is called here costs what a filter costs less the call itself: nothing is taken from the figures but the loop. */
function feed(filter: Filter | undefined, uneven: boolean): () => void {
  let i = 0;
  let ticks = 0;
  return () => {
    i = (i + 1) % inputs;
    ticks += uneven ? 1000 + i : 1000;
    if (filter !== undefined) filter.update(values[i]!, ticks);
  };
}

function feedRival(filter: RivalFilter | undefined, uneven: boolean): () => void {
  let i = 0;
  let ticks = 0;
  return () => {
    i = (i + 1) % inputs;
    ticks += uneven ? 1000 + i : 1000;
    if (filter !== undefined) filter(values[i]!, ticks);
  };
}

const FEED = "(feed)";
const UNEVEN = "(feed uneven)";
/** An expression that stands where the value is costs what it adds to a call. */
const CALL = "(call)";
const measured: Record<string, () => unknown> = {
  [FEED]: feed(undefined, false),
  [UNEVEN]: feed(undefined, true),
  [CALL]: feedRival((value) => value, false),
};

for (const { kind, told, uneven, settings } of filterCases()) {
  const row = { kind, told, uneven };
  const less = uneven ? UNEVEN : FEED;
  measured[nameOf(row, less)] = feed(createFilter(settings), uneven);
  for (const { name, inline, filter } of filterRivals(settings, uneven)) {
    measured[nameOf(row, inline ? CALL : less, name)] = feedRival(filter, uneven);
  }
}
operations(measured);
