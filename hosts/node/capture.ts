import { createWriteStream } from "node:fs";
import { UsageError } from "./command-line.js";
import type { Values } from "./command-line.js";

/** A file that takes every byte from client to broker. */
export interface Capture {
  write(bytes: Uint8Array): void;
  /** Resolves when everything is on its way to the disk. */
  close(): Promise<void>;
}

/**
 * What `--capture FILE` asks for; `undefined` where it is not given.
 *
 * @throws UsageError (rejection) when the file cannot be written
 */
export async function openCapture(values: Values): Promise<Capture | undefined> {
  if (values.capture === undefined) return undefined;
  const file = String(values.capture);
  const stream = createWriteStream(file);
  await new Promise<void>((resolve, reject) => {
    stream.once("open", () => resolve());
    stream.once("error", (error) => reject(new UsageError(`--capture ${file} cannot be written: ${error.message}`)));
  });
  return {
    write: (bytes) => void stream.write(bytes),
    close: () => new Promise((resolve) => stream.end(resolve)),
  };
}
