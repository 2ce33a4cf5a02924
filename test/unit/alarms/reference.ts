/**
 * Alarm management as README.md says it, written separately from firmware/alarms and naively: the life cycle is a table,
 * statistics are lists of everything that happened, and a restart copies whole objects.
 */
import type { AlarmSettings } from "../../../firmware/alarms/index.js";
import type { AlarmState } from "../../../firmware/model/alarm.js";
import { ReferenceCondition } from "./reference-conditions.js";

export interface ToldTransition {
  alarm: string;
  from: AlarmState;
  state: AlarmState;
  by: string;
  value: number;
  ticks: number;
}

/** What a listener is told: a transition, or a summary. */
export type Told =
  | ToldTransition
  | { fromTicks: number; toTicks: number; alarms: { alarm: string; state: AlarmState; transitions: number }[] };

/** What an alarm needs of the node. */
export interface ReferenceOwner {
  readonly ticks: number;
  readonly utc: number | undefined;
  readonly annunciations: number[];
  readonly lastValue: ReadonlyMap<string, number>;
  transition(alarm: ReferenceAlarm, transition: ToldTransition): void;
}

type Row = readonly [state: AlarmState, event: string, next: AlarmState];
/** `raise` and `clear` are the process's, the others a person's. (latching): only then; (not): only otherwise. */
const LIFE_CYCLE: readonly Row[] = [
  ["normal", "raise", "unacknowledged"],
  ["unacknowledged", "acknowledge", "acknowledged"],
  ["unacknowledged", "clear (not latching)", "returned-unacknowledged"],
  ["unacknowledged", "clear (latching)", "latched-unacknowledged"],
  ["acknowledged", "clear (not latching)", "normal"],
  ["acknowledged", "clear (latching)", "latched-acknowledged"],
  ["returned-unacknowledged", "acknowledge", "normal"],
  ["returned-unacknowledged", "raise", "unacknowledged"],
  ["latched-unacknowledged", "acknowledge", "latched-acknowledged"],
  ["latched-unacknowledged", "raise", "unacknowledged"],
  ["latched-acknowledged", "reset", "normal"],
  ["latched-acknowledged", "raise", "unacknowledged"],
];

const MINUTE = 60_000;
const DAY = 86_400_000;

/** What a restart brings back. */
export interface ReferenceKept {
  state: AlarmState;
  active: boolean;
  suppressed: boolean;
  value: number;
  annunciations: number;
  fleeting: number;
  shelfMs: number;
  shelfUtc: number;
  inAlarmMs: number;
  standingMs: number;
}

interface Shelving {
  endTicks: number;
  endUtc: number;
}

export class ReferenceAlarm {
  state: AlarmState = "normal";
  value = NaN;
  condition: ReferenceCondition;
  suppressed = false;
  shelving: Shelving | undefined;
  /** Ticks of every annunciation since the start, and how many there were before. */
  annunciations: number[] = [];
  earlierAnnunciations = 0;
  fleeting = 0;
  /** From when to when it was in alarm; the last may be open. */
  periods: { from: number; to: number | undefined }[] = [];
  #suppressionGone: number | undefined;
  readonly channel: string;
  readonly settings: AlarmSettings;
  readonly #node: ReferenceOwner;

  constructor(node: ReferenceOwner, channel: string, settings: AlarmSettings) {
    this.#node = node;
    this.channel = channel;
    this.settings = settings;
    this.condition = new ReferenceCondition(settings, node.ticks);
  }

  get name(): string {
    return this.settings.name || this.settings.kind;
  }

  get id(): string {
    return `${this.channel}/${this.name}`;
  }

  get inAlarm(): boolean {
    return this.state === "unacknowledged" || this.state === "acknowledged";
  }

  /** Whether the life cycle knows this event in this state, and then takes it. */
  event(event: string, by: string): boolean {
    const row = LIFE_CYCLE.find(([state, name]) => state === this.state && name === event);
    if (row === undefined) return false;
    if (event === "raise") this.annunciate(by);
    else this.go(row[2], by);
    return true;
  }

