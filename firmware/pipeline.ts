import { LimitAlarm } from "./alarms/limit.js";
import type { ChannelDefinition } from "./definition.js";
import { createFilter } from "./filters/index.js";
import type { Filter } from "./filters/index.js";
import { GOOD } from "./model/quality.js";
import type { Quality } from "./model/quality.js";
import type { ChannelSettings } from "./settings.js";
import { Reporter } from "./telemetry/reporter.js";

/** Where a channel's results go. Called synchronously, values after the alarms that they raised. */
export interface ChannelListener {
  onValue(channel: ChannelPipeline, value: number, ticks: number): void;
  onAlarm(channel: ChannelPipeline, alarm: LimitAlarm, value: number, ticks: number): void;
  onQuality(channel: ChannelPipeline, quality: Quality, ticks: number): void;
}

/**
 * The way of one channel's values: quality → filters → alarms → reporter. Allocates nothing per value. While the quality
 * is not good no value passes: filters and alarms keep their state and nothing is reported as good.
 */
export class ChannelPipeline {
  readonly index: number;
  readonly definition: ChannelDefinition;
  readonly #filters: readonly Filter[];
  readonly #alarms: readonly LimitAlarm[];
  readonly #reporter: Reporter;
  readonly #listener: ChannelListener;
  #quality: Quality = GOOD;

  constructor(index: number, definition: ChannelDefinition, settings: ChannelSettings, listener: ChannelListener) {
    this.index = index;
    this.definition = definition;
    this.#filters = settings.filters.map(createFilter);
    this.#alarms = settings.alarms.map((alarm) => new LimitAlarm(alarm));
    this.#reporter = new Reporter(settings.report, definition.resolution);
    this.#listener = listener;
  }

  get quality(): Quality {
    return this.#quality;
  }

  /** The alarms of this channel that are active now. */
  get activeAlarms(): readonly LimitAlarm[] {
    return this.#alarms.filter((alarm) => alarm.state === "active");
  }

  /** Takes a good reading in. A value that is not a number is a failure, not a reading. */
  process(reading: number, ticks: number): void {
    if (this.#quality !== GOOD) this.#setQuality(GOOD, ticks);
    let value = reading;
    const filters = this.#filters;
    for (let i = 0; i < filters.length; i++) {
      value = filters[i]!.update(value, ticks);
      if (value !== value) return;
    }
    const alarms = this.#alarms;
    for (let i = 0; i < alarms.length; i++) {
      if (alarms[i]!.update(value, ticks)) this.#listener.onAlarm(this, alarms[i]!, value, ticks);
    }
    if (this.#reporter.offer(value, ticks)) this.#listener.onValue(this, value, ticks);
  }

  /** There is no good reading, and why. */
  fail(quality: Quality, ticks: number): void {
    if (quality !== this.#quality) this.#setQuality(quality, ticks);
  }

  #setQuality(quality: Quality, ticks: number): void {
    this.#quality = quality;
    // The first good value after a failure is news, whatever it is.
    this.#reporter.reset();
    this.#listener.onQuality(this, quality, ticks);
  }
}
