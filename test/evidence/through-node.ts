import { decode } from "../../hosts/node/decode.js";
import { MACHINE_CHANNELS } from "../../hosts/simulated/nodes.js";
import { seeded } from "../../hosts/simulated/options.js";
import { LEAD_MS, ReplayRun } from "../../hosts/simulated/replay-run.js";

/** One row of several channels: ms since the first row, and up to eight values. */
export interface MachineRow {
  readonly ticks: number;
  readonly values: Float64Array;
}

const SCORES = "machine.anomaly";
/** Nothing of a channel but its first value is published: what counts is what the detector makes of it. */
const SILENT = { report: { kind: "change", deadband: 1e9, maximumIntervalMs: 0 } } as const;

/** What the detector of a whole machine recorder makes of rows: from its sensors to the broker, in virtual time. */
export function scoresThroughNode(rows: readonly MachineRow[], startUtc: number): Float64Array {
  const scores = new Float64Array(rows.length);
  const first = rows[0]!.ticks;
  const rowAt = new Map(rows.map(({ ticks }, i) => [ticks - first, i]));
  const settings = {
    channels: {
      ...Object.fromEntries(MACHINE_CHANNELS.map((name) => [name, SILENT])),
      [SCORES]: { report: { kind: "every" }, alarms: [] },
    },
  } as const;
  const options = {
    node: "machine-recorder",
    ...seeded(1),
    seed: 1,
    startUtc: startUtc - LEAD_MS,
    identity: { site: "evidence", node: "machine" },
    settings,
    broker: { host: "127.0.0.1", port: 1883 },
  } as const;
  const run = new ReplayRun(options, MACHINE_CHANNELS, {
    onPublish: (topic, payload, ticks) => {
      for (const line of decode(topic, payload, (options.startUtc + ticks) / 1000, () => 0).lines) {
        if (!("value" in line) || line.name !== SCORES) continue;
        scores[rowAt.get(Math.round(line.time * 1000) - startUtc)!] = line.value!;
      }
    },
  });
  const unused = MACHINE_CHANNELS.slice(rows[0]!.values.length).map(() => 0);
  for (const { ticks, values } of rows) run.row({ ticks: ticks - first, values: [...values, ...unused] });
  run.finish();
  return scores;
}
