/** The spectrum of the squared envelope of a band as one writes it down with fft.js, and a bearing's lines in it. */
import FFT from "fft.js/lib/fft.js";

export interface RivalBearing {
  readonly envelopeFromHz: number;
  readonly envelopeToHz: number;
  readonly envelopeDecimation: number;
  /** The envelope is worked out from the bins of its band alone, as slowly as they let it be; else at the full rate. */
  readonly bandOnly: boolean;
  /** That a fault strikes with, each. */
  readonly faultsHz: readonly number[];
}

const HARMONICS = 5;
const SLIP = 0.03;

export class RivalEnvelope {
  readonly bearing: RivalBearing;
  readonly binHz: number;
  readonly fft: FFT;
  readonly block: number[];
  readonly spectrum: number[];
  /** As long as the envelope. */
  readonly ownFft: FFT;
  readonly values: number[];
  readonly band: number[];
  readonly analytic: number[];

  constructor(samples: number, bearing: RivalBearing, rateHz: number) {
    const size = samples * bearing.envelopeDecimation;
    this.bearing = bearing;
    this.binHz = rateHz / size;
    this.fft = fftOf(size);
    this.block = numbers(size);
    this.spectrum = numbers(2 * size);
    this.ownFft = bearing.bandOnly ? fftOf(samples) : this.fft;
    this.values = numbers(this.ownFft.size);
    this.band = numbers(2 * this.ownFft.size);
    this.analytic = numbers(2 * this.ownFft.size);
  }

  /** Of each fault: mean power at its harmonics by that of the spectrum. */
  faults(source: Int16Array, stride: number): number[] {
    const { envelopeFromHz, envelopeToHz, faultsHz } = this.bearing;
    const { binHz } = this;
    const power = this.power(source, stride);
    const top = Math.floor((envelopeToHz - envelopeFromHz) / binHz);
    const level = average(power.slice(1, top));
    return faultsHz.map((hz) => {
      let sum = 0;
      for (let harmonic = 1; harmonic <= HARMONICS; harmonic++) {
        const from = Math.floor((harmonic * hz * (1 - SLIP)) / binHz);
        const to = Math.min(Math.ceil((harmonic * hz * (1 + SLIP)) / binHz), top);
        let largest = 0;
        for (let k = from; k <= to; k++) largest = Math.max(largest, power[k]!);
        sum += largest;
      }
      return sum / HARMONICS / level;
    });
  }

  /** By the analytic signal: the bins of the band alone, transformed back. */
  power(source: Int16Array, stride: number): number[] {
    const { fft, block, spectrum, ownFft, values, band, analytic, binHz } = this;
    const { envelopeFromHz, envelopeToHz, bandOnly } = this.bearing;
    const from = Math.ceil(envelopeFromHz / binHz);
    const to = Math.floor(envelopeToHz / binHz);
    gather(block, block.length, source, stride);
    fft.realTransform(spectrum, block);
    band.fill(0);
    // Where the band lies makes no difference to its envelope.
    const shift = bandOnly ? 2 * from : 0;
    for (let i = 2 * from; i < 2 * (to + 1); i++) band[i - shift] = spectrum[i]!;
    ownFft.inverseTransform(analytic, band);
    for (let i = 0; i < values.length; i++) values[i] = analytic[2 * i]! ** 2 + analytic[2 * i + 1]! ** 2;
    const mean = average(values);
    for (let i = 0; i < values.length; i++) {
      values[i] = (values[i]! - mean) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / values.length));
    }
    ownFft.realTransform(band, values);
    for (let k = 0; k < values.length / 2; k++) values[k] = band[2 * k]! ** 2 + band[2 * k + 1]! ** 2;
    return values;
  }
}

export function gather(into: number[] | Int16Array, count: number, source: Int16Array, stride: number): void {
  let from = 0;
  for (let i = 0; i < count; i++) {
    into[i] = source[from]!;
    from += stride;
    if (from >= source.length) from = 0;
  }
}

export function average(values: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

const transforms = new Map<number, FFT>();

/** One for all that have this size: its tables take XS long to make. */
export function fftOf(size: number): FFT {
  let fft = transforms.get(size);
  if (fft === undefined) transforms.set(size, (fft = new FFT(size)));
  return fft;
}

/** Zeros. An array that is filled one by one, as createComplexArray() does, XS moves again and again. */
export function numbers(length: number): number[] {
  return new Array<number>(length).fill(0);
}
