/**
 * The fast Fourier transform of real numbers in place: a complex one of half the size over pairs of samples, taken apart
 * (H. V. Sorensen, D. L. Jones, M. T. Heideman and C. S. Burrus, "Real-valued fast Fourier transform algorithms", IEEE
 * Trans. ASSP 35, 1987). In XS half the engine steps of fft.js 4.0.4: `npm run bench -- fft`.
 *
 * ```ts
 * const fft = new RealFFT(1024);
 * fft.transform(data); // at once, or:
 * fft.begin(data);
 * while (!fft.step()) … // something else
 * const power = powerOf(data, 7); // of bin 7
 * ```
 */
import { checkedSize, ComplexFFT, quarterWave } from "./complex-fft.js";

export { ComplexFFT } from "./complex-fft.js";

/** Pairs of bins in a piece. */
const PAIRS = 75;

/**
 * X[k] = Σ x[n] e^(−2πi k n / size) of `size` real numbers. The spectrum is packed: data[0] is bin 0 and data[1] bin
 * size / 2 (both are real), data[2 k] and data[2 k + 1] are the real and imaginary part of bin k, 0 < k < size / 2.
 * Unnormalised: there and back gives the data times size / 2. Errors stay below 1e-15 of the largest |X[k]|, and nothing
 * is allocated: see {@link ComplexFFT}.
 */
export class RealFFT {
  readonly size: number;
  readonly #sines: Float64Array;
  readonly #half: ComplexFFT;
  #data: Float64Array;
  #inverse = false;
  /** The next pair of bins, k and size / 2 − k; 0: the complex transform is under way; size / 4: all is done. */
  #k: number;

  /** @param size real numbers, a power of two from 64 to 4096; RangeError for another */
  constructor(size: number) {
    this.size = checkedSize(size, 64, 4096);
    this.#sines = quarterWave(size);
    this.#half = new ComplexFFT(size / 2, this.#sines);
    this.#data = new Float64Array(0);
    this.#k = size / 4;
  }

  /** The spectrum of `data`, at once. `data`: size numbers; RangeError for another length. */
  transform(data: Float64Array): void {
    this.begin(data);
    while (!this.step());
  }

  /** From a packed spectrum to the samples times size / 2, at once. */
  inverse(data: Float64Array): void {
    this.beginInverse(data);
    while (!this.step());
  }

  /** Begins a transform that {@link step} carries out; `data` must be left alone until it is complete. */
  begin(data: Float64Array): void {
    this.#half.begin(data);
    this.#data = data;
    this.#inverse = false;
    this.#k = 0;
  }

  /** As {@link begin}, from the spectrum to the samples. */
  beginInverse(data: Float64Array): void {
    this.#half.beginInverse(data);
    this.#data = data;
    this.#inverse = true;
    this.#k = 1;
  }

  /** One piece, at most about 10,000 engine steps. True: the transform is complete. */
  step(): boolean {
    const last = this.size >> 2;
    const k = this.#k;
    if (k === last) return true;
    if (k === 0) {
      if (this.#half.step()) this.#k = this.#inverse ? last : 1;
    } else {
      const end = Math.min(last, k + PAIRS);
      this.split(k, end);
      if (end === last) this.splitEnds();
      this.#k = end === last && this.#inverse ? 0 : end;
    }
    return this.#k === last;
  }

  /**
   * From the transform of even samples + i × odd samples to that of all of them, or back: with g = (1 + sin φ) / 2,
   * h = ±cos φ / 2 and D = Z[k] − Z*[size / 2 − k], (g + i h) D is what Z[k] loses, and Z*[size / 2 − k] gains.
   */
  private split(k: number, end: number): void {
    const re = this.#data;
    const im = this.#half.shifted;
    const sines = this.#sines;
    const half = this.#inverse ? -0.5 : 0.5;
    let a = k + k;
    let b = this.size - a;
    let cosine = (this.size >> 2) - k;
    let g: number, h: number, p: number, q: number, r: number, i: number, s: number, t: number;
    do {
      g = 0.5 + 0.5 * sines[k]!;
      h = half * sines[cosine]!;
      p = (r = re[a]!) - (s = re[b]!);
      q = (i = im[a]!) + (t = im[b]!);
      re[a] = r - (r = g * p - h * q);
      re[b] = s + r;
      im[a] = i - (i = g * q + h * p);
      im[b] = t - i;
      cosine--;
      a += 2;
      b -= 2;
    } while (++k < end);
  }

  /** The bins that have no other: 0 with size / 2, and size / 4. */
  private splitEnds(): void {
    const data = this.#data;
    const middle = (this.size >> 1) + 1;
    const scale = this.#inverse ? 0.5 : 1;
    const first = data[0]!;
    data[0] = scale * (first + data[1]!);
    data[1] = scale * (first - data[1]!);
    data[middle] = -data[middle]!;
  }
}

/** |X[k]|² of a packed spectrum, for 0 ≤ bin ≤ size / 2. */
export function powerOf(spectrum: Float64Array, bin: number): number {
  const place = bin + bin;
  if (bin === 0) return spectrum[0]! * spectrum[0]!;
  if (place === spectrum.length) return spectrum[1]! * spectrum[1]!;
  const re = spectrum[place]!;
  const im = spectrum[place + 1]!;
  return re * re + im * im;
}
