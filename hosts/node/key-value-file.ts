import type { KeyValue } from "../../firmware/ports/storage.js";
import { MemoryKeyValue } from "../../simulator/io/key-value.js";
import { readIfThere, replaceFile } from "./whole-file.js";
import { UsageError } from "./command-line.js";

/** Key-value storage in a JSON file, which is written as a whole with every change. */
export class KeyValueFile implements KeyValue {
  readonly #path: string;
  readonly #names = new Set<string>();
  readonly #values = new MemoryKeyValue();

  /** @throws UsageError when there is something else in the file, or it cannot be read */
  constructor(path: string) {
    this.#path = path;
    for (const [key, value] of entriesOf(path)) {
      this.#names.add(key);
      this.#values.write(key, value);
    }
  }

  read(key: string): string | number | undefined {
    return this.#values.read(key);
  }

  write(key: string, value: string | number): void {
    if (this.#values.read(key) === value) return;
    this.#values.write(key, value);
    this.#names.add(key);
    this.#save();
  }

  delete(key: string): void {
    this.#values.delete(key);
    if (this.#names.delete(key)) this.#save();
  }

  #save(): void {
    const entries = [...this.#names].map((name) => [name, this.#values.read(name)]);
    replaceFile(this.#path, `${JSON.stringify(Object.fromEntries(entries))}\n`);
  }
}

function entriesOf(path: string): [string, string | number][] {
  const text = readIfThere(path, path);
  if (text === undefined) return [];
  try {
    const entries = Object.entries(JSON.parse(text) as Record<string, string | number>);
    if (entries.every(([key, value]) => key.length < 16 && ["string", "number"].includes(typeof value))) return entries;
  } catch {
    // Told below.
  }
  throw new UsageError(`${path} is not what a node has written; remove it to begin anew`);
}
