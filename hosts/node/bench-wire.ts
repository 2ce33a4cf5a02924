import { measureOperations } from "../xs/measure.js";
import { compare, COMPARISON_COLUMNS, comparisonRow } from "./bench-rival.js";
import type { Comparison } from "./bench-rival.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

const ENTRY = "hosts/xs/inside/bench-wire-main.ts";
/** Few are enough: the same steps every time, but for now and then a new buffer of cbor-x's. */
const REPEAT = 50;
const OURS = ", ours";

/** What writing values and reading a command costs in XS. */
export async function measureWire(options: BenchOptions = {}): Promise<Comparison[]> {
  const figures = await measureOperations(ENTRY, { ...options, repeat: REPEAT });
  return Object.keys(figures)
    .filter((name) => name.endsWith(OURS))
    .map((name) => name.slice(0, -OURS.length))
    .map((what) => compare(what, figures[what + OURS]!, "cbor-x", figures[`${what}, theirs`]!));
}

export const wireSection: BenchSection = {
  name: "wire",
  about: "Engine steps and heap slots of CBOR in XS, beside cbor-x, which writes the same bytes and checks nothing.",
  columns: COMPARISON_COLUMNS,
  rows: async (options) => (await measureWire(options)).map(comparisonRow),
};
