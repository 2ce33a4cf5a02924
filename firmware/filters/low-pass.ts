import { lowPass } from "../signal/biquad.js";
import { BiquadFilter, frequencyProblem } from "./biquad-filter.js";
import { hertz, whole } from "./fields.js";
import type { FilterKind } from "./filter.js";

export interface LowPassSettings {
  readonly kind: "low-pass";
  readonly cutoffHz: number;
  readonly order: number;
  readonly rateHz: number;
}

/** Butterworth low-pass. */
export const LOW_PASS: FilterKind<LowPassSettings> = Object.freeze({
  fields: Object.freeze({
    cutoffHz: hertz(0.1, "Slower passes, faster does not: −3 dB at this frequency."),
    order: whole(2, 1, 4, "Slope: 6 dB per octave each."),
    rateHz: hertz(1, "Samples per second that the channel has."),
  }),
  create: ({ cutoffHz, order, rateHz }: LowPassSettings) => new BiquadFilter(lowPass(cutoffHz / rateHz, order), rateHz),
  problem: ({ cutoffHz, rateHz }: LowPassSettings) => frequencyProblem("cutoffHz", cutoffHz, rateHz),
});
