import { bundle } from "../xs/bundle.js";
import { XsWorker } from "../xs/worker.js";
import type { BenchOptions, BenchSection } from "./bench-section.js";
import { measureSdkHeap } from "./sdk-heap.js";

const ENTRY = "hosts/xs/inside/bench-memory.ts";
/** Of a heap slot on ESP32. */
const SLOT_BYTES = 16;
/** DESIGN §6: what slots and chunks may take together. */
const BUDGET_KB = 64;
/** Moments of a reconnection, 100 ms apart. */
const MOMENTS = 600;

/** Slots in use once garbage is collected, at each stage of a pump room's life. */
export class PumpRoomMemory {
  readonly #worker: XsWorker;
  readonly #stages: readonly string[];
  /** What is not the node's: the engine, the bench, and the simulator's end of connections. */
  #others = 0;

  static async start({ binary }: BenchOptions = {}): Promise<PumpRoomMemory> {
    const worker = await XsWorker.start(binary === undefined ? {} : { binary });
    await worker.evaluate(await bundle(ENTRY));
    const { reply } = await worker.evaluate("new TextEncoder().encode(JSON.stringify(stages)).buffer");
    return new PumpRoomMemory(worker, JSON.parse(Buffer.from(reply).toString("utf8")) as string[]);
  }

  private constructor(worker: XsWorker, stages: readonly string[]) {
    this.#worker = worker;
    this.#stages = stages;
  }

  /** Makes the node and starts it; the slots that it takes then, and ten seconds later. */
  async begin(): Promise<{ readonly made: number; readonly started: number }> {
    this.#others = await this.#goTo("bench");
    const made = await this.slotsAt("made");
    const started = await this.slotsAt("started");
    const connection = (await this.slotsAt("another client")) - started;
    // Once for that client, and once for the node.
    this.#others += 2 * connection;
    return { made, started: started - connection };
  }

  /** Goes to a stage, and gives the slots that the node takes then. */
  async slotsAt(stage: string): Promise<number> {
    return (await this.#goTo(stage)) - this.#others;
  }

  async close(): Promise<void> {
    await this.#worker.close();
  }

  async #goTo(stage: string): Promise<number> {
    const number = this.#stages.indexOf(stage);
    if (number < 0) throw new RangeError(`memory: stage ${stage} is not one of ${this.#stages.join(", ")}`);
    const request = new Uint8Array(4);
    new DataView(request.buffer).setUint32(0, number, true);
    return (await this.#worker.command(request)).meter.currentHeapCount;
  }
}

function figures(moment: string, slots: number, chunkBytes?: number, stackSlots?: number) {
  const slotsKB = (slots * SLOT_BYTES) / 1024;
  const chunksKB = (chunkBytes ?? 0) / 1024;
  return {
    moment,
    slots,
    "slots KB": round(slotsKB, 1),
    "chunks KB": chunkBytes === undefined ? "" : round(chunksKB, 1),
    "stack slots": stackSlots ?? "",
    ratio: round((slotsKB + chunksKB) / BUDGET_KB, 2),
  };
}

const round = (value: number, places: number) => Number(value.toFixed(places));

async function underTheSdk() {
  const { slots, chunkBytes, stackSlots } = await measureSdkHeap();
  return figures("under the SDK, at work", slots, chunkBytes, stackSlots);
}

export const memorySection: BenchSection = {
  name: "memory",
  about:
    "Heap slots (16 bytes on ESP32) of the pump room in XS, once garbage is collected: above the engine with the code loaded and the bench built. The simulator's end of a connection is measured by another client's and taken off; its end of the buses is not. Chunks (texts, buffers, arrays): where $MODDABLE is set, from an instrumented image under the SDK's simulator, less what is there before the node. The most of the stack (manifests/host.json) is seen there too, commands included. Its rival is the budget, 64 KB without the stack.",
  columns: ["moment", "slots", "slots KB", "chunks KB", "stack slots", "ratio"],
  async rows(options) {
    const memory = await PumpRoomMemory.start(options);
    try {
      const { made, started } = await memory.begin();
      const rows = [
        figures("the node is made", made),
        figures("10 s after its start", started),
        figures("10 minutes later", await memory.slotsAt("ten minutes")),
        figures("an hour later", await memory.slotsAt("hour")),
        figures("a day later", await memory.slotsAt("day")),
        figures("after 6 hours without the broker", await memory.slotsAt("broker gone")),
      ];
      await memory.slotsAt("broker back");
      let worst = 0;
      for (let i = 0; i < MOMENTS; i++) worst = Math.max(worst, await memory.slotsAt("reconnecting"));
      rows.push(figures("the worst moment of the reconnection", worst));
      rows.push(figures("an hour after it", await memory.slotsAt("hour after")));
      if (process.env["MODDABLE"]) rows.push(await underTheSdk());
      return rows;
    } finally {
      await memory.close();
    }
  },
};
