import type { ChoiceField, Fields, NumberField } from "../model/setting.js";
import { bearingOrders } from "./bearing.js";
import { FEWEST_HARMONICS, LOWEST_FAULT_BIN } from "./bearing-evidence.js";
import {
  envelopeFits,
  envelopeReachHz,
  LOWEST_VELOCITY_BIN,
  spectrumReachHz,
  VELOCITY_FROM_HZ,
  VELOCITY_SECONDS,
  VELOCITY_TO_HZ,
} from "./coverage.js";

/** What is worked out of one axis of a sensor that measures in blocks, and how, as data. */
export interface VibrationSettings {
  readonly samples: number;
  readonly blocks: number;
  readonly decimation: number;
  readonly window: "hann" | "flat-top";
  readonly bands: readonly (readonly [fromHz: number, toHz: number])[];
  readonly lines: number;
  readonly machineGroup: "group-1" | "group-2";
  readonly support: "rigid" | "flexible";
  readonly rollingElements: number;
  readonly elementDiameterMm: number;
  readonly pitchDiameterMm: number;
  readonly contactAngleDeg: number;
  readonly envelopeFromHz: number;
  readonly envelopeToHz: number;
  readonly envelopeDecimation: number;
  readonly speedHz: number;
  readonly speedChannel: string;
}

/** Bands and lines that there may be at most. */
export const MOST_BANDS = 6;
export const MOST_LINES = 5;

function number(
  standard: number,
  minimum: number,
  maximum: number,
  unit: string,
  help: string,
  integer = false,
): NumberField {
  return Object.freeze({ type: "number", default: standard, minimum, maximum, integer, unit, help });
}

function choice(choices: readonly string[], help: string): ChoiceField {
  return Object.freeze({ type: "choice", default: choices[0]!, choices: Object.freeze(choices), help });
}

/** What a vibration analysis can be told. What does not go together is found by `vibrationProblem`. */
export const VIBRATION_FIELDS: Fields = Object.freeze({
  samples: number(1024, 512, 4096, "1", "Length of a block, after decimation: 512, 1024, 2048 or 4096.", true),
  blocks: number(8, 1, 64, "1", "Blocks whose spectra are averaged into one record.", true),
  decimation: number(1, 1, 16, "1", "One of so many samples goes into the spectrum, after a low-pass filter.", true),
  window: choice(
    ["hann", "flat-top"],
    "Of the spectrum: hann for everything, flat-top for amplitudes of lines that are far apart.",
  ),
  bands: Object.freeze({
    type: "points",
    default: Object.freeze([]),
    minimumLength: 0,
    maximumLength: MOST_BANDS,
    help: "Bands, each [from Hz, to Hz], whose acceleration is fields band1 to band6.",
  }),
  lines: number(0, 0, MOST_LINES, "1", "Strongest lines of the spectrum that are found: line1Frequency …", true),
  machineGroup: choice(["group-2", "group-1"], "ISO 20816-3: group-1 above 300 kW, group-2 from 15 to 300 kW."),
  support: choice(["rigid", "flexible"], "ISO 20816-3: what the machine stands on, in the direction measured."),
  rollingElements: number(0, 0, 200, "1", "Rolling elements in one row of the bearing (0: no bearing).", true),
  elementDiameterMm: number(7.94, 0.1, 500, "mm", "Diameter of a rolling element."),
  pitchDiameterMm: number(39.04, 1, 5000, "mm", "Diameter of the circle on which the elements' centres lie."),
  contactAngleDeg: number(0, 0, 80, "deg", "Contact angle; 0 for deep groove ball and cylindrical roller bearings."),
  envelopeFromHz: number(2000, 1, 20_000, "Hz", "Lower end of the resonance band in which a damaged bearing rings."),
  envelopeToHz: number(4000, 1, 20_000, "Hz", "Upper end of the resonance band."),
  envelopeDecimation: number(8, 1, 32, "1", "One of so many samples has a value of the envelope worked out.", true),
  speedHz: number(0, 0, 1000, "Hz", "Turns per second of a machine whose speed is fixed (0: unknown)."),
  speedChannel: Object.freeze({
    type: "text",
    default: "",
    maximumLength: 64,
    help: "Channel with the present speed in 1/min or Hz; it is preferred to speedHz.",
  }),
});

/**
 * What is wrong with settings whose fields are all right one by one, and, where the sensor is told, with what they ask of
 * it: the rest of a sentence that begins with the analysis' path (`.samples 1000 is not …`). `undefined`: nothing. What a
 * sensor does not do for is no reason to refuse the settings: the fields that need it have the quality `failure bandwidth`
 * or `out-of-specification bandwidth`, the others are as good as ever.
 *
 * @param rateHz of the sensor
 * @param bandwidthHz up to which it measures
 */
