import { measureOperations } from "../xs/measure.js";
import { besideRivals, RIVAL_COLUMNS, rivalMembers, roundSlots } from "./bench-rival.js";
import type { RivalCost } from "./bench-rival.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

/** What alarms and detectors cost per value in XS. */
export interface JudgementCost extends RivalCost {
  readonly judge: string;
}

const ENTRY = "hosts/xs/inside/bench-judgement.ts";
/** Values that each is given before and while it is measured: a detector then knows what is normal. */
const REPEAT = 1280;

export async function measureJudgement(options: BenchOptions = {}): Promise<JudgementCost[]> {
  return besideRivals<{ readonly judge: string }>(await measureOperations(ENTRY, { ...options, repeat: REPEAT }));
}

export const judgementSection: BenchSection = {
  name: "judgement",
  about:
    "Engine steps and heap slots per value of alarms and detectors in XS, while all is as usual; beside the bare condition written inline, without delays, states and records, and a detector's textbook counterpart, which learns less.",
  columns: ["judge", "steps", "slots", ...RIVAL_COLUMNS],
  async rows(options) {
    const costs = await measureJudgement(options);
    return costs.map((cost) => ({
      judge: cost.judge,
      steps: Math.round(cost.steps),
      slots: roundSlots(cost.slots),
      ...rivalMembers(cost),
    }));
  },
};
