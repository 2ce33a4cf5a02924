import { ALARM_KINDS } from "../model/alarm.js";
import type { AlarmKind } from "../model/alarm.js";
import type { Fields } from "../model/setting.js";
import { BAD_QUALITY } from "./bad-quality.js";
import type { BadQualityAlarmSettings } from "./bad-quality.js";
import type { Condition, ConditionKind } from "./condition.js";
import { DEVIATION } from "./deviation.js";
import type { DeviationAlarmSettings } from "./deviation.js";
import { DISCRETE } from "./discrete.js";
import type { DiscreteAlarmSettings } from "./discrete.js";
import { EVENT_COUNT } from "./event-count.js";
import type { EventCountAlarmSettings } from "./event-count.js";
import { LIMIT, UNUSUAL } from "./limit.js";
import type { LimitAlarmSettings, UnusualAlarmSettings } from "./limit.js";
import { RATE_OF_CHANGE } from "./rate-of-change.js";
import type { RateOfChangeAlarmSettings } from "./rate-of-change.js";

/** One alarm of a channel, as data. */
export type AlarmSettings =
  | LimitAlarmSettings
  | DeviationAlarmSettings
  | RateOfChangeAlarmSettings
  | DiscreteAlarmSettings
  | BadQualityAlarmSettings
  | EventCountAlarmSettings
  | UnusualAlarmSettings;

type SettingsOf<K extends AlarmKind> = K extends LimitAlarmSettings["kind"]
  ? LimitAlarmSettings
  : Extract<AlarmSettings, { readonly kind: K }>;
type Kinds = { readonly [K in AlarmKind]: ConditionKind<SettingsOf<K>> };

/** Every kind of alarm there is. */
const KINDS: Kinds = Object.freeze({
  "low-low": LIMIT,
  low: LIMIT,
  high: LIMIT,
  "high-high": LIMIT,
  deviation: DEVIATION,
  "rate-of-change": RATE_OF_CHANGE,
  discrete: DISCRETE,
  "bad-quality": BAD_QUALITY,
  "event-count": EVENT_COUNT,
  unusual: UNUSUAL,
});

/** What each kind of alarm can be told. */
export const ALARM_FIELDS: Readonly<Record<AlarmKind, Fields>> = Object.freeze(
  Object.fromEntries(ALARM_KINDS.map((kind) => [kind, KINDS[kind].fields])) as Record<AlarmKind, Fields>,
);

/** What an alarm is called: its name, or its kind. */
export function alarmName({ name, kind }: { readonly name: string; readonly kind: AlarmKind }): string {
  return name === "" ? kind : name;
}

/**
 * What is wrong with settings whose fields are all right one by one: the rest of a sentence that begins with the alarm's
 * path (` has no setpoint; …`). `undefined`: nothing.
 */
export function alarmProblem(settings: AlarmSettings): string | undefined {
  return kindOf(settings).problem?.(settings);
}

/** What judges checked settings. */
export function createCondition(settings: AlarmSettings, ticks: number): Condition {
  return kindOf(settings).create(settings, ticks);
}

function kindOf(settings: AlarmSettings): ConditionKind<AlarmSettings> {
  return KINDS[settings.kind] as unknown as ConditionKind<AlarmSettings>;
}
