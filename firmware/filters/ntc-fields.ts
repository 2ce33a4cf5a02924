import type { Fields } from "../model/setting.js";
import type { Point } from "../signal/curve.js";
import { ThermistorCurve, ZERO_CELSIUS_KELVIN } from "../signal/thermistor-curve.js";
import { number, points } from "./fields.js";

/** What both NTC filters can be told: a thermistor. */
export const ntcFields: Fields = Object.freeze({
  points: points(
    [[25, 10_000]],
    1,
    3,
    "[Cel, Ω], temperatures rising: three for Steinhart–Hart, two, or one and the B value.",
  ),
  betaKelvin: number(3950, 500, 10_000, "B value; counts with one point only.", "K"),
});

/** ln of how many times a resistance may fall however hot it gets; 10 000 K at 25 Cel are 34. */
const STEEPEST = 64;

interface Thermistor {
  readonly points: readonly Point[];
  readonly betaKelvin: number;
}

export function ntcProblem({ points, betaKelvin }: Thermistor): string | undefined {
  for (let i = 0; i < points.length; i++) {
    const [celsius, ohms] = points[i]!;
    if (!(celsius > -ZERO_CELSIUS_KELVIN && celsius <= 1000)) {
      return `.points[${i}] ${celsius} is not a temperature from above -273.15 to 1000 Cel`;
    }
    if (!(ohms >= 1e-3 && ohms <= 1e9)) return `.points[${i}] ${ohms} is not a resistance from 0.001 to 1000000000 Ohm`;
    if (i > 0 && !(ohms < points[i - 1]![1]))
      return `.points[${i}] ${ohms} Ohm is not below ${points[i - 1]![1]} Ohm; an NTC falls`;
  }
  const curve = new ThermistorCurve(points, betaKelvin);
  if (!curve.falls) return ".points lie on no thermistor's curve: B or C comes out below 0";
  if (!(curve.centre - curve.logarithm(0) < STEEPEST)) return ".points lie on no thermistor's curve: it is too steep";
  return undefined;
}
