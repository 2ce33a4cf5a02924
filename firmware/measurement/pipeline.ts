import type { ChannelAlarms } from "../alarms/channel-alarms.js";
import { createCalibration } from "../calibration/calibration.js";
import type { Calibration } from "../calibration/calibration.js";
import type { ChannelDefinition } from "../definition.js";
import { createFilter } from "../filters/index.js";
import type { Filter } from "../filters/index.js";
import { GOOD } from "../model/quality.js";
import type { Quality } from "../model/quality.js";
import { PlausibilityCheck } from "../quality/plausibility.js";
import { sameData } from "../data/same-data.js";
import type { ChannelSettings } from "../settings/settings.js";
import { createReporter } from "../telemetry/reporter.js";
import type { Reporter } from "../telemetry/reporter.js";

/** Where a channel's results go. Called synchronously, values after the alarms that they raised. */
export interface ChannelListener {
  /** A value that is worth sending. */
  onValue(channel: ChannelPipeline, value: number, ticks: number): void;
  /** The quality is another one now. `own`: the channel's own judgement made it so, not a sensor that failed. */
  onQuality(channel: ChannelPipeline, quality: Quality, own: boolean, ticks: number): void;
}

/** Works on another channel's values: an alarm that refers to it, a detector. */
export interface Follower {
  /** Every value that has passed the filters. */
  follow(value: number, ticks: number): void;
  /** The channel has failed; there are no values until `follow` is called again. */
  lose(quality: Quality, ticks: number): void;
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
  readonly #alarms: ChannelAlarms;
  // `undefined`: every value is sent.
  #reporter: Reporter | undefined;
  // `undefined`: none.
  #followers: Follower[] | undefined;
  #quality: Quality = GOOD;
  // The present quality is the channel's own judgement.
  #own = false;
  #value = NaN;

  /** @param alarms the channel's, made from the same settings */
  constructor(
    index: number,
    definition: ChannelDefinition,
    settings: ChannelSettings,
    alarms: ChannelAlarms,
    listener: ChannelListener,
  ) {
    this.index = index;
    this.definition = definition;
    this.#settings = settings;
    this.#listener = listener;
    this.#calibration = createCalibration(settings.calibration);
    this.#check = new PlausibilityCheck(settings.plausibility);
    this.#filters = settings.filters.map(createFilter);
    this.#timed = actsOnTime(this.#filters);
    this.#alarms = alarms;
    this.#reporter = createReporter(settings.report, definition.resolution);
  }

  get quality(): Quality {
    return this.#quality;
  }

  /** The last value that has passed the filters; NaN before the first, and in failure. */
  get value(): number {
    return this.#quality.status === "failure" ? NaN : this.#value;
  }

  /** From now on. */
  follow(follower: Follower): void {
    (this.#followers ??= []).push(follower);
  }

  /**
   * Takes a reading in.
   *
   * @param quality what the driver says of it
   */
  process(reading: number, ticks: number, quality: Quality = GOOD): void {
    const calibration = this.#calibration;
    const value = calibration === undefined ? reading : calibration.at(reading);
    const verdict = this.#check.update(value, ticks);
    const judged = verdict === GOOD ? quality : verdict;
    if (judged !== this.#quality) this.setQuality(judged, true, ticks);
    if (judged.status !== "failure") this.filter(value, 0, ticks);
  }

  /** What time alone brings: a filter may have a value due although no reading has come. To be called now and then. */
  expire(ticks: number): void {
    if (!this.#timed || this.#quality.status === "failure") return;
    const filters = this.#filters;
    for (let i = 0; i < filters.length; i++) {
      const value = filters[i]!.expire?.(ticks) ?? NaN;
      if (value === value) this.filter(value, i + 1, ticks);
    }
  }

  /** Takes a value through the filters from one of them on, and what comes out to alarms and reporter. */
  private filter(input: number, from: number, ticks: number): void {
    let value = input;
    const filters = this.#filters;
    for (let i = from; i < filters.length; i++) {
      value = filters[i]!.update(value, ticks);
      if (value !== value) return;
    }
    this.#value = value;
    this.#alarms.update(value, ticks);
    const reporter = this.#reporter;
    if (reporter === undefined || reporter.offer(value, ticks)) this.#listener.onValue(this, value, ticks);
    const followers = this.#followers;
    if (followers === undefined) return;
    for (let i = 0; i < followers.length; i++) followers[i]!.follow(value, ticks);
  }

  /** The sensor failed, and why. */
  fail(quality: Quality, ticks: number): void {
    if (quality !== this.#quality) this.setQuality(quality, false, ticks);
  }

  /** Takes other settings. What has not changed keeps its state: a filter by its place, an alarm by its name. */
  apply(settings: ChannelSettings, ticks: number): void {
    const before = this.#settings;
    this.#settings = settings;
    this.#calibration = createCalibration(settings.calibration);
    if (!sameData(before.plausibility, settings.plausibility)) {
      this.#check = new PlausibilityCheck(settings.plausibility);
    }
    if (!sameData(before.report, settings.report)) {
      this.#reporter = createReporter(settings.report, this.definition.resolution);
    }
    const filters = this.#filters;
    this.#filters = settings.filters.map((filter, i) =>
      i < filters.length && sameData(before.filters[i], filter) ? filters[i]! : createFilter(filter),
    );
    this.#timed = actsOnTime(this.#filters);
    this.#alarms.apply(settings.alarms, ticks);
  }

  private setQuality(quality: Quality, own: boolean, ticks: number): void {
    // What ends is told by whoever began it.
    const told = quality === GOOD ? this.#own : own;
    this.#own = quality !== GOOD && own;
    this.#quality = quality;
    // The first good value after a failure is news, whatever it is.
    this.#reporter?.reset();
    this.#alarms.quality(quality, ticks);
    this.#listener.onQuality(this, quality, told, ticks);
    const followers = this.#followers;
    if (quality.status !== "failure" || followers === undefined) return;
    for (let i = 0; i < followers.length; i++) followers[i]!.lose(quality, ticks);
  }
}

function actsOnTime(filters: readonly Filter[]): boolean {
  return filters.some((filter) => filter.expire !== undefined);
}
