import type { RunningNode } from "../simulated/engine.js";

/** How often the wall clock is looked at, in ms. */
const LOOK_MS = 10;
/** The longest time between two looks that passes for a node that runs faster or slower than the wall clock, in ms. */
const LONGEST_LOOK_MS = 25;
/** How much virtual time passes before the event loop gets its turn, in ms. */
const SLICE_MS = 10_000;

export interface PaceOptions {
  /** Node time per wall time, or as fast as it can go. */
  readonly speed: number | "max";
  /** Node time after which to stop, in ms; Infinity: never. */
  readonly forMs: number;
  readonly signal: AbortSignal;
}

/** Lets a node's time pass until it has run for long enough or is told to stop. */
export async function pace(node: RunningNode, { speed, forMs, signal }: PaceOptions): Promise<void> {
  if (speed === "max") {
    for (let ticks = 0; ticks < forMs && !signal.aborted;) {
      ticks = Math.min(ticks + SLICE_MS, forMs);
      await node.advanceTo(ticks);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return;
  }
  let before = performance.now();
  let ticks = 0;
  while (ticks < forMs && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = performance.now();
    // At real speed the node keeps to the wall clock. At any other, time that this process slept through does not count:
    // the network has not seen it either, and would seem to have stalled.
    const passed = speed === 1 ? now - before : Math.min(now - before, LONGEST_LOOK_MS);
    before = now;
    ticks = Math.min(ticks + passed * speed, forMs);
    await node.advanceTo(Math.floor(ticks));
  }
}
