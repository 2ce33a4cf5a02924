import { measureOperations } from "../xs/measure.js";
import { besideRivals, RIVAL_COLUMNS, rivalMembers, roundSlots } from "./bench-rival.js";
import type { RivalCost } from "./bench-rival.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

/** What it costs in XS to put a batch into a message. */
export interface TelemetryCost extends RivalCost, Row {}

interface Row {
  readonly values: number;
  readonly channels: number;
  /** Of the values: evenly spaced, or not. */
  readonly timing: "regular" | "irregular";
  readonly format: "SenML" | "dense";
}

const ENTRY = "hosts/xs/inside/bench-telemetry.ts";
const REPEAT = 20;

export async function measureTelemetry(options: BenchOptions = {}): Promise<TelemetryCost[]> {
  return besideRivals<Row>(await measureOperations(ENTRY, { ...options, repeat: REPEAT }));
}

export const telemetrySection: BenchSection = {
  name: "telemetry",
  about: "Engine steps and heap slots of putting a batch of values into a message in XS.",
  columns: ["values", "channels", "times", "format", "per value", "steps", "slots", ...RIVAL_COLUMNS],
  async rows(options) {
    const costs = await measureTelemetry(options);
    return costs.map((cost) => ({
      values: cost.values,
      channels: cost.channels,
      times: cost.timing,
      format: cost.format,
      "per value": Math.round(cost.steps / cost.values),
      steps: Math.round(cost.steps),
      slots: roundSlots(cost.slots),
      ...rivalMembers(cost),
    }));
  },
};
