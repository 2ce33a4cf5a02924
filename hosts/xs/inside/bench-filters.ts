/** Every kind of filter as an operation: one value in, a second after the one before. */
import { createFilter, FILTER_FIELDS, filterProblem } from "../../../firmware/filters/index.js";
import type { Filter, FilterSettings } from "../../../firmware/filters/index.js";
import { checkFields } from "../../../firmware/settings/fields.js";
import { Random } from "../../../simulator/random.js";
import { operations } from "./operations.js";

/** What is measured beside each kind's defaults. `uneven`: no two steps of time are alike. */
const variants: readonly { kind: FilterSettings["kind"]; settings: object; uneven?: boolean }[] = [
  { kind: "median", settings: { samples: 31 } },
  { kind: "quantile", settings: { samples: 31 } },
  { kind: "hampel", settings: { samples: 31 } },
  { kind: "moving-average", settings: { samples: 256 } },
  { kind: "maximum", settings: { samples: 256 } },
  { kind: "standard-deviation", settings: { samples: 256 } },
  { kind: "low-pass", settings: { order: 4 } },
  { kind: "high-pass", settings: { order: 4 } },
  { kind: "band-pass", settings: { order: 4 } },
  { kind: "exponential", settings: {}, uneven: true },
  { kind: "peak-hold", settings: { holdMs: 1000, decayMs: 10_000 } },
  { kind: "peak-hold", settings: { holdMs: 1000, decayMs: 10_000 }, uneven: true },
  {
    kind: "ntc-temperature",
    settings: {
      points: [
        [0, 32_650],
        [25, 10_000],
        [80, 1260],
      ],
    },
  },
  {
    kind: "ntc-resistance",
    settings: {
      points: [
        [0, 32_650],
        [25, 10_000],
        [80, 1260],
      ],
    },
  },
  { kind: "reject", settings: { values: [85, -127, 0, 1, 2, 3, 4, 5] } },
];

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

const measured: Record<string, () => unknown> = {
  "(feed)": feed(undefined, false),
  "(feed uneven)": feed(undefined, true),
};

function add(kind: FilterSettings["kind"], told: object, uneven: boolean): void {
  const checked = { kind, ...checkFields({}, kind, FILTER_FIELDS[kind]), ...told } as unknown as FilterSettings;
  const problem = filterProblem(checked);
  if (problem !== undefined) throw new Error(`${kind}${problem}`);
  measured[JSON.stringify({ kind, ...told, ...(uneven ? { uneven } : {}) })] = feed(createFilter(checked), uneven);
}

for (const kind of Object.keys(FILTER_FIELDS) as FilterSettings["kind"][]) add(kind, {}, false);
for (const { kind, settings, uneven } of variants) add(kind, settings, uneven === true);
operations(measured);
