import { Condition } from "./condition.js";
import type { ConditionKind } from "./condition.js";
import { amount, choice, COMMON_FIELDS, milliseconds, setpoint } from "./fields.js";
import type { CommonSettings } from "./fields.js";
import { deadbandProblem } from "./limit.js";

/** The value changes too fast. */
export interface RateOfChangeAlarmSettings extends CommonSettings {
  readonly kind: "rate-of-change";
  /** In the channel's unit per second. */
  readonly setpoint: number;
  readonly deadband: number;
  readonly windowMs: number;
  readonly direction: "both" | "rising" | "falling";
}

export const RATE_OF_CHANGE: ConditionKind<RateOfChangeAlarmSettings> = Object.freeze({
  fields: Object.freeze({
    setpoint: setpoint(0, "The change per second, over windowMs, at or beyond which the alarm is due."),
    deadband: amount(0, 0, "How much slower than that, per second, the change must be before the alarm can end."),
    windowMs: milliseconds(60_000, 1, 86_400_000, "The change is that since the last value at least this old."),
    direction: choice(["both", "rising", "falling"], "Which way a change counts."),
    ...COMMON_FIELDS,
  }),
  create: (settings: RateOfChangeAlarmSettings) => new RateOfChangeCondition(settings),
  problem: (settings: RateOfChangeAlarmSettings) => deadbandProblem(settings),
});

/** Parts of the window: a value is kept when a part has passed since the one kept before. */
const PARTS = 8;
/** Kept values: those within the window, the one at its edge, and the newest. A power of two. */
const KEPT = 16;

/**
 * The rate is the difference from the newest kept value that is at least `windowMs` old, by the time between the two:
 * with frequent values between `windowMs` and an eighth more. It is not judged until there is such a value, and begins
 * anew after a failure of the channel.
 */
export class RateOfChangeCondition extends Condition {
  // +1: rising, −1: falling, 0: both.
  readonly #side: 1 | -1 | 0;
  readonly #limit: number;
  readonly #release: number;
  readonly #windowMs: number;
  readonly #partMs: number;
  readonly #values = new Float64Array(KEPT);
  readonly #ticks = new Float64Array(KEPT);
  // The first kept value's place, and how many there are.
  #first = 0;
  #count = 0;

  constructor(settings: RateOfChangeAlarmSettings) {
    super(settings);
    const { direction, setpoint, deadband, windowMs } = settings;
    this.#side = direction === "both" ? 0 : direction === "rising" ? 1 : -1;
    this.#limit = setpoint;
    this.#release = setpoint - deadband;
    this.#windowMs = windowMs;
    this.#partMs = windowMs / PARTS;
  }

  override update(value: number, ticks: number): boolean {
    const times = this.#ticks;
    const edge = ticks - this.#windowMs;
    let first = this.#first;
    let count = this.#count;
    while (count > 1 && times[(first + 1) & (KEPT - 1)]! <= edge) {
      first = (first + 1) & (KEPT - 1);
      count--;
    }
    const since = times[first]!;
    const rate = count > 0 && since <= edge ? ((value - this.#values[first]!) * 1000) / (ticks - since) : NaN;
    if (count === 0 || ticks - times[(first + count - 1) & (KEPT - 1)]! >= this.#partMs) {
      const at = (first + count) & (KEPT - 1);
      times[at] = ticks;
      this.#values[at] = value;
      count++;
    }
    this.#first = first;
    this.#count = count;
    return rate === rate && this.judge(rate, ticks);
  }

  override interrupt(): void {
    super.interrupt();
    this.#count = 0;
  }

  private judge(change: number, ticks: number): boolean {
    const side = this.#side;
    const rate = side < 0 || (side === 0 && change < 0) ? -change : change;
    return this.settle(rate >= (this.active ? this.#release : this.#limit), ticks);
  }
}
