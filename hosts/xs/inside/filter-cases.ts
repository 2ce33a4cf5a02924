/** The filters that are measured: every kind with its defaults, and some with other settings. */
import { FILTER_FIELDS, filterProblem } from "../../../firmware/filters/index.js";
import type { FilterSettings } from "../../../firmware/filters/index.js";
import { checkFields } from "../../../firmware/settings/fields.js";

export interface FilterCase {
  readonly kind: FilterSettings["kind"];
  /** What differs from the defaults. */
  readonly told: object;
  /** No two steps of time are alike. */
  readonly uneven: boolean;
  readonly settings: FilterSettings;
}

/** What is measured beside each kind's defaults. */
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

export function filterCases(): FilterCase[] {
  const kinds = Object.keys(FILTER_FIELDS) as FilterSettings["kind"][];
  return [
    ...kinds.map((kind) => filterCase(kind, {}, false)),
    ...variants.map(({ kind, settings, uneven }) => filterCase(kind, settings, uneven === true)),
  ];
}

function filterCase(kind: FilterSettings["kind"], told: object, uneven: boolean): FilterCase {
  const settings = { kind, ...checkFields({}, kind, FILTER_FIELDS[kind]), ...told } as unknown as FilterSettings;
  const problem = filterProblem(settings);
  if (problem !== undefined) throw new Error(`${kind}${problem}`);
  return { kind, told, uneven, settings };
}
