import type { Fields } from "../model/setting.js";
import { Condition } from "./condition.js";
import type { ConditionKind } from "./condition.js";
import { COMMON_FIELDS, DEADBAND, EITHER_SIGN, plain, setpoint } from "./fields.js";
import type { CommonSettings } from "./fields.js";

/** A limit of the channel's value. */
export interface LimitAlarmSettings extends CommonSettings {
  readonly kind: "low-low" | "low" | "high" | "high-high";
  readonly setpoint: number;
  readonly deadband: number;
}

/** The channel's value is a detector's score, from 0 (as ever) to 1 (never seen). */
export interface UnusualAlarmSettings extends CommonSettings {
  readonly kind: "unusual";
  readonly setpoint: number;
  readonly deadband: number;
}

const LIMIT_FIELDS: Fields = Object.freeze({
  setpoint: setpoint(EITHER_SIGN, "The limit: a high alarm is due at or above it, a low alarm at or below it."),
  deadband: DEADBAND,
  ...COMMON_FIELDS,
});

export const LIMIT: ConditionKind<LimitAlarmSettings> = Object.freeze({
  fields: LIMIT_FIELDS,
  create: (settings: LimitAlarmSettings) => new LimitCondition(settings),
  problem: (settings: LimitAlarmSettings) => setpointProblem(settings),
});

export const UNUSUAL: ConditionKind<UnusualAlarmSettings> = Object.freeze({
  fields: Object.freeze({
    setpoint: plain(0.5, 0, 1, false, "The score at or above which the alarm is due."),
    deadband: plain(0, 0, 1, false, "How far the score must come back below that before the alarm can end."),
    ...COMMON_FIELDS,
  }),
  create: (settings: UnusualAlarmSettings) => new LimitCondition(settings),
  problem: (settings: UnusualAlarmSettings) => deadbandProblem(settings),
});

/** What is wrong with a limit. */
export function setpointProblem({ kind, setpoint }: { kind: string; setpoint: number }): string | undefined {
  const article = kind === "event-count" ? "an" : "a";
  return setpoint === setpoint ? undefined : ` has no setpoint; ${article} ${kind} alarm needs one`;
}

/** What is wrong with a limit of something that is never below 0: with too large a deadband it could not end. */
export function deadbandProblem(settings: { kind: string; setpoint: number; deadband: number }): string | undefined {
  if (settings.deadband < settings.setpoint) return undefined;
  return setpointProblem(settings) ?? `.deadband ${settings.deadband} is not below the setpoint ${settings.setpoint}`;
}

/** A limit: it is passed at the setpoint, and the value is back strictly behind setpoint and deadband. */
export class LimitCondition extends Condition {
  // +1 for a high limit, −1 for a low one: both are then judged as a high one.
  readonly #sign: 1 | -1;
  readonly #limit: number;
  readonly #release: number;

  constructor(settings: LimitAlarmSettings | UnusualAlarmSettings) {
    super(settings);
    this.#sign = settings.kind === "low" || settings.kind === "low-low" ? -1 : 1;
    this.#limit = this.#sign * settings.setpoint;
    this.#release = this.#limit - settings.deadband;
  }

  /** A value above this one and below `quietTo` changes nothing. */
  get quietFrom(): number {
    if (this.pendingSince >= 0) return Infinity;
    if (this.#sign > 0) return this.active ? this.#release : -Infinity;
    return this.active ? -Infinity : -this.#limit;
  }

  get quietTo(): number {
    if (this.#sign > 0) return this.active ? Infinity : this.#limit;
    return this.active ? -this.#release : Infinity;
  }

  override update(value: number, ticks: number): boolean {
    const signed = this.#sign * value;
    return this.settle(signed >= (this.active ? this.#release : this.#limit), ticks);
  }
}
