/** Windows and decimators as operations, and their rivals: each over `BLOCK` samples. */
import { Decimator } from "../../../firmware/signal/decimator.js";
import { applyWindow, WINDOWS } from "../../../firmware/signal/window.js";
import type { WindowKind } from "../../../firmware/signal/window.js";
import { nameOf } from "./beside.js";
import { operations } from "./operations.js";
import { applyFlatTop, applyHann, applyTable, filterAndDrop, filterKept, windowTable } from "./rivals-signal.js";

/** A multiple of every factor that is measured, and of 4. */
const BLOCK = 960;
/** Of an interleaved block of three axes. */
const STRIDE = 3;

const measured: Record<string, () => void> = {};
const add = (part: string, setting: string, rival: string, run: () => void): void => {
  measured[nameOf({ part, setting, samples: BLOCK }, "", rival)] = run;
};
const OURS = "";

const data = new Float64Array(BLOCK).fill(1);
for (const kind of Object.keys(WINDOWS) as WindowKind[]) {
  const table = windowTable(kind, BLOCK);
  const byCosines = kind === "hann" ? applyHann : applyFlatTop;
  add("window", kind, OURS, () => applyWindow(data, kind));
  add("window", kind, "table, 8 bytes a sample", () => applyTable(data, table));
  add("window", kind, "Math.cos for each sample", () => byCosines(data));
}

const samples = Int16Array.from({ length: STRIDE * BLOCK }, (_, i) => ((i * 7919) % 2001) - 1000);
const outputs = new Float64Array(BLOCK / 2);
for (const factor of [2, 3, 4, 5, 6, 8, 10, 12, 15, 16]) {
  const setting = `factor ${factor}`;
  const decimator = new Decimator(factor);
  const all = filterAndDrop(factor);
  const kept = filterKept(factor);
  add("decimator", setting, OURS, () => decimator.push(samples, 1, STRIDE, BLOCK, outputs, 0));
  add("decimator", setting, "FIR, every output", () => all(samples, 1, STRIDE, BLOCK, outputs));
  add("decimator", setting, "FIR, outputs that are kept", () => kept(samples, 1, STRIDE, BLOCK, outputs));
}
operations(measured);
