import { rounded } from "../signal/rounding.js";
import { Condition } from "./condition.js";
import type { ConditionKind } from "./condition.js";
import { choice, COMMON_FIELDS, plain } from "./fields.js";
import type { CommonSettings } from "./fields.js";

/** The value is, or is not, one that stands for a state: a switch, a mode. */
export interface DiscreteAlarmSettings extends CommonSettings {
  readonly kind: "discrete";
  readonly state: number;
  readonly when: "is" | "is-not";
}

export const DISCRETE: ConditionKind<DiscreteAlarmSettings> = Object.freeze({
  fields: Object.freeze({
    state: plain(1, -1e9, 1e9, true, "The state: the value, rounded."),
    when: choice(["is", "is-not"], "is: the alarm is due in this state; is-not: in every other one."),
    ...COMMON_FIELDS,
  }),
  create: (settings: DiscreteAlarmSettings) => new DiscreteCondition(settings),
});

export class DiscreteCondition extends Condition {
  readonly #state: number;
  readonly #is: boolean;

  constructor(settings: DiscreteAlarmSettings) {
    super(settings);
    this.#state = settings.state;
    this.#is = settings.when === "is";
  }

  override update(value: number, ticks: number): boolean {
    return this.settle((rounded(value) === this.#state) === this.#is, ticks);
  }
}
