import type { Field, Fields } from "../model/setting.js";
import { fitPolynomial, PiecewiseLinear, Polynomial, StraightLine } from "../signal/curve.js";

/** A pair of numbers: what the channel read, and what was true. */
export type CalibrationPoint = readonly [measured: number, reference: number];

/** Who calibrated, when, against what, and the points that were taken. */
export interface CalibrationRecord {
  readonly date: string;
  readonly by: string;
  readonly reference: string;
  readonly points: readonly CalibrationPoint[];
}

/** How a channel's readings are put right, as data. `least-squares` is a straight line through all points at best. */
export type CalibrationSettings =
  | { readonly kind: "none" }
  | ({ readonly kind: "offset"; readonly offset: number } & CalibrationRecord)
  | ({ readonly kind: "gain"; readonly gain: number; readonly offset: number } & CalibrationRecord)
  | ({ readonly kind: "two-point" } & CalibrationRecord)
  | ({ readonly kind: "piecewise-linear" } & CalibrationRecord)
  | ({ readonly kind: "least-squares" } & CalibrationRecord)
  | ({ readonly kind: "polynomial"; readonly coefficients: readonly number[] } & CalibrationRecord);

const MOST_POINTS = 16;

const text = (help: string): Field => Object.freeze({ type: "text", default: "", maximumLength: 64, help });
const factor = (standard: number, help: string): Field =>
  Object.freeze({ type: "number", default: standard, minimum: -1e9, maximum: 1e9, unit: "channel", help });

/** Members that every calibration has: its record. */
const record = (fewest: number, most: number, help: string): Fields => ({
  date: text("Day of the calibration, as 2026-11-23."),
  by: text("Who calibrated."),
  reference: text("What was taken for true: instrument, serial number, certificate."),
  points: Object.freeze({
    type: "points",
    default: Object.freeze([]),
    minimumLength: fewest,
    maximumLength: most,
    help,
  }),
});
const TAKEN = "Points that were taken, [measured, true], for the record and the residual.";

export const CALIBRATION_FIELDS: Readonly<Record<CalibrationSettings["kind"], Fields>> = Object.freeze({
  none: Object.freeze({}),
  offset: Object.freeze({ offset: factor(0, "Added to every reading."), ...record(0, MOST_POINTS, TAKEN) }),
  gain: Object.freeze({
    gain: factor(1, "Every reading is multiplied by this."),
    offset: factor(0, "Then this is added."),
    ...record(0, MOST_POINTS, TAKEN),
  }),
  "two-point": Object.freeze(record(2, 2, "Two points, [measured, true]; a straight line through both.")),
  "piecewise-linear": Object.freeze(
    record(2, MOST_POINTS, "Points, [measured, true]; straight from one to the next, and on beyond the last."),
  ),
  "least-squares": Object.freeze(
    record(2, MOST_POINTS, "Points, [measured, true]; the straight line with the least squares of errors."),
  ),
  polynomial: Object.freeze({
    coefficients: Object.freeze({
      type: "numbers",
      default: Object.freeze([0, 1]),
      minimumLength: 1,
      maximumLength: 8,
      minimum: -1e30,
      maximum: 1e30,
      unit: "channel",
      help: "c0, c1, c2 …: c0 + c1 x + c2 x² …",
    }),
    ...record(0, MOST_POINTS, TAKEN),
  }),
});

/** Puts one channel's readings right. Allocates nothing. */
export interface Calibration {
  at(value: number): number;
}

/** The calibration that checked settings ask for; `undefined`: readings are right as they are. */
export function createCalibration(settings: CalibrationSettings): Calibration | undefined {
  switch (settings.kind) {
    case "none":
      return undefined;
    case "offset":
      return new StraightLine(settings.offset, 1);
    case "gain":
      return new StraightLine(settings.offset, settings.gain);
    case "polynomial":
      return new Polynomial(0, 1, Float64Array.from(settings.coefficients));
    case "least-squares":
      return fitPolynomial(settings.points, 1);
    case "two-point":
    case "piecewise-linear":
      return new PiecewiseLinear(settings.points);
  }
}

/** How far a calibration is from its own points, in the channel's unit. */
export interface Residual {
  readonly rms: number;
  readonly maximum: number;
}

/** The residual at the record's points; `undefined` where there are none. */
export function residualOf(settings: CalibrationSettings): Residual | undefined {
  if (settings.kind === "none" || settings.points.length === 0) return undefined;
  const calibration = createCalibration(settings)!;
  let squares = 0;
  let maximum = 0;
  for (const [measured, reference] of settings.points) {
    const error = Math.abs(calibration.at(measured) - reference);
    squares += error * error;
    maximum = Math.max(maximum, error);
  }
  return { rms: Math.sqrt(squares / settings.points.length), maximum };
}
