import { notch } from "../signal/biquad.js";
import { BiquadFilter, frequencyProblem } from "./biquad-filter.js";
import { hertz } from "./fields.js";
import type { FilterKind } from "./filter.js";

export interface NotchSettings {
  readonly kind: "notch";
  readonly frequencyHz: number;
  readonly bandwidthHz: number;
  readonly rateHz: number;
}

/** Takes out one frequency. */
export const NOTCH: FilterKind<NotchSettings> = Object.freeze({
  fields: Object.freeze({
    frequencyHz: hertz(0.2, "What does not pass."),
    bandwidthHz: hertz(0.02, "Width of the notch between its −3 dB points; the narrower, the longer it rings."),
    rateHz: hertz(1, "Samples per second that the channel has."),
  }),
  create: ({ frequencyHz, bandwidthHz, rateHz }: NotchSettings) =>
    new BiquadFilter(notch(frequencyHz / rateHz, bandwidthHz / rateHz), rateHz),
  problem: ({ frequencyHz, bandwidthHz, rateHz }: NotchSettings) =>
    frequencyProblem("frequencyHz", frequencyHz, rateHz) ?? frequencyProblem("bandwidthHz", bandwidthHz, rateHz),
});
