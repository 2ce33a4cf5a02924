/**
 * A vibration record as one writes it down with fft.js: each block gathered whole, then worked on in one go. Its numbers
 * lie in arrays, which take 16 bytes each on the device.
 */
import type FFT from "fft.js/lib/fft.js";
import { average, fftOf, gather, numbers, RivalEnvelope } from "./rivals-envelope.js";
import type { RivalBearing } from "./rivals-envelope.js";
import { filterKept, windowTable } from "./rivals-signal.js";

export interface RivalSettings {
  readonly samples: number;
  readonly decimation: number;
  readonly bands: readonly (readonly [fromHz: number, toHz: number])[];
  readonly lines: number;
  readonly rateHz: number;
  /** m/s² per count. */
  readonly scale: number;
  /** `undefined`: there is no bearing. */
  readonly bearing?: RivalBearing;
}

export interface RivalLine {
  readonly frequency: number;
  readonly amplitude: number;
}

/** In m/s², m/s and Hz, as the fields of VIBRATION_RESULTS. */
export interface RivalResults {
  readonly rms: number;
  readonly peak: number;
  readonly crestFactor: number;
  readonly kurtosis: number;
  readonly velocity: number;
  readonly bands: readonly number[];
  readonly lines: readonly RivalLine[];
  /** Of each fault: power at its harmonics by the mean power of the envelope's spectrum. */
  readonly faults: readonly number[];
}

/** Samples that the settling of the decimator takes. */
const settling = (decimation: number) => 22 * decimation;

export class RivalAnalysis {
  readonly settings: RivalSettings;
  readonly fft: FFT;
  readonly hann: Float64Array;
  readonly block: number[];
  readonly spectrum: number[];
  readonly power: number[];
  readonly envelope: RivalEnvelope | undefined;

  constructor(settings: RivalSettings) {
    const { samples, bearing } = settings;
    this.settings = settings;
    this.fft = fftOf(samples);
    this.hann = windowTable("hann", samples);
    this.block = numbers(samples);
    this.spectrum = numbers(2 * samples);
    this.power = numbers(samples / 2);
    this.envelope = bearing === undefined ? undefined : new RivalEnvelope(samples, bearing, settings.rateHz);
  }

  /** @param source samples of `stride` axes, interleaved, of which the first is taken; used again from its beginning where it is too short */
  record(source: Int16Array, stride: number): RivalResults {
    const { samples, decimation, bands, lines, rateHz, scale } = this.settings;
    gather(this.block, samples, source, stride);
    const { mean, rms, peak, kurtosis } = statistics(this.block);
    if (decimation > 1) this.decimate(source, stride);
    this.transform(this.block, decimation > 1 ? average(this.block) : mean);
    const binHz = rateHz / decimation / samples;
    return {
      rms: rms * scale,
      peak: peak * scale,
      crestFactor: peak / rms,
      kurtosis,
      velocity: scale * Math.sqrt(this.sumOfVelocity(10, 1000, binHz)),
      bands: bands.map(([from, to]) => scale * Math.sqrt(this.sumOf(from, to, binHz))),
      lines: lines > 0 ? this.strongest(lines, binHz) : [],
      faults: this.envelope?.faults(source, stride) ?? [],
    };
  }

  decimate(source: Int16Array, stride: number): void {
    const { samples, decimation } = this.settings;
    const input = new Int16Array(samples * decimation + settling(decimation));
    const output = new Float64Array(input.length / decimation);
    gather(input, input.length, source, stride);
    filterKept(decimation)(input, 0, 1, input.length, output);
    for (let i = 0; i < samples; i++) this.block[i] = output[output.length - samples + i]!;
  }

  /** Power spectrum of a block; the block is lost. */
  transform(block: number[], mean: number): void {
    const { hann, spectrum, power } = this;
    const size = block.length;
    for (let i = 0; i < size; i++) block[i] = (block[i]! - mean) * hann[i]!;
    this.fft.realTransform(spectrum, block);
    // Σ w² of a von Hann window is 3/8 of the size.
    const scale = 2 / (size * 0.375 * size);
    for (let k = 0; k < power.length; k++) power[k] = scale * (spectrum[2 * k]! ** 2 + spectrum[2 * k + 1]! ** 2);
  }

  sumOf(fromHz: number, toHz: number, binHz: number): number {
    let sum = 0;
    for (let k = Math.ceil(fromHz / binHz); k <= toHz / binHz && k < this.power.length; k++) sum += this.power[k]!;
    return sum;
  }

  sumOfVelocity(fromHz: number, toHz: number, binHz: number): number {
    let sum = 0;
    for (let k = Math.ceil(fromHz / binHz); k <= toHz / binHz && k < this.power.length; k++) {
      if (k > 0) sum += this.power[k]! / (2 * Math.PI * k * binHz) ** 2;
    }
    return sum;
  }

  strongest(count: number, binHz: number): RivalLine[] {
    const { power } = this;
    const peaks: number[] = [];
    for (let k = 3; k < power.length - 2; k++)
      if (power[k]! > power[k - 1]! && power[k]! >= power[k + 1]!) peaks.push(k);
    peaks.sort((a, b) => power[b]! - power[a]!);
    return peaks.slice(0, count).map((k) => {
      const sum = power[k - 2]! + power[k - 1]! + power[k]! + power[k + 1]! + power[k + 2]!;
      return { frequency: k * binHz, amplitude: this.settings.scale * Math.sqrt(2 * sum) };
    });
  }
}

function statistics(block: readonly number[]): { mean: number; rms: number; peak: number; kurtosis: number } {
  const mean = average(block);
  let squares = 0;
  let fourths = 0;
  let peak = 0;
  for (let i = 0; i < block.length; i++) {
    const value = block[i]! - mean;
    squares += value ** 2;
    fourths += value ** 4;
    peak = Math.max(peak, Math.abs(value));
  }
  const variance = squares / block.length;
  return { mean, rms: Math.sqrt(variance), peak, kurtosis: fourths / block.length / variance ** 2 };
}
