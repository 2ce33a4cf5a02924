import { composeSettings } from "../../firmware/settings/settings.js";
import type { SettingsOverrides } from "../../firmware/settings/settings.js";
import { MACHINE_CHANNELS, READY_MADE, resolutionsOf } from "../simulated/nodes.js";
import type { NodeName } from "../simulated/nodes.js";
import { seeded } from "../simulated/options.js";
import type { SimulationOptions } from "../simulated/options.js";
import { LEAD_MS } from "../simulated/replay-run.js";
import { openCapture } from "./capture.js";
import { choice, integer, run, UsageError } from "./command-line.js";
import type { Command, Values } from "./command-line.js";
import { ChannelNames } from "./channel-names.js";
import { decode } from "./decode.js";
import type { Decoded } from "./decoded.js";
import { createEngine, ENGINES } from "./engines.js";
import { plain } from "./plain.js";
import { indexAt, readRecording } from "./recording.js";
import type { Recording } from "./recording.js";
import { openScores } from "./replay-scores.js";
import { ReplayTotals } from "./replay-totals.js";

const RECORDER_CHANNEL = "recording.value";
/** Where the nodes that take any numbers show what their detector thinks of them. */
const SCORES: Partial<Record<NodeName, string>> = {
  recorder: "recording.anomaly",
  "machine-recorder": "machine.anomaly",
};
const DAY_MS = 86_400_000;
/** Rows that are handed to the engine at a time. */
const ROWS_AT_ONCE = 500;

const command: Command = {
  usage: "npm run replay --",
  positional: "FILE.csv",
  about:
    "Lets a recording drive the physical quantity behind a channel, row by row in virtual time.\n" +
    "Everything between the sensor and the broker runs for real.",
  options: {
    time: { type: "string", value: "COLUMN", help: "column with the time stamps (required)" },
    value: {
      type: "string",
      value: "COLUMN",
      help: "column with the values (required); up to eight of one machine, as A,B,C, go through the node machine-recorder",
    },
    as: {
      type: "string",
      value: "CHANNEL",
      help: "the pump room's channel to drive, such as bearing.temperature (default: any numbers through the node recorder)",
    },
    scores: {
      type: "string",
      value: "OUT.csv",
      help: "write how unusual each row is, 0 to 1, as the node's detector has it: timestamp, value, anomaly_score",
    },
    separator: { type: "string", value: "C", help: "what separates the columns (,)" },
    filters: { type: "string", value: "none", help: "none: without the channel's filters" },
    report: { type: "string", value: "every", help: "every: each sample is published" },
    settings: { type: "boolean", help: "show the settings used, first" },
    json: { type: "boolean", help: "one JSON line per decoded record" },
    engine: { type: "string", value: "node|xs", help: "the JavaScript engine that the firmware runs on (node)" },
    seed: { type: "string", value: "N", help: "seed of noise and jitter (1)" },
    capture: { type: "string", value: "FILE", help: "write every byte from client to broker to FILE" },
  },
};

