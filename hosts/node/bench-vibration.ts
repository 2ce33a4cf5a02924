import type { Figures } from "../xs/measure.js";
import { measureOperations } from "../xs/measure.js";
import { besideRivals, RIVAL_COLUMNS, rivalMembers, roundSlots } from "./bench-rival.js";
import type { RivalCost } from "./bench-rival.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

/** What one record of one block costs in XS: gathered, transformed and judged. */
export interface VibrationCost extends RivalCost {
  readonly analysis: string;
  readonly samples: number;
  /** Calls of `step()`. */
  readonly pieces: number;
  /** Engine steps of the largest; 0: not measured. */
  readonly largestPiece: number;
}

type Row = Pick<VibrationCost, "analysis" | "samples" | "pieces">;

const ENTRY = "hosts/xs/inside/bench-vibration.ts";
const CUT = "cut ";

export async function measureVibration(options: BenchOptions = {}): Promise<VibrationCost[]> {
  const figures = await measureOperations(ENTRY, { ...options, repeat: 1 });
  const largest = largestPieces(figures);
  return besideRivals<Row>(figures).map((cost) => ({ ...cost, largestPiece: largest.get(cost.analysis) ?? 0 }));
}

/** A record that was broken off after so many pieces. */
interface Cut {
  readonly name: string;
  /** Pieces before which samples were taken in. */
  readonly gathered: readonly number[];
  readonly count: number;
}

function largestPieces(figures: Readonly<Record<string, Figures>>): Map<string, number> {
  const largest = new Map<string, number>();
  let before = 0;
  for (const [label, { steps }] of Object.entries(figures)) {
    if (!label.startsWith(CUT)) continue;
    const { name, gathered, count } = JSON.parse(label.slice(CUT.length)) as Cut;
    // After one piece more than the one before: the difference is that piece, unless samples came before it.
    if (count > 0 && !gathered.includes(count - 1)) {
      largest.set(name, Math.max(largest.get(name) ?? 0, steps - before));
    }
    before = steps;
  }
  return largest;
}

export const vibrationSection: BenchSection = {
  name: "vibration",
  about:
    "Engine steps, heap slots and pieces of one record of one block in XS, samples taken in included, one axis; beside whole blocks worked on at once with fft.js, which finds less: no line between two bins, no evidence by the noise around it.",
  columns: ["analysis", "samples", "pieces", "largest piece", "steps", "slots", ...RIVAL_COLUMNS],
  async rows(options) {
    const costs = await measureVibration(options);
    return costs.map((cost) => ({
      analysis: cost.analysis,
      samples: cost.samples,
      pieces: cost.pieces,
      "largest piece": cost.largestPiece === 0 ? "" : cost.largestPiece,
      steps: Math.round(cost.steps),
      slots: roundSlots(cost.slots),
      ...rivalMembers(cost),
    }));
  },
};
