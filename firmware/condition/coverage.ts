/** What a sensor, a rate and a length of record reach: each figure of an analysis needs its frequencies. */
import type { WindowKind } from "../signal/window.js";
import type { LineShape } from "./band-power.js";

/** The band of ISO 20816-3 and its velocity. */
export const VELOCITY_FROM_HZ = 10;
export const VELOCITY_TO_HZ = 1000;
/** Altogether in the blocks of a record: ten periods of its lowest frequency. */
export const VELOCITY_SECONDS = 1;

/** How a line of each window spreads; the variance is Σ a_k² k² / 2 over Σ w² of its cosines (signal/window.ts). */
export const LINE_SHAPES: Readonly<Record<WindowKind, LineShape>> = Object.freeze({
  hann: Object.freeze({ reach: 2, variance: 1 / 3 }),
  "flat-top": Object.freeze({ reach: 5, variance: 1.5491 }),
});

/**
 * Bins that the lowest frequency of a velocity must be away from 0: from there on a line is read to 1 % wherever it lies
 * (test/unit/condition/velocity.test.ts), and what remains of the mean does not reach it.
 */
export const LOWEST_VELOCITY_BIN: Readonly<Record<WindowKind, number>> = Object.freeze({ hann: 6, "flat-top": 11 });

/** Of the rate: without a decimator, whose pass band is 0.39 of its output rate, the part's own filter must do. */
const UNDECIMATED = 0.45;
const DECIMATED = 0.39;

/** A complex envelope needs this much more than its bandwidth as a rate, or its ends fold over each other. */
const ENVELOPE_RATE = 1.25;

/** Up to which frequency the spectrum is right, in Hz. */
export function spectrumReachHz(rateHz: number, bandwidthHz: number, decimation: number): number {
  return Math.min(bandwidthHz, decimation === 1 ? UNDECIMATED * rateHz : (DECIMATED * rateHz) / decimation);
}

/** Whether the sensor feels the whole resonance band, and enough values of the envelope are worked out. */
export function envelopeFits(
  rateHz: number,
  bandwidthHz: number,
  fromHz: number,
  toHz: number,
  decimation: number,
): boolean {
  return toHz <= spectrumReachHz(rateHz, bandwidthHz, 1) && ENVELOPE_RATE * (toHz - fromHz) <= rateHz / decimation;
}

/** Up to which frequency the spectrum of the envelope is right, in Hz: above its band's width there is nothing. */
export function envelopeReachHz(rateHz: number, fromHz: number, toHz: number, decimation: number): number {
  return Math.min((UNDECIMATED * rateHz) / decimation, toHz - fromHz);
}
