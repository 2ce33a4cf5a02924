import { bandPass } from "../signal/biquad.js";
import { BiquadFilter, frequencyProblem } from "./biquad-filter.js";
import { hertz, whole } from "./fields.js";
import type { FilterKind } from "./filter.js";

export interface BandPassSettings {
  readonly kind: "band-pass";
  readonly lowHz: number;
  readonly highHz: number;
  readonly order: number;
  readonly rateHz: number;
}

/** The narrowest band, as a part of its upper end: below, a biquad loses too many digits. */
const NARROWEST = 1e-3;

/** Butterworth band-pass. */
export const BAND_PASS: FilterKind<BandPassSettings> = Object.freeze({
  fields: Object.freeze({
    lowHz: hertz(0.05, "Lower end of the band, −3 dB."),
    highHz: hertz(0.2, "Upper end of the band, −3 dB."),
    order: whole(2, 2, 4, "2 or 4: 6 or 12 dB per octave on either side."),
    rateHz: hertz(1, "Samples per second that the channel has."),
  }),
  create: ({ lowHz, highHz, order, rateHz }: BandPassSettings) =>
    new BiquadFilter(bandPass(lowHz / rateHz, highHz / rateHz, order), rateHz),
  problem: ({ lowHz, highHz, order, rateHz }: BandPassSettings) => {
    if (order === 3) return ".order 3 is not 2 or 4";
    const low = frequencyProblem("lowHz", lowHz, rateHz);
    if (low !== undefined) return low;
    if (!(lowHz <= highHz * (1 - NARROWEST))) {
      return `.lowHz ${lowHz} is not below .highHz ${highHz} by ${NARROWEST} of it`;
    }
    return frequencyProblem("highHz", highHz, rateHz);
  },
});
