import { difference } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface KalmanSettings {
  readonly kind: "kalman";
  readonly processNoise: number;
  readonly measurementNoise: number;
}

export const KALMAN: FilterKind<KalmanSettings> = Object.freeze({
  fields: Object.freeze({
    processNoise: difference(
      0.01,
      "How far the true value wanders within a second: standard deviation of a random walk.",
    ),
    measurementNoise: difference(0.1, "How far a reading is off: standard deviation of its noise.", 1e-9),
  }),
  create: (settings: KalmanSettings) => new KalmanFilter(settings),
});

/**
 * Scalar Kalman filter of a random walk (R. E. Kalman, "A new approach to linear filtering and prediction problems",
 * J. Basic Engineering 82, 1960): P ← P + q²·Δt, K = P / (P + r²), x ← x + K (z − x), P ← (1 − K) P. The longer the gap,
 * the more the next reading counts. The first value passes as it is, with P = r².
 */
export class KalmanFilter implements Filter {
  readonly #processPerMs: number;
  readonly #measurement: number;
  #value = NaN;
  #variance = 0;
  #ticks = 0;

  constructor({ processNoise, measurementNoise }: KalmanSettings) {
    this.#processPerMs = (processNoise * processNoise) / 1000;
    this.#measurement = measurementNoise * measurementNoise;
  }

  update(value: number, ticks: number): number {
    const before = this.#value;
    const measurement = this.#measurement;
    const stepMs = ticks - this.#ticks;
    this.#ticks = ticks;
    if (before !== before) {
      this.#variance = measurement;
      return (this.#value = value);
    }
    const variance = this.#variance + this.#processPerMs * stepMs;
    const gain = variance / (variance + measurement);
    this.#variance = gain * measurement;
    return (this.#value = before + gain * (value - before));
  }

  reset(): void {
    this.#value = NaN;
  }
}