await run(command, async (values, file) => {
  if (file === undefined)
    throw new UsageError(`no file to replay; ${command.usage} FILE.csv --time COLUMN --value COLUMN`);
  const columns = columnsOf(required(values, "value"));
  const recording = readRecording(file, {
    time: required(values, "time"),
    values: columns,
    separator: separatorOf(values),
  });
  const { node, channels } = target(values, columns.length);
  const { definition } = READY_MADE[node];
  const scores = openScores(values, SCORES[node], columns, recording);
  const settings = overrides(values, channels, scores?.channel);
  const seed = integer(values, "seed", 1, 0, 0xffffffff);
  const options: SimulationOptions = {
    node,
    ...seeded(seed),
    seed,
    startUtc: recording.startUtc - LEAD_MS,
    identity: { site: "replay", node },
    settings,
    broker: { host: "127.0.0.1", port: 1883 },
  };
  const engine = await createEngine(choice(values, "engine", "node", ENGINES));
  const json = values.json === true;
  if (values.settings === true) {
    const used = composeSettings(definition, settings);
    process.stdout.write(`${json ? JSON.stringify({ settings: used }) : JSON.stringify(used, null, 2)}\n`);
  }
  for (const remark of recording.remarks) process.stderr.write(`${remark}\n`);

  const totals = new ReplayTotals(recording, channels[0]!);
  const capture = await openCapture(values);
  const resolutions = resolutionsOf(definition);
  const names = new ChannelNames();
  let aborted = false;
  // A reader that has seen enough (`| head`) ends the replay, quietly.
  process.stdout.on("error", () => (aborted = true));
  const replay = await engine.runReplay(options, channels, {
    onPublish: (topic, payload, ticks) => {
      const now = (options.startUtc + ticks) / 1000;
      const { lines } = decode(topic, payload, now, resolutions, names);
      totals.add(lines, topic.length + payload.length);
      scores?.add(lines, options.startUtc + LEAD_MS);
      process.stdout.write(json ? jsonLines(lines, recording, options.startUtc) : plainLines(lines));
    },
    ...(capture === undefined ? {} : { onTraffic: (bytes) => capture.write(bytes) }),
  });
  const unused = channels.slice(columns.length).map(() => 0);
  const rows = recording.rows.map(({ ticks, values: own }) => ({ ticks, values: [...own, ...unused] }));
  for (let i = 0; i < rows.length && !aborted; i += ROWS_AT_ONCE) await replay.rows(rows.slice(i, i + ROWS_AT_ONCE));
  await replay.finish();
  await engine.close();
  await capture?.close();
  if (!aborted) scores?.write();
  if (!json) process.stdout.write(totals.text());
});

function required(values: Values, name: string): string {
  const text = values[name];
  if (typeof text !== "string" || text === "")
    throw new UsageError(`--${name} is missing; it names a column of the file`);
  return text;
}

function separatorOf(values: Values): string {
  const text = String(values.separator ?? ",");
  if (text === "\\t") return "\t";
  if (text.length !== 1 || text === '"')
    throw new UsageError(`--separator "${text}" is not one character, such as ; or \\t`);
  return text;
}

function columnsOf(text: string): string[] {
  const columns = text.split(",");
  if (columns.includes("")) throw new UsageError(`--value ${text} has an empty name; A,B,C is right`);
  const most = MACHINE_CHANNELS.length;
  if (columns.length > most) throw new UsageError(`--value names ${columns.length} columns; ${most} are the most`);
  return columns;
}

function target(values: Values, columns: number): { node: NodeName; channels: readonly string[] } {
  const channel = values.as;
  if (columns > 1) {
    if (channel !== undefined) throw new UsageError("--as goes with one column; leave it out or name one --value");
    return { node: "machine-recorder", channels: MACHINE_CHANNELS };
  }
  if (channel === undefined || channel === RECORDER_CHANNEL) return { node: "recorder", channels: [RECORDER_CHANNEL] };
  const names = READY_MADE["pump-room"].definition.channels.map(({ name }) => name);
  if (!names.includes(String(channel))) throw new UsageError(`--as ${channel} is not a channel: ${names.join(", ")}`);
  return { node: "pump-room", channels: [String(channel)] };
}

function overrides(values: Values, channels: readonly string[], scores: string | undefined): SettingsOverrides {
  const filters = values.filters === undefined ? {} : (choice(values, "filters", "none", ["none"]), { filters: [] });
  const report =
    values.report === undefined ? {} : { report: { kind: choice(values, "report", "every", ["every"] as const) } };
  // A recording may span months: a word on the node's health once a day is enough.
  const own: [string, object][] = channels.map((channel) => [channel, { ...filters, ...report }]);
  if (scores !== undefined) own.push([scores, { report: { kind: "every" } }]);
  return { channels: Object.fromEntries(own), health: { intervalMs: DAY_MS } };
}

/** Each line with the stamp of its row, as written. */
function jsonLines(lines: readonly Decoded[], { rows }: Recording, startUtc: number): string {
  let text = "";
  for (const line of lines) {
    const row = "name" in line ? rows[indexAt(rows, Math.round(line.time * 1000) - startUtc - LEAD_MS)] : undefined;
    text += `${JSON.stringify(row === undefined ? line : { ...line, recorded: row.stamp })}\n`;
  }
  return text;
}

/** What a person wants to see go by: everything but the values. */
function plainLines(lines: readonly Decoded[]): string {
  let text = "";
  for (const line of lines) {
    if ("health" in line || ("value" in line && !("alarm" in line))) continue;
    text += `${plain(line)}\n`;
  }
  return text;
}
