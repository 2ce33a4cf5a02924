/** Rounding as people do it: a half goes away from zero, and there is no −0. */

/** The nearest integer to `value`; a half goes away from zero. */
export function rounded(value: number): number {
  return value < 0 ? 0 - Math.round(-value) : Math.round(value) + 0;
}

/**
 * `value` rounded to a multiple of `divisor` / `multiplier`, one of which is 1 and the other a power of ten: so the result
 * is the double nearest to the decimal. A value too large for that stays as it is.
 */
export function roundedTo(value: number, multiplier: number, divisor: number): number {
  const scaled = (value * multiplier) / divisor;
  // From 2^52 on every double is an integer.
  if (scaled >= 4503599627370496 || scaled <= -4503599627370496) return value;
  const integer = value < 0 ? 0 - Math.round(-scaled) : Math.round(scaled) + 0;
  return (integer * divisor) / multiplier;
}

/** 10^exponent; as exact as a double is up to 10^22, and within a few units in the last place beyond. */
export function powerOfTen(exponent: number): number {
  if (exponent < 0) return 1 / powerOfTen(-exponent);
  if (exponent < POWERS.length) return POWERS[exponent]!;
  let power = POWERS[POWERS.length - 1]!;
  for (let i = POWERS.length - 1; i < exponent; i++) power *= 10;
  return power;
}

const POWERS: readonly number[] = Object.freeze([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]);
