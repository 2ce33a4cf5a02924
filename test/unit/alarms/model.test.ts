/** Random histories of a node's alarms, against the naive model of reference.ts and reference-node.ts. */
import test from "ava";
import fc from "fast-check";
import { AlarmError } from "../../../firmware/alarms/alarm-system.js";
import type { FloodSettings } from "../../../firmware/alarms/flood.js";
import { ALARM_FIELDS } from "../../../firmware/alarms/index.js";
import type { AlarmSettings } from "../../../firmware/alarms/index.js";
import type { AlarmSummary, AlarmTransition } from "../../../firmware/model/alarm.js";
import { MemoryKeyValue } from "../../../simulator/io/key-value.js";
import { seeded } from "../../support/seed.js";
import { Bench } from "./bench.js";
import { ReferenceNode } from "./reference-node.js";
import type { Settings } from "./reference-node.js";
import type { Told } from "./reference.js";
import { allChosen, choices, chosen, flood, pool, step } from "./steps.js";
import type { Pool, Step } from "./steps.js";

const RUNS = 450;
const MOST_STEPS = 500;
const STEPS_IN_ALL = 100_000;
const NOW_UTC = 1_800_000_000_000;

/** Storage that tells whether it was written to. */
class WatchedStorage extends MemoryKeyValue {
  written = false;

  override write(key: string, value: string | number): void {
    this.written = true;
    super.write(key, value);
  }

  override delete(key: string): void {
    this.written = true;
    super.delete(key);
  }
}

/** The alarm system and the model of it, side by side. */
class Pair {
  readonly #pool: Pool;
  readonly #storage = new WatchedStorage();
  #flood: FloodSettings;
  #settings: Settings;
  #bench: Bench;
  #reference: ReferenceNode;
  // Of this start: transitions told on their own and in summaries.
  #told = 0;

  constructor(from: Pool, flood: FloodSettings, settings: Settings) {
    this.#pool = from;
    this.#flood = flood;
    this.#settings = settings;
    this.#bench = new Bench(settings, this.#storage, flood);
    this.#reference = new ReferenceNode(flood, settings);
  }

