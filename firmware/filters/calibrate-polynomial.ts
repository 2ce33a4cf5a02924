import { fitPolynomial } from "../signal/curve.js";
import type { Point, Polynomial } from "../signal/curve.js";
import { points, whole } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface CalibratePolynomialSettings {
  readonly kind: "calibrate-polynomial";
  readonly points: readonly Point[];
  readonly degree: number;
}

export const CALIBRATE_POLYNOMIAL: FilterKind<CalibratePolynomialSettings> = Object.freeze({
  fields: Object.freeze({
    points: points(
      [
        [0, 0],
        [1, 1],
        [2, 2],
      ],
      2,
      16,
      "[measured, true], the measured ones rising; more of them than the degree.",
    ),
    degree: whole(2, 1, 6, "Degree of the polynomial."),
  }),
  create: (settings: CalibratePolynomialSettings) => new CalibratePolynomialFilter(settings),
  problem: ({ points, degree }: CalibratePolynomialSettings) =>
    points.length > degree ? undefined : `.points has ${points.length} entries; degree ${degree} needs ${degree + 1}`,
});

/** Puts values right by the polynomial that fits the points best. Beyond the points it may go anywhere: clamp before it. */
export class CalibratePolynomialFilter implements Filter {
  readonly #curve: Polynomial;

  constructor({ points, degree }: CalibratePolynomialSettings) {
    this.#curve = fitPolynomial(points, degree);
  }

  update(value: number): number {
    return this.#curve.at(value);
  }

  reset(): void {}
}
