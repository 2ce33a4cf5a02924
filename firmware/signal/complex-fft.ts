/**
 * The fast Fourier transform of complex numbers in place, at once or in bounded pieces: decimation in time, radix 8 after
 * a first stage of radix 2, 4 or 8 (J. W. Cooley and J. W. Tukey, "An algorithm for the machine calculation of complex
 * Fourier series", Math. Comp. 19, 1965; G. D. Bergland, "A fast Fourier transform algorithm using base 8 iterations",
 * Math. Comp. 22, 1968). What is left to choose is chosen for XS, which counts bytecodes: radix 8 loads and stores
 * least, the powers of a twiddle factor are multiplied out of one table of sines, row by row, and imaginary parts are
 * reached through a view that begins one number later. `npm run bench -- fft` shows the figures.
 */
import { sin } from "../data/math.js";
import { sumEights, sumFours, sumPairs, turnEights } from "./butterflies.js";

const PI = 3.141592653589793;
/** Of a piece: butterflies of radix 8, or exchanges. */
const BUTTERFLIES = 16;
const EXCHANGES = 140;

/** `size`; RangeError if it is not a power of two in the range. */
export function checkedSize(size: number, minimum: number, maximum: number): number {
  if (!(size >= minimum && size <= maximum) || (size & (size - 1)) !== 0 || size !== Math.floor(size))
    throw new RangeError(`fft: size ${size} is not a power of two from ${minimum} to ${maximum}`);
  return size;
}

/** sin(2π k / size) for the first quarter, both ends included. */
export function quarterWave(size: number): Float64Array {
  const sines = new Float64Array(size / 4 + 1);
  for (let k = 0; k < sines.length; k++) sines[k] = sin((2 * PI * k) / size);
  return sines;
}

/**
 * X[k] = Σ x[n] e^(∓2πi k n / size) of `size` complex numbers: real part, imaginary part, real part, … in and out. Both
 * directions are unnormalised: there and back gives the data times `size`. Errors stay below 1e-15 of the largest |X[k]|.
 *
 * A view is made of an array that is not the one of the time before; else nothing is allocated.
 */
export class ComplexFFT {
  readonly size: number;
  readonly #sines: Float64Array;
  /** With places written as a square, reversing their bits is a reflection: twice the place of row i, column 0. */
  readonly #reversed: Uint16Array;
  #data: Float64Array;
  #shifted: Float64Array;
  #re: Float64Array;
  #im: Float64Array;
  /** Complex numbers per block that this stage makes; 0: the exchanges before the first; over `size`: all is done. */
  #block: number;
  /** Where the next piece begins: row of twiddle factors, and block. */
  #row = 0;
  #from = 0;

  /**
   * @param size complex numbers, a power of two from 32 to 4096; RangeError for another
   * @param sines first quarter of a sine, both ends included, of `size` points per period or a multiple; the owner's
   */
  constructor(size: number, sines: Float64Array = quarterWave(checkedSize(size, 32, 4096))) {
    this.size = checkedSize(size, 32, 4096);
    this.#sines = sines;
    this.#data = this.#shifted = this.#re = this.#im = new Float64Array(0);
    this.#block = 2 * size;
    const bits = 31 - Math.clz32(size);
    const side = 1 << (bits >> 1);
    this.#reversed = new Uint16Array(side);
    for (let i = 1; i < side; i++) this.#reversed[i] = (this.#reversed[i >> 1]! >> 1) | ((i & 1) * size);
  }

  /** The array that {@link begin} was given, from its second number on. */
  get shifted(): Float64Array {
    return this.#shifted;
  }

  /** Forward, at once. `data`: 2 × size numbers; RangeError for another length. */
  transform(data: Float64Array): void {
    this.begin(data);
    while (!this.step());
  }

  /** Backward, at once: exponents of the other sign. */
  inverse(data: Float64Array): void {
    this.beginInverse(data);
    while (!this.step());
  }

  /** Begins a forward transform that {@link step} carries out; `data` must be left alone until it is complete. */
  begin(data: Float64Array): void {
    this.take(data);
    this.#re = data;
    this.#im = this.#shifted;
  }

  /** As {@link begin}, backward. */
  beginInverse(data: Float64Array): void {
    // Exchanged parts in and out: a reflection of the spectrum.
    this.take(data);
    this.#re = this.#shifted;
    this.#im = data;
  }

  private take(data: Float64Array): void {
    if (data !== this.#data) {
      if (data.length !== 2 * this.size)
        throw new RangeError(`fft: data of ${data.length} numbers is not of ${2 * this.size}`);
      this.#data = data;
      this.#shifted = data.subarray(1);
    }
    this.#block = 0;
    this.#row = 1;
    this.#from = 0;
  }

  /** One piece, at most about 10,000 engine steps. True: the transform is complete. */
  step(): boolean {
    const size = this.size;
    const block = this.#block;
    if (block > size) return true;
    if (block === 0) {
      const bits = (31 - Math.clz32(size)) % 3;
      if (this.exchange()) this.enter(bits === 0 ? 8 : 1 << bits);
      return false;
    }
    const row = this.#row;
    const from = this.#from;
    const to = Math.min(2 * size, from + 2 * BUTTERFLIES * Math.max(block, 8));
    let next = row + 1;
    if (row > 0) {
      next = Math.min(block >> 3, row + Math.max(1, Math.floor((BUTTERFLIES * block) / size)));
      turnEights(this.#re, this.#im, from, to, block, row, next, this.#sines);
    } else if (block === 2) sumPairs(this.#re, this.#im, from, to);
    else if (block === 4) sumFours(this.#re, this.#im, from, to);
    else sumEights(this.#re, this.#im, from, to, block);
    if (to < 2 * size) this.#from = to;
    else if (8 * next < block) {
      this.#row = next;
      this.#from = 0;
    } else this.enter(8 * block);
    return this.#block > size;
  }

  private enter(block: number): void {
    this.#block = block;
    this.#row = 0;
    this.#from = 0;
  }

  /** Some rows of the reversal of bits; true after the last. */
  private exchange(): boolean {
    const re = this.#re;
    const im = this.#im;
    const reversed = this.#reversed;
    const side = reversed.length;
    // Of an odd number of bits the middle one stays: there are two squares.
    const squares = this.size === side * side ? 1 : 2;
    let row = this.#row;
    let left = EXCHANGES;
    let a: number, b: number, column: number, kept: number;
    for (; row < side && (left -= squares * row) >= 0; row++) {
      for (let square = 0; square < squares; square++) {
        const down = 2 * (row + square * side);
        column = row;
        b = reversed[row]! + down;
        do {
          a = reversed[--column]! + down;
          b -= 2;
          kept = re[a]!;
          re[a] = re[b]!;
          re[b] = kept;
          kept = im[a]!;
          im[a] = im[b]!;
          im[b] = kept;
        } while (column > 0);
      }
    }
    this.#row = row;
    return row === side;
  }
}
