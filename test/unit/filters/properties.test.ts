import { readFileSync } from "node:fs";
import test from "ava";
import fc from "fast-check";
import { createFilter, FILTER_FIELDS, filterProblem } from "../../../firmware/filters/index.js";
import type { Filter, FilterSettings } from "../../../firmware/filters/index.js";
import type { Field, Fields } from "../../../firmware/model/setting.js";
import { recorder } from "../../../firmware/nodes/recorder.js";
import { composeSettings } from "../../../firmware/settings/settings.js";
import { seeded } from "../../support/seed.js";

type Kind = FilterSettings["kind"];
const kinds = Object.keys(FILTER_FIELDS) as Kind[];

/** What holds for a kind of filter whatever it is told. The type makes it complete: a new kind does not compile without. */
interface Traits {
  /** Whether it may hold a value back. */
  readonly passes: "always" | "sometimes";
  /** Where its results lie: within its inputs; at most so many times the largest of them; anywhere. */
  readonly bound: "inputs" | number | "anywhere";
  /** An offset of the input is the same offset of the output, or leaves it as it is. */
  readonly offset?: "same" | "none";
  /** A gain of the input (above 0) is the same gain of the output. */
  readonly gain?: true;
}

const WINDOW: Traits = { passes: "always", bound: "inputs", offset: "same", gain: true };
const HOLDS_BACK: Traits = { ...WINDOW, passes: "sometimes" };
const TRAITS: Readonly<Record<Kind, Traits>> = {
  median: WINDOW,
  exponential: WINDOW,
  "moving-average": WINDOW,
  quantile: WINDOW,
  minimum: WINDOW,
  maximum: WINDOW,
  // At most 1/√2 of the range, which is at most twice the largest.
  "standard-deviation": { passes: "sometimes", bound: 1.5, offset: "none", gain: true },
  "root-mean-square": { passes: "always", bound: 1, gain: true },
  hampel: { passes: "sometimes", bound: "inputs" },
  kalman: WINDOW,
  "low-pass": { passes: "always", bound: 4, offset: "same", gain: true },
  "high-pass": { passes: "always", bound: 8, offset: "none", gain: true },
  "band-pass": { passes: "always", bound: 8, offset: "none", gain: true },
  notch: { passes: "always", bound: 8, offset: "same", gain: true },
  // Per second, at steps of a millisecond and more.
  "rate-of-change": { passes: "sometimes", bound: 2000, offset: "none", gain: true },
  integrator: { passes: "always", bound: "anywhere" },
  "peak-hold": WINDOW,
  offset: { passes: "always", bound: "anywhere", offset: "same" },
  gain: { passes: "always", bound: "anywhere", gain: true },
  "calibrate-linear": { passes: "always", bound: "anywhere" },
  "calibrate-polynomial": { passes: "always", bound: "anywhere" },
  "ntc-temperature": { passes: "sometimes", bound: "anywhere" },
  "ntc-resistance": { passes: "sometimes", bound: "anywhere" },
  clamp: { passes: "sometimes", bound: "anywhere" },
  reject: { passes: "sometimes", bound: "inputs" },
  round: { passes: "always", bound: "anywhere" },
  quantize: { passes: "always", bound: "anywhere" },
  // Half of the first digit, and 5 becomes 10.
  "significant-digits": { passes: "always", bound: 2 },
  "skip-initial": HOLDS_BACK,
  decimate: HOLDS_BACK,
  throttle: HOLDS_BACK,
  "block-average": HOLDS_BACK,
  deadband: { passes: "sometimes", bound: "inputs" },
  debounce: { passes: "sometimes", bound: "inputs" },
  heartbeat: HOLDS_BACK,
  timeout: HOLDS_BACK,
  or: { passes: "sometimes", bound: "anywhere" },
};

