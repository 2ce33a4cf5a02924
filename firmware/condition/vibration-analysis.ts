import { failureOf, GOOD } from "../model/quality.js";
import type { Quality } from "../model/quality.js";
import { Decimator } from "../signal/decimator.js";
import { RealFFT } from "../signal/fft.js";
import { AveragedSpectrum } from "./averaged-spectrum.js";
import { BlockStatistics } from "./block-statistics.js";
import { EnvelopeAnalysis } from "./envelope-analysis.js";
import type { VibrationSettings } from "./settings.js";
import { SpectrumFigures } from "./spectrum-figures.js";
import { VibrationResults } from "./vibration-results.js";

// What samples are gathered for, and what is done with them: one at a time, in the one buffer that there is.
const RAW = 0;
const SPECTRUM = 1;
const ENVELOPE = 2;

// Of a block: gathered, or worked on; and of a record.
const GATHERING = 0;
const COUNTING = 1;
const TRANSFORMING = 2;
const ENVELOPING = 3;
const FIGURES = 4;
const JUDGING = 5;
const COMPLETE = 6;

const STUCK = failureOf("stuck");

/**
 * Works out what one axis of a vibration sensor tells of a machine, from blocks of its samples: time features,
 * spectrum, velocity and its ISO 20816-3 zone, and the evidence for damage to a bearing (`VIBRATION_RESULTS` says what
 * there is). A record is `blocks` times three stretches of the stream, one after the other: `samples` as they are, for the
 * time features; `samples` × `decimation`, for the spectrum (the same stretch where `decimation` is 1); and, where there
 * is a bearing and its speed is known, `samples` × `envelopeDecimation` for the envelope. Nothing is gathered while there
 * is work, so there are gaps between stretches; a machine in steady motion does not mind.
 *
 * Nothing is allocated after construction. Memory: 12 bytes per sample of a block without a bearing, 14 with one
 * (1,024 samples: 14 KB; 4,096: 57 KB), and the filters, 1 to 5 KB.
 */
export class VibrationAnalysis {
  readonly #axes: number;
  readonly #axis: number;
  readonly #blocks: number;
  readonly #block: Float64Array;
  readonly #statistics = new BlockStatistics();
  readonly #decimator: Decimator | undefined;
  readonly #spectrum: AveragedSpectrum;
  readonly #figures: SpectrumFigures;
  readonly #envelope: EnvelopeAnalysis | undefined;
  readonly #results = new VibrationResults();
  readonly #scale: number;
  readonly #nominalHz: number;
  #rateHz: number;
  #speedHz = 0;
  #state = COMPLETE;
  #purpose = RAW;
  // Values in the block; outputs of the decimator to be dropped; samples since its last output.
  #filled = 0;
  #dropped = 0;
  #odd = 0;
  #round = 0;
  #overruns = 0;
  #done = false;

  /**
   * @param settings checked by `vibrationProblem`
   * @param rateHz nominal rate of the sensor
   * @param axes that its samples are interleaved of
   * @param axis 0 is the first
   * @param scale m/s² per count
   * @param bandwidthHz up to which the sensor measures
   */
  constructor(
    settings: VibrationSettings,
    rateHz: number,
    axes: number,
    axis: number,
    scale: number,
    bandwidthHz: number,
  ) {
    const { samples, blocks, decimation, window } = settings;
    this.#axes = axes;
    this.#axis = axis;
    this.#blocks = blocks;
    this.#scale = scale;
    this.#nominalHz = rateHz;
    this.#rateHz = rateHz;
    this.#block = new Float64Array(samples);
    const fft = new RealFFT(samples);
    this.#decimator = decimation > 1 ? new Decimator(decimation) : undefined;
    this.#spectrum = new AveragedSpectrum(fft, window, false);
    this.#figures = new SpectrumFigures(settings, this.#spectrum, scale, bandwidthHz);
    if (EnvelopeAnalysis.fits(settings, rateHz, bandwidthHz)) {
      this.#envelope = new EnvelopeAnalysis(settings, rateHz, fft);
    }
  }

