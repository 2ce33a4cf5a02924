import type { AlarmKind, AlarmPriority, AlarmState } from "../model/alarm.js";
import { ALARM_PRIORITIES } from "../model/alarm.js";
import type { Fields } from "../model/setting.js";

/** One limit of a channel, as data (ISA-18.2 words). */
export interface LimitAlarmSettings {
  readonly kind: AlarmKind;
  readonly setpoint: number;
  readonly deadband: number;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly priority: AlarmPriority;
}

export const LIMIT_ALARM_FIELDS: Fields = Object.freeze({
  setpoint: Object.freeze({
    type: "number",
    default: NaN,
    minimum: -1e9,
    maximum: 1e9,
    unit: "channel",
    help: "The limit: a high alarm is due at or above it, a low alarm at or below it.",
  }),
  deadband: Object.freeze({
    type: "number",
    default: 0,
    minimum: 0,
    maximum: 1e9,
    unit: "channel",
    help: "How far the value must come back behind the limit before the alarm can end.",
  }),
  onDelayMs: Object.freeze({
    type: "number",
    default: 0,
    minimum: 0,
    maximum: 86_400_000,
    integer: true,
    unit: "ms",
    help: "The limit must be passed without a break for this long before the alarm is raised.",
  }),
  offDelayMs: Object.freeze({
    type: "number",
    default: 0,
    minimum: 0,
    maximum: 86_400_000,
    integer: true,
    unit: "ms",
    help: "The value must be back without a break for this long before the alarm ends.",
  }),
  priority: Object.freeze({
    type: "choice",
    default: "medium",
    choices: ALARM_PRIORITIES,
    help: "How soon a person must act.",
  }),
});

/** Judges one limit of one channel. Only good values are shown to it; it holds its state in between. */
export class LimitAlarm {
  readonly settings: LimitAlarmSettings;
  state: AlarmState = "normal";
  // +1 for a high limit, −1 for a low one: both are then judged as a high one.
  readonly #sign: 1 | -1;
  readonly #limit: number;
  readonly #release: number;
  // When the condition that would change the state began to hold, or −1.
  #since = -1;

  constructor(settings: LimitAlarmSettings) {
    this.settings = settings;
    this.#sign = settings.kind === "high" || settings.kind === "high-high" ? 1 : -1;
    this.#limit = this.#sign * settings.setpoint;
    this.#release = this.#limit - settings.deadband;
  }

  /** Takes a value in; `true` when the state has changed by it. */
  update(value: number, ticks: number): boolean {
    const signed = this.#sign * value;
    const normal = this.state === "normal";
    // An alarm begins at its limit and ends strictly behind limit and deadband.
    if (normal ? signed < this.#limit : signed >= this.#release) {
      this.#since = -1;
      return false;
    }
    if (this.#since < 0) this.#since = ticks;
    if (ticks - this.#since < (normal ? this.settings.onDelayMs : this.settings.offDelayMs)) return false;
    this.#since = -1;
    this.state = normal ? "active" : "normal";
    return true;
  }

  reset(): void {
    this.state = "normal";
    this.#since = -1;
  }
}
