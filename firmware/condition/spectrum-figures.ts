import { failureOf, GOOD, OUT_OF_BANDWIDTH } from "../model/quality.js";
import type { AveragedSpectrum } from "./averaged-spectrum.js";
import { BandPower } from "./band-power.js";
import {
  LINE_SHAPES,
  LOWEST_VELOCITY_BIN,
  spectrumReachHz,
  VELOCITY_FROM_HZ,
  VELOCITY_SECONDS,
  VELOCITY_TO_HZ,
} from "./coverage.js";
import type { VibrationSettings } from "./settings.js";
import { zoneBoundaries, zoneOf } from "./severity.js";
import { StrongestLines } from "./strongest-lines.js";
import type { VibrationResults } from "./vibration-results.js";

const FAILURE = failureOf("bandwidth");
/** Number of the velocity among the bands, which begin with 0. */
const VELOCITY = -1;
const BANDS = Object.freeze(["band1", "band2", "band3", "band4", "band5", "band6"]);
const FREQUENCIES = Object.freeze([
  "line1Frequency",
  "line2Frequency",
  "line3Frequency",
  "line4Frequency",
  "line5Frequency",
]);
const AMPLITUDES = Object.freeze([
  "line1Amplitude",
  "line2Amplitude",
  "line3Amplitude",
  "line4Amplitude",
  "line5Amplitude",
]);

/** Velocity, zone, bands and lines of an averaged spectrum of counts, in bounded pieces. Allocates nothing later. */
export class SpectrumFigures {
  readonly #settings: VibrationSettings;
  readonly #spectrum: AveragedSpectrum;
  readonly #scale: number;
  readonly #bandwidthHz: number;
  readonly #sum: BandPower;
  readonly #lines: StrongestLines;
  readonly #boundaries: ReturnType<typeof zoneBoundaries>;
  #results: VibrationResults | undefined;
  #rateHz = 0;
  #binHz = 0;
  #reachHz = 0;
  #searching = false;
  #band = VELOCITY;
  #summing = false;

  /** @param scale m/s² per count; @param bandwidthHz up to which the sensor measures */
  constructor(settings: VibrationSettings, spectrum: AveragedSpectrum, scale: number, bandwidthHz: number) {
    const shape = LINE_SHAPES[settings.window];
    this.#settings = settings;
    this.#spectrum = spectrum;
    this.#scale = scale;
    this.#bandwidthHz = bandwidthHz;
    this.#sum = new BandPower(shape);
    this.#lines = new StrongestLines(settings.lines, shape);
    this.#boundaries = zoneBoundaries(settings.machineGroup, settings.support);
  }

  /** @param rateHz of the sensor, as measured */
  begin(rateHz: number, results: VibrationResults): void {
    const { samples, decimation } = this.#settings;
    this.#results = results;
    this.#rateHz = rateHz;
    this.#binHz = rateHz / (decimation * samples);
    this.#reachHz = spectrumReachHz(rateHz, this.#bandwidthHz, decimation);
    this.#lines.begin(this.#spectrum.power, Math.floor(this.#reachHz / this.#binHz));
    this.#searching = true;
    this.#band = VELOCITY;
    this.#summing = false;
  }

  /** One piece; true when all is there. */
  step(): boolean {
    if (this.#searching) {
      if (this.#lines.step()) {
        this.#searching = false;
        this.setLines();
      }
      return false;
    }
    const band = this.#band;
    if (band === this.#settings.bands.length) return true;
    if (this.#summing) {
      if (!this.#sum.step()) return false;
    } else if (this.beginBand()) return false;
    this.set();
    this.#summing = false;
    this.#band++;
    return false;
  }

  /** Begins to sum up; false where nothing of the band is measured. */
  private beginBand(): boolean {
    const velocity = this.#band === VELOCITY;
    const to = Math.min(this.toHz(), this.#reachHz);
    const from = velocity ? Math.max(VELOCITY_FROM_HZ, this.velocityFromHz()) : this.#settings.bands[this.#band]![0];
    if (!(from < to)) return false;
    this.#sum.begin(this.#spectrum.power, this.#binHz, from, to, velocity);
    this.#summing = true;
    return true;
  }

  private toHz(): number {
    return this.#band === VELOCITY ? VELOCITY_TO_HZ : this.#settings.bands[this.#band]![1];
  }

  /** From where on a velocity is right. */
  private velocityFromHz(): number {
    return LOWEST_VELOCITY_BIN[this.#settings.window] * this.#binHz;
  }

  private set(): void {
    const results = this.#results!;
    const value = this.#summing ? this.rms(this.#sum.sum) : NaN;
    let whole = this.toHz() <= this.#reachHz;
    if (this.#band !== VELOCITY) {
      results.set(BANDS[this.#band]!, value, !this.#summing ? FAILURE : whole ? GOOD : OUT_OF_BANDWIDTH);
      return;
    }
    const { samples, decimation, blocks } = this.#settings;
    whole &&= this.velocityFromHz() <= VELOCITY_FROM_HZ;
    whole &&= samples * decimation * blocks >= VELOCITY_SECONDS * this.#rateHz;
    results.set("velocity", value, !this.#summing ? FAILURE : whole ? GOOD : OUT_OF_BANDWIDTH);
    if (whole) results.set("zone", zoneOf(value, this.#boundaries), GOOD);
  }

  private setLines(): void {
    const lines = this.#lines;
    for (let i = 0; i < this.#settings.lines; i++) {
      const found = i < lines.found;
      this.#results!.set(FREQUENCIES[i]!, lines.centre(i) * this.#binHz, found ? GOOD : FAILURE);
      this.#results!.set(AMPLITUDES[i]!, Math.sqrt(2) * this.rms(lines.power(i)), found ? GOOD : FAILURE);
    }
  }

  private rms(power: number): number {
    return Math.sqrt(power / this.#spectrum.blocks) * this.#scale;
  }
}
