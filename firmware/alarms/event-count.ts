import { Condition } from "./condition.js";
import type { ConditionKind } from "./condition.js";
import { COMMON_FIELDS, DEADBAND, EITHER_SIGN, LONGEST_WINDOW_MS, milliseconds, plain, setpoint } from "./fields.js";
import type { CommonSettings } from "./fields.js";
import { setpointProblem } from "./limit.js";

/** Something happens too often. */
export interface EventCountAlarmSettings extends CommonSettings {
  readonly kind: "event-count";
  readonly setpoint: number;
  readonly deadband: number;
  readonly count: number;
  readonly windowMs: number;
}

export const EVENT_COUNT: ConditionKind<EventCountAlarmSettings> = Object.freeze({
  fields: Object.freeze({
    setpoint: setpoint(EITHER_SIGN, "An event is the value rising to this or above."),
    deadband: DEADBAND,
    count: plain(3, 2, 32, true, "So many events make the alarm due."),
    windowMs: milliseconds(600_000, 1000, LONGEST_WINDOW_MS, "They count when they lie within this time."),
    ...COMMON_FIELDS,
  }),
  create: (settings: EventCountAlarmSettings) => new EventCountCondition(settings),
  problem: (settings: EventCountAlarmSettings) => setpointProblem(settings),
});

/**
 * Holds while the last `count` events are at most `windowMs` old. A value that is up at the start has not risen: only one
 * below setpoint and deadband makes the next rise count. Delays pass by time alone too.
 */
export class EventCountCondition extends Condition {
  readonly #limit: number;
  readonly #release: number;
  readonly #windowMs: number;
  // When the last events were; the one at `next` is the oldest.
  readonly #events: Float64Array;
  #next = 0;
  // The value was back: the next rise counts.
  #armed = false;

  constructor(settings: EventCountAlarmSettings) {
    super(settings);
    this.#limit = settings.setpoint;
    this.#release = settings.setpoint - settings.deadband;
    this.#windowMs = settings.windowMs;
    this.#events = new Float64Array(settings.count).fill(-Infinity);
  }

  override update(value: number, ticks: number): boolean {
    if (!this.#armed) this.#armed = value < this.#release;
    else if (value >= this.#limit) {
      this.#armed = false;
      const events = this.#events;
      const next = this.#next;
      events[next] = ticks;
      this.#next = next + 1 < events.length ? next + 1 : 0;
    }
    return this.expire(ticks);
  }

  override expire(ticks: number): boolean {
    return this.settle(ticks - this.#events[this.#next]! <= this.#windowMs, ticks);
  }

  /** The events of before are taken to have been at the restart: it ends one window later at the earliest. */
  override restore(active: boolean, ticks: number): void {
    super.restore(active, ticks);
    this.#events.fill(active ? ticks : -Infinity);
  }
}
