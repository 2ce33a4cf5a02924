import { failureOf, GOOD, OUT_OF_BANDWIDTH } from "../model/quality.js";
import type { RealFFT } from "../signal/fft.js";
import { AveragedSpectrum } from "./averaged-spectrum.js";
import { bearingOrders } from "./bearing.js";
import { BearingEvidence, FAULTS } from "./bearing-evidence.js";
import { envelopeFits, envelopeReachHz } from "./coverage.js";
import { EnvelopeFilter } from "./envelope-filter.js";
import type { VibrationSettings } from "./settings.js";
import type { VibrationResults } from "./vibration-results.js";

/** Of faults 1 to 4. */
const FIELDS = Object.freeze(["bpfo", "bpfi", "bsf", "ftf"]);

/** From samples of the resonance band to what they tell of a bearing; whoever owns it moves it on. */
export class EnvelopeAnalysis {
  readonly filter: EnvelopeFilter;
  readonly spectrum: AveragedSpectrum;
  readonly evidence: BearingEvidence;
  readonly #settings: VibrationSettings;

  /** There is a bearing, and a sensor of this rate and bandwidth does for its resonance band. */
  static fits(settings: VibrationSettings, rateHz: number, bandwidthHz: number): boolean {
    const { rollingElements, envelopeFromHz, envelopeToHz, envelopeDecimation } = settings;
    if (rollingElements === 0) return false;
    return envelopeFits(rateHz, bandwidthHz, envelopeFromHz, envelopeToHz, envelopeDecimation);
  }

  /** @param rateHz nominal; @param fft of as many samples as a block of the envelope has values */
  constructor(settings: VibrationSettings, rateHz: number, fft: RealFFT) {
    const { envelopeFromHz, envelopeToHz, envelopeDecimation } = settings;
    this.#settings = settings;
    this.filter = new EnvelopeFilter(envelopeFromHz / rateHz, envelopeToHz / rateHz, envelopeDecimation);
    this.spectrum = new AveragedSpectrum(fft, "hann", true);
    this.evidence = new BearingEvidence(bearingOrders(settings));
  }

  reset(): void {
    this.spectrum.reset();
  }

  /** Begins to look for faults; `evidence.step()` goes on. @param scratch as long as a block; its contents are lost */
  judge(rateHz: number, speedHz: number, scratch: Float64Array): void {
    const { samples, envelopeFromHz, envelopeToHz, envelopeDecimation } = this.#settings;
    const { power, blocks } = this.spectrum;
    const binHz = rateHz / (envelopeDecimation * samples);
    const topHz = envelopeReachHz(rateHz, envelopeFromHz, envelopeToHz, envelopeDecimation);
    this.evidence.begin(power, blocks, binHz, topHz, speedHz, scratch);
  }

  /** @param speedHz 0: nothing was judged */
  report(speedHz: number, results: VibrationResults): void {
    const unknown = speedHz > 0 ? failureOf("bandwidth") : failureOf("stale");
    let known = 0;
    for (let fault = 1; fault <= FAULTS; fault++) {
      const evidence = speedHz > 0 ? this.evidence.evidence(fault) : NaN;
      const there = evidence === evidence;
      if (there) known++;
      results.set(FIELDS[fault - 1]!, evidence, there ? GOOD : unknown);
    }
    if (known === 0) results.set("fault", NaN, unknown);
    else results.set("fault", this.evidence.fault, known === FAULTS ? GOOD : OUT_OF_BANDWIDTH);
  }
}
