import fc from "fast-check";
import type { FloodSettings } from "../../../firmware/alarms/flood.js";
import type { AlarmSettings } from "../../../firmware/alarms/index.js";
import { ALARM_KINDS } from "../../../firmware/model/alarm.js";
import { failureOf, GOOD, OUT_OF_SPECIFICATION } from "../../../firmware/model/quality.js";
import { alarm } from "./bench.js";
import type { Settings } from "./reference-node.js";

export const CHANNELS = ["a", "b", "c"] as const;
/** Alarms that a channel may have, by their place; each in two versions. */
const POOL = 5;
export type Pool = Readonly<Record<string, readonly (readonly [AlarmSettings, AlarmSettings])[]>>;
/** For each of a pool's places: not there, or there in the first or the second version. */
export type Choice = readonly (0 | 1 | 2)[];

const few = fc.integer({ min: 0, max: 10 });
const delay = fc.constantFrom(0, 0, 0, 1000, 5000);
const channel = fc.constantFrom(...CHANNELS);

/** Settings of a small world, in which things happen often. */
const settings = fc
  .record({
    kind: fc.constantFrom(...ALARM_KINDS),
    limit: few,
    deadband: fc.constantFrom(0, 0, 1, 2),
    direction: fc.integer({ min: 0, max: 2 }),
    windowMs: fc.constantFrom(1000, 3000, 10_000, 60_000),
    count: fc.integer({ min: 2, max: 4 }),
    staleMs: fc.constantFrom(0, 0, 5000, 60_000),
    first: fc.boolean(),
    reference: fc.constantFrom("", ...CHANNELS),
    common: fc.record({
      onDelayMs: delay,
      offDelayMs: delay,
      latching: fc.boolean(),
      acknowledgement: fc.constantFrom("required", "required", "automatic"),
      suppressedBy: fc.constantFrom("", "", "", ...CHANNELS),
      suppressedWhen: fc.constantFrom("below", "at-or-above"),
      suppressedAt: few,
      releaseDelayMs: delay,
    }),
  })
  .map(({ kind, limit, deadband, direction, windowMs, count, staleMs, first, reference, common }) => {
    const high = { setpoint: limit, deadband };
    const distance = { setpoint: deadband + 1, deadband };
    switch (kind) {
      case "deviation":
        return alarm({
          kind,
          ...distance,
          ...common,
          reference: limit,
          channel: reference,
          direction: ["both", "above", "below"][direction],
        });
      case "rate-of-change":
        return alarm({ kind, ...distance, ...common, windowMs, direction: ["both", "rising", "falling"][direction] });
      case "discrete":
        return alarm({ kind, ...common, state: limit, when: first ? "is" : "is-not" });
      case "bad-quality":
        return alarm({ kind, ...common, from: first ? "failure" : "any", staleMs });
      case "event-count":
        return alarm({ kind, ...high, ...common, windowMs, count });
      case "low-low":
      case "low":
      case "high":
      case "high-high":
      case "unusual":
        return alarm({ kind, ...high, ...common });
    }
  });

const versions = fc.array(fc.tuple(settings, settings), { minLength: POOL, maxLength: POOL });
const named = versions.map((pairs) =>
  pairs.map(
    ([one, other], i) =>
      [
        { ...one, name: `n${i}` },
        { ...other, name: `n${i}` },
      ] as const,
  ),
);
export const pool: fc.Arbitrary<Pool> = fc.record({ a: named, b: named, c: named });

const choice: fc.Arbitrary<Choice> = fc.array(fc.constantFrom(0, 1, 1, 2), { minLength: POOL, maxLength: POOL });
export const choices = fc.record({ a: choice, b: choice, c: choice });

export function chosen(from: Pool, of: string, which: Choice): AlarmSettings[] {
  return from[of]!.flatMap((pair, i) => (which[i] === 0 ? [] : [pair[which[i]! - 1]!]));
}

export function allChosen(from: Pool, which: Readonly<Record<string, Choice>>): Settings {
  return Object.fromEntries(CHANNELS.map((of) => [of, chosen(from, of, which[of]!)]));
}

export const flood: fc.Arbitrary<FloodSettings> = fc.constantFrom(
  { floodLimit: 1000, floodWindowMs: 1000, summaryMs: 60_000 },
  { floodLimit: 10, floodWindowMs: 600_000, summaryMs: 60_000 },
  { floodLimit: 3, floodWindowMs: 10_001, summaryMs: 5000 },
);

export const STEPS = ["acknowledge", "reset", "shelve", "unshelve", "takeOutOfService", "returnToService"] as const;
const name = fc.option(fc.constantFrom(...Array.from({ length: POOL }, (_, i) => `n${i}`)), { nil: undefined });

/** What may happen to a node's alarms. */
export type Step =
  | { kind: "value"; waitMs: number; channel: string; value: number }
  | { kind: "quality"; waitMs: number; channel: string; quality: typeof GOOD }
  | { kind: "expire"; waitMs: number }
  | { kind: "command"; channel: string; name: string | undefined; step: (typeof STEPS)[number]; forMs: number }
  | { kind: "apply"; channel: string; choice: Choice }
  | { kind: "flood"; settings: FloodSettings }
  | { kind: "synchronise" }
  | { kind: "restart"; orderly: boolean; offMs: number; synchronised: boolean; choices: Record<string, Choice> | null };

const wait = fc.constantFrom(0, 100, 1000, 1000, 4000);
const value = fc.record({
  kind: fc.constant("value" as const),
  waitMs: wait,
  channel,
  value: fc.integer({ min: -4, max: 24 }).map((halves) => halves / 2),
});
const quality = fc.record({
  kind: fc.constant("quality" as const),
  waitMs: wait,
  channel,
  quality: fc.constantFrom(GOOD, GOOD, OUT_OF_SPECIFICATION, failureOf("bus")),
});
const expire = fc.record({
  kind: fc.constant("expire" as const),
  waitMs: fc.constantFrom(0, 500, 1000, 1000, 1000, 1000, 10_000, 60_000, 60_001, 3_600_000, 90_000_000),
});
const command = fc.record({
  kind: fc.constant("command" as const),
  channel,
  name,
  step: fc.constantFrom("acknowledge" as const, "acknowledge" as const, ...STEPS),
  forMs: fc.constantFrom(1000, 5000, 120_000, 604_800_000),
});
const restart = fc.record({
  kind: fc.constant("restart" as const),
  orderly: fc.boolean(),
  offMs: fc.constantFrom(0, 5000, 3_600_000),
  synchronised: fc.boolean(),
  choices: fc.option(choices),
});

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 50, arbitrary: value },
  { weight: 6, arbitrary: quality },
  { weight: 20, arbitrary: expire },
  { weight: 16, arbitrary: command },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("apply" as const), channel, choice }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("flood" as const), settings: flood }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: "synchronise" }) },
  { weight: 2, arbitrary: restart },
);
