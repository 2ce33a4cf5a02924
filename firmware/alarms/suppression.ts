import type { CommonSettings } from "./fields.js";

/**
 * Whether another channel's value suppresses an alarm: a pump's low flow is no alarm while its motor stands still. Until
 * that channel has had a good value it does not, and without one it stays as it was.
 */
export class Suppression {
  /** It does now. */
  holds = false;
  readonly #below: boolean;
  readonly #at: number;
  readonly #releaseDelayMs: number;
  // Since when the cause has gone; −1: it has not.
  #goneSince = -1;

  constructor({ suppressedWhen, suppressedAt, releaseDelayMs }: CommonSettings) {
    this.#below = suppressedWhen === "below";
    this.#at = suppressedAt;
    this.#releaseDelayMs = releaseDelayMs;
  }

  /** The other channel's value; whether `holds` is another now. */
  observe(value: number, ticks: number): boolean {
    if (value < this.#at === this.#below) {
      this.#goneSince = -1;
      if (this.holds) return false;
      this.holds = true;
      return true;
    }
    if (this.holds && this.#goneSince < 0) this.#goneSince = ticks;
    return this.expire(ticks);
  }

  expire(ticks: number): boolean {
    if (this.#goneSince < 0 || ticks - this.#goneSince < this.#releaseDelayMs) return false;
    this.#goneSince = -1;
    this.holds = false;
    return true;
  }
}
