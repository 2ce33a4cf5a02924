import { highPass } from "../signal/biquad.js";
import { BiquadFilter, frequencyProblem } from "./biquad-filter.js";
import { hertz, whole } from "./fields.js";
import type { FilterKind } from "./filter.js";

export interface HighPassSettings {
  readonly kind: "high-pass";
  readonly cutoffHz: number;
  readonly order: number;
  readonly rateHz: number;
}

/** Butterworth high-pass. */
export const HIGH_PASS: FilterKind<HighPassSettings> = Object.freeze({
  fields: Object.freeze({
    cutoffHz: hertz(0.1, "Faster passes, slower does not: −3 dB at this frequency."),
    order: whole(2, 1, 4, "Slope: 6 dB per octave each."),
    rateHz: hertz(1, "Samples per second that the channel has."),
  }),
  create: ({ cutoffHz, order, rateHz }: HighPassSettings) =>
    new BiquadFilter(highPass(cutoffHz / rateHz, order), rateHz),
  problem: ({ cutoffHz, rateHz }: HighPassSettings) => frequencyProblem("cutoffHz", cutoffHz, rateHz),
});
