import { ALARM_FIELDS, alarmProblem } from "../alarms/index.js";
import type { AlarmSettings } from "../alarms/index.js";
import { FLOOD_FIELDS } from "../alarms/flood.js";
import type { FloodSettings } from "../alarms/flood.js";
import { CALIBRATION_FIELDS } from "../calibration/calibration.js";
import type { CalibrationSettings } from "../calibration/calibration.js";
import { DETECTOR_FIELDS } from "../condition/detector-settings.js";
import type { DetectorSettings } from "../condition/detector-settings.js";
import { SNAPSHOT_FIELDS } from "../condition/snapshot.js";
import type { SnapshotSettings } from "../condition/snapshot.js";
import { VIBRATION_FIELDS, vibrationProblem } from "../condition/settings.js";
import type { VibrationSettings } from "../condition/settings.js";
import type { AnalysisDefinition, ChannelDefinition, NodeDefinition } from "../definition.js";
import { FILTER_FIELDS, filterProblem } from "../filters/index.js";
import type { FilterSettings } from "../filters/index.js";
import { sameData } from "../data/same-data.js";
import type { Fields } from "../model/setting.js";
import { MQTT_FIELDS } from "../mqtt/settings.js";
import type { MqttSettings } from "../mqtt/settings.js";
import { OUTBOX_FIELDS } from "../outbox/settings.js";
import type { OutboxSettings } from "../outbox/settings.js";
import { PLAUSIBILITY_FIELDS } from "../quality/plausibility.js";
import type { PlausibilitySettings } from "../quality/plausibility.js";
import { checkFields, choose, list, record, SettingsError, show } from "./fields.js";
import { SUPERVISION_FIELDS } from "../supervision/settings.js";
import type { SupervisionSettings } from "../supervision/settings.js";
import { BATCH_FIELDS } from "../telemetry/batch.js";
import type { BatchSettings } from "../telemetry/batch.js";
import { REPORT_FIELDS } from "../telemetry/reporter.js";
import type { ReportSettings } from "../telemetry/reporter.js";
import { TIME_FIELDS, timeProblem } from "../time/settings.js";
import type { TimeSettings } from "../time/settings.js";

export { SettingsError };

/** What one channel does with its values. */
export interface ChannelSettings {
  readonly calibration: CalibrationSettings;
  readonly plausibility: PlausibilitySettings;
  readonly filters: readonly FilterSettings[];
  readonly alarms: readonly AlarmSettings[];
  readonly report: ReportSettings;
}

/** Everything that can be told to a node without building it anew: plain data, complete. */
export interface NodeSettings {
  readonly channels: Readonly<Record<string, ChannelSettings>>;
  readonly analyses: Readonly<Record<string, VibrationSettings>>;
  readonly detectors: Readonly<Record<string, DetectorSettings>>;
  readonly snapshot: SnapshotSettings;
  /** How many alarms at a time a person is shown one by one. */
  readonly alarms: FloodSettings;
  readonly batch: BatchSettings;
  readonly outbox: OutboxSettings;
  readonly mqtt: MqttSettings;
  readonly time: TimeSettings;
  readonly supervision: SupervisionSettings;
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
        readonly alarms?: readonly Partial<AlarmSettings>[];
        readonly report?: Partial<ReportSettings>;
      }
    >
  >;
  readonly analyses?: Readonly<Record<string, Partial<VibrationSettings>>>;
  readonly detectors?: Readonly<Record<string, Partial<DetectorSettings>>>;
  readonly snapshot?: Partial<SnapshotSettings>;
  readonly alarms?: Partial<FloodSettings>;
  readonly batch?: Partial<BatchSettings>;
  readonly outbox?: Partial<OutboxSettings>;
  readonly mqtt?: Partial<MqttSettings>;
  readonly time?: Partial<TimeSettings>;
  readonly supervision?: Partial<SupervisionSettings>;
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

/** Every group of settings that a node has, with the fields that its room declares. */
export const GROUPS = Object.freeze({
  snapshot: SNAPSHOT_FIELDS,
  alarms: FLOOD_FIELDS,
  batch: BATCH_FIELDS,
  outbox: OUTBOX_FIELDS,
  mqtt: MQTT_FIELDS,
  time: TIME_FIELDS,
  supervision: SUPERVISION_FIELDS,
  health: HEALTH_FIELDS,
});

/** Settings of things that a definition names. */
const NAMED = ["channels", "analyses", "detectors"] as const;

/**
 * The complete settings of a node: the definition's defaults with `overrides` on top, checked as a whole.
 *
 * @throws SettingsError naming the first thing that is wrong; nothing is taken then
 */
