import { failureOf } from "../model/quality.js";
import type { Quality } from "../model/quality.js";

/**
 * What a vibration analysis can give, by the name that a channel's `field` is.
 *
 * - `rms`, `peak` in m/s², `crestFactor`, `kurtosis`: of the acceleration as the sensor gives it
 * - `velocity`: m/s RMS from 10 to 1,000 Hz, `zone`: 1, 2, 3, 4 for A, B, C, D of ISO 20816-3
 * - `speed`: turns per second that the record was judged by, `overruns`: how often samples were lost in it
 * - `bpfo`, `bpfi`, `bsf`, `ftf`: evidence for damage of outer race, inner race, a rolling element, the cage; 1 is the
 *   threshold. `fault`: 0 none, or 1, 2, 3, 4 for the one of them that there is
 * - `band1` …: m/s² RMS in each band, `line1Frequency` … in Hz and `line1Amplitude` … in m/s² (peak), the strongest first
 */
export const VIBRATION_RESULTS: readonly string[] = Object.freeze([
  "rms",
  "peak",
  "crestFactor",
  "kurtosis",
  "velocity",
  "zone",
  "speed",
  "overruns",
  "bpfo",
  "bpfi",
  "bsf",
  "ftf",
  "fault",
  "band1",
  "band2",
  "band3",
  "band4",
  "band5",
  "band6",
  "line1Frequency",
  "line1Amplitude",
  "line2Frequency",
  "line2Amplitude",
  "line3Frequency",
  "line3Amplitude",
  "line4Frequency",
  "line4Amplitude",
  "line5Frequency",
  "line5Amplitude",
]);

const ABSENT = failureOf("bandwidth");

/** Numbers with a quality each, by the names of {@link VIBRATION_RESULTS}. Allocates nothing after construction. */
export class VibrationResults {
  readonly #values = new Float64Array(VIBRATION_RESULTS.length).fill(NaN);
  readonly #qualities: Quality[] = VIBRATION_RESULTS.map(() => ABSENT);

  clear(): void {
    this.#values.fill(NaN);
    this.#qualities.fill(ABSENT);
  }

  /** A field that is not in the list is left out. */
  set(field: string, value: number, quality: Quality): void {
    const at = VIBRATION_RESULTS.indexOf(field);
    if (at < 0) return;
    this.#values[at] = value;
    this.#qualities[at] = quality;
  }

  /** NaN where there is none. */
  value(field: string): number {
    return this.#values[VIBRATION_RESULTS.indexOf(field)] ?? NaN;
  }

  /** `failure bandwidth` where there is none. */
  quality(field: string): Quality {
    return this.#qualities[VIBRATION_RESULTS.indexOf(field)] ?? ABSENT;
  }
}
