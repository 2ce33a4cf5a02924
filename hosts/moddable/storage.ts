import storage from "embedded:storage/key-value";
import type { KeyValue } from "../../firmware/ports/storage.js";

/**
 * NVS behind the firmware's port: every value is a string that begins with its type, `n` or `s`, since NVS throws for
 * a key that is read as another type than it was written.
 */
export class NvsKeyValue implements KeyValue {
  readonly #storage;

  /** @param path NVS namespace, 1 to 15 characters */
  constructor(path: string) {
    this.#storage = storage.open({ path, format: "string" });
  }

  read(key: string): string | number | undefined {
    const text = this.#storage.read(key);
    if (typeof text !== "string") return undefined;
    return text.startsWith("n") ? Number(text.slice(1)) : text.slice(1);
  }

  write(key: string, value: string | number): void {
    this.#storage.write(key, `${typeof value === "number" ? "n" : "s"}${value}`);
  }

  delete(key: string): void {
    this.#storage.delete(key);
  }
}