  take(step: Step): void {
    const bench = this.#bench;
    const { system, clock } = bench;
    if ("waitMs" in step) bench.wait(step.waitMs);
    const reference = this.#reference;
    reference.ticks = clock.now;
    reference.utc = clock.synchronised;
    switch (step.kind) {
      case "value":
        bench.value(step.channel, step.value);
        reference.value(step.channel, step.value);
        break;
      case "quality":
        bench.channels[step.channel]!.quality(step.quality, clock.now);
        if (step.quality.status === "failure" && system.watches(step.channel)) system.lost(step.channel, clock.now);
        reference.quality(step.channel, step.quality.status);
        break;
      case "expire":
        bench.expire();
        reference.time();
        break;
      case "command":
        same(this.#command(step), this.#referenceCommand(step), "result");
        break;
      case "apply": {
        const settings = chosen(this.#pool, step.channel, step.choice);
        this.#settings = { ...this.#settings, [step.channel]: settings };
        bench.channels[step.channel]!.apply(settings, clock.now);
        reference.apply(step.channel, settings);
        break;
      }
      case "flood":
        this.#flood = step.settings;
        system.applyFlood(step.settings);
        reference.applyFlood(step.settings);
        break;
      case "synchronise":
        clock.synchronised ??= NOW_UTC;
        break;
      case "restart":
        this.#restart(step);
        break;
    }
    if (this.#storage.written) this.#reference.keep();
    this.#storage.written = false;
    this.#compare(step.kind === "expire");
  }

  #command({ channel, name, step, forMs }: Step & { kind: "command" }): number | "refused" {
    const { system } = this.#bench;
    try {
      if (step === "shelve") return system.shelve(channel, name, "me", forMs);
      return system[step](channel, name, "me");
    } catch (error) {
      if (error instanceof AlarmError) return "refused";
      throw error;
    }
  }

  #referenceCommand({ channel, name, step, forMs }: Step & { kind: "command" }): number | "refused" {
    const alarms = this.#reference.of(channel, name);
    if (name !== undefined && alarms.length === 0) return "refused";
    const result = this.#reference.command(alarms, step, "me", forMs);
    return name === undefined && result === "refused" ? 0 : result;
  }

  #restart({ orderly, offMs, synchronised, choices }: Step & { kind: "restart" }): void {
    if (orderly) {
      this.#bench.system.save();
      this.#reference.summarise();
      this.#reference.keep();
      this.#storage.written = false;
      this.#compare(false);
    }
    const { synchronised: utc } = this.#bench.clock;
    const now = synchronised ? (utc ?? NOW_UTC) + offMs : undefined;
    if (choices !== null) this.#settings = allChosen(this.#pool, choices);
    this.#bench = new Bench(this.#settings, this.#storage, this.#flood, now);
    same(this.#bench.system.damaged, false, "damaged");
    this.#reference = this.#reference.restarted(this.#flood, this.#settings);
    this.#reference.utc = now;
    this.#told = 0;
  }

  #compare(expired: boolean): void {
    const reference = this.#reference;
    const { system, told } = this.#bench;
    same(JSON.stringify(told.map(asTold)), JSON.stringify(reference.told), "what is told");
    for (const one of told) this.#told += "transitions" in one ? one.transitions : 1;
    told.length = 0;
    reference.told.length = 0;
    same(this.#told + reference.waiting, reference.transitions, "transitions, each told once");
    const alarms = system.list();
    const models = reference.alarms;
    same(alarms.length, models.length, "alarms");
    for (let i = 0; i < models.length; i++) {
      const alarm = alarms[i]!;
      const model = models[i]!;
      const { statistics } = alarm;
      same(`${alarm.channel}/${alarm.name}`, model.id, "alarm");
      same(alarm.state, model.state, "state", model.id);
      same(alarm.active, model.condition.active, "active", model.id);
      same(alarm.value, model.value, "value", model.id);
      same(statistics.annunciations, model.earlierAnnunciations + model.annunciations.length, "count", model.id);
      same(statistics.fleeting, model.fleeting, "fleeting", model.id);
      if (!expired) continue;
      same(statistics.timeInAlarmS, Math.floor(model.inAlarmMs / 1000), "timeInAlarmS", model.id);
      same(statistics.chattering, model.chattering, "chattering", model.id);
      same(statistics.stale, model.stale, "stale", model.id);
    }
    if (!expired) return;
    const totals = system.totals();
    same(totals.annunciationsInTenMinutes, reference.annunciationsInTenMinutes, "annunciations in ten minutes");
    same(totals.summarised, reference.summarised, "summarised");
    same(totals.active, models.filter((model) => model.inAlarm).length, "in alarm");
  }
}

function asTold(told: AlarmTransition | AlarmSummary): Told {
  if ("transitions" in told) {
    const { fromTicks, toTicks, alarms } = told;
    const named = alarms.map(({ channel, alarm, state, transitions }) => ({
      alarm: `${channel}/${alarm}`,
      state,
      transitions,
    }));
    return { fromTicks, toTicks, alarms: named };
  }
  const { channel, alarm, from, state, by, value, ticks } = told;
  return { alarm: `${channel}/${alarm}`, from, state, by, value, ticks };
}

function same(actual: unknown, expected: unknown, ...of: string[]): void {
  if (!Object.is(actual, expected)) throw new Error(`${of.join(" of ")}: ${String(actual)}, not ${String(expected)}`);
}

test("whatever happens, states, transitions and statistics are the model's", (t) => {
  let taken = 0;
  const commands = fc.commands(
    [
      step.map((step) => ({
        check: () => true,
        run: (_: object, pair: Pair) => {
          taken++;
          pair.take(step);
        },
        toString: () => JSON.stringify(step),
      })),
    ],
    { maxCommands: MOST_STEPS, size: "max" },
  );
  seeded(t, (_, seed) => {
    const property = fc.property(pool, flood, choices, commands, (from, flood, choices, history) => {
      fc.modelRun(() => ({ model: {}, real: new Pair(from, flood, allChosen(from, choices)) }), history);
    });
    const { failed, counterexample, errorInstance } = fc.check(property, { seed: seed | 0, numRuns: RUNS });
    if (!failed) return;
    const [from, limits, which, history] = counterexample!;
    const settings = Object.values(from).flat(2).map(withoutDefaults);
    throw new Error([errorInstance, ...settings, limits, which, history].map(shown).join("\n"));
  });
  t.true(taken >= STEPS_IN_ALL, `${taken} steps`);
});

function shown(value: unknown): string {
  return typeof value === "object" && !(value instanceof Error) ? fc.stringify(value) : String(value);
}

/** What of an alarm's settings is not as it is by itself. */
function withoutDefaults(settings: AlarmSettings): string {
  const fields = ALARM_FIELDS[settings.kind];
  return JSON.stringify(Object.entries(settings).filter(([name, value]) => value !== fields[name]?.default));
}
