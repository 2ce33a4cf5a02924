import { measureOperations } from "../xs/measure.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

/** What alarms and detectors cost per value in XS. */
export interface JudgementCost {
  readonly judge: string;
  readonly steps: number;
  /** Heap slots per value, garbage included. */
  readonly slots: number;
}

const ENTRY = "hosts/xs/inside/bench-judgement.ts";
/** Values that each is given before and while it is measured: a detector then knows what is normal. */
const REPEAT = 1280;

export async function measureJudgement(options: BenchOptions = {}): Promise<JudgementCost[]> {
  const { "(feed)": feed, ...figures } = await measureOperations(ENTRY, { ...options, repeat: REPEAT });
  return Object.entries(figures).map(([judge, { steps, slots }]) => ({
    judge,
    steps: Math.round(steps - feed!.steps),
    slots: slots - feed!.slots,
  }));
}

export const judgementSection: BenchSection = {
  name: "judgement",
  about: "Engine steps and heap slots per value of alarms and detectors in XS, while all is as usual.",
  columns: ["judge", "steps", "slots"],
  rows: async (options) => (await measureJudgement(options)).map((cost) => ({ ...cost })),
};
