/** The words of alarm management: ANSI/ISA-18.2-2016, "Management of Alarm Systems for the Process Industries". */

/** What an alarm watches for. The first four are limits, from the lowest to the highest. */
export const ALARM_KINDS = Object.freeze([
  "low-low",
  "low",
  "high",
  "high-high",
  "deviation",
  "rate-of-change",
  "discrete",
  "bad-quality",
  "event-count",
  "unusual",
] as const);
export type AlarmKind = (typeof ALARM_KINDS)[number];

/**
 * The states of an alarm. `latched-…`: the condition has gone, and a person must reset the alarm. The last three hide
 * it: shelved by a person for a time, suppressed by design, taken out of service. Stored by their place: append only.
 */
export const ALARM_STATES = Object.freeze([
  "normal",
  "unacknowledged",
  "acknowledged",
  "returned-unacknowledged",
  "latched-unacknowledged",
  "latched-acknowledged",
  "shelved",
  "suppressed",
  "out-of-service",
] as const);
export type AlarmState = (typeof ALARM_STATES)[number];

/** How soon a person must act, least first. */
export const ALARM_PRIORITIES = Object.freeze(["low", "medium", "high", "critical"] as const);
export type AlarmPriority = (typeof ALARM_PRIORITIES)[number];

/** One change of an alarm's state. It may be one reused object: who is told copies what it keeps. */
export interface AlarmTransition {
  readonly channel: string;
  /** The alarm's name, unique in its channel. */
  readonly alarm: string;
  readonly kind: AlarmKind;
  readonly state: AlarmState;
  /** The state before. */
  readonly from: AlarmState;
  readonly priority: AlarmPriority;
  readonly class: string;
  readonly message: string;
  /** A discrete alarm's is its `state`; NaN for a bad-quality alarm. */
  readonly setpoint: number;
  /** The channel's value when the condition last came or went; NaN when there was none. */
  readonly value: number;
  /** `process`, `shelf-expiry`, `suppression`, `settings`, or the person or system that a command names. */
  readonly by: string;
  /** When, in node ticks (ms). */
  readonly ticks: number;
}

/** What an alarm flood was too much of to be told one by one. */
export interface AlarmSummary {
  readonly fromTicks: number;
  readonly toTicks: number;
  /** How many transitions it stands for. */
  readonly transitions: number;
  readonly alarms: readonly {
    readonly channel: string;
    readonly alarm: string;
    /** At `toTicks`. */
    readonly state: AlarmState;
    readonly priority: AlarmPriority;
    readonly transitions: number;
  }[];
}
