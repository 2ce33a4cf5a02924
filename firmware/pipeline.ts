import { LimitAlarm } from "./alarms/limit.js";
import { createCalibration } from "./calibration/calibration.js";
import type { Calibration } from "./calibration/calibration.js";
import type { ChannelDefinition } from "./definition.js";
import { createFilter } from "./filters/index.js";
import type { Filter } from "./filters/index.js";
import { GOOD } from "./model/quality.js";
import type { Quality } from "./model/quality.js";
import { PlausibilityCheck } from "./quality/plausibility.js";
import { sameSettings } from "./settings.js";
import type { ChannelSettings } from "./settings.js";
import { Reporter } from "./telemetry/reporter.js";

/** Where a channel's results go. Called synchronously, values after the alarms that they raised. */
export interface ChannelListener {
  onValue(channel: ChannelPipeline, value: number, ticks: number): void;
  onAlarm(channel: ChannelPipeline, alarm: LimitAlarm, value: number, ticks: number): void;
  /** The quality is another one now. `own`: the channel's own judgement made it so, not a sensor that failed. */
  onQuality(channel: ChannelPipeline, quality: Quality, own: boolean, ticks: number): void;
}

/**
 * The way of one channel's values: calibrate → check quality → filters → alarms → reporter. Allocates nothing per value.
 * In failure no value passes: filters and alarms keep their state and nothing is reported as good.
 */
export class ChannelPipeline {
  readonly index: number;
  readonly definition: ChannelDefinition;
  readonly #listener: ChannelListener;
  #settings: ChannelSettings;
  #calibration: Calibration | undefined;
  #check: PlausibilityCheck;
  #filters: readonly Filter[];
  // One of the filters acts on time.
  #timed: boolean;
  #alarms: readonly LimitAlarm[];
  #reporter: Reporter;
  #quality: Quality = GOOD;
  // The present quality is the channel's own judgement.
  #own = false;
  #value = NaN;

  constructor(index: number, definition: ChannelDefinition, settings: ChannelSettings, listener: ChannelListener) {
    this.index = index;
    this.definition = definition;
    this.#settings = settings;
    this.#listener = listener;
    this.#calibration = createCalibration(settings.calibration);
    this.#check = new PlausibilityCheck(settings.plausibility);
    this.#filters = settings.filters.map(createFilter);
    this.#timed = actsOnTime(this.#filters);
    this.#alarms = settings.alarms.map((alarm) => new LimitAlarm(alarm));
    this.#reporter = new Reporter(settings.report, definition.resolution);
  }

  get quality(): Quality {
    return this.#quality;
  }

  /** The alarms of this channel that are active now. */
  get activeAlarms(): readonly LimitAlarm[] {
    return this.#alarms.filter((alarm) => alarm.state === "active");
  }

  /**
   * Takes a reading in.
   *
   * @param quality what the driver says of it
   */
  process(reading: number, ticks: number, quality: Quality = GOOD): void {
    const value = this.#calibration === undefined ? reading : this.#calibration.at(reading);
    const verdict = this.#check.update(value, ticks);
    const judged = verdict === GOOD ? quality : verdict;
    if (judged !== this.#quality) this.#setQuality(judged, true, ticks);
    if (judged.status !== "failure") this.#filter(value, 0, ticks);
  }

  /** What time alone brings: a filter may have a value due although no reading has come. To be called now and then. */
  expire(ticks: number): void {
    if (!this.#timed || this.#quality.status === "failure") return;
    const filters = this.#filters;
    for (let i = 0; i < filters.length; i++) {
      const value = filters[i]!.expire?.(ticks) ?? NaN;
      if (value === value) this.#filter(value, i + 1, ticks);
    }
  }

  /** Takes a value through the filters from one of them on, and what comes out to alarms and reporter. */
  #filter(input: number, from: number, ticks: number): void {
    let value = input;
    const filters = this.#filters;
    for (let i = from; i < filters.length; i++) {
      value = filters[i]!.update(value, ticks);
      if (value !== value) return;
    }
    this.#value = value;
    const alarms = this.#alarms;
    for (let i = 0; i < alarms.length; i++) {
      if (alarms[i]!.update(value, ticks)) this.#listener.onAlarm(this, alarms[i]!, value, ticks);
    }
    if (this.#reporter.offer(value, ticks)) this.#listener.onValue(this, value, ticks);
  }

  /** The sensor failed, and why. */
  fail(quality: Quality, ticks: number): void {
    if (quality !== this.#quality) this.#setQuality(quality, false, ticks);
  }

  /**
   * Takes other settings. What has not changed keeps its state: a filter by its place, an alarm by its kind. An alarm that
   * is taken away or changed while it is active ends.
   */
  apply(settings: ChannelSettings, ticks: number): void {
    const before = this.#settings;
    this.#settings = settings;
    this.#calibration = createCalibration(settings.calibration);
    if (!sameSettings(before.plausibility, settings.plausibility)) {
      this.#check = new PlausibilityCheck(settings.plausibility);
    }
    if (!sameSettings(before.report, settings.report)) {
      this.#reporter = new Reporter(settings.report, this.definition.resolution);
    }
    const filters = this.#filters;
    this.#filters = settings.filters.map((filter, i) =>
      i < filters.length && sameSettings(before.filters[i], filter) ? filters[i]! : createFilter(filter),
    );
    this.#timed = actsOnTime(this.#filters);
    const alarms = this.#alarms;
    this.#alarms = settings.alarms.map(
      (alarm) => alarms.find((kept) => sameSettings(kept.settings, alarm)) ?? new LimitAlarm(alarm),
    );
    for (const alarm of alarms) {
      if (alarm.state === "normal" || this.#alarms.includes(alarm)) continue;
      alarm.reset();
      this.#listener.onAlarm(this, alarm, this.#value, ticks);
    }
  }

  #setQuality(quality: Quality, own: boolean, ticks: number): void {
    // What ends is told by whoever began it.
    const told = quality === GOOD ? this.#own : own;
    this.#own = quality !== GOOD && own;
    this.#quality = quality;
    // The first good value after a failure is news, whatever it is.
    this.#reporter.reset();
    this.#listener.onQuality(this, quality, told, ticks);
  }
}

function actsOnTime(filters: readonly Filter[]): boolean {
  return filters.some((filter) => filter.expire !== undefined);
}
