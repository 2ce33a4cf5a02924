/** Limit alarms, in ISA-18.2's words, from the lowest limit to the highest. */
export const ALARM_KINDS = ["low-low", "low", "high", "high-high"] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

export type AlarmState = "normal" | "active";

/** ISA-18.2 priorities. */
export const ALARM_PRIORITIES = ["low", "medium", "high", "critical"] as const;
export type AlarmPriority = (typeof ALARM_PRIORITIES)[number];

/** One change of an alarm's state, as the node publishes it. */
export interface AlarmTransition {
  readonly channel: string;
  readonly unit: string;
  readonly alarm: AlarmKind;
  readonly state: AlarmState;
  readonly priority: AlarmPriority;
  readonly setpoint: number;
  /** The value that made the change. */
  readonly value: number;
  /** When, in node ticks (ms). */
  readonly ticks: number;
}
