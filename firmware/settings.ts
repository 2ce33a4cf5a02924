import { LIMIT_ALARM_FIELDS } from "./alarms/limit.js";
import type { LimitAlarmSettings } from "./alarms/limit.js";
import { CALIBRATION_FIELDS } from "./calibration/calibration.js";
import type { CalibrationSettings } from "./calibration/calibration.js";
import type { ChannelDefinition, NodeDefinition } from "./definition.js";
import { FILTER_FIELDS, filterProblem } from "./filters/index.js";
import type { FilterSettings } from "./filters/index.js";
import { ALARM_KINDS } from "./model/alarm.js";
import type { Field, Fields } from "./model/setting.js";
import { MQTT_FIELDS } from "./mqtt/settings.js";
import type { MqttSettings } from "./mqtt/settings.js";
import { QUEUE_FIELDS } from "./outbox/queue.js";
import type { QueueSettings } from "./outbox/queue.js";
import { PLAUSIBILITY_FIELDS } from "./quality/plausibility.js";
import type { PlausibilitySettings } from "./quality/plausibility.js";
import { BATCH_FIELDS } from "./telemetry/batch.js";
import type { BatchSettings } from "./telemetry/batch.js";
import { REPORT_FIELDS } from "./telemetry/reporter.js";
import type { ReportSettings } from "./telemetry/reporter.js";

/** What one channel does with its values. */
export interface ChannelSettings {
  readonly calibration: CalibrationSettings;
  readonly plausibility: PlausibilitySettings;
  readonly filters: readonly FilterSettings[];
  readonly alarms: readonly LimitAlarmSettings[];
  readonly report: ReportSettings;
}

/** Everything that can be told to a node without building it anew: plain data, complete. */
export interface NodeSettings {
  readonly channels: Readonly<Record<string, ChannelSettings>>;
  readonly batch: BatchSettings;
  readonly outbox: QueueSettings;
  readonly mqtt: MqttSettings;
  readonly health: { readonly intervalMs: number };
}

/** Overrides: any part of {@link NodeSettings}; each member of a channel (its filters, say) is replaced as a whole. */
export interface SettingsOverrides {
  readonly channels?: Readonly<
    Record<
      string,
      {
        readonly calibration?: Partial<CalibrationSettings>;
        readonly plausibility?: Partial<PlausibilitySettings>;
        readonly filters?: readonly Partial<FilterSettings>[];
        readonly alarms?: readonly Partial<LimitAlarmSettings>[];
        readonly report?: Partial<ReportSettings>;
      }
    >
  >;
  readonly batch?: Partial<BatchSettings>;
  readonly outbox?: Partial<QueueSettings>;
  readonly mqtt?: Partial<MqttSettings>;
  readonly health?: { readonly intervalMs?: number };
}

const HEALTH_FIELDS: Fields = Object.freeze({
  intervalMs: Object.freeze({
    type: "number",
    default: 60_000,
    minimum: 1000,
    maximum: 86_400_000,
    integer: true,
    unit: "ms",
    help: "Time between two health messages.",
  }),
});

const ALARM_FIELDS: Readonly<Record<string, Fields>> = Object.freeze(
  Object.fromEntries(ALARM_KINDS.map((kind) => [kind, LIMIT_ALARM_FIELDS])),
);

/** Every group of settings that a node has, with the fields that its room declares. */
export const GROUPS: Readonly<Record<"batch" | "outbox" | "mqtt" | "health", Fields>> = Object.freeze({
  batch: BATCH_FIELDS,
  outbox: QUEUE_FIELDS,
  mqtt: MQTT_FIELDS,
  health: HEALTH_FIELDS,
});

const MOST_IN_A_LIST = 8;

/** Settings that break a rule; the message says which, where, and what would be right. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/**
 * The complete settings of a node: the definition's defaults with `overrides` on top, checked as a whole.
 *
 * @throws SettingsError naming the first thing that is wrong; nothing is taken then
 */