export function vibrationProblem(
  settings: VibrationSettings,
  rateHz?: number,
  bandwidthHz?: number,
): string | undefined {
  const own = ownProblem(settings);
  if (own !== undefined || rateHz === undefined || bandwidthHz === undefined) return own;
  return (
    spectrumProblem(settings, rateHz, bandwidthHz) ??
    (settings.rollingElements > 0 ? envelopeProblem(settings, rateHz, bandwidthHz) : undefined)
  );
}

function ownProblem(settings: VibrationSettings): string | undefined {
  const { samples, bands, rollingElements, elementDiameterMm, pitchDiameterMm, envelopeFromHz, envelopeToHz } =
    settings;
  if ((samples & (samples - 1)) !== 0) return `.samples ${samples} is not 512, 1024, 2048 or 4096`;
  for (let i = 0; i < bands.length; i++) {
    const [from, to] = bands[i]!;
    if (!(from >= 0 && to > from)) return `.bands[${i}] [${from}, ${to}] is not from a frequency to a higher one`;
  }
  if (rollingElements === 0) return undefined;
  if (rollingElements < 3) return `.rollingElements ${rollingElements} is not 0, or 3 or more`;
  if (!(elementDiameterMm < pitchDiameterMm)) {
    return `.elementDiameterMm ${elementDiameterMm} is not below .pitchDiameterMm ${pitchDiameterMm}`;
  }
  if (!(envelopeFromHz < envelopeToHz)) {
    return `.envelopeFromHz ${envelopeFromHz} is not below .envelopeToHz ${envelopeToHz}`;
  }
  return undefined;
}

function spectrumProblem(settings: VibrationSettings, rateHz: number, bandwidthHz: number): string | undefined {
  const { samples, blocks, decimation, window, bands } = settings;
  const reachHz = spectrumReachHz(rateHz, bandwidthHz, decimation);
  for (let i = 0; i < bands.length; i++) {
    const [from, to] = bands[i]!;
    if (to > reachHz) return `.bands[${i}] [${from}, ${to}] goes beyond the ${shown(reachHz)} Hz that are measured`;
  }
  if (reachHz < VELOCITY_TO_HZ) {
    return `.decimation ${decimation}: ${shown(reachHz)} Hz are measured, not the 1000 Hz that a velocity needs`;
  }
  const seconds = (samples * decimation) / rateHz;
  const needed = LOWEST_VELOCITY_BIN[window] / VELOCITY_FROM_HZ;
  if (seconds < needed) {
    return `.samples ${samples} last ${shown(seconds)} s, not the ${needed} s that a velocity from 10 Hz on needs`;
  }
  if (seconds * blocks < VELOCITY_SECONDS) {
    return `.blocks ${blocks} last ${shown(seconds * blocks)} s together, not the ${VELOCITY_SECONDS} s that a velocity needs`;
  }
  return undefined;
}

function envelopeProblem(settings: VibrationSettings, rateHz: number, bandwidthHz: number): string | undefined {
  const { samples, envelopeFromHz, envelopeToHz, envelopeDecimation, speedHz } = settings;
  const reachHz = spectrumReachHz(rateHz, bandwidthHz, 1);
  if (envelopeToHz > reachHz) {
    return `.envelopeToHz ${envelopeToHz} goes beyond the ${shown(reachHz)} Hz that are measured`;
  }
  if (!envelopeFits(rateHz, bandwidthHz, envelopeFromHz, envelopeToHz, envelopeDecimation)) {
    const rate = shown(rateHz / envelopeDecimation);
    return `.envelopeDecimation ${envelopeDecimation} leaves ${rate} Hz, too little for a band of ${envelopeToHz - envelopeFromHz} Hz`;
  }
  if (speedHz === 0) return undefined;
  const { bpfi, ftf } = bearingOrders(settings);
  const seconds = (samples * envelopeDecimation) / rateHz;
  const turns = LOWEST_FAULT_BIN / ftf;
  if (speedHz * seconds < turns) {
    return `.samples ${samples} of the envelope last ${shown(speedHz * seconds)} turns, not the ${Math.ceil(turns)} that the cage needs`;
  }
  const topHz = envelopeReachHz(rateHz, envelopeFromHz, envelopeToHz, envelopeDecimation);
  if (FEWEST_HARMONICS * bpfi * speedHz > topHz) {
    return `.speedHz ${speedHz} has faults up to ${shown(FEWEST_HARMONICS * bpfi * speedHz)} Hz, the envelope only ${shown(topHz)} Hz`;
  }
  return undefined;
}

/** With at most four digits that matter. */
function shown(value: number): number {
  const scale = value >= 100 ? 1 : 1000;
  return Math.round(value * scale) / scale;
}
