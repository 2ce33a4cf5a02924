import { measureOperations } from "../xs/measure.js";
import { compare, COMPARISON_COLUMNS, comparisonRow } from "./bench-rival.js";
import type { Comparison } from "./bench-rival.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";

const ENTRY = "hosts/xs/inside/bench-mqtt-main.ts";
const REPEAT = 50;

/** What a message with quality of service 1 and its PUBACK cost in XS. */
export async function measureMqtt(options: BenchOptions = {}): Promise<Comparison[]> {
  const { ours, theirs, session } = await measureOperations(ENTRY, { ...options, repeat: REPEAT });
  return [
    compare("packets alone", ours!, "mqtt-packet", theirs!),
    compare("in a session", session!, "mqtt-packet, packets alone", theirs!),
  ];
}

export const mqttSection: BenchSection = {
  name: "mqtt",
  about:
    "Engine steps and heap slots of PUBLISH with quality of service 1 and its PUBACK in XS, beside mqtt-packet on the package buffer.",
  columns: COMPARISON_COLUMNS,
  rows: async (options) => (await measureMqtt(options)).map(comparisonRow),
};
