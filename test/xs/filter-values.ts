/** What a filter makes of a series drawn by chance; runs on Node and XS. */
import { createFilter, FILTER_FIELDS } from "../../firmware/filters/index.js";
import type { FilterSettings } from "../../firmware/filters/index.js";
import { checkFields } from "../../firmware/settings/fields.js";
import { Random } from "../../simulator/random.js";

/** Outputs of the filter `kind` with its defaults, NaN where nothing passes. */
export function filterValues(kind: string, seed: number, count: number): Float64Array {
  const fields = FILTER_FIELDS[kind as FilterSettings["kind"]];
  const filter = createFilter({ kind, ...checkFields({}, kind, fields) } as unknown as FilterSettings);
  const random = new Random(seed).fork(kind);
  const outputs = new Float64Array(count);
  let ticks = 0;
  for (let i = 0; i < count; i++) {
    ticks += random.next() < 0.7 ? 1000 : random.integer() % 10_000;
    const value = 20 + 10 * random.normal();
    outputs[i] = filter.update(value, ticks);
  }
  return outputs;
}
