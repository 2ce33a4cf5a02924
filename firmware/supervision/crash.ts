import type { KeyValue } from "../ports/storage.js";
import type { Crash } from "../ports/system.js";

const KEY = "crash";
const LONGEST_REASON = 80;
const LONGEST_PLACE = 80;
/** Neither reason nor place has a line break in it. */
const SEPARATOR = "\n";

/** The one crash that is kept until it has been told: why, and where. */
export class CrashRecord {
  readonly #storage: KeyValue;

  constructor(storage: KeyValue) {
    this.#storage = storage;
  }

  /** Keeps it instead of an earlier one. Never throws. */
  keep({ reason, place }: Crash): void {
    const text = line(reason, LONGEST_REASON) + SEPARATOR + line(place, LONGEST_PLACE);
    try {
      this.#storage.write(KEY, text);
    } catch {
      // The restart that follows matters more.
    }
  }

  /** What was kept, `undefined` when there is nothing. */
  get(): Crash | undefined {
    let kept: unknown;
    try {
      kept = this.#storage.read(KEY);
    } catch {
      return undefined;
    }
    if (typeof kept !== "string") return undefined;
    const at = kept.indexOf(SEPARATOR);
    return at < 0 ? { reason: kept, place: "" } : { reason: kept.slice(0, at), place: kept.slice(at + 1) };
  }

  /** It has been told. */
  forget(): void {
    try {
      this.#storage.delete(KEY);
    } catch {
      // It is told again after the next start.
    }
  }
}

/** What was thrown, and where: the first line of its stack, where the engine has one, without the way to the file. */
export function crashOf(fault: unknown, stage: string): Crash {
  if (!(fault instanceof Error)) return { reason: String(fault), place: stage };
  const { message, stack } = fault;
  const frame = stack === undefined ? "" : firstFrame(stack);
  return {
    reason: message === "" ? "an error without a message" : message,
    place: frame === "" ? stage : `${stage} ${frame}`,
  };
}

/** `at` and where, as V8 and XS both write it. */
function firstFrame(stack: string): string {
  for (const raw of stack.split("\n")) {
    const frame = raw.trim();
    if (!frame.startsWith("at ")) continue;
    const open = frame.lastIndexOf("(") + 1;
    const slash = frame.lastIndexOf("/") + 1;
    return slash > open ? frame.slice(0, open > 0 ? open : 3) + frame.slice(slash) : frame;
  }
  return "";
}

function line(text: string, most: number): string {
  return text.split("\n").join(" ").slice(0, most);
}
