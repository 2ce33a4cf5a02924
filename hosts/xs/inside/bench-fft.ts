/** The FFT of real samples and fft.js's as operations, and ours cut short after each of its pieces. Runs on Node too. */
import FFT from "fft.js/lib/fft.js";
import { RealFFT } from "../../../firmware/signal/fft.js";
import { Random } from "../../../simulator/random.js";

/** Real samples per transform. */
export const FFT_SIZES = [256, 512, 1024, 2048, 4096];

/** One transform each of the same samples; ours works in place, so it is given them anew every time. */
export function fftOperations(size: number): { ours: () => void; theirs: () => void } {
  const random = new Random(size);
  const samples = Array.from({ length: size }, () => random.normal());
  const fft = new RealFFT(size);
  const input = Float64Array.from(samples);
  const data = new Float64Array(size);
  const other = new FFT(size);
  const spectrum = other.createComplexArray();
  return {
    ours: () => {
      data.set(input);
      fft.transform(data);
    },
    theirs: () => other.realTransform(spectrum, samples),
  };
}

/** A transform broken off after 0, 1, 2 … pieces, up to all of them. */
export function fftPieces(size: number): (() => void)[] {
  const fft = new RealFFT(size);
  const data = new Float64Array(size);
  let pieces = 1;
  fft.begin(data);
  while (!fft.step()) pieces++;
  return Array.from({ length: pieces + 1 }, (_, count) => () => {
    fft.begin(data);
    for (let i = 0; i < count; i++) fft.step();
  });
}
