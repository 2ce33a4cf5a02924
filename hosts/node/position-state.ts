import { UsageError } from "./command-line.js";
import type { StreamRange } from "./decoded.js";
import type { LedgerState } from "./ledger.js";
import { readIfThere, replaceFile } from "./whole-file.js";

const VERSION = 1;

/** A file that keeps a consumer's position across its restarts: always the whole of one state, never a part. */
export class PositionFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * What the file has; nothing when there is none.
   *
   * @throws UsageError when it is something else, or cannot be read or written
   */
  load(): LedgerState {
    const state = this.#read();
    try {
      this.save(state);
    } catch (error) {
      throw new UsageError(`--state ${this.#path} cannot be written: ${(error as Error).message}`);
    }
    return state;
  }

  save(state: LedgerState): void {
    replaceFile(this.#path, `${JSON.stringify({ version: VERSION, nodes: state })}\n`);
  }

  #read(): LedgerState {
    const text = readIfThere(this.#path, `--state ${this.#path}`);
    if (text === undefined) return {};
    const content = parsed(text);
    if (content?.version === VERSION && isLedgerState(content.nodes)) return content.nodes;
    throw new UsageError(`--state ${this.#path} is not what listen has written; remove it to begin anew`);
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return isRecord(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

function isLedgerState(value: unknown): value is LedgerState {
  return (
    isRecord(value) &&
    Object.values(value).every(
      (node) =>
        isRecord(node) &&
        isCount(node.epoch) &&
        isRecord(node.streams) &&
        Object.values(node.streams).every(
          (stream) =>
            isRecord(stream) &&
            typeof stream.resumed === "boolean" &&
            [stream.seen, stream.missing, stream.told, stream.lost].every(areRanges),
        ),
    )
  );
}

function areRanges(value: unknown): value is StreamRange[] {
  return (
    Array.isArray(value) && value.every((range) => isRecord(range) && isPosition(range.from) && isPosition(range.to))
  );
}

function isPosition(value: unknown): boolean {
  return isRecord(value) && isCount(value.epoch) && isCount(value.sequence);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
