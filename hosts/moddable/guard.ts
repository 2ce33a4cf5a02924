import type { KeyValue } from "../../firmware/ports/storage.js";

/** NVS key of why the program ended the last time. */
const ABORT_KEY = "abort";
const LONGEST_REASON = 60;

/**
 * Runs what the platform has called: an exception that leaves a platform's callback ends the program.
 * @returns whether `callback` returned
 */
export function guarded(what: string, callback: () => void): boolean {
  try {
    callback();
    return true;
  } catch (error) {
    trace(`${what}: ${describe(error)}\n`);
    return false;
  }
}

/** Before XS ends the program (and ESP32 restarts), keeps the reason for {@link lastAbort}. Needs `xs.abortHook`. */
export function keepAborts(storage: KeyValue): void {
  // XS looks for a global function of this name.
  Object.assign(globalThis, {
    abort(reason: string, exception: unknown) {
      const text = exception === undefined ? reason : `${reason}: ${describe(exception)}`;
      trace(`abort: ${text}\n`);
      storage.write(ABORT_KEY, text.slice(0, LONGEST_REASON));
    },
  });
}

/** Why the program ended itself the last time, if it did; told once. */
export function lastAbort(storage: KeyValue): string | undefined {
  const reason = storage.read(ABORT_KEY);
  if (typeof reason !== "string") return undefined;
  storage.delete(ABORT_KEY);
  return reason;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
