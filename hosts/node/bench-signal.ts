import { measureOperations } from "../xs/measure.js";
import { besideRivals, RIVAL_COLUMNS, rivalMembers, roundSlots } from "./bench-rival.js";
import type { RivalCost } from "./bench-rival.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

/** What a window or a decimator costs in XS: steps per sample that goes in, slots per block. */
export interface SignalCost extends RivalCost {
  readonly part: string;
  readonly setting: string;
}

interface Row {
  readonly part: string;
  readonly setting: string;
  readonly samples: number;
}

const ENTRY = "hosts/xs/inside/bench-signal.ts";
const REPEAT = 5;

export async function measureSignal(options: BenchOptions = {}): Promise<SignalCost[]> {
  const figures = await measureOperations(ENTRY, { ...options, repeat: REPEAT });
  return besideRivals<Row>(figures).map(({ samples, steps, rivalSteps, ...cost }) => {
    return { ...cost, steps: steps / samples, rivalSteps: rivalSteps / samples };
  });
}

export const signalSection: BenchSection = {
  name: "signal",
  about:
    "Engine steps per sample that goes into a window or a decimator in XS, heap slots per block; beside textbook forms, a decimator's with the same taps in one stage.",
  columns: ["part", "setting", "steps", "slots", ...RIVAL_COLUMNS],
  async rows(options) {
    const costs = await measureSignal(options);
    return costs.map((cost) => ({
      part: cost.part,
      setting: cost.setting,
      steps: Math.round(cost.steps),
      slots: roundSlots(cost.slots),
      ...rivalMembers(cost),
    }));
  },
};
