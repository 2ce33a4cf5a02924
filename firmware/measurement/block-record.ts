import type { VibrationSettings } from "../condition/settings.js";
import { VibrationAnalysis } from "../condition/vibration-analysis.js";
import type { AnalysisDefinition } from "../definition.js";
import { failureOf } from "../model/quality.js";
import type { Quality } from "../model/quality.js";
import { SensorFault } from "../model/sensor.js";
import type { ChannelPipeline } from "./pipeline.js";
import { sameData } from "../data/same-data.js";

/** What is known of the part that the samples come from. */
export interface BlockSource {
  /** Nominal. */
  readonly rateHz: number;
  /** m/s² per count. */
  readonly scale: number;
  /** Up to where the part measures. */
  readonly bandwidthHz: number;
}

/** The channels of an analysis: their `field` is that of a result. */
export type ResultChannel = Pick<ChannelPipeline, "definition" | "process" | "fail" | "expire">;

/** One analysis of a sensor's blocks, and who gets its results. */
export interface AnalysisWorker {
  readonly definition: AnalysisDefinition;
  readonly settings: VibrationSettings;
  readonly channels: readonly ResultChannel[];
}

/** What a record needs of an analysis. */
export type BlockAnalysis = Pick<
  VibrationAnalysis,
  "begin" | "push" | "interrupted" | "wants" | "step" | "complete" | "result" | "quality"
>;

export interface RecordOptions {
  /** How fast the machine of an analysis turns now, in Hz; 0: not known. That of its settings unless given. */
  readonly speedHz?: (settings: VibrationSettings) => number;
  /** Makes an analysis of one axis (0, 1 or 2). Throws where the part does not do for it. */
  readonly create?: (settings: VibrationSettings, axis: number, source: BlockSource) => BlockAnalysis;
}

/** x, y, z: a block sensor gives all three. */
export const AXES = 3;
/** So often samples may be lost within one record. */
export const MOST_INTERRUPTIONS = 8;

/** What all analyses of one sensor make of the same stretch of samples, from its begin to the channels. */
export class BlockRecord {
  readonly #workers: readonly AnalysisWorker[];
  readonly #speedHz: (settings: VibrationSettings) => number;
  readonly #create: (settings: VibrationSettings, axis: number, source: BlockSource) => BlockAnalysis;
  // Of each worker.
  readonly #settings: VibrationSettings[];
  #analyses: BlockAnalysis[] | undefined;
  #interruptions = 0;
  /** Samples of this stretch have gone to an analysis. */
  #fed = false;
  /** When the last sample that any of them took was read. */
  #ticks = 0;
  /** The analysis that is worked on, or whose results are handed on. */
  #at = 0;

  constructor(
    workers: readonly AnalysisWorker[],
    { speedHz = (settings) => settings.speedHz, create = vibrationAnalysis }: RecordOptions = {},
  ) {
    this.#workers = workers;
    this.#speedHz = speedHz;
    this.#create = create;
    this.#settings = workers.map(({ settings }) => settings);
  }

  /** @throws SensorFault `bandwidth` for a part that does not do for what the settings ask */
  begin(source: BlockSource): void {
    const analyses = (this.#analyses ??= this.made(source));
    for (let i = 0; i < analyses.length; i++) analyses[i]!.begin(this.#speedHz(this.#settings[i]!));
    this.#interruptions = 0;
    this.resume();
  }

  private made(source: BlockSource): BlockAnalysis[] {
    try {
      return this.#workers.map(({ definition }, i) =>
        this.#create(this.#settings[i]!, "xyz".indexOf(definition.axis), source),
      );
    } catch (error) {
      throw new SensorFault("bandwidth", error instanceof Error ? error.message : String(error));
    }
  }

  /** Settings by the names of the analyses. True when there are others than before: the record under way is then lost. */
  apply(settings: Readonly<Record<string, VibrationSettings>>): boolean {
    let changed = false;
    for (let i = 0; i < this.#workers.length; i++) {
      const own = settings[this.#workers[i]!.definition.name]!;
      changed ||= !sameData(own, this.#settings[i]);
      this.#settings[i] = own;
    }
    if (changed) this.#analyses = undefined;
    return changed;
  }

  /** Another stretch of samples begins; what is missing before it is missed by nobody. */
  resume(): void {
    this.#fed = false;
    this.#at = 0;
  }

  /**
   * @param count samples of every axis
   * @param lost samples are missing before these
   * @returns false when that was once too often
   */
  feed(samples: Int16Array, count: number, rateHz: number, ticks: number, lost: boolean): boolean {
    const analyses = this.#analyses!;
    const interrupted = lost && this.#fed;
    if (interrupted && this.#interruptions++ === MOST_INTERRUPTIONS) return false;
    for (let i = 0; i < analyses.length; i++) {
      const analysis = analyses[i]!;
      if (!analysis.wants) continue;
      if (interrupted) analysis.interrupted();
      analysis.push(samples, count, rateHz);
      this.#fed = true;
      this.#ticks = ticks;
    }
    return true;
  }

  /** Any analysis takes samples now. */
  get wants(): boolean {
    const analyses = this.#analyses!;
    for (let i = 0; i < analyses.length; i++) if (analyses[i]!.wants) return true;
    return false;
  }

  /** All of them are done. */
  get complete(): boolean {
    const analyses = this.#analyses!;
    for (let i = 0; i < analyses.length; i++) if (!analyses[i]!.complete) return false;
    return true;
  }

  /** One piece of the work on what was fed; true after the last. */
  work(): boolean {
    if (this.#analyses![this.#at]!.step()) this.#at++;
    if (this.#at < this.#workers.length) return false;
    this.#at = 0;
    return true;
  }

  /** Hands the results of one analysis to its channels, with the time of the end of the record; true after the last. */
  deliver(): boolean {
    const analysis = this.#analyses![this.#at]!;
    const { channels } = this.#workers[this.#at]!;
    for (let i = 0; i < channels.length; i++) {
      const channel = channels[i]!;
      const { field } = channel.definition;
      const value = analysis.result(field);
      const quality = analysis.quality(field);
      if (quality.status === "failure") channel.fail(quality, this.#ticks);
      else if (value - value === 0) channel.process(value, this.#ticks, quality);
      else channel.fail(failureOf("out-of-range"), this.#ticks);
    }
    return ++this.#at >= this.#workers.length;
  }

  /** There are no results, and why. */
  fail(quality: Quality, ticks: number): void {
    for (let i = 0; i < this.#workers.length; i++) {
      const { channels } = this.#workers[i]!;
      for (let k = 0; k < channels.length; k++) channels[k]!.fail(quality, ticks);
    }
  }

  expire(ticks: number): void {
    for (let i = 0; i < this.#workers.length; i++) {
      const { channels } = this.#workers[i]!;
      for (let k = 0; k < channels.length; k++) channels[k]!.expire(ticks);
    }
  }
}

function vibrationAnalysis(settings: VibrationSettings, axis: number, source: BlockSource): BlockAnalysis {
  return new VibrationAnalysis(settings, source.rateHz, AXES, axis, source.scale, source.bandwidthHz);
}
