import type { AlarmSummary } from "../model/alarm.js";
import type { Fields } from "../model/setting.js";
import type { Alarm } from "./alarm.js";
import { milliseconds, plain } from "./fields.js";
import { TokenBucket } from "./token-bucket.js";

/** From where on alarms come too fast to be told one by one, as data. */
export interface FloodSettings {
  readonly floodLimit: number;
  readonly floodWindowMs: number;
  readonly summaryMs: number;
}

/** ISA-18.2 §16.5.3 and EEMUA 191 call it a flood when a person gets more than ten alarms in ten minutes. */
export const FLOOD_FIELDS: Fields = Object.freeze({
  floodLimit: plain(10, 1, 1000, true, "So many transitions that the process causes are told at once."),
  floodWindowMs: milliseconds(600_000, 1000, 86_400_000, "Within this time as many more can be told."),
  summaryMs: milliseconds(60_000, 1000, 3_600_000, "Those beyond are told together, so long after the first of them."),
});

/** Sums up what is beyond the limit. */
export class FloodControl {
  /** Transitions that were summed up rather than told, since the start. */
  summarised = 0;
  #bucket: TokenBucket;
  #summaryMs: number;
  #alarms: Alarm[] = [];
  #counts: number[] = [];
  #from = 0;

  constructor({ floodLimit, floodWindowMs, summaryMs }: FloodSettings, ticks: number) {
    this.#bucket = new TokenBucket(floodLimit, floodWindowMs, ticks);
    this.#summaryMs = summaryMs;
  }

  /** Other settings; the limit begins anew, and what waits for a summary still does. */
  apply({ floodLimit, floodWindowMs, summaryMs }: FloodSettings, ticks: number): void {
    this.#bucket = new TokenBucket(floodLimit, floodWindowMs, ticks);
    this.#summaryMs = summaryMs;
  }

  /** A transition of this alarm may be told on its own; otherwise it has been counted. */
  admit(alarm: Alarm, ticks: number): boolean {
    if (this.#bucket.take(ticks)) return true;
    if (this.#alarms.length === 0) this.#from = ticks;
    let at = this.#alarms.indexOf(alarm);
    if (at < 0) {
      at = this.#alarms.push(alarm) - 1;
      this.#counts[at] = 0;
    }
    this.#counts[at]! += 1;
    this.summarised++;
    return false;
  }

  /** The summary, once it is due. */
  due(ticks: number): AlarmSummary | undefined {
    return ticks - this.#from >= this.#summaryMs ? this.summary(ticks) : undefined;
  }

  /** What was counted since the last summary; `undefined`: nothing. */
  summary(ticks: number): AlarmSummary | undefined {
    if (this.#alarms.length === 0) return undefined;
    const counts = this.#counts;
    const alarms = this.#alarms.map(({ channel, name, state, settings }, i) => ({
      channel,
      alarm: name,
      state,
      priority: settings.priority,
      transitions: counts[i]!,
    }));
    this.#alarms = [];
    this.#counts = [];
    const transitions = counts.reduce((sum, count) => sum + count, 0);
    return { fromTicks: this.#from, toTicks: ticks, transitions, alarms };
  }
}
