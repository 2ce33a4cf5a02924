/** What NMEA 0183 writes as decimal numbers and is none: angles, times and dates. */

const DAY_MS = 86_400_000;

/** Degrees and minutes (dddmm.mmmm) with their hemisphere as degrees; NaN where they are none. */
export function degrees(
  value: number,
  hemisphere: number,
  positive: number,
  negative: number,
  maximum: number,
): number {
  const whole = Math.floor(value / 100);
  const minutes = value - 100 * whole;
  const angle = whole + minutes / 60;
  if (!(value >= 0 && minutes < 60 && angle <= maximum)) return NaN;
  if (hemisphere === positive) return angle;
  return hemisphere === negative ? -angle : NaN;
}

/** hhmmss.ss as ms since midnight; NaN where it is no time of day. A leap second (60) is one. */
export function timeOfDayMs(value: number): number {
  const whole = Math.floor(value);
  const seconds = whole % 100;
  const minutes = Math.floor(whole / 100) % 100;
  const hours = Math.floor(whole / 10_000);
  if (!(value >= 0 && hours < 24 && minutes < 60 && seconds <= 60)) return NaN;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + Math.round((value - whole) * 1000);
}

/** Days before each month of a year that begins in March, so that February comes last. */
const DAYS_BEFORE: readonly number[] = Object.freeze([0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337]);

/**
 * ddmmyy of this century as ms since 1970-01-01; NaN where it is no date. The years 80 to 99 are none: so says a receiver
 * that does not know the date and counts from the beginning of GPS time (6 January 1980).
 */
export function dateMs(value: number): number {
  const day = Math.floor(value / 10_000);
  const month = Math.floor(value / 100) % 100;
  if (!(value === Math.floor(value) && day >= 1 && day <= 31 && month >= 1 && month <= 12)) return NaN;
  if (value % 100 >= 80) return NaN;
  const year = 2000 + (value % 100) - (month < 3 ? 1 : 0);
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  // 1970-01-01 is day 719,468 counted from the 1st of March of year 0.
  return (365 * year + leapDays + DAYS_BEFORE[(month + 9) % 12]! + day - 1 - 719_468) * DAY_MS;
}
