import { measureOperations } from "../xs/measure.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

/** What one filter costs per value, in XS. */
export interface FilterCost {
  readonly kind: string;
  /** What differs from the defaults: `samples 31`; `uneven` steps of time. Empty: nothing. */
  readonly settings: string;
  /** Engine steps per value, the call included; what comes once per window is spread over its values. */
  readonly steps: number;
  /** Heap slots per value, garbage included. */
  readonly slots: number;
}

/** Calls per filter: a multiple of every window's length that is measured. */
const REPEAT = 1280;
const ENTRY = "hosts/xs/inside/bench-filters.ts";

export async function measureFilters(options: BenchOptions = {}): Promise<FilterCost[]> {
  const figures = await measureOperations(ENTRY, { ...options, repeat: REPEAT });
  const costs: FilterCost[] = [];
  for (const [name, { steps, slots }] of Object.entries(figures)) {
    if (!name.startsWith("{")) continue;
    const { kind, uneven, ...settings } = JSON.parse(name) as { kind: string; uneven?: boolean };
    const loop = figures[uneven ? "(feed uneven)" : "(feed)"]!;
    const words = Object.entries(settings).map(([setting, value]) => `${setting} ${describe(value)}`);
    if (uneven) words.push("uneven");
    costs.push({ kind, settings: words.join(", "), steps: steps - loop.steps, slots: slots - loop.slots });
  }
  return costs;
}

function describe(value: unknown): string {
  return Array.isArray(value) ? `× ${value.length}` : String(value);
}

export const filterSection: BenchSection = {
  name: "filters",
  about: "Engine steps and heap slots per value in XS, with the default settings and with others.",
  columns: ["filter", "settings", "steps", "slots"],
  async rows(options) {
    const costs = await measureFilters(options);
    return costs.map(({ kind, settings, steps, slots }) => ({
      filter: kind,
      settings,
      steps: Math.round(steps),
      slots: Math.round(100 * slots) / 100,
    }));
  },
};