export function composeSettings(definition: NodeDefinition, overrides: unknown = {}): NodeSettings {
  const given = record(overrides, "settings", ["channels", ...Object.keys(GROUPS)]);
  const names = definition.channels.map((channel) => channel.name);
  const channelOverrides = record(given.channels ?? {}, "settings.channels", names);
  const channels: Record<string, ChannelSettings> = {};
  for (const channel of definition.channels) {
    channels[channel.name] = composeChannel(channel, channelOverrides[channel.name] ?? {});
  }
  const group = (name: keyof typeof GROUPS) =>
    checkFields(given[name] ?? {}, `settings.${name}`, GROUPS[name]) as unknown;
  return {
    channels,
    batch: group("batch") as BatchSettings,
    outbox: group("outbox") as QueueSettings,
    mqtt: group("mqtt") as MqttSettings,
    health: group("health") as NodeSettings["health"],
  };
}

function composeChannel(channel: ChannelDefinition, overrides: unknown): ChannelSettings {
  const path = `settings.channels.${channel.name}`;
  const given = record(overrides, path, ["calibration", "plausibility", "filters", "alarms", "report"]);
  const defaults = channel.defaults ?? {};
  const alarms = list(given.alarms ?? defaults.alarms ?? [], `${path}.alarms`, ALARM_FIELDS) as LimitAlarmSettings[];
  for (let i = 0; i < alarms.length; i++) {
    const { kind, setpoint } = alarms[i]!;
    if (setpoint !== setpoint)
      throw new SettingsError(`${path}.alarms[${i}] has no setpoint; a ${kind} alarm needs one`);
    for (let j = 0; j < i; j++) {
      if (alarms[j]!.kind === kind)
        throw new SettingsError(`${path}.alarms has ${kind} twice; each kind may be there once`);
    }
  }
  const filters = list(given.filters ?? defaults.filters ?? [], `${path}.filters`, FILTER_FIELDS) as FilterSettings[];
  for (let i = 0; i < filters.length; i++) {
    const problem = filterProblem(filters[i]!);
    if (problem !== undefined) throw new SettingsError(`${path}.filters[${i}]${problem}`);
  }
  const calibration = given.calibration ?? defaults.calibration ?? { kind: "none" };
  const plausibility = given.plausibility ?? defaults.plausibility ?? {};
  return {
    calibration: choose(calibration, `${path}.calibration`, CALIBRATION_FIELDS) as CalibrationSettings,
    plausibility: checkFields(
      plausibility,
      `${path}.plausibility`,
      PLAUSIBILITY_FIELDS,
    ) as unknown as PlausibilitySettings,
    filters,
    alarms,
    report: choose(
      given.report ?? defaults.report ?? { kind: "change" },
      `${path}.report`,
      REPORT_FIELDS,
    ) as ReportSettings,
  };
}

/** A list of things that are told apart by `kind`. */
function list(value: unknown, path: string, kinds: Readonly<Record<string, Fields>>): unknown[] {
  if (!Array.isArray(value)) throw new SettingsError(`${path} ${show(value)} is not a list`);
  if (value.length > MOST_IN_A_LIST) {
    throw new SettingsError(`${path} has ${value.length} entries; ${MOST_IN_A_LIST} are the most`);
  }
  return value.map((entry, i) => choose(entry, `${path}[${i}]`, kinds));
}

/** One thing that is told apart by `kind`. */
function choose(value: unknown, path: string, kinds: Readonly<Record<string, Fields>>): unknown {
  const given = record(value, path);
  const kind = given.kind;
  if (typeof kind !== "string" || !Object.hasOwn(kinds, kind)) {
    throw new SettingsError(`${path}.kind ${show(kind)} is not one of ${Object.keys(kinds).join(", ")}`);
  }
  const { kind: _, ...rest } = given;
  return { kind, ...checkFields(rest, path, kinds[kind]!) };
}

/** Every field: as given where given, else its default. */
function checkFields(value: unknown, path: string, fields: Fields): Record<string, unknown> {
  const given = record(value, path, Object.keys(fields));
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const field = fields[name]!;
    result[name] = Object.hasOwn(given, name) ? checkField(given[name], `${path}.${name}`, field) : field.default;
  }
  return result;
}