  conditionChanged(): void {
    this.value = this.#node.lastValue.get(this.channel) ?? NaN;
    const { active } = this.condition;
    if (!active && this.inAlarm && this.#node.ticks - (this.annunciations.at(-1) ?? -Infinity) <= 10_000)
      this.fleeting++;
    this.event(active ? "raise" : `clear (${this.settings.latching ? "" : "not "}latching)`, "process");
  }

  annunciate(by: string): void {
    this.annunciations.push(this.#node.ticks);
    this.#node.annunciations.push(this.#node.ticks);
    this.go(this.settings.acknowledgement === "automatic" ? "acknowledged" : "unacknowledged", by);
  }

  /** Out of a state that hides the alarm. */
  emerge(by: string): void {
    if (this.suppressed) this.go("suppressed", by);
    else if (this.condition.active) this.annunciate(by);
    else this.go("normal", by);
  }

  go(state: AlarmState, by: string): void {
    const from = this.state;
    const { ticks } = this.#node;
    const before = this.inAlarm;
    this.state = state;
    if (!before && this.inAlarm) this.periods.push({ from: ticks, to: undefined });
    if (before && !this.inAlarm) this.periods.at(-1)!.to = ticks;
    this.#node.transition(this, { alarm: this.id, from, state, by, value: this.value, ticks });
  }

  observe(value: number): void {
    const { suppressedWhen, suppressedAt } = this.settings;
    if (suppressedWhen === "below" ? value < suppressedAt : value >= suppressedAt) {
      this.#suppressionGone = undefined;
      if (this.suppressed) return;
      this.suppressed = true;
      if (this.state !== "shelved" && this.state !== "out-of-service") this.go("suppressed", "suppression");
    } else if (this.suppressed) {
      this.#suppressionGone ??= this.#node.ticks;
      this.release();
    }
  }

  release(): void {
    if (this.#suppressionGone === undefined) return;
    if (this.#node.ticks < this.#suppressionGone + this.settings.releaseDelayMs) return;
    this.#suppressionGone = undefined;
    this.suppressed = false;
    if (this.state === "suppressed") this.emerge("suppression");
  }

  time(): void {
    if (this.condition.time(this.#node.ticks)) this.conditionChanged();
    this.release();
    const { ticks, utc } = this.#node;
    if (this.shelving && (ticks >= this.shelving.endTicks || (utc ?? -Infinity) >= this.shelving.endUtc)) {
      this.shelving = undefined;
      this.emerge("shelf-expiry");
    }
  }

  get inAlarmMs(): number {
    return this.periods.reduce((sum, { from, to }) => sum + (to ?? this.#node.ticks) - from, 0);
  }

  get stale(): boolean {
    return this.inAlarm && this.#node.ticks - this.periods.at(-1)!.from > DAY;
  }

  /** Three within a minute, and since then never a minute without. */
  get chattering(): boolean {
    const times = [...this.annunciations, this.#node.ticks];
    for (let i = times.length - 1; i >= 1 && times[i]! - times[i - 1]! < MINUTE; i--) {
      if (i >= 3 && times[i - 1]! - times[i - 3]! <= MINUTE) return true;
    }
    return false;
  }

  copy(): ReferenceKept | undefined {
    const { ticks, utc } = this.#node;
    const annunciations = this.earlierAnnunciations + this.annunciations.length;
    const { state, suppressed, value, fleeting, inAlarmMs, shelving } = this;
    const { active } = this.condition;
    if (state === "normal" && !active && annunciations === 0) return undefined;
    const shelfMs = shelving === undefined ? 0 : Math.max(0, shelving.endTicks - ticks);
    const shelfUtc = Math.min(shelving?.endUtc ?? Infinity, utc === undefined ? Infinity : utc + shelfMs);
    const standingMs = this.inAlarm ? ticks - this.periods.at(-1)!.from : 0;
    return { state, active, suppressed, value, annunciations, fleeting, shelfMs, shelfUtc, inAlarmMs, standingMs };
  }

  restore(kept: ReferenceKept): void {
    const { ticks } = this.#node;
    const { latching, suppressedBy } = this.settings;
    this.state = kept.state;
    // Another definition may not know the state.
    if (kept.state === "suppressed" && suppressedBy === "") this.state = kept.active ? "unacknowledged" : "normal";
    if (kept.state === "latched-acknowledged" && !latching) this.state = "normal";
    if (kept.state === "latched-unacknowledged" && !latching) this.state = "returned-unacknowledged";
    this.value = kept.value;
    this.suppressed = suppressedBy !== "" && kept.suppressed;
    this.fleeting = kept.fleeting;
    this.earlierAnnunciations = kept.annunciations;
    this.condition.restore(kept.active, ticks);
    this.periods = [{ from: 0, to: kept.inAlarmMs - kept.standingMs }];
    if (this.inAlarm) this.periods.push({ from: ticks - kept.standingMs, to: undefined });
    if (this.state === "shelved") this.shelving = { endTicks: ticks + kept.shelfMs, endUtc: kept.shelfUtc };
  }
}
