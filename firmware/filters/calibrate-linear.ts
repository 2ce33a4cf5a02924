import { fitPolynomial, PiecewiseLinear } from "../signal/curve.js";
import type { Point } from "../signal/curve.js";
import { points } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface CalibrateLinearSettings {
  readonly kind: "calibrate-linear";
  readonly points: readonly Point[];
  readonly method: "least-squares" | "piecewise";
}

export const CALIBRATE_LINEAR: FilterKind<CalibrateLinearSettings> = Object.freeze({
  fields: Object.freeze({
    points: points(
      [
        [0, 0],
        [1, 1],
      ],
      2,
      16,
      "[measured, true], the measured ones rising.",
    ),
    method: Object.freeze({
      type: "choice",
      default: "least-squares",
      choices: Object.freeze(["least-squares", "piecewise"]),
      help: "least-squares: the straight line that fits best; piecewise: straight from point to point.",
    }),
  }),
  create: (settings: CalibrateLinearSettings) => new CalibrateLinearFilter(settings),
});

/** Puts values right by a straight line, or by straight pieces. */
export class CalibrateLinearFilter implements Filter {
  readonly #curve: { at(value: number): number };

  constructor({ points, method }: CalibrateLinearSettings) {
    this.#curve = method === "piecewise" ? new PiecewiseLinear(points) : fitPolynomial(points, 1);
  }

  update(value: number): number {
    return this.#curve.at(value);
  }

  reset(): void {}
}
