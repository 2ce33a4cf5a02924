import { measureOperations } from "../xs/measure.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

/** What a window or a decimator costs per sample that goes in, in XS. */
export interface SignalCost {
  readonly part: string;
  readonly setting: string;
  readonly steps: number;
  /** Heap slots per block, garbage included. */
  readonly slots: number;
}

const ENTRY = "hosts/xs/inside/bench-signal.ts";
const REPEAT = 5;

export async function measureSignal(options: BenchOptions = {}): Promise<SignalCost[]> {
  const figures = await measureOperations(ENTRY, { ...options, repeat: REPEAT });
  return Object.entries(figures).map(([name, { steps, slots }]) => {
    const { part, setting, samples } = JSON.parse(name) as { part: string; setting: string; samples: number };
    return { part, setting, steps: steps / samples, slots };
  });
}

export const signalSection: BenchSection = {
  name: "signal",
  about: "Engine steps per sample that goes into a window or a decimator in XS; heap slots per block.",
  columns: ["part", "setting", "steps", "slots"],
  async rows(options) {
    const costs = await measureSignal(options);
    return costs.map(({ part, setting, steps, slots }) => ({ part, setting, steps: Math.round(steps), slots }));
  },
};
