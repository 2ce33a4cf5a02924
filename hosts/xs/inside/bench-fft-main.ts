import { FFT_SIZES, fftOperations, fftPieces } from "./bench-fft.js";
import { operations } from "./operations.js";

const measured: Record<string, () => void> = {};
for (const size of FFT_SIZES) {
  const { ours, theirs } = fftOperations(size);
  measured[`${size} ours`] = ours;
  measured[`${size} theirs`] = theirs;
  for (const [count, cut] of fftPieces(size).entries()) measured[`${size} cut ${count}`] = cut;
}
operations(measured);
