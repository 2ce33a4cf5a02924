// Signals of known figures, and what turns them into results.
import { AveragedSpectrum } from "../../../firmware/condition/averaged-spectrum.js";
import { BandPower } from "../../../firmware/condition/band-power.js";
import { LINE_SHAPES } from "../../../firmware/condition/coverage.js";
import { VIBRATION_FIELDS } from "../../../firmware/condition/settings.js";
import type { VibrationSettings } from "../../../firmware/condition/settings.js";
import type { VibrationAnalysis } from "../../../firmware/condition/vibration-analysis.js";
import { RealFFT } from "../../../firmware/signal/fft.js";
import type { WindowKind } from "../../../firmware/signal/window.js";
import { checkFields } from "../../../firmware/settings/fields.js";
import { Random } from "../../../simulator/random.js";

export type Signal = (seconds: number) => number;

/** A sine with this RMS value. */
export function tone(hz: number, rms: number, phase = 0.3): Signal {
  return (seconds) => rms * Math.SQRT2 * Math.sin(2 * Math.PI * ((hz * seconds) % 1) + phase);
}

/** The acceleration of a sine whose velocity has this RMS value. */
export function moving(hz: number, velocity: number, phase = 0.3): Signal {
  return tone(hz, velocity * 2 * Math.PI * hz, phase);
}

export function sum(...signals: readonly Signal[]): Signal {
  return (seconds) => signals.reduce((total, signal) => total + signal(seconds), 0);
}

/** White noise of independent samples: each call is the next sample. */
export function white(seed: number, rms: number): Signal {
  const random = new Random(seed);
  return () => rms * random.normal();
}

/** What fields declare, unless told. */
export function settings(overrides: Partial<VibrationSettings> = {}): VibrationSettings {
  return { ...(checkFields({}, "analysis", VIBRATION_FIELDS) as unknown as VibrationSettings), ...overrides };
}

/** The averaged spectrum of a signal, its blocks one after the other. */
export function spectrumOf(
  signal: Signal,
  rateHz: number,
  options: { samples: number; blocks: number; window?: WindowKind },
): AveragedSpectrum {
  const { samples, blocks, window = "hann" } = options;
  const spectrum = new AveragedSpectrum(new RealFFT(samples), window, false);
  const block = new Float64Array(samples);
  for (let k = 0; k < blocks; k++) {
    for (let i = 0; i < samples; i++) block[i] = signal((k * samples + i) / rateHz);
    spectrum.begin(block);
    while (!spectrum.step());
  }
  return spectrum;
}

/** RMS over a band, integrated or not. */
export function bandRms(
  spectrum: AveragedSpectrum,
  binHz: number,
  [fromHz, toHz]: readonly [number, number],
  integrated = false,
  window: WindowKind = "hann",
): number {
  const band = new BandPower(LINE_SHAPES[window]);
  band.begin(spectrum.power, binHz, fromHz, toHz, integrated);
  while (!band.step());
  return Math.sqrt(band.sum / spectrum.blocks);
}

/** Feeds one record of a signal in m/s², in blocks of an odd size, as the only axis. @param trueHz the part's own rate */
export function feed(
  analysis: VibrationAnalysis,
  signal: Signal,
  trueHz: number,
  scale: number,
  measuredHz = trueHz,
): VibrationAnalysis {
  const samples = new Int16Array(253);
  let next = 0;
  while (!analysis.complete) {
    for (let i = 0; i < samples.length; i++) samples[i] = Math.round(signal(next++ / trueHz) / scale);
    analysis.push(samples, samples.length, measuredHz);
    while (!analysis.step());
  }
  return analysis;
}