/** Any value that a field allows; small numbers and the ends of the range more often than chance would have it. */
function anyOf(field: Field): fc.Arbitrary<unknown> {
  switch (field.type) {
    case "number": {
      const { minimum: min, maximum: max } = field;
      if (field.integer) return fc.oneof(fc.integer({ min, max }), fc.integer({ min, max: Math.min(max, min + 10) }));
      const size = Math.max(Math.min(max, 100), min);
      const range = (most: number) => fc.double({ min, max: most, noNaN: true });
      return fc.oneof(range(max), range(size), fc.constantFrom(min, max, size));
    }
    case "choice":
      return fc.constantFrom(...field.choices);
    case "boolean":
      return fc.boolean();
    case "text":
      return fc.string({ maxLength: field.maximumLength });
    case "numbers": {
      const { minimum: min, maximum: max, minimumLength: minLength, maximumLength: maxLength } = field;
      return fc.array(fc.double({ min, max, noNaN: true }), { minLength, maxLength });
    }
    case "points": {
      const { minimumLength: minLength, maximumLength: maxLength } = field;
      const coordinate = fc.integer({ min: -1000, max: 20_000 });
      return fc
        .uniqueArray(fc.tuple(coordinate, coordinate), { minLength, maxLength, selector: ([x]) => x })
        .map((points) => points.sort(([a], [b]) => a - b));
    }
    case "list": {
      const { minimumLength: minLength, maximumLength: maxLength } = field;
      const entry = fc.constantFrom(...Object.keys(field.kinds)).chain((kind) => told(kind, field.kinds[kind]!));
      return fc.array(entry, { minLength, maxLength });
    }
  }
}

function told(kind: string, fields: Fields): fc.Arbitrary<unknown> {
  const entries = Object.entries(fields).map(([name, field]) => [name, anyOf(field)] as const);
  return fc.record({ kind: fc.constant(kind), ...Object.fromEntries(entries) });
}

/** Settings as anyone may give them: what is wrong as a whole is replaced by what was meant, or by the defaults. */
function settingsOf(kind: Kind): fc.Arbitrary<FilterSettings> {
  const defaults = defaultsOf(kind);
  return told(kind, FILTER_FIELDS[kind]).map((any) => {
    let settings = any as FilterSettings;
    // Frequencies of any size are mostly no frequencies of a rate: made parts of it.
    if ("rateHz" in settings) {
      const { rateHz, ...rest } = settings as { kind: Kind; rateHz: number };
      const parts = Object.entries(rest).map(([name, value]) => [
        name,
        name.endsWith("Hz") ? rateHz * (1e-4 + 0.48 * ((value as unknown as number) % 1)) : value,
      ]);
      settings = { ...Object.fromEntries(parts), rateHz } as FilterSettings;
    }
    return filterProblem(settings) === undefined ? settings : defaults;
  });
}

function defaultsOf(kind: Kind): FilterSettings {
  const { channels } = composeSettings(recorder, { channels: { "recording.value": { filters: [{ kind }] } } });
  return channels["recording.value"]!.filters[0]!;
}

interface Step {
  readonly value: number;
  readonly stepMs: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  value: fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: -20, max: 20 })),
  stepMs: fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 100_000 })),
});
const series = fc.array(step, { minLength: 1, maxLength: 80 });

function outputs(
  filter: Filter,
  steps: readonly Step[],
  change: (value: number) => number = (value) => value,
): number[] {
  let ticks = 0;
  return steps.map(({ value, stepMs }) => filter.update(change(value), (ticks += stepMs)));
}

/** So that an offset is added without rounding: two values that differ still do. */
const coarse = (value: number) => Math.round(value * 1024) / 1024;
const isNumber = (value: number) => value - value === 0;
const largestOf = (steps: readonly Step[]) => Math.max(1, ...steps.map(({ value }) => Math.abs(value)));

function check(title: string, kind: Kind, holds: (settings: FilterSettings, steps: Step[]) => boolean): void {
  test(`${kind}: ${title}`, (t) => {
    seeded(t, (_, seed) => {
      fc.assert(fc.property(settingsOf(kind), series, holds), { seed: seed | 0, numRuns: 200 });
      t.pass();
    });
  });
}

