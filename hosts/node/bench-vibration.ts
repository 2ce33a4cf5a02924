import { measureOperations } from "../xs/measure.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

/** What one record of one block costs in XS: gathered, transformed and judged. */
export interface VibrationCost {
  readonly analysis: string;
  readonly samples: number;
  readonly steps: number;
  /** Heap slots per record, garbage included. */
  readonly slots: number;
  /** Calls of `step()`. */
  readonly pieces: number;
  /** Engine steps of the largest; 0: not measured. */
  readonly largestPiece: number;
}

const ENTRY = "hosts/xs/inside/bench-vibration.ts";

export async function measureVibration(options: BenchOptions = {}): Promise<VibrationCost[]> {
  const figures = await measureOperations(ENTRY, { ...options, repeat: 1 });
  const costs: VibrationCost[] = [];
  const largest = new Map<string, number>();
  let before = 0;
  for (const [label, { steps, slots }] of Object.entries(figures)) {
    const { name, samples, pieces, gathered, count } = JSON.parse(label) as Label;
    if (count === "all") costs.push({ analysis: name, samples, steps, slots, pieces, largestPiece: 0 });
    // Broken off after one piece more than the one before: the difference is that piece, unless samples came before it.
    else if (count > 0 && !gathered.includes(count - 1)) {
      largest.set(name, Math.max(largest.get(name) ?? 0, steps - before));
    }
    before = steps;
  }
  return costs.map((cost) => ({ ...cost, largestPiece: largest.get(cost.analysis) ?? 0 }));
}

interface Label {
  readonly name: string;
  readonly samples: number;
  readonly pieces: number;
  readonly gathered: readonly number[];
  readonly count: number | "all";
}

export const vibrationSection: BenchSection = {
  name: "vibration",
  about: "Engine steps, heap slots and pieces of one record of one block in XS, samples taken in included; one axis.",
  columns: ["analysis", "samples", "steps", "slots", "pieces", "largest piece"],
  async rows(options) {
    const costs = await measureVibration(options);
    return costs.map(({ analysis, samples, steps, slots, pieces, largestPiece }) => ({
      analysis,
      samples,
      steps,
      slots,
      pieces,
      "largest piece": largestPiece === 0 ? "" : largestPiece,
    }));
  },
};
