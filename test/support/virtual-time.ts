import type { Timer } from "../../firmware/ports/clock.js";
import type { VirtualClock } from "../../simulator/clock.js";

/** Turns of Node's event loop that a run may take without having set a timer. */
const IDLE_TURNS = 10;

/**
 * Runs a package that waits with `setTimeout`, in virtual time: what is set meanwhile is set on the clock, which moves on
 * when nothing else is left to do. So a wait is exactly as long as it says, however busy the machine is. What AVA waits
 * for is not touched. One run at a time: the timers are global.
 *
 * @throws what `run` throws; an Error when it waits for what no timer will bring
 */
export async function inVirtualTime<Result>(clock: VirtualClock, run: () => Promise<Result>): Promise<Result> {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const schedule = (callback: (...given: unknown[]) => void, delayMs = 0, ...given: unknown[]): Timer =>
    clock.schedule(() => callback(...given), delayMs);
  const cancel = (timer?: Timer): void => {
    if (timer !== undefined) clock.cancel(timer);
  };
  Object.assign(globalThis, { setTimeout: schedule, clearTimeout: cancel });
  try {
    let ended = false;
    const result = run().finally(() => (ended = true));
    // It is awaited below, when it has ended.
    result.catch(() => {});
    for (let idle = 0; idle < IDLE_TURNS; idle++) {
      // All promises and ticks that are ready come before the next immediate.
      await new Promise((resolve) => setImmediate(resolve));
      if (ended) return await result;
      const due = clock.nextDue();
      if (due === undefined) continue;
      clock.advanceTo(due);
      idle = -1;
    }
    throw new Error(`virtual time: at tick ${clock.ticks()} nothing is due, and the run has not ended`);
  } finally {
    Object.assign(globalThis, real);
  }
}

/** Resolves after `ms` of virtual time, inside {@link inVirtualTime}. */
export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
