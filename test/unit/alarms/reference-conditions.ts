/**
 * The conditions of alarms as README.md says them, naively: everything that came is remembered, and every judgement
 * looks through all of it.
 */
import type { AlarmSettings } from "../../../firmware/alarms/index.js";
import type { QualityStatus } from "../../../firmware/model/quality.js";

interface Past {
  readonly value: number;
  readonly ticks: number;
}

/** A row of judgements that disagree with `active` and are not yet long enough to change it. */
export class ReferenceCondition {
  active = false;
  /** A deviation's reference. */
  reference = NaN;
  readonly settings: AlarmSettings;
  #disagreeing: number[] = [];
  #values: Past[] = [];
  #events: number[] = [];
  #armed = false;
  #status: QualityStatus = "good";
  #heard = false;
  #lastValueAt: number;

  constructor(settings: AlarmSettings, ticks: number) {
    this.settings = settings;
    this.#lastValueAt = ticks;
    if (settings.kind === "deviation" && settings.channel === "") this.reference = settings.reference;
  }

  /** Whether `active` changed. */
  value(value: number, ticks: number): boolean {
    this.#lastValueAt = ticks;
    this.#heard = true;
    const verdict = this.#judge(value, ticks);
    if (verdict === undefined) {
      if (this.settings.kind === "deviation") this.gap();
      return false;
    }
    return this.#count(verdict, ticks);
  }

  quality(status: QualityStatus, ticks: number): boolean {
    this.#status = status;
    this.#heard = true;
    if (this.settings.kind === "bad-quality") return this.time(ticks);
    if (status === "failure") this.gap();
    return false;
  }

  time(ticks: number): boolean {
    const { settings } = this;
    if (settings.kind === "event-count") return this.#count(this.#enoughEvents(ticks), ticks);
    if (settings.kind !== "bad-quality") return false;
    const verdict = this.#badQuality(ticks);
    return (this.#heard || verdict) && this.#count(verdict, ticks);
  }

  gap(): void {
    this.#disagreeing = [];
    this.#values = [];
  }

  restore(active: boolean, ticks: number): void {
    this.active = active;
    const { settings } = this;
    if (settings.kind === "event-count" && active) this.#events = Array(settings.count).fill(ticks) as number[];
  }

  #count(verdict: boolean, ticks: number): boolean {
    if (verdict === this.active) {
      this.#disagreeing = [];
      return false;
    }
    this.#disagreeing.push(ticks);
    const lasted = ticks - Math.min(...this.#disagreeing);
    if (lasted < (verdict ? this.settings.onDelayMs : this.settings.offDelayMs)) return false;
    this.active = verdict;
    this.#disagreeing = [];
    return true;
  }

  /** Does the condition hold, by this value? `undefined`: that cannot be said. */
  #judge(value: number, ticks: number): boolean | undefined {
    const { settings } = this;
    switch (settings.kind) {
      case "high":
      case "high-high":
      case "unusual":
        return this.active ? value >= settings.setpoint - settings.deadband : value >= settings.setpoint;
      case "low":
      case "low-low":
        return this.active ? value <= settings.setpoint + settings.deadband : value <= settings.setpoint;
      case "deviation":
        return Number.isNaN(this.reference) ? undefined : this.#beyond(value - this.reference);
      case "rate-of-change": {
        const old = this.#values.filter((past) => ticks - past.ticks >= settings.windowMs).at(-1);
        const last = this.#values.at(-1);
        if (last === undefined || ticks - last.ticks >= settings.windowMs / 8) this.#values.push({ value, ticks });
        return old && this.#beyond(((value - old.value) * 1000) / (ticks - old.ticks));
      }
      case "discrete":
        return (Math.sign(value) * Math.round(Math.abs(value)) === settings.state) === (settings.when === "is");
      case "bad-quality":
        return this.#badQuality(ticks);
      case "event-count":
        if (this.#armed && value >= settings.setpoint) {
          this.#armed = false;
          this.#events.push(ticks);
        } else if (value < settings.setpoint - settings.deadband) this.#armed = true;
        return this.#enoughEvents(ticks);
    }
  }

  #beyond(amount: number): boolean {
    const { settings } = this;
    if (settings.kind !== "deviation" && settings.kind !== "rate-of-change") throw new Error(settings.kind);
    const limit = this.active ? settings.setpoint - settings.deadband : settings.setpoint;
    const { direction } = settings;
    if (direction === "both") return Math.abs(amount) >= limit;
    return direction === "above" || direction === "rising" ? amount >= limit : -amount >= limit;
  }

  #enoughEvents(ticks: number): boolean {
    const { settings } = this;
    if (settings.kind !== "event-count") throw new Error(settings.kind);
    return this.#events.filter((event) => ticks - event <= settings.windowMs).length >= settings.count;
  }

  #badQuality(ticks: number): boolean {
    const { settings } = this;
    if (settings.kind !== "bad-quality") throw new Error(settings.kind);
    const bad = settings.from === "any" ? this.#status !== "good" : this.#status === "failure";
    return bad || (settings.staleMs > 0 && ticks - this.#lastValueAt >= settings.staleMs);
  }
}
