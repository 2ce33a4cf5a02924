import type { Quality } from "../model/quality.js";
import type { Fields } from "../model/setting.js";
import type { CommonSettings } from "./fields.js";

/** One kind of alarm: what it can be told, and what judges it. */
export interface ConditionKind<Settings> {
  readonly fields: Fields;
  /** @param ticks now: a condition that watches for silence counts from here */
  create(settings: Settings, ticks: number): Condition;
  /** See `alarmProblem` in index.ts. */
  problem?(settings: Settings): string | undefined;
}

/**
 * What an alarm watches for: judged all the time, whatever the alarm's state, with deadband and delays. A change counts
 * when it has lasted for its delay, from the first judgement that found it to the last, without another in between and
 * without a failure of the channel. `update`, `quality` and `expire` answer whether the condition came or went.
 * Allocates nothing once it is made.
 */
export abstract class Condition {
  /** The condition holds. */
  active = false;
  /** When the change that waits for its delay was first seen; −1: none waits. */
  pendingSince = -1;
  readonly #onDelayMs: number;
  readonly #offDelayMs: number;

  constructor({ onDelayMs, offDelayMs }: CommonSettings) {
    this.#onDelayMs = onDelayMs;
    this.#offDelayMs = offDelayMs;
  }

  /** A value of the channel, not one of failure. */
  abstract update(value: number, ticks: number): boolean;

  /** The channel's quality is another one now. */
  quality(quality: Quality, _ticks: number): boolean {
    if (quality.status === "failure") this.interrupt();
    return false;
  }

  /** What time alone brings. */
  expire(_ticks: number): boolean {
    return false;
  }

  /** The row of values has a gap: what waits for its delay begins anew. */
  interrupt(): void {
    this.pendingSince = -1;
  }

  /** As it was before a restart; nothing waits for a delay. */
  restore(active: boolean, _ticks: number): void {
    this.active = active;
    this.pendingSince = -1;
  }

  /** Takes a judgement in, from which `active` follows after the delay. */
  protected settle(holds: boolean, ticks: number): boolean {
    if (holds === this.active) {
      this.pendingSince = -1;
      return false;
    }
    if (this.pendingSince < 0) this.pendingSince = ticks;
    if (ticks - this.pendingSince < (holds ? this.#onDelayMs : this.#offDelayMs)) return false;
    this.pendingSince = -1;
    this.active = holds;
    return true;
  }
}
