import type { NumberField, PointsField } from "../model/setting.js";

/** Longest time that a filter can be told: a day. */
const LONGEST_MS = 86_400_000;
/** Largest number in a channel's unit. */
const LARGEST = 1e9;

/** A count of values. */
export function samples(standard: number, minimum: number, maximum: number, help: string): NumberField {
  return Object.freeze({ type: "number", default: standard, minimum, maximum, integer: true, unit: "1", help });
}

/** A time in ms, up to a day. */
export function milliseconds(standard: number, minimum: number, help: string): NumberField {
  return Object.freeze({ type: "number", default: standard, minimum, maximum: LONGEST_MS, unit: "ms", help });
}

/** A number in the channel's unit, of either sign. */
export function amount(standard: number, help: string): NumberField {
  return Object.freeze({
    type: "number",
    default: standard,
    minimum: -LARGEST,
    maximum: LARGEST,
    unit: "channel",
    help,
  });
}

/** A difference in the channel's unit: `minimum` or more. */
export function difference(standard: number, help: string, minimum = 0): NumberField {
  return Object.freeze({ type: "number", default: standard, minimum, maximum: LARGEST, unit: "channel", help });
}

/** A number of any other unit; `1` for a plain one. */
export function number(
  standard: number,
  minimum: number,
  maximum: number,
  help: string,
  unit: string = "1",
): NumberField {
  return Object.freeze({ type: "number", default: standard, minimum, maximum, unit, help });
}

/** A small whole number: an order, a count of digits. */
export function whole(standard: number, minimum: number, maximum: number, help: string): NumberField {
  return samples(standard, minimum, maximum, help);
}

/** A frequency in Hz. */
export function hertz(standard: number, help: string): NumberField {
  return number(standard, 1e-6, 1e6, help, "Hz");
}

/** Pairs of numbers, the first ones rising. */
export function points(
  standard: readonly (readonly [number, number])[],
  minimumLength: number,
  maximumLength: number,
  help: string,
): PointsField {
  return Object.freeze({ type: "points", default: Object.freeze(standard), minimumLength, maximumLength, help });
}
