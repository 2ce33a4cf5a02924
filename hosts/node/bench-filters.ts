import { measureOperations } from "../xs/measure.js";
import { besideRivals, RIVAL_COLUMNS, rivalMembers, roundSlots } from "./bench-rival.js";
import type { RivalCost } from "./bench-rival.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

/**
 * What one filter costs per value in XS, the call included, beside a rival; an expression as a rival is told for without
 * a call. What comes once per window is spread over its values.
 */
export interface FilterCost extends RivalCost {
  readonly kind: string;
  /** What differs from the defaults: `samples 31`; `uneven` steps of time. Empty: nothing. */
  readonly settings: string;
}

interface Row {
  readonly kind: string;
  readonly told: Readonly<Record<string, unknown>>;
  readonly uneven: boolean;
}

/** Calls per filter: a multiple of every window's length that is measured. */
const REPEAT = 1280;
const ENTRY = "hosts/xs/inside/bench-filters.ts";

export async function measureFilters(options: BenchOptions = {}): Promise<FilterCost[]> {
  const figures = await measureOperations(ENTRY, { ...options, repeat: REPEAT });
  return besideRivals<Row>(figures).map(({ told, uneven, ...cost }) => {
    const words = Object.entries(told).map(([setting, value]) => `${setting} ${describe(value)}`);
    if (uneven) words.push("uneven");
    return { ...cost, settings: words.join(", ") };
  });
}

function describe(value: unknown): string {
  return Array.isArray(value) ? `× ${value.length}` : String(value);
}

export const filterSection: BenchSection = {
  name: "filters",
  about:
    "Engine steps and heap slots per value in XS, with the default settings and with others, the call included; beside the textbook form, where it is one expression without a call. Native work (sort, shift, Math) counts few steps.",
  columns: ["filter", "settings", "steps", "slots", ...RIVAL_COLUMNS],
  async rows(options) {
    const costs = await measureFilters(options);
    return costs.map(({ kind, settings, steps, slots, ...rival }) => ({
      filter: kind,
      settings,
      steps: Math.round(steps),
      slots: roundSlots(slots),
      ...rivalMembers({ steps, slots, ...rival }),
    }));
  },
};
