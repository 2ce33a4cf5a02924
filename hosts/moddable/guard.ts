import type { KeyValue } from "../../firmware/ports/storage.js";
import { CrashRecord, crashOf } from "../../firmware/supervision/crash.js";

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

/** Before XS ends the program (and ESP32 restarts), keeps why and where: the node tells it after the next start. */
export function keepAborts(storage: KeyValue): void {
  const record = new CrashRecord(storage);
  // XS looks for a global function of this name.
  Object.assign(globalThis, {
    abort(reason: string, exception: unknown) {
      const crash = crashOf(exception ?? reason, "program");
      trace(`abort: ${reason}: ${crash.reason}\n`);
      record.keep(exception === undefined ? crash : { ...crash, reason: `${reason}: ${crash.reason}` });
    },
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
