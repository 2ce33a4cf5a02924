import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { UsageError } from "./command-line.js";

/**
 * The text of a file; `undefined` when there is none.
 *
 * @param shown how messages name the file
 * @throws UsageError when it cannot be read
 */
export function readIfThere(path: string, shown: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UsageError(`${shown} cannot be read: ${(error as Error).message}`);
  }
}

/** Writes a file so that there is always the whole of the old content or of the new, whatever ends this process. */
export function replaceFile(path: string, text: string): void {
  const beside = `${path}.new`;
  const file = openSync(beside, "w");
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}
