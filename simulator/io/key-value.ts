import type { KeyValue } from "../../firmware/ports/storage.js";

/** ECMA-419 key-value storage in memory, with NVS's rule for keys: 1 to 15 ASCII characters. */
export class MemoryKeyValue implements KeyValue {
  readonly #values = new Map<string, string | number>();

  read(key: string): string | number | undefined {
    return this.#values.get(checked(key));
  }

  write(key: string, value: string | number): void {
    this.#values.set(checked(key), value);
  }

  delete(key: string): void {
    this.#values.delete(checked(key));
  }
}

function checked(key: string): string {
  if (key.length < 1 || key.length > 15) throw new RangeError(`key-value: key "${key}" is not 1 to 15 characters long`);
  return key;
}
