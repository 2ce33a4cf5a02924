import type { Alarm } from "./alarm.js";
import type { DeviationCondition } from "./deviation.js";

/** A channel that alarms of other channels refer to. */
interface Watched {
  readonly references: DeviationCondition[];
  readonly suppressed: Alarm[];
  /** Its last good value; NaN: none yet. */
  value: number;
  /** That value is its present one. */
  good: boolean;
}

/** Takes the values of channels to the alarms that refer to them. */
export class Watch {
  #channels: Map<string, Watched> = new Map();

  has(channel: string): boolean {
    return this.#channels.has(channel);
  }

  observe(channel: string, value: number, ticks: number): void {
    const watched = this.#channels.get(channel);
    if (watched === undefined) return;
    watched.value = value;
    watched.good = true;
    const { references, suppressed } = watched;
    for (let i = 0; i < references.length; i++) references[i]!.reference = value;
    for (let i = 0; i < suppressed.length; i++) suppressed[i]!.observe(value, ticks);
  }

  lost(channel: string): void {
    const watched = this.#channels.get(channel);
    if (watched === undefined) return;
    watched.good = false;
    for (const condition of watched.references) {
      condition.reference = NaN;
      condition.interrupt();
    }
  }

  /** Follows what these alarms, and no others, refer to. The values known of a channel stay known. */
  follow(alarms: readonly Alarm[]): void {
    const before = this.#channels;
    this.#channels = new Map();
    for (const alarm of alarms) {
      const { settings, condition } = alarm;
      if (settings.suppressedBy !== "") this.watched(settings.suppressedBy, before).suppressed.push(alarm);
      if (settings.kind === "deviation" && settings.channel !== "") {
        this.watched(settings.channel, before).references.push(condition as DeviationCondition);
      }
    }
  }

  /** Tells alarms that were just made what is known of the channels they refer to. */
  tell(made: readonly Alarm[], ticks: number): void {
    for (const alarm of made) {
      const { settings, condition } = alarm;
      if (settings.kind === "deviation") {
        const reference = this.#channels.get(settings.channel);
        if (reference?.good) (condition as DeviationCondition).reference = reference.value;
      }
      const value = this.#channels.get(settings.suppressedBy)?.value ?? NaN;
      if (value === value) alarm.observe(value, ticks);
    }
  }

  private watched(channel: string, before: ReadonlyMap<string, Watched>): Watched {
    let watched = this.#channels.get(channel);
    if (watched === undefined) {
      const { value, good } = before.get(channel) ?? { value: NaN, good: false };
      watched = { references: [], suppressed: [], value, good };
      this.#channels.set(channel, watched);
    }
    return watched;
  }
}
