/** Checks of configuration values; each returns the value, or throws a RangeError that names option, value and range. */

/** One of a few values. */
export function oneOf<Value extends string | number>(
  part: string,
  option: string,
  value: Value,
  allowed: readonly Value[],
): Value {
  if (!allowed.includes(value)) {
    const shown = typeof value === "string" ? `"${value}"` : String(value);
    throw new RangeError(`${part}: ${option} ${shown} is not one of ${allowed.join(", ")}`);
  }
  return value;
}

/** A number from `minimum` to `maximum`, both included. */
export function within(
  part: string,
  option: string,
  value: number | undefined,
  minimum: number,
  maximum: number,
): number {
  if (typeof value !== "number" || !(value >= minimum && value <= maximum)) {
    throw new RangeError(`${part}: ${option} ${value} is not in ${minimum} to ${maximum}`);
  }
  return value;
}

/** An integer from `minimum` to `maximum`, both included. */
export function wholeWithin(
  part: string,
  option: string,
  value: number | undefined,
  minimum: number,
  maximum: number,
): number {
  const number = within(part, option, value, minimum, maximum);
  if (number !== Math.floor(number)) {
    throw new RangeError(`${part}: ${option} ${number} is not a whole number in ${minimum} to ${maximum}`);
  }
  return number;
}
