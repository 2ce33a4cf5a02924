import { measureOperations } from "../xs/measure.js";
import { compare, COMPARISON_COLUMNS, comparisonRow } from "./bench-rival.js";
import type { Comparison } from "./bench-rival.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

const ENTRY = "hosts/xs/inside/bench-way.ts";
/** Readings that each is given before and while it is measured. */
const REPEAT = 1280;
const OURS = ["every value sent", "changes sent"];
const THEIRS = ["inline", "inline, with sort()"];

/** What the whole way of one value costs in XS. */
export async function measureWay(options: BenchOptions = {}): Promise<Comparison[]> {
  const figures = await measureOperations(ENTRY, { ...options, repeat: REPEAT });
  const feed = figures["(feed)"]!;
  return OURS.flatMap((what) => THEIRS.map((rival) => compare(what, figures[what]!, rival, figures[rival]!, feed)));
}

export const waySection: BenchSection = {
  name: "way",
  about:
    "Engine steps and heap slots of a reading's whole way in XS: calibration, quality, median of 5, exponential, four limit alarms, reporter, batch; beside a median of 5, exponential and four limits written inline.",
  columns: COMPARISON_COLUMNS,
  rows: async (options) => (await measureWay(options)).map(comparisonRow),
};