function checkField(value: unknown, path: string, field: Field): unknown {
  switch (field.type) {
    case "number": {
      const right = typeof value === "number" && value >= field.minimum && value <= field.maximum;
      if (right && (!field.integer || Math.floor(value) === value)) return value;
      const noun = field.integer ? "an integer" : "a number";
      const unit = field.unit === "1" || field.unit === "channel" ? "" : ` ${field.unit}`;
      throw new SettingsError(`${path} ${show(value)} is not ${noun} from ${field.minimum} to ${field.maximum}${unit}`);
    }
    case "choice":
      if (typeof value === "string" && field.choices.includes(value)) return value;
      throw new SettingsError(`${path} ${show(value)} is not one of ${field.choices.join(", ")}`);
    case "text":
      if (typeof value === "string" && value.length <= field.maximumLength) return value;
      throw new SettingsError(`${path} ${show(value)} is not a text of at most ${field.maximumLength} characters`);
    case "numbers": {
      const entries = entriesOf(value, path, field);
      for (const entry of entries) {
        if (isNumber(entry) && entry >= field.minimum && entry <= field.maximum) continue;
        throw new SettingsError(`${path} holds ${show(entry)}, not a number from ${field.minimum} to ${field.maximum}`);
      }
      return entries;
    }
    case "points": {
      const entries = entriesOf(value, path, field) as [number, number][];
      for (let i = 0; i < entries.length; i++) {
        const point: unknown = entries[i];
        if (!Array.isArray(point) || point.length !== 2 || !point.every(isNumber)) {
          throw new SettingsError(`${path}[${i}] ${show(point)} is not a pair of numbers`);
        }
        if (i > 0 && !(entries[i]![0] > entries[i - 1]![0])) {
          throw new SettingsError(
            `${path}[${i}] ${show(point)} does not come after ${show(entries[i - 1])}; sort the points`,
          );
        }
      }
      return entries;
    }
    case "list":
      return entriesOf(value, path, field).map((entry, i) => choose(entry, `${path}[${i}]`, field.kinds));
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && value - value === 0;
}

/** A list of the length that a field allows. */
function entriesOf(value: unknown, path: string, field: { minimumLength: number; maximumLength: number }): unknown[] {
  const { minimumLength, maximumLength } = field;
  if (Array.isArray(value) && value.length >= minimumLength && value.length <= maximumLength) return value;
  const found = Array.isArray(value) ? `has ${value.length} entries` : `${show(value)} is not a list`;
  throw new SettingsError(`${path} ${found}; ${minimumLength} to ${maximumLength} are right`);
}

/** A plain object, with no members but `allowed`. */
function record(value: unknown, path: string, allowed?: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SettingsError(`${path} ${show(value)} is not an object`);
  }
  if (allowed !== undefined) {
    for (const name of Object.keys(value)) {
      if (!allowed.includes(name)) {
        throw new SettingsError(
          `${path} has no ${name}; it has ${allowed.length > 0 ? allowed.join(", ") : "nothing to set"}`,
        );
      }
    }
  }
  return value as Record<string, unknown>;
}

/** Overrides on top of overrides: each member of a channel and each field of a group as the later ones have it. */
export function mergeOverrides(earlier: SettingsOverrides, later: SettingsOverrides): SettingsOverrides {
  const merged: Record<string, unknown> = { ...earlier };
  for (const [name, value] of Object.entries(later)) {
    if (name !== "channels") merged[name] = { ...(earlier[name as keyof typeof GROUPS] ?? {}), ...(value as object) };
  }
  const channels: Record<string, unknown> = { ...earlier.channels };
  for (const [name, value] of Object.entries(later.channels ?? {})) {
    channels[name] = { ...earlier.channels?.[name], ...value };
  }
  if (Object.keys(channels).length > 0) merged.channels = channels;
  return merged as SettingsOverrides;
}

/** Whether two pieces of settings say the same. */
export function sameSettings(a: unknown, b: unknown): boolean {
  if (a === b || (a !== a && b !== b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  for (const name of names) {
    if (!sameSettings((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name])) return false;
  }
  return true;
}

function show(value: unknown): string {
  return value === undefined ? "(missing)" : JSON.stringify(value);
}
