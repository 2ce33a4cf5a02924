import type { Quality } from "../model/quality.js";
import { Condition } from "./condition.js";
import type { ConditionKind } from "./condition.js";
import { choice, COMMON_FIELDS, LONGEST_WINDOW_MS, milliseconds } from "./fields.js";
import type { CommonSettings } from "./fields.js";

/** The channel has no values, or none to be believed. */
export interface BadQualityAlarmSettings extends CommonSettings {
  readonly kind: "bad-quality";
  readonly from: "failure" | "any";
  readonly staleMs: number;
}

export const BAD_QUALITY: ConditionKind<BadQualityAlarmSettings> = Object.freeze({
  fields: Object.freeze({
    from: choice(["failure", "any"], "failure: the alarm is due when the channel fails; any: whenever it is not good."),
    staleMs: milliseconds(0, 0, LONGEST_WINDOW_MS, "It is due as well when no value has come for so long (0: never)."),
    ...COMMON_FIELDS,
  }),
  create: (settings: BadQualityAlarmSettings, ticks: number) => new BadQualityCondition(settings, ticks),
});

/** Delays pass by time alone: where the quality is bad there are no values to tell it. */
export class BadQualityCondition extends Condition {
  readonly #any: boolean;
  readonly #staleMs: number;
  #bad = false;
  // Neither a value nor a quality has come yet: what was restored holds.
  #unknown = true;
  #valueAt: number;

  constructor(settings: BadQualityAlarmSettings, ticks: number) {
    super(settings);
    this.#any = settings.from === "any";
    this.#staleMs = settings.staleMs > 0 ? settings.staleMs : Infinity;
    this.#valueAt = ticks;
  }

  override update(_value: number, ticks: number): boolean {
    this.#valueAt = ticks;
    this.#unknown = false;
    return this.#bad === this.active && this.pendingSince < 0 ? false : this.settle(this.#bad, ticks);
  }

  override quality(quality: Quality, ticks: number): boolean {
    this.#unknown = false;
    this.#bad = this.#any ? quality.status !== "good" : quality.status === "failure";
    return this.expire(ticks);
  }

  override expire(ticks: number): boolean {
    const stale = ticks - this.#valueAt >= this.#staleMs;
    if (this.#unknown && !stale) return false;
    return this.settle(this.#bad || stale, ticks);
  }

  /** Time without a value is counted from the restart. */
  override restore(active: boolean, ticks: number): void {
    super.restore(active, ticks);
    this.#valueAt = ticks;
  }
}
