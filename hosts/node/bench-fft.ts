import { FFT_SIZES, fftOperations } from "../xs/inside/bench-fft.js";
import { measureOperations } from "../xs/measure.js";
import { RIVAL_COLUMNS, rivalMembers, roundSlots } from "./bench-rival.js";
import type { RivalCost } from "./bench-rival.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

/** What one FFT of real samples costs in XS, beside fft.js's realTransform without completeSpectrum. */
export interface FftCost extends RivalCost {
  /** Real samples. */
  readonly size: number;
  /** Calls of `step()` that a transform takes, and engine steps of the largest. */
  readonly pieces: number;
  readonly largestPiece: number;
}

const ENTRY = "hosts/xs/inside/bench-fft-main.ts";
/** Few are enough: the same steps every time. */
const REPEAT = 3;
/** Transforms per batch are so many samples' worth; the fastest batch counts. */
const BATCH_SAMPLES = 1 << 19;
const BATCHES = 12;

export async function measureFft(options: BenchOptions = {}): Promise<FftCost[]> {
  const figures = await measureOperations(ENTRY, { ...options, repeat: REPEAT });
  return FFT_SIZES.map((size) => {
    const { steps, slots } = figures[`${size} ours`]!;
    let pieces = 0;
    let largestPiece = 0;
    for (; figures[`${size} cut ${pieces + 1}`] !== undefined; pieces++) {
      const piece = figures[`${size} cut ${pieces + 1}`]!.steps - figures[`${size} cut ${pieces}`]!.steps;
      largestPiece = Math.max(largestPiece, piece);
    }
    const theirs = figures[`${size} theirs`]!;
    const rival = { rival: "fft.js 4.0.4", rivalSteps: theirs.steps, rivalSlots: theirs.slots };
    return { size, pieces, largestPiece, steps, slots, ...rival };
  });
}

/** Time on Node.js as a part of fft.js's; the two in turns, so that what else the machine does hits both. */
function timeRatio(size: number): number {
  const { ours, theirs } = fftOperations(size);
  const count = BATCH_SAMPLES / size;
  let fastest = Infinity;
  let otherFastest = Infinity;
  for (let batch = 0; batch < BATCHES; batch++) {
    fastest = Math.min(fastest, timeOf(ours, count));
    otherFastest = Math.min(otherFastest, timeOf(theirs, count));
  }
  return fastest / otherFastest;
}

function timeOf(operation: () => void, count: number): number {
  const from = performance.now();
  for (let i = 0; i < count; i++) operation();
  return performance.now() - from;
}

const round = (value: number) => Math.round(value * 1000) / 1000;

export const fftSection: BenchSection = {
  name: "fft",
  about:
    "Engine steps, heap slots and pieces of the FFT of real samples in XS, beside fft.js; and the ratio of times on Node.js.",
  columns: ["samples", "pieces", "largest piece", "time ratio", "steps", "slots", ...RIVAL_COLUMNS],
  async rows(options) {
    const costs = await measureFft(options);
    return costs.map((cost) => ({
      samples: cost.size,
      pieces: cost.pieces,
      "largest piece": cost.largestPiece,
      "time ratio": round(timeRatio(cost.size)),
      steps: Math.round(cost.steps),
      slots: roundSlots(cost.slots),
      ...rivalMembers(cost),
    }));
  },
};
