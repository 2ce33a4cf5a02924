/**
 * The curve of an NTC thermistor: 1/T = a + b·ln R + c·(ln R)³ with T in K and R in Ω. J. S. Steinhart and S. R. Hart,
 * "Calibration curves for thermistors", Deep-Sea Research 15 (1968), 497–503.
 */
import { log } from "../data/math.js";

const ZERO_CELSIUS_KELVIN = 273.15;

/** Per K, with ln of Ω. */
export interface SteinhartHart {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** One line of a maker's table. */
export interface ThermistorPoint {
  readonly celsius: number;
  readonly ohms: number;
}

/** Temperature in °C at a resistance. */
export function steinhartHartCelsius({ a, b, c }: SteinhartHart, ohms: number): number {
  const ln = log(ohms);
  return 1 / (a + ln * (b + c * ln * ln)) - ZERO_CELSIUS_KELVIN;
}

/**
 * The curve through three points: the lowest, the middle and the highest temperature that matter. Between them it is
 * within some hundredths of a degree of a usual table.
 * @throws RangeError where two points have the same resistance or one is not above 0 Ω
 */
export function steinhartHartThrough(
  ...[first, second, third]: readonly [ThermistorPoint, ThermistorPoint, ThermistorPoint]
): SteinhartHart {
  const [l1, l2, l3] = [lnOf(first), lnOf(second), lnOf(third)];
  const [y1, y2, y3] = [perKelvin(first), perKelvin(second), perKelvin(third)];
  const g2 = (y2 - y1) / (l2 - l1);
  const g3 = (y3 - y1) / (l3 - l1);
  const c = (g3 - g2) / (l3 - l2) / (l1 + l2 + l3);
  const b = g2 - c * (l1 * l1 + l1 * l2 + l2 * l2);
  const a = y1 - l1 * (b + c * l1 * l1);
  if (!(Math.abs(a) + Math.abs(b) + Math.abs(c) < Infinity)) {
    throw new RangeError(
      `thermistor: points ${first.ohms}, ${second.ohms}, ${third.ohms} Ω are not three different ones`,
    );
  }
  return { a, b, c };
}

function lnOf({ ohms }: ThermistorPoint): number {
  return log(ohms);
}

function perKelvin({ celsius }: ThermistorPoint): number {
  return 1 / (celsius + ZERO_CELSIUS_KELVIN);
}
