import { measureOperations } from "../xs/measure.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

/** What it costs to put a batch into a message, in XS. */
export interface TelemetryCost {
  readonly values: number;
  readonly channels: number;
  /** Of the values: evenly spaced, or not. */
  readonly timing: "regular" | "irregular";
  readonly format: "SenML" | "dense";
  /** Engine steps per message. */
  readonly steps: number;
  /** Heap slots per message, garbage included. */
  readonly slots: number;
}

const ENTRY = "hosts/xs/inside/bench-telemetry.ts";
const REPEAT = 20;

export async function measureTelemetry(options: BenchOptions = {}): Promise<TelemetryCost[]> {
  const figures = await measureOperations(ENTRY, { ...options, repeat: REPEAT });
  return Object.entries(figures).map(([name, { steps, slots }]) => {
    const label = JSON.parse(name) as Omit<TelemetryCost, "steps" | "slots">;
    return { ...label, steps, slots };
  });
}

export const telemetrySection: BenchSection = {
  name: "telemetry",
  about: "Engine steps and heap slots of putting a batch of values into a message in XS; steps as a share of SenML's.",
  columns: ["values", "channels", "times", "format", "steps", "per value", "of SenML's", "slots"],
  async rows(options) {
    const costs = await measureTelemetry(options);
    return costs.map(({ values, channels, timing, format, steps, slots }) => {
      const same = (other: TelemetryCost) =>
        other.values === values && other.channels === channels && other.timing === timing && other.format === "SenML";
      const { steps: stepsOfSenml } = costs.find(same)!;
      return {
        values,
        channels,
        times: timing,
        format,
        steps: Math.round(steps),
        "per value": Math.round(steps / values),
        "of SenML's": Number((steps / stepsOfSenml).toFixed(2)),
        slots,
      };
    });
  },
};
