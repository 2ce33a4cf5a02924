/** Windows and decimators as operations: each over `BLOCK` samples. */
import { Decimator } from "../../../firmware/signal/decimator.js";
import { applyWindow, WINDOWS } from "../../../firmware/signal/window.js";
import type { WindowKind } from "../../../firmware/signal/window.js";
import { operations } from "./operations.js";

/** A multiple of every factor that is measured, and of 4. */
const BLOCK = 960;
/** Of an interleaved block of three axes. */
const STRIDE = 3;

const measured: Record<string, () => void> = {};
const add = (part: string, setting: string, run: () => void): void => {
  measured[JSON.stringify({ part, setting, samples: BLOCK })] = run;
};

const data = new Float64Array(BLOCK).fill(1);
for (const kind of Object.keys(WINDOWS) as WindowKind[]) add("window", kind, () => applyWindow(data, kind));

const samples = Int16Array.from({ length: STRIDE * BLOCK }, (_, i) => ((i * 7919) % 2001) - 1000);
const outputs = new Float64Array(BLOCK / 2);
for (const factor of [2, 3, 4, 5, 6, 8, 10, 12, 15, 16]) {
  const decimator = new Decimator(factor);
  add("decimator", `factor ${factor}`, () => decimator.push(samples, 1, STRIDE, BLOCK, outputs, 0));
}
operations(measured);
