import { approach } from "../signal/approach.js";
import { milliseconds } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface PeakHoldSettings {
  readonly kind: "peak-hold";
  readonly holdMs: number;
  readonly decayMs: number;
}

export const PEAK_HOLD: FilterKind<PeakHoldSettings> = Object.freeze({
  fields: Object.freeze({
    holdMs: milliseconds(10_000, 0, "A peak stays for so long."),
    decayMs: milliseconds(0, 0, "Then it nears the present value with this time constant; 0: it ends at once."),
  }),
  create: (settings: PeakHoldSettings) => new PeakHoldFilter(settings),
});

/** The largest value of late: it is held, then decays exponentially towards what is there now. */
export class PeakHoldFilter implements Filter {
  readonly #holdMs: number;
  readonly #decayMs: number;
  #peak = -Infinity;
  #heldUntil = 0;
  // When the decay was last worked out.
  #ticks = 0;
  // Steps are mostly even: the gain is worked out again only when the step changes.
  #stepMs = 0;
  #gain = 0;

  constructor({ holdMs, decayMs }: PeakHoldSettings) {
    this.#holdMs = holdMs;
    this.#decayMs = decayMs;
  }

  update(value: number, ticks: number): number {
    const peak = this.#peak;
    if (value < peak) {
      if (ticks < this.#heldUntil) return peak;
      const decayMs = this.#decayMs;
      if (decayMs > 0) {
        const stepMs = ticks - this.#ticks;
        this.#ticks = ticks;
        if (stepMs !== this.#stepMs) {
          this.#stepMs = stepMs;
          this.#gain = approach(stepMs / decayMs);
        }
        return (this.#peak = peak - this.#gain * (peak - value));
      }
    }
    // The decay, if there is any, begins when the hold ends.
    this.#ticks = this.#heldUntil = ticks + this.#holdMs;
    return (this.#peak = value);
  }

  reset(): void {
    this.#peak = -Infinity;
  }
}
