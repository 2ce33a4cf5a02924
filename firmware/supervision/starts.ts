import type { KeyValue } from "../ports/storage.js";

const KEY = "starts";
/** Somebody, or a power cut, began anew: what was before does not count. */
const FRESH: readonly string[] = Object.freeze(["power-on", "external", "deep-sleep"]);

/**
 * Counts starts in a row that did not last. A start counts as failed from its beginning until `succeeded` says that it
 * was not; after a power-on the count begins anew, so that switching a node off and on is always a way out.
 */
export class StartCount {
  readonly #storage: KeyValue;
  /** Starts before this one, in a row, that failed. */
  readonly failed: number;
  #kept = true;

  constructor(storage: KeyValue, resetReason: string) {
    this.#storage = storage;
    const kept = FRESH.includes(resetReason) ? 0 : this.read();
    this.failed = kept;
    this.write(kept + 1);
  }

  /** This start was a good one, or its end is meant. */
  succeeded(): void {
    if (!this.#kept) return;
    this.#kept = false;
    this.write(0);
  }

  private read(): number {
    try {
      const kept = this.#storage.read(KEY);
      return typeof kept === "number" && kept > 0 ? Math.floor(kept) : 0;
    } catch {
      return 0;
    }
  }

  /** Storage that fails must not keep the node from starting. */
  private write(count: number): void {
    try {
      this.#storage.write(KEY, count);
    } catch {
      // The count stays what it was.
    }
  }
}
