import { exp } from "../data/math.js";
import { ThermistorCurve, ZERO_CELSIUS_KELVIN } from "../signal/thermistor-curve.js";
import type { Point } from "../signal/curve.js";
import type { Filter, FilterKind } from "./filter.js";
import { ntcFields, ntcProblem } from "./ntc-fields.js";

export interface NtcTemperatureSettings {
  readonly kind: "ntc-temperature";
  readonly points: readonly Point[];
  readonly betaKelvin: number;
}

export const NTC_TEMPERATURE: FilterKind<NtcTemperatureSettings> = Object.freeze({
  fields: ntcFields,
  create: (settings: NtcTemperatureSettings) => new NtcTemperatureFilter(settings),
  problem: ntcProblem,
});

/** Which root of R / R₀: half of ln(R / R₀) is so many times the inverse hyperbolic tangent below. */
const ROOT = 32;
// artanh s = s + s³/3 + s⁵/5 + …
const C3 = 1 / 3;
const C5 = 1 / 5;
const C7 = 1 / 7;
const C9 = 1 / 9;

/**
 * Resistance of an NTC thermistor in Ω → its temperature in Cel. Nothing passes for 0 Ω or less.
 *
 * ln(R / R₀) = 64 artanh((u − 1) / (u + 1)) with u = (R / R₀)^(1/32), which are five exact square roots, R₀ being that of
 * the first point (of three the middle one); artanh by its series to s⁹. From the exact equation (ThermistorCurve) it is
 * less than 0.001 mK away over −55 to 155 Cel and less than 1 mK over −100 to 300 Cel, B being 500 to 10 000 K
 * (test/unit/filters/ntc.test.ts).
 */
export class NtcTemperatureFilter implements Filter {
  readonly #perOhm: number;
  // 1/T in 1/K as a polynomial in the inverse hyperbolic tangent.
  readonly #p0: number;
  readonly #p1: number;
  readonly #p2: number;
  readonly #p3: number;

  constructor({ points, betaKelvin }: NtcTemperatureSettings) {
    const { a, b, c, centre } = new ThermistorCurve(points, betaKelvin);
    const scale = 2 * ROOT;
    this.#perOhm = exp(-centre);
    this.#p0 = a + (b + c * centre * centre) * centre;
    this.#p1 = (b + 3 * c * centre * centre) * scale;
    this.#p2 = 3 * c * centre * scale * scale;
    this.#p3 = c * scale * scale * scale;
  }

  update(value: number): number {
    if (!(value > 0)) return NaN;
    const u = Math.sqrt(Math.sqrt(Math.sqrt(Math.sqrt(Math.sqrt(value * this.#perOhm)))));
    const s = (u - 1) / (u + 1);
    const z = s * s;
    const y = s * (1 + z * (C3 + z * (C5 + z * (C7 + z * C9))));
    const perKelvin = this.#p0 + y * (this.#p1 + y * (this.#p2 + y * this.#p3));
    return perKelvin > 0 ? 1 / perKelvin - ZERO_CELSIUS_KELVIN : NaN;
  }

  reset(): void {}
}