test("every kind of filter is fit to be set: defaults that its own fields allow, and a line of help", (t) => {
  for (const kind of kinds) {
    const defaults = defaultsOf(kind);
    t.is(filterProblem(defaults), undefined, kind);
    // As if it came over the air.
    const filters = [JSON.parse(JSON.stringify(defaults)) as FilterSettings];
    const { channels } = composeSettings(recorder, { channels: { "recording.value": { filters } } });
    t.deepEqual(channels["recording.value"]!.filters[0], defaults);
    for (const [name, field] of Object.entries(FILTER_FIELDS[kind])) {
      t.true(field.help.length > 10 && !field.help.includes("\n"), `${kind}.${name}`);
      t.true(Object.isFrozen(field), `${kind}.${name} can be in flash`);
    }
  }
});

test("every kind of filter is in the README's table, with every setting", (t) => {
  const rows = readFileSync(new URL("../../../firmware/filters/README.md", import.meta.url), "utf8").split("\n");
  for (const kind of kinds) {
    const row = rows.find((line) => line.startsWith("| ") && line.split("|")[1]!.includes(`\`${kind}\``));
    t.truthy(row, kind);
    if (kind === "ntc-resistance") continue;
    for (const name of Object.keys(FILTER_FIELDS[kind])) t.true(row?.includes(`\`${name}\``), `${kind}.${name}`);
  }
});

for (const kind of kinds) {
  const { passes, bound, offset, gain } = TRAITS[kind];

  check("finite values give finite results, or nothing", kind, (settings, steps) =>
    outputs(createFilter(settings), steps).every(
      (output) => isNumber(output) || (Number.isNaN(output) && passes === "sometimes"),
    ),
  );

  check("reset is a fresh start", kind, (settings, steps) => {
    const fresh = createFilter(settings);
    const used = createFilter(settings);
    outputs(used, steps);
    used.reset();
    const half = steps.slice(steps.length >> 1);
    const expected = outputs(fresh, half);
    return outputs(used, half).every((output, i) => Object.is(output, expected[i]));
  });

  check("time alone brings a value once, and nothing before there was one", kind, (settings, steps) => {
    const filter = createFilter(settings);
    if (filter.expire === undefined) return true;
    if (!Number.isNaN(filter.expire(0))) return false;
    outputs(filter, steps);
    const ticks = 1e9;
    const first = filter.expire(ticks);
    return (isNumber(first) || Number.isNaN(first)) && Number.isNaN(filter.expire(ticks));
  });

  if (bound !== "anywhere") {
    check("results stay within bounds", kind, (settings, steps) => {
      const slack = 1e-6 * largestOf(steps);
      const values = steps.map(({ value }) => value);
      const most = bound === "inputs" ? Math.max(...values) : bound * Math.max(...values.map(Math.abs));
      const least = bound === "inputs" ? Math.min(...values) : -most;
      return outputs(createFilter(settings), steps).every(
        (output) => !(output > most + slack || output < least - slack),
      );
    });
  }

  const alike = (one: number[], other: number[], tolerance: number) =>
    one.every((output, i) =>
      Number.isNaN(output) ? Number.isNaN(other[i]!) : Math.abs(output - other[i]!) <= tolerance,
    );

  if (offset !== undefined) {
    check(
      `an offset of the input ${offset === "same" ? "is one of" : "does nothing to"} the output`,
      kind,
      (settings, steps) => {
        const shifted = outputs(createFilter(settings), steps, (value) => coarse(value) + 1000);
        const plain = outputs(createFilter(settings), steps, coarse);
        // A rate is a thousand times as large as the rounding errors that made it.
        const tolerance = 1e-6 * (largestOf(steps) + 1000);
        return alike(shifted, offset === "same" ? plain.map((output) => output + 1000) : plain, tolerance);
      },
    );
  }

  if (gain) {
    check("a gain of the input is one of the output", kind, (settings, steps) => {
      const louder = outputs(createFilter(settings), steps, (value) => value * 3);
      const plain = outputs(createFilter(settings), steps);
      const largest = Math.max(largestOf(steps), ...plain.filter(isNumber).map(Math.abs));
      return alike(
        louder,
        plain.map((output) => output * 3),
        1e-6 * largest,
      );
    });
  }
}