export function composeSettings(definition: NodeDefinition, overrides: unknown = {}): NodeSettings {
  const defaults = definition.settings;
  if (defaults !== undefined && isEmpty(overrides)) return defaults as NodeSettings;
  const composed = compose(definition, overrides);
  return defaults === undefined ? composed : (shared(composed, defaults) as NodeSettings);
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The same settings, made of what `defaults` has as far as it has it: that is in flash. */
function shared(value: unknown, defaults: unknown): unknown {
  if (typeof value !== "object" || value === null || typeof defaults !== "object" || defaults === null) return value;
  if (sameData(value, defaults)) return defaults;
  if (Array.isArray(value)) return value;
  const members = value as Record<string, unknown>;
  for (const name of Object.keys(members)) {
    members[name] = shared(members[name], (defaults as Record<string, unknown>)[name]);
  }
  return members;
}

function compose(definition: NodeDefinition, overrides: unknown): NodeSettings {
  const given = record(overrides, "settings", [...NAMED, ...Object.keys(GROUPS)]);
  const { channels, analyses = [], detectors = [] } = definition;
  const names = channels.map(({ name }) => name);
  const group = (name: keyof typeof GROUPS) =>
    checkFields(given[name] ?? {}, `settings.${name}`, GROUPS[name]) as unknown;
  return {
    channels: each(channels, given.channels, "settings.channels", (channel, own, path) =>
      composeChannel(channel, own, path, names),
    ),
    analyses: each(analyses, given.analyses, "settings.analyses", composeAnalysis),
    detectors: each(
      detectors,
      given.detectors,
      "settings.detectors",
      (_, own, path) => checkFields(own, path, DETECTOR_FIELDS) as unknown as DetectorSettings,
    ),
    snapshot: group("snapshot") as SnapshotSettings,
    alarms: group("alarms") as FloodSettings,
    batch: group("batch") as BatchSettings,
    outbox: group("outbox") as OutboxSettings,
    mqtt: group("mqtt") as MqttSettings,
    time: composeTime(given.time),
    supervision: group("supervision") as SupervisionSettings,
    health: group("health") as NodeSettings["health"],
  };
}

function composeTime(overrides: unknown): TimeSettings {
  const path = "settings.time";
  const settings = checkFields(overrides ?? {}, path, TIME_FIELDS) as unknown as TimeSettings;
  const problem = timeProblem(settings);
  if (problem !== undefined) throw new SettingsError(`${path}${problem}`);
  return settings;
}

/** What each thing of a definition does, by its name. */
function each<Thing extends { readonly name: string }, Settings>(
  things: readonly Thing[],
  overrides: unknown,
  path: string,
  compose: (thing: Thing, own: unknown, path: string) => Settings,
): Record<string, Settings> {
  const given = record(
    overrides ?? {},
    path,
    things.map(({ name }) => name),
  );
  const composed: Record<string, Settings> = {};
  for (const thing of things) composed[thing.name] = compose(thing, given[thing.name] ?? {}, `${path}.${thing.name}`);
  return composed;
}

function composeAnalysis({ defaults }: AnalysisDefinition, overrides: unknown, path: string): VibrationSettings {
  const given = record(overrides, path, Object.keys(VIBRATION_FIELDS));
  const settings = checkFields({ ...defaults, ...given }, path, VIBRATION_FIELDS) as unknown as VibrationSettings;
  const problem = vibrationProblem(settings);
  if (problem !== undefined) throw new SettingsError(`${path}${problem}`);
  return settings;
}

function composeAlarms(value: unknown, path: string, channels: readonly string[]): AlarmSettings[] {
  const alarms = list(value, path, ALARM_FIELDS) as AlarmSettings[];
  for (let i = 0; i < alarms.length; i++) {
    const alarm = alarms[i]!;
    const problem = alarmProblem(alarm);
    if (problem !== undefined) throw new SettingsError(`${path}[${i}]${problem}`);
    const others = alarm.kind === "deviation" ? [alarm.suppressedBy, alarm.channel] : [alarm.suppressedBy];
    for (const other of others) {
      if (other === "" || channels.includes(other)) continue;
      throw new SettingsError(`${path}[${i}] names channel ${show(other)}, which is not one of ${channels.join(", ")}`);
    }
    const name = alarm.name || alarm.kind;
    for (let j = 0; j < i; j++) {
      if ((alarms[j]!.name || alarms[j]!.kind) === name) {
        throw new SettingsError(`${path} has ${name} twice; give one of them another name`);
      }
    }
  }
  return alarms;
}

function composeChannel(
  channel: ChannelDefinition,
  overrides: unknown,
  path: string,
  channels: readonly string[],
): ChannelSettings {
  const given = record(overrides, path, ["calibration", "plausibility", "filters", "alarms", "report"]);
  const defaults = channel.defaults ?? {};
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
    alarms: composeAlarms(given.alarms ?? defaults.alarms ?? [], `${path}.alarms`, channels),
    report: choose(
      given.report ?? defaults.report ?? { kind: "change" },
      `${path}.report`,
      REPORT_FIELDS,
    ) as ReportSettings,
  };
}

/** Overrides on top of overrides: each member of a channel and each field of a group as the later ones have it. */
export function mergeOverrides(earlier: SettingsOverrides, later: SettingsOverrides): SettingsOverrides {
  const merged: Record<string, unknown> = { ...earlier };
  for (const [name, value] of Object.entries(later)) {
    const before = merged[name] as Record<string, object> | undefined;
    if (!(NAMED as readonly string[]).includes(name)) merged[name] = { ...before, ...(value as object) };
    else {
      const things: Record<string, unknown> = { ...before };
      for (const [thing, own] of Object.entries(value as object)) things[thing] = { ...before?.[thing], ...own };
      merged[name] = things;
    }
  }
  return merged as SettingsOverrides;
}
