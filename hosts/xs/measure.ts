import { bundle } from "./bundle.js";
import { XsWorker } from "./worker.js";
import type { XsWorkerOptions } from "./worker.js";

export interface MeasureOptions extends Pick<XsWorkerOptions, "binary"> {
  /** Calls per operation (1,000 by default); a figure is their mean. */
  repeat?: number;
}

export interface Figures {
  /** Engine steps per call. Native work counts little: a native sort of 4,096 numbers is 35 steps. */
  steps: number;
  /** Heap slots taken per call, garbage included. */
  slots: number;
  /** Heap slots still in use per call once garbage is collected. */
  retained: number;
}

interface Counts {
  steps: number;
  slots: number;
  retained: number;
}

// Far below what makes the collector run by itself (the worker starts with 262,144 slots and 32 MB of chunks).
const slotsPerBatch = 32768;
const callsPerSlotBatch = 256;
// Far below 2^32, where the step counter wraps.
const stepsPerBatch = 2 ** 30;
const emptyOperation = 0;

/**
 * Engine steps and heap slots of each operation that `entry` registers (inside/operations.ts), in a warmed engine, less
 * those of an operation that does nothing. The figures are exact: the same bundle gives the same ones every time.
 * @param entry a TypeScript file, absolute or relative to the repository
 */
export async function measureOperations(entry: string, options: MeasureOptions = {}): Promise<Record<string, Figures>> {
  return measureCode(await bundle(entry), options);
}

/** {@link measureOperations} of a bundle. */
export async function measureCode(code: string, options: MeasureOptions = {}): Promise<Record<string, Figures>> {
  const repeat = options.repeat ?? 1000;
  if (!Number.isInteger(repeat) || repeat < 1) throw new RangeError(`measure: repeat ${repeat} is not 1 or more`);
  const worker = await XsWorker.start(options.binary === undefined ? {} : { binary: options.binary });
  try {
    await worker.evaluate(code);
    const figures: Record<string, Figures> = {};
    for (const [index, name] of (await readNames(worker)).entries()) {
      figures[name] = await measureOne(worker, index + 1, repeat);
    }
    return figures;
  } finally {
    await worker.close();
  }
}

async function readNames(worker: XsWorker): Promise<string[]> {
  const { reply } = await worker.evaluate(
    "globalThis.operationNames && new TextEncoder().encode(JSON.stringify(operationNames)).buffer",
  );
  if (reply.byteLength === 0)
    throw new Error("measure: the entry calls no operations() of hosts/xs/inside/operations.ts");
  return JSON.parse(Buffer.from(reply).toString("utf8")) as string[];
}

async function measureOne(worker: XsWorker, index: number, repeat: number): Promise<Figures> {
  await run(worker, emptyOperation, 1);
  await run(worker, index, repeat);
  const one = await netOf(worker, index, 1);
  const stepBatch = limit(stepsPerBatch / one.steps, repeat);
  const slotBatch = limit(slotsPerBatch / one.slots, Math.min(repeat, callsPerSlotBatch));
  let steps = 0;
  for (let done = 0; done < repeat; done += stepBatch) {
    const count = Math.min(stepBatch, repeat - done);
    steps += (await run(worker, index, count)) - (await run(worker, emptyOperation, count));
  }
  const { slots, retained } = await netOf(worker, index, slotBatch);
  return { steps: steps / repeat, slots: slots / slotBatch, retained: retained / slotBatch };
}

function limit(count: number, most: number): number {
  return count >= 1 ? Math.min(Math.floor(count), most) : 1;
}

async function run(worker: XsWorker, index: number, count: number): Promise<number> {
  return (await worker.command(request(index, count))).meter.compute;
}

async function netOf(worker: XsWorker, index: number, count: number): Promise<Counts> {
  const operation = await countOf(worker, index, count);
  const empty = await countOf(worker, emptyOperation, count);
  return {
    steps: operation.steps - empty.steps,
    slots: operation.slots - empty.slots,
    retained: operation.retained - empty.retained,
  };
}

async function countOf(worker: XsWorker, index: number, count: number): Promise<Counts> {
  const before = await worker.evaluate("gc()");
  const { meter } = await worker.command(request(index, count));
  const after = await worker.evaluate("gc()");
  return {
    steps: meter.compute,
    slots: meter.currentHeapCount - before.currentHeapCount,
    retained: after.currentHeapCount - before.currentHeapCount,
  };
}

function request(index: number, count: number): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, index, true);
  view.setUint32(4, count, true);
  return bytes;
}
