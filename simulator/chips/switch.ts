import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import type { DigitalSource, Part } from "./chip.js";

export interface BouncingSwitchOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
  /** How long its contact bounces after a change, in ms (default 5; 0: not at all). */
  bounceMs?: number;
  /** The level at the pin when it is closed: 0 for a switch to ground under a pull-up (default 1). */
  closedLevel?: 0 | 1;
}

/**
 * A contact: its channel is 0 when open, 1 when closed. At a change the level changes at once, then once more or not in
 * each ms of bouncing, as the seed has it, and stays from `bounceMs` on.
 */
export class BouncingSwitch implements DigitalSource, Part {
  // A value between the two is the nearer one.
  readonly channels = { state: { minimum: 0, maximum: 1, tolerance: 0.5, unit: "1" } };
  readonly #clock: Pick<Clock, "ticks">;
  readonly #random: Random;
  readonly #bounceMs: number;
  readonly #closedLevel: 0 | 1;
  #state: 0 | 1 = 0;
  #changedAt = -Infinity;
  /** The contact in each ms since the change. */
  readonly #contact: Uint8Array;
  #changed: () => void = () => {};

  constructor({ clock, random, bounceMs = 5, closedLevel = 1 }: BouncingSwitchOptions) {
    if (!(Number.isInteger(bounceMs) && bounceMs >= 0)) {
      throw new RangeError(`switch: bounceMs ${bounceMs} is not a whole number from 0`);
    }
    this.#clock = clock;
    this.#random = random;
    this.#bounceMs = bounceMs;
    this.#closedLevel = closedLevel;
    this.#contact = new Uint8Array(bounceMs);
  }

  setChannel(name: string, value: number): void {
    if (name !== "state") throw new RangeError(`switch: ${name} is not state`);
    const state = value >= 0.5 ? 1 : 0;
    if (state === this.#state) return;
    this.#state = state;
    this.#changedAt = this.#clock.ticks();
    for (let ms = 0; ms < this.#bounceMs; ms++) {
      this.#contact[ms] = ms === 0 || this.#random.next() < 0.5 ? state : 1 - state;
    }
    this.#changed();
  }

  /** Nothing to lose: a contact has no memory. */
  powerCycle(): void {}

  connect(changed: () => void): void {
    this.#changed = changed;
  }

  level(): 0 | 1 {
    const closed = this.#closedAt(this.#clock.ticks());
    return closed ? this.#closedLevel : this.#closedLevel === 1 ? 0 : 1;
  }

  changesAt(): number {
    const now = this.#clock.ticks();
    const settledAt = this.#changedAt + this.#bounceMs;
    for (let ticks = now + 1; ticks <= settledAt; ticks++) {
      if (this.#closedAt(ticks) !== this.#closedAt(now)) return ticks;
    }
    return Infinity;
  }

  #closedAt(ticks: number): boolean {
    const since = ticks - this.#changedAt;
    return (since < this.#bounceMs ? this.#contact[since]! : this.#state) === 1;
  }
}
