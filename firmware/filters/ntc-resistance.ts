import { exp } from "../data/math.js";
import { ThermistorCurve, ZERO_CELSIUS_KELVIN } from "../signal/thermistor-curve.js";
import type { Point } from "../signal/curve.js";
import type { Filter, FilterKind } from "./filter.js";
import { ntcFields, ntcProblem } from "./ntc-fields.js";

export interface NtcResistanceSettings {
  readonly kind: "ntc-resistance";
  readonly points: readonly Point[];
  readonly betaKelvin: number;
}

export const NTC_RESISTANCE: FilterKind<NtcResistanceSettings> = Object.freeze({
  fields: ntcFields,
  create: (settings: NtcResistanceSettings) => new NtcResistanceFilter(settings),
  problem: ntcProblem,
});

/** e^y is made of the 32nd power of e^(y / 32). */
const POWER = 32;
/** ln(R / R₀) beyond which there is no saying what a thermistor does; it would be colder than −170 °C. */
const MOST = 64;
/** Where the first guess at ln R is right, in Cel: over what thermistors are made for, as Chebyshev's nodes lie. */
const NODES_CELSIUS = Object.freeze([-50, -5, 110]);
/** C (ln R)² / B below which the nodes tell too little, and a guess from C alone is as good. */
const STRAIGHT = 1e-3;
// y coth(y/2) = 2 + y²/6 − y⁴/360 + y⁶/15120 − …, as in signal/approach.ts.
const C2 = 1 / 6;
const C4 = 1 / 360;
const C6 = 1 / 15_120;

/**
 * Temperature in Cel → the resistance in Ω that an NTC thermistor has then. Nothing passes for absolute zero or less, nor
 * where the resistance is more than e⁶⁴ times that of the first point (of three the middle one), R₀.
 *
 * Steinhart and Hart's equation for x = ln R / 32 is x + k x³ = v, with v = (1/T − A) / 32B and k = 1024 C / B. A rational
 * guess x = v (γ + α v²) / (1 + β v²), which is right at three temperatures, and one step of Newton's method; then R = R₀ (e^y)³² with y = x − ln R₀ / 32, five squarings. From the exact equation (ThermistorCurve) it is less
 * than 0.001 mK away over −55 to 155 Cel and less than 1 mK over −100 to 300 Cel (test/unit/filters/ntc.test.ts).
 */
export class NtcResistanceFilter implements Filter {
  /** In Cel. */
  readonly #coldest: number;
  readonly #ohms: number;
  readonly #centre: number;
  // v = #scale / T − #start.
  readonly #scale: number;
  readonly #start: number;
  // 2k.
  readonly #bend: number;
  readonly #alpha: number;
  readonly #beta: number;
  readonly #gamma: number;

  constructor({ points, betaKelvin }: NtcResistanceSettings) {
    const curve = new ThermistorCurve(points, betaKelvin);
    const { a, b, c, centre } = curve;
    const most = centre + MOST;
    this.#coldest = 1 / (a + (b + c * most * most) * most) - ZERO_CELSIUS_KELVIN;
    this.#ohms = exp(centre);
    this.#centre = centre / POWER;
    this.#scale = 1 / (b * POWER);
    this.#start = a / (b * POWER);
    const k = (c / b) * POWER * POWER;
    this.#bend = 2 * k;
    const x = NODES_CELSIUS.map((celsius) => curve.logarithm(1 / (celsius + ZERO_CELSIUS_KELVIN)) / POWER);
    const guess = guessOf(x, k);
    this.#alpha = guess.alpha;
    this.#beta = guess.beta;
    this.#gamma = guess.gamma;
  }

  update(value: number): number {
    if (value < this.#coldest) return NaN;
    const v = this.#scale / (value + ZERO_CELSIUS_KELVIN) - this.#start;
    const square = v * v;
    const x = (v * (this.#gamma + this.#alpha * square)) / (1 + this.#beta * square);
    const bend = this.#bend * x * x;
    const y = (v + bend * x) / (1 + 1.5 * bend) - this.#centre;
    const z = y * y;
    const q = 2 + z * (C2 - z * (C4 - z * C6));
    let power = (q + y) / (q - y);
    power *= power;
    power *= power;
    power *= power;
    power *= power;
    power *= power;
    return this.#ohms * power;
  }

  reset(): void {}
}

interface Guess {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
}

/** The guess (γ + α v²) / (1 + β v²) × v that is right at three `x`, where v = x + k x³. */
function guessOf(x: readonly number[], k: number): Guess {
  if (x.every((one) => k * one * one > STRAIGHT)) {
    // γ + α v² − β g v² = g for each g = x / v: linear, with the differences from one node to the next.
    const g = x.map((one) => 1 / (1 + k * one * one));
    const squares = x.map((one, i) => (one / g[i]!) * (one / g[i]!));
    const products = squares.map((square, i) => square * g[i]!);
    const step = (of: readonly number[], i: number) => of[i]! - of[i + 1]!;
    const beta =
      (step(g, 1) * step(squares, 0) - step(g, 0) * step(squares, 1)) /
      (step(products, 0) * step(squares, 1) - step(products, 1) * step(squares, 0));
    const alpha = (step(g, 0) + beta * step(products, 0)) / step(squares, 0);
    const gamma = g[0]! + beta * products[0]! - alpha * squares[0]!;
    if (alpha > 0 && beta > 0 && gamma > 0) return { alpha, beta, gamma };
  }
  // Newton's step from x = v.
  return { alpha: 2 * k, beta: 3 * k, gamma: 1 };
}
