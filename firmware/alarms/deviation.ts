import { Condition } from "./condition.js";
import type { ConditionKind } from "./condition.js";
import { amount, channelName, choice, COMMON_FIELDS, DEADBAND, EITHER_SIGN, setpoint } from "./fields.js";
import type { CommonSettings } from "./fields.js";
import { deadbandProblem } from "./limit.js";

/** The value is too far from where it should be. */
export interface DeviationAlarmSettings extends CommonSettings {
  readonly kind: "deviation";
  readonly setpoint: number;
  readonly deadband: number;
  readonly reference: number;
  /** Not empty: this channel's value is the reference. */
  readonly channel: string;
  readonly direction: "both" | "above" | "below";
}

export const DEVIATION: ConditionKind<DeviationAlarmSettings> = Object.freeze({
  fields: Object.freeze({
    setpoint: setpoint(0, "The distance from the reference at or beyond which the alarm is due."),
    deadband: DEADBAND,
    reference: amount(0, EITHER_SIGN, "Where the value should be, unless a channel says it."),
    channel: channelName("The channel whose present value is the reference; empty: `reference` is."),
    direction: choice(["both", "above", "below"], "On which side of the reference a distance counts."),
    ...COMMON_FIELDS,
  }),
  create: (settings: DeviationAlarmSettings) => new DeviationCondition(settings),
  problem: (settings: DeviationAlarmSettings) => deadbandProblem(settings),
});

/** Judged at every value of its own channel, against what the reference is then. */
export class DeviationCondition extends Condition {
  /** NaN: there is no good one, and nothing is judged. */
  reference: number;
  // +1: above, −1: below, 0: both.
  readonly #side: 1 | -1 | 0;
  readonly #limit: number;
  readonly #release: number;

  constructor(settings: DeviationAlarmSettings) {
    super(settings);
    const { direction, setpoint, deadband } = settings;
    this.reference = settings.channel === "" ? settings.reference : NaN;
    this.#side = direction === "both" ? 0 : direction === "above" ? 1 : -1;
    this.#limit = setpoint;
    this.#release = setpoint - deadband;
  }

  override update(value: number, ticks: number): boolean {
    let distance = value - this.reference;
    if (distance !== distance) {
      this.interrupt();
      return false;
    }
    const side = this.#side;
    if (side < 0 || (side === 0 && distance < 0)) distance = -distance;
    return this.settle(distance >= (this.active ? this.#release : this.#limit), ticks);
  }
}
