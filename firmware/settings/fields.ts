import type { Field, Fields } from "../model/setting.js";

// Checks data against the fields that rooms declare. `path` says where, as the messages name it.

const MOST_IN_A_LIST = 8;

/** Settings that break a rule; the message says which, where, and what would be right. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** A list of things that are told apart by `kind`. */
export function list(value: unknown, path: string, kinds: Readonly<Record<string, Fields>>): unknown[] {
  if (!Array.isArray(value)) throw new SettingsError(`${path} ${show(value)} is not a list`);
  if (value.length > MOST_IN_A_LIST) {
    throw new SettingsError(`${path} has ${value.length} entries; ${MOST_IN_A_LIST} are the most`);
  }
  return value.map((entry, i) => choose(entry, `${path}[${i}]`, kinds));
}

/** One thing that is told apart by `kind`. */
export function choose(value: unknown, path: string, kinds: Readonly<Record<string, Fields>>): unknown {
  const given = record(value, path);
  const kind = given.kind;
  if (typeof kind !== "string" || !Object.hasOwn(kinds, kind)) {
    throw new SettingsError(`${path}.kind ${show(kind)} is not one of ${Object.keys(kinds).join(", ")}`);
  }
  const { kind: _, ...rest } = given;
  return { kind, ...checkFields(rest, path, kinds[kind]!) };
}

/** Every field: as given where given, else its default. */
export function checkFields(value: unknown, path: string, fields: Fields): Record<string, unknown> {
  const given = record(value, path, Object.keys(fields));
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) {
    const field = fields[name]!;
    result[name] = Object.hasOwn(given, name) ? checkField(given[name], `${path}.${name}`, field) : field.default;
  }
  return result;
}

function checkField(value: unknown, path: string, field: Field): unknown {
  switch (field.type) {
    case "number": {
      const right = typeof value === "number" && value >= field.minimum && value <= field.maximum;
      if (right && (!field.integer || Math.floor(value) === value)) return value;
      const noun = field.integer ? "an integer" : "a number";
      const unit = field.unit === "1" || field.unit === "channel" ? "" : ` ${field.unit}`;
      throw new SettingsError(`${path} ${show(value)} is not ${noun} from ${field.minimum} to ${field.maximum}${unit}`);
    }
    case "choice":
      if (typeof value === "string" && field.choices.includes(value)) return value;
      throw new SettingsError(`${path} ${show(value)} is not one of ${field.choices.join(", ")}`);
    case "boolean":
      if (typeof value === "boolean") return value;
      throw new SettingsError(`${path} ${show(value)} is not true or false`);
    case "text":
      if (typeof value === "string" && value.length <= field.maximumLength) return value;
      throw new SettingsError(`${path} ${show(value)} is not a text of at most ${field.maximumLength} characters`);
    case "numbers": {
      const entries = entriesOf(value, path, field);
      for (const entry of entries) {
        if (isNumber(entry) && entry >= field.minimum && entry <= field.maximum) continue;
        throw new SettingsError(`${path} holds ${show(entry)}, not a number from ${field.minimum} to ${field.maximum}`);
      }
      return entries;
    }
    case "points": {
      const entries = entriesOf(value, path, field) as [number, number][];
      for (let i = 0; i < entries.length; i++) {
        const point: unknown = entries[i];
        if (!Array.isArray(point) || point.length !== 2 || !point.every(isNumber)) {
          throw new SettingsError(`${path}[${i}] ${show(point)} is not a pair of numbers`);
        }
        if (i > 0 && !(entries[i]![0] > entries[i - 1]![0])) {
          throw new SettingsError(
            `${path}[${i}] ${show(point)} does not come after ${show(entries[i - 1])}; sort the points`,
          );
        }
      }
      return entries;
    }
    case "list":
      return entriesOf(value, path, field).map((entry, i) => choose(entry, `${path}[${i}]`, field.kinds));
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && value - value === 0;
}

/** A list of the length that a field allows. */
function entriesOf(value: unknown, path: string, field: { minimumLength: number; maximumLength: number }): unknown[] {
  const { minimumLength, maximumLength } = field;
  if (Array.isArray(value) && value.length >= minimumLength && value.length <= maximumLength) return value;
  const found = Array.isArray(value) ? `has ${value.length} entries` : `${show(value)} is not a list`;
  throw new SettingsError(`${path} ${found}; ${minimumLength} to ${maximumLength} are right`);
}

/** A plain object, with no members but `allowed`. */
export function record(value: unknown, path: string, allowed?: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SettingsError(`${path} ${show(value)} is not an object`);
  }
  if (allowed !== undefined) {
    for (const name of Object.keys(value)) {
      if (!allowed.includes(name)) {
        throw new SettingsError(
          `${path} has no ${name}; it has ${allowed.length > 0 ? allowed.join(", ") : "nothing to set"}`,
        );
      }
    }
  }
  return value as Record<string, unknown>;
}

/** As it was given, for a message. */
export function show(value: unknown): string {
  return value === undefined ? "(missing)" : JSON.stringify(value);
}
