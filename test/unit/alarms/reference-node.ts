import type { FloodSettings } from "../../../firmware/alarms/flood.js";
import type { AlarmSettings } from "../../../firmware/alarms/index.js";
import type { QualityStatus } from "../../../firmware/model/quality.js";
import { ReferenceAlarm } from "./reference.js";
import type { ReferenceKept, ReferenceOwner, Told, ToldTransition } from "./reference.js";

export type Settings = Readonly<Record<string, readonly AlarmSettings[]>>;

const TEN_MINUTES = 10;
const MINUTE_MS = 60_000;

/** All alarms of a node, as reference.ts is one. */
export class ReferenceNode implements ReferenceOwner {
  ticks = 0;
  utc: number | undefined;
  told: Told[] = [];
  /** Every transition since the start, told, summed up or to be summed up. */
  transitions = 0;
  /** Summed up, told or not yet. */
  summarised = 0;
  #channels: Map<string, ReferenceAlarm[]> = new Map();
  annunciations: number[] = [];
  lastValue: Map<string, number> = new Map();
  #observed: Map<string, { value: number; good: boolean }> = new Map();
  #quality: Map<string, QualityStatus> = new Map();
  #kept: Map<string, ReferenceKept> = new Map();
  #flood: FloodSettings;
  // When the bucket would be full, times the limit (GCRA, ITU-T I.371).
  #full = 0;
  #summary: { from: number; counts: Map<ReferenceAlarm, number> } | undefined;

  constructor(flood: FloodSettings, settings: Settings, kept: Map<string, ReferenceKept> = new Map()) {
    this.#flood = flood;
    for (const [channel, list] of Object.entries(settings)) {
      const alarms = list.map((alarm) => new ReferenceAlarm(this, channel, alarm));
      this.#channels.set(channel, alarms);
      for (const alarm of alarms) if (kept.has(alarm.id)) alarm.restore(kept.get(alarm.id)!);
    }
    this.#kept = kept;
  }

