/** What transforms, windows and decimators make of samples drawn by chance; runs on Node and XS. */
import { Decimator } from "../../firmware/signal/decimator.js";
import { ComplexFFT, RealFFT } from "../../firmware/signal/fft.js";
import { applyWindow, WINDOWS } from "../../firmware/signal/window.js";
import type { WindowKind } from "../../firmware/signal/window.js";
import { Random } from "../../simulator/random.js";

export type SignalPart = "real" | "complex" | "window" | "decimator";

/** @param setting a transform's size, a window's size, or a factor */
export function signalValues(part: SignalPart, setting: number, seed: number): Float64Array {
  const random = new Random(seed).fork(part);
  const noise = (length: number) => Float64Array.from({ length }, () => random.normal());
  if (part === "decimator") {
    const samples = Int16Array.from({ length: 1000 }, () => random.integer());
    const outputs = new Float64Array(500);
    return outputs.subarray(0, new Decimator(setting).push(samples, 0, 1, 1000, outputs, 0)).slice();
  }
  if (part === "window") {
    const data = noise(2 * setting);
    let from = 0;
    for (const kind of Object.keys(WINDOWS) as WindowKind[]) {
      applyWindow(data.subarray(from, from + setting), kind);
      from += setting;
    }
    return data;
  }
  const fft = part === "real" ? new RealFFT(setting) : new ComplexFFT(setting);
  const there = noise(part === "real" ? setting : 2 * setting);
  const back = new Float64Array(2 * there.length);
  fft.transform(there);
  back.set(there);
  fft.inverse(there);
  back.set(there, there.length);
  return back;
}
