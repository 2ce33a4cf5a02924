/** What the benchmark uses of the npm package fft.js 4.0.4, which brings no types. */
declare module "fft.js/lib/fft.js" {
  export default class FFT {
    readonly size: number;
    constructor(size: number);
    createComplexArray(): number[];
    /** Fills the first half of `spectrum`: real part, imaginary part, real part, … of bins 0 to size / 2. */
    realTransform(spectrum: number[], data: readonly number[]): void;
    /** Complex to complex, divided by the size; both twice as long as it. */
    inverseTransform(data: number[], spectrum: readonly number[]): void;
  }
}