  /** The next start of the node, out of what was kept; its clock begins at 0. */
  restarted(flood: FloodSettings, settings: Settings): ReferenceNode {
    return new ReferenceNode(flood, settings, this.#kept);
  }

  keep(): void {
    const rows = this.alarms.map((alarm) => [alarm.id, alarm.copy()] as const);
    this.#kept = new Map(rows.filter((row): row is [string, ReferenceKept] => row[1] !== undefined));
  }

  get alarms(): ReferenceAlarm[] {
    return [...this.#channels.values()].flat();
  }

  get annunciationsInTenMinutes(): number {
    const minute = Math.floor(this.ticks / MINUTE_MS);
    return this.annunciations.filter((at) => Math.floor(at / MINUTE_MS) > minute - TEN_MINUTES).length;
  }

  of(channel: string, name?: string): ReferenceAlarm[] {
    return this.alarms.filter((alarm) => alarm.channel === channel && (name ?? alarm.name) === alarm.name);
  }

  value(channel: string, value: number): void {
    this.lastValue.set(channel, value);
    const limits = ["low-low", "low", "high", "high-high", "unusual"];
    const mine = this.of(channel);
    const isLimit = (alarm: ReferenceAlarm) => limits.includes(alarm.settings.kind);
    for (const alarm of [...mine.filter(isLimit), ...mine.filter((alarm) => !isLimit(alarm))]) {
      if (alarm.condition.value(value, this.ticks)) alarm.conditionChanged();
    }
    if (!this.#refersTo(channel)) return;
    this.#observed.set(channel, { value, good: true });
    for (const alarm of this.alarms) this.#setReference(alarm, channel);
    for (const alarm of this.alarms) if (alarm.settings.suppressedBy === channel) alarm.observe(value);
  }

  quality(channel: string, status: QualityStatus): void {
    this.#quality.set(channel, status);
    for (const alarm of this.of(channel)) if (alarm.condition.quality(status, this.ticks)) alarm.conditionChanged();
    const observed = this.#observed.get(channel);
    if (status !== "failure" || observed === undefined) return;
    observed.good = false;
    for (const alarm of this.alarms) this.#setReference(alarm, channel);
  }

  #refersTo(channel: string): boolean {
    return this.alarms.some(
      ({ settings }) =>
        settings.suppressedBy === channel || (settings.kind === "deviation" && settings.channel === channel),
    );
  }

  #setReference({ settings, condition }: ReferenceAlarm, channel: string): void {
    if (settings.kind !== "deviation" || settings.channel === "" || settings.channel !== channel) return;
    const observed = this.#observed.get(channel);
    condition.reference = observed?.good ? observed.value : NaN;
    if (Number.isNaN(condition.reference)) condition.gap();
  }

  time(): void {
    for (const alarm of this.alarms) alarm.time();
    if (this.#summary !== undefined && this.ticks - this.#summary.from >= this.#flood.summaryMs) this.summarise();
  }

  summarise(): void {
    if (this.#summary === undefined) return;
    const { from, counts } = this.#summary;
    const alarms = [...counts].map(([alarm, transitions]) => ({ alarm: alarm.id, state: alarm.state, transitions }));
    this.told.push({ fromTicks: from, toTicks: this.ticks, alarms });
    this.#summary = undefined;
  }

  /** How many transitions wait for a summary. */
  get waiting(): number {
    return [...(this.#summary?.counts.values() ?? [])].reduce((sum, count) => sum + count, 0);
  }

  transition(alarm: ReferenceAlarm, transition: ToldTransition): void {
    this.transitions++;
    const { by } = transition;
    const { floodLimit, floodWindowMs } = this.#flood;
    if (by === "process" || by === "suppression") {
      const now = this.ticks * floodLimit;
      const full = Math.max(this.#full, now) + floodWindowMs;
      if (full - now > floodLimit * floodWindowMs) {
        this.summarised++;
        this.#summary ??= { from: this.ticks, counts: new Map() };
        this.#summary.counts.set(alarm, (this.#summary.counts.get(alarm) ?? 0) + 1);
        return;
      }
      this.#full = full;
    }
    this.told.push(transition);
  }

  applyFlood(flood: FloodSettings): void {
    this.#flood = flood;
    this.#full = 0;
  }

  /** How many a command changed, or why not. */
  command(alarms: readonly ReferenceAlarm[], step: string, by: string, forMs: number): number | "refused" {
    const results = alarms.map((alarm) => this.#step(alarm, step, by, forMs));
    const changed = results.filter((result) => result === true).length;
    if (changed > 0) this.keep();
    return results.length === 1 && results[0] === "refused" ? "refused" : changed;
  }

  #step(alarm: ReferenceAlarm, step: string, by: string, forMs: number): boolean | "refused" {
    const hidden = ["shelved", "suppressed", "out-of-service"].includes(alarm.state);
    switch (step) {
      case "acknowledge":
        return hidden ? "refused" : alarm.event("acknowledge", by);
      case "reset":
        if (hidden || !alarm.settings.latching) return "refused";
        return alarm.state === "normal" ? false : alarm.event("reset", by) || "refused";
      case "shelve":
        if (alarm.state === "out-of-service") return "refused";
        alarm.shelving = { endTicks: this.ticks + forMs, endUtc: Infinity };
        if (alarm.state !== "shelved") alarm.go("shelved", by);
        return true;
      case "unshelve":
        if (alarm.state !== "shelved") return false;
        alarm.shelving = undefined;
        alarm.emerge(by);
        return true;
      case "takeOutOfService":
        if (alarm.state === "out-of-service") return false;
        alarm.shelving = undefined;
        alarm.go("out-of-service", by);
        return true;
      default:
        if (alarm.state !== "out-of-service") return false;
        alarm.emerge(by);
        return true;
    }
  }

  apply(channel: string, settings: readonly AlarmSettings[]): void {
    const before = this.of(channel);
    const same = (a: AlarmSettings, b: AlarmSettings) => JSON.stringify(a) === JSON.stringify(b);
    const made: ReferenceAlarm[] = [];
    const after = settings.map((alarm) => {
      const kept = before.find((candidate) => same(candidate.settings, alarm));
      if (kept === undefined) made.push(new ReferenceAlarm(this, channel, alarm));
      return kept ?? made.at(-1)!;
    });
    const ended = before.filter((alarm) => !after.includes(alarm));
    const outdated = ended.some((alarm) => alarm.copy() !== undefined);
    this.#channels.set(channel, after);
    for (const alarm of ended) if (alarm.state !== "normal") alarm.go("normal", "settings");
    for (const known of [...this.#observed.keys()]) if (!this.#refersTo(known)) this.#observed.delete(known);
    for (const alarm of made) {
      if (alarm.settings.kind === "deviation") this.#setReference(alarm, alarm.settings.channel);
      const observed = this.#observed.get(alarm.settings.suppressedBy);
      if (observed !== undefined) alarm.observe(observed.value);
    }
    const status = this.#quality.get(channel) ?? "good";
    if (status !== "good") {
      for (const alarm of made) if (alarm.condition.quality(status, this.ticks)) alarm.conditionChanged();
    }
    if (outdated) this.keep();
  }
}
