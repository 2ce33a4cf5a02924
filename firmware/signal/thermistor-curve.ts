import { exp, log } from "../data/math.js";
import type { Point } from "./curve.js";

export const ZERO_CELSIUS_KELVIN = 273.15;
/** Newton steps at most; from where it starts, four are enough for any thermistor. */
const MOST_STEPS = 12;
/** Relative change of ln R after which the next step would change nothing. */
const NEAR_ENOUGH = 1e-13;

/**
 * 1/T = A + B ln R + C (ln R)³, T in K and R in Ω (J. S. Steinhart and S. R. Hart, "Calibration curves for thermistors",
 * Deep-Sea Research 15, 1968). With C = 0 it is the B parameter equation (IEC 60539-1). This is the equation to the last
 * digits; the filters have shorter ways to it for every value, which go by these coefficients.
 */
export class ThermistorCurve {
  /** A in 1/K. */
  readonly a: number;
  /** B in 1/K. */
  readonly b: number;
  /** C in 1/K. */
  readonly c: number;
  /** ln R of the first point, of three of the middle one. */
  readonly centre: number;

  /**
   * @param points one to three of [temperature in Cel, resistance in Ω], temperatures rising: three give A, B and C, two
   * give A and B, one with the B value gives them too
   * @param betaKelvin B value in K; counts with one point only
   */
  constructor(points: readonly Point[], betaKelvin: number) {
    const x = points.map(([, ohms]) => log(ohms));
    const y = points.map(([celsius]) => 1 / (celsius + ZERO_CELSIUS_KELVIN));
    // Newton's divided differences; that of second order is C times the sum of the three ln R.
    const slope = points.length === 1 ? 1 / betaKelvin : (y[1]! - y[0]!) / (x[1]! - x[0]!);
    this.c =
      points.length < 3 ? 0 : ((y[2]! - y[0]!) / (x[2]! - x[0]!) - slope) / (x[2]! - x[1]!) / (x[0]! + x[1]! + x[2]!);
    const squares = points.length < 3 ? 0 : x[0]! * x[0]! + x[0]! * x[1]! + x[1]! * x[1]!;
    this.b = slope - this.c * squares;
    this.a = y[0]! - (this.b + this.c * x[0]! * x[0]!) * x[0]!;
    this.centre = x[(points.length - 1) >> 1]!;
  }

  /** Whether the temperature falls all the way as the resistance rises: B > 0 and C ≥ 0. */
  get falls(): boolean {
    return this.b > 0 && this.c >= 0;
  }

  /** Temperature in Cel; NaN where there is none (0 Ω and below, or beyond the curve). */
  celsius(ohms: number): number {
    if (!(ohms > 0)) return NaN;
    const x = log(ohms);
    const perKelvin = this.a + (this.b + this.c * x * x) * x;
    return perKelvin > 0 ? 1 / perKelvin - ZERO_CELSIUS_KELVIN : NaN;
  }

  /** Resistance in Ω; NaN where there is none (absolute zero and below, or more than a double holds). */
  ohms(celsius: number): number {
    const kelvin = celsius + ZERO_CELSIUS_KELVIN;
    if (!(kelvin > 0)) return NaN;
    const ohms = exp(this.logarithm(1 / kelvin));
    return ohms < Infinity ? ohms : NaN;
  }

  /** ln R at 1/T in 1/K. */
  logarithm(perKelvin: number): number {
    const { b, c } = this;
    const wanted = perKelvin - this.a;
    // B x + C x³ = wanted rises without a bend away from 0: Newton's method comes from beyond and never passes by.
    let x = wanted / b;
    if (c > 0) {
      for (let i = 0; i < MOST_STEPS; i++) {
        const square = c * x * x;
        const step = ((b + square) * x - wanted) / (b + 3 * square);
        x -= step;
        if ((step < 0 ? -step : step) <= NEAR_ENOUGH * (x < 0 ? -x : x)) break;
      }
    }
    return x;
  }
}
