/**
 * Resistance of a platinum thermometer over its resistance at 0 °C, and back. IEC 60751:2022, section 4 (Callendar–Van
 * Dusen): 1 + A·t + B·t² from 0 to 850 °C, and 1 + A·t + B·t² + C·(t − 100)·t³ from −200 to 0 °C.
 */

/** Per °C, °C² and °C⁴. */
const A = 3.9083e-3;
const B = -5.775e-7;
const C = -4.183e-12;

/** Range of the equations in °C. */
export const MINIMUM_CELSIUS = -200;
export const MAXIMUM_CELSIUS = 850;

/** R(t) / R(0) for a temperature in °C. */
export function platinumRatio(celsius: number): number {
  const t = celsius;
  return 1 + t * (A + t * B) + (t < 0 ? C * (t - 100) * t * t * t : 0);
}

/** The temperature in °C at which R(t) / R(0) is `ratio`; right to 10⁻⁹ °C within the range of the equations. */
export function platinumCelsius(ratio: number): number {
  const t = (-A + Math.sqrt(A * A - 4 * B * (1 - ratio))) / (2 * B);
  if (ratio >= 1) return t;
  // Newton's method; above, the quadratic alone is at most 2.5 °C off.
  let celsius = t;
  for (let i = 0; i < 8; i++) {
    const square = celsius * celsius;
    const slope = A + 2 * B * celsius + C * (4 * celsius - 300) * square;
    const step = (platinumRatioBelow(celsius) - ratio) / slope;
    celsius -= step;
    if (Math.abs(step) < 1e-10) break;
  }
  return celsius;
}

/** The equation for below 0 °C, also where an iteration strays above. */
function platinumRatioBelow(t: number): number {
  return 1 + t * (A + t * B) + C * (t - 100) * t * t * t;
}
