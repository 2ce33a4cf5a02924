import type { Figures } from "../xs/measure.js";

/** What something costs in XS, beside what does the same. */
export interface Comparison {
  readonly what: string;
  readonly steps: number;
  /** Heap slots, garbage included. */
  readonly slots: number;
  readonly rival: string;
  readonly rivalSteps: number;
  readonly rivalSlots: number;
}

/** @param less what both figures have in common and neither is to be told for */
export function compare(what: string, ours: Figures, rival: string, theirs: Figures, less?: Figures): Comparison {
  const steps = less?.steps ?? 0;
  const slots = less?.slots ?? 0;
  return {
    what,
    steps: ours.steps - steps,
    slots: ours.slots - slots,
    rival,
    rivalSteps: theirs.steps - steps,
    rivalSlots: theirs.slots - slots,
  };
}

export const COMPARISON_COLUMNS = ["what", "steps", "slots", "rival", "rival steps", "rival slots", "ratio"] as const;

/** As a row with {@link COMPARISON_COLUMNS}. */
export function comparisonRow(comparison: Comparison): Record<(typeof COMPARISON_COLUMNS)[number], string | number> {
  const { what, steps, slots, rival, rivalSteps, rivalSlots } = comparison;
  return {
    what,
    steps: Math.round(steps),
    slots: Math.round(slots),
    rival,
    "rival steps": Math.round(rivalSteps),
    "rival slots": Math.round(rivalSlots),
    ratio: Number((steps / rivalSteps).toFixed(3)),
  };
}