  /**
   * Begins a record; one that is under way is lost.
   * @param speedHz turns of the machine per second; 0: not known, and then nothing is said of the bearing
   */
  begin(speedHz: number): void {
    this.#speedHz = speedHz;
    this.#rateHz = this.#nominalHz;
    this.#round = 0;
    this.#overruns = 0;
    this.#done = false;
    this.#statistics.reset();
    this.#spectrum.reset();
    this.#envelope?.reset();
    this.gather(this.#decimator === undefined ? SPECTRUM : RAW);
  }

  /**
   * Takes samples, no more than it needs; the rest is left.
   * @param samples interleaved
   * @param count samples of every axis
   * @param rateHz as measured; the last one holds for the record
   */
  push(samples: Int16Array, count: number, rateHz: number): void {
    if (this.#state !== GATHERING) return;
    this.#rateHz = rateHz;
    const block = this.#block;
    if (this.#purpose === ENVELOPE) {
      this.#filled += this.#envelope!.filter.push(samples, this.#axis, this.#axes, count, block, this.#filled);
    } else if (this.#purpose === SPECTRUM && this.#decimator !== undefined) this.decimate(samples, count);
    else this.copy(samples, count);
    if (this.#filled === block.length) this.work();
  }

  /** Samples are missing before those that are pushed next: the stretch under way begins again. */
  interrupted(): void {
    if (this.#state !== GATHERING) return;
    this.#overruns++;
    this.gather(this.#purpose);
  }

  /** It takes samples now. */
  get wants(): boolean {
    return this.#state === GATHERING;
  }

  /** A piece of work, at most about 10,000 XS engine steps. True: nothing is left to do until samples come. */
  step(): boolean {
    switch (this.#state) {
      case COUNTING:
        if (this.#statistics.step()) this.counted();
        break;
      case TRANSFORMING:
        if (this.#spectrum.step()) this.next();
        break;
      case ENVELOPING:
        if (this.#envelope!.spectrum.step()) this.next();
        break;
      case FIGURES:
        if (this.#figures.step()) this.judge();
        break;
      case JUDGING:
        if (this.#envelope!.evidence.step()) this.finish();
        break;
      default:
        return true;
    }
    return this.wants || this.#done;
  }

  /** The record is done and the results hold, until the next one begins. */
  get complete(): boolean {
    return this.#done;
  }

  /** One of `VIBRATION_RESULTS`; NaN: not there, and {@link quality} says why. */
  result(field: string): number {
    return this.#results.value(field);
  }

  /** Good, or why not; `failure` where {@link result} is NaN. */
  quality(field: string): Quality {
    return this.#results.quality(field);
  }

  private gather(purpose: number): void {
    this.#purpose = purpose;
    this.#state = GATHERING;
    this.#filled = 0;
    if (purpose === ENVELOPE) this.#envelope!.filter.reset();
    const decimator = this.#decimator;
    if (purpose !== SPECTRUM || decimator === undefined) return;
    decimator.reset();
    this.#dropped = decimator.settlingOutputs;
    this.#odd = 0;
  }

  private copy(samples: Int16Array, count: number): void {
    const block = this.#block;
    const axes = this.#axes;
    const end = Math.min(this.#filled + count, block.length);
    let from = this.#axis;
    for (let i = this.#filled; i < end; i++) {
      block[i] = samples[from]!;
      from += axes;
    }
    this.#filled = end;
  }

  private decimate(samples: Int16Array, count: number): void {
    const decimator = this.#decimator!;
    const { factor } = decimator;
    const block = this.#block;
    let offset = this.#axis;
    while (count > 0 && this.#filled < block.length) {
      const wanted = this.#dropped > 0 ? this.#dropped : block.length - this.#filled;
      const taken = Math.min(count, wanted * factor - this.#odd);
      const made = decimator.push(samples, offset, this.#axes, taken, block, this.#filled);
      this.#odd = (this.#odd + taken) % factor;
      if (this.#dropped > 0) this.#dropped -= made;
      else this.#filled += made;
      offset += taken * this.#axes;
      count -= taken;
    }
  }

  /** The block is full. */
  private work(): void {
    if (this.#purpose === ENVELOPE) {
      this.#envelope!.spectrum.begin(this.#block);
      this.#state = ENVELOPING;
    } else if (this.#purpose === RAW || this.#decimator === undefined) {
      this.#statistics.begin(this.#block);
      this.#state = COUNTING;
    } else this.transform();
  }

  private transform(): void {
    this.#spectrum.begin(this.#block);
    this.#state = TRANSFORMING;
  }

  private counted(): void {
    if (this.#decimator === undefined) this.transform();
    else this.gather(SPECTRUM);
  }

  /** After the spectrum, and after the envelope of a round. */
  private next(): void {
    if (this.#purpose === SPECTRUM && this.#envelope !== undefined && this.#speedHz > 0) {
      this.gather(ENVELOPE);
    } else if (++this.#round < this.#blocks) this.gather(this.#decimator === undefined ? SPECTRUM : RAW);
    else {
      this.#results.clear();
      this.#figures.begin(this.#rateHz, this.#results);
      this.#state = FIGURES;
    }
  }

  private judge(): void {
    if (this.#envelope === undefined || this.#speedHz === 0) {
      this.finish();
      return;
    }
    this.#envelope.judge(this.#rateHz, this.#speedHz, this.#block);
    this.#state = JUDGING;
  }

  private finish(): void {
    const results = this.#results;
    const { rms, peak, crestFactor, kurtosis } = this.#statistics;
    const moves = rms > 0;
    results.set("rms", rms * this.#scale, GOOD);
    results.set("peak", peak * this.#scale, GOOD);
    results.set("crestFactor", moves ? crestFactor : NaN, moves ? GOOD : STUCK);
    results.set("kurtosis", moves ? kurtosis : NaN, moves ? GOOD : STUCK);
    results.set("overruns", this.#overruns, GOOD);
    if (this.#speedHz > 0) results.set("speed", this.#speedHz, GOOD);
    else results.set("speed", NaN, failureOf("stale"));
    this.#envelope?.report(this.#speedHz, results);
    this.#state = COMPLETE;
    this.#done = true;
  }
}
