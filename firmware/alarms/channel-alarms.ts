import { sameData } from "../data/same-data.js";
import { GOOD } from "../model/quality.js";
import type { Quality } from "../model/quality.js";
import { Alarm } from "./alarm.js";
import type { AlarmSink } from "./alarm.js";
import { LimitCondition } from "./limit.js";
import type { AlarmSettings } from "./index.js";

/** What the alarms of one channel belong to. */
export interface AlarmOwner extends AlarmSink {
  /** UTC, where it is known. */
  utc(): number | undefined;
  /** The channel has other alarms now, among them `made`: to be told what is known of the channels they refer to. */
  applied(made: readonly Alarm[], ticks: number): void;
  /** What was kept of the channel's alarms is not true any more. */
  outdated(ticks: number): void;
}

/**
 * The alarms of one channel, on the way of its values: `update` allocates nothing. Limits that a value is well away from
 * are passed with one comparison: within `#quietFrom` and `#quietTo` no limit alarm can change, and none waits for a
 * delay. Limits (`unusual` is one) are judged before the other kinds, each in the order of the settings.
 */
export class ChannelAlarms {
  readonly channel: string;
  readonly #owner: AlarmOwner;
  #alarms: readonly Alarm[];
  #limits: readonly Alarm[] = [];
  // `undefined`: none.
  #others: readonly Alarm[] | undefined;
  #quietFrom = -Infinity;
  #quietTo = Infinity;
  // The last value, and the quality now.
  #value = NaN;
  #quality: Quality = GOOD;

  /** @param settings checked; no two alarms have one name */
  constructor(channel: string, settings: readonly AlarmSettings[], owner: AlarmOwner, ticks: number) {
    this.channel = channel;
    this.#owner = owner;
    this.#alarms = settings.map((alarm) => new Alarm(channel, alarm, owner, ticks));
    this.sort();
  }

  get alarms(): readonly Alarm[] {
    return this.#alarms;
  }

  /** A value after the filters: good, or one that is still a value (out of specification). */
  update(value: number, ticks: number): void {
    this.#value = value;
    if (!(value > this.#quietFrom && value < this.#quietTo)) this.judgeLimits(value, ticks);
    const others = this.#others;
    if (others === undefined) return;
    for (let i = 0; i < others.length; i++) {
      const alarm = others[i]!;
      if (alarm.condition.update(value, ticks)) alarm.judged(value, ticks);
    }
  }

  /** The channel's quality is another one now. */
  quality(quality: Quality, ticks: number): void {
    this.#quality = quality;
    for (const alarm of this.#alarms) {
      if (alarm.condition.quality(quality, ticks)) alarm.judged(this.#value, ticks);
    }
    this.findQuiet();
  }

  /** What time alone brings; about once a second. */
  expire(ticks: number): void {
    const utc = this.#owner.utc();
    const alarms = this.#alarms;
    for (let i = 0; i < alarms.length; i++) {
      const alarm = alarms[i]!;
      if (alarm.condition.expire(ticks)) alarm.judged(this.#value, ticks);
      alarm.expire(ticks, utc);
    }
  }

  /**
   * Takes other settings. An alarm of the same name and the same settings keeps its state; any other one is made anew,
   * and one that is gone or replaced while it is not normal ends with a transition by `settings`.
   */
  apply(settings: readonly AlarmSettings[], ticks: number): void {
    const before = this.#alarms;
    this.#alarms = settings.map(
      (alarm) =>
        before.find((kept) => sameData(kept.settings, alarm)) ?? new Alarm(this.channel, alarm, this.#owner, ticks),
    );
    this.sort();
    const made = this.#alarms.filter((alarm) => !before.includes(alarm));
    const ended = before.filter((alarm) => !this.#alarms.includes(alarm));
    const outdated = ended.some((alarm) => alarm.keep(ticks, undefined) !== undefined);
    for (const alarm of ended) alarm.end(ticks);
    this.#owner.applied(made, ticks);
    for (const alarm of made) {
      if (this.#quality !== GOOD && alarm.condition.quality(this.#quality, ticks)) alarm.judged(this.#value, ticks);
    }
    if (outdated) this.#owner.outdated(ticks);
  }

  /** The alarms were put back to what they were before a restart. */
  restored(): void {
    this.findQuiet();
  }

  private sort(): void {
    const isLimit = ({ condition }: Alarm) => condition instanceof LimitCondition;
    const others = this.#alarms.filter((alarm) => !isLimit(alarm));
    this.#others = others.length > 0 ? others : undefined;
    this.#limits = others.length > 0 ? this.#alarms.filter(isLimit) : this.#alarms;
    this.findQuiet();
  }

  private judgeLimits(value: number, ticks: number): void {
    const limits = this.#limits;
    for (let i = 0; i < limits.length; i++) {
      if (limits[i]!.condition.update(value, ticks)) limits[i]!.judged(value, ticks);
    }
    this.findQuiet();
  }

  private findQuiet(): void {
    let from = -Infinity;
    let to = Infinity;
    const limits = this.#limits;
    for (let i = 0; i < limits.length; i++) {
      const condition = limits[i]!.condition as LimitCondition;
      if (condition.quietFrom > from) from = condition.quietFrom;
      if (condition.quietTo < to) to = condition.quietTo;
    }
    this.#quietFrom = from;
    this.#quietTo = to;
  }
}
