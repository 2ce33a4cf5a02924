import { closeSync, fstatSync, openSync, readSync, rmSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import type { Flash, FlashStatus, KeyValue } from "../../firmware/ports/storage.js";
import { FlashModel } from "../../simulator/io/flash.js";
import { UsageError } from "./command-line.js";
import { KeyValueFile } from "./key-value-file.js";

const BLOCK_BYTES = 4096;
/** 1 MiB, where there is no file yet. */
const NEW_BLOCKS = 256;
const FEWEST_BLOCKS = 4;
const MOST_BLOCKS = 4096;

/**
 * A flash partition in a file, and beside it, in FILE.keys, the node's key-value storage. What a write or erase has
 * changed is with the operating system when it returns: a node that is killed loses nothing of it.
 */
export class FlashFile implements Flash {
  readonly storage: KeyValue;
  readonly #model: FlashModel;
  readonly #file: number;
  readonly #lock: string;

  /** @throws UsageError when there is something else in the file, it cannot be used, or another node uses it */
  constructor(path: string) {
    this.#lock = `${path}.lock`;
    takeLock(path, this.#lock);
    try {
      this.#file = open(path);
      this.#model = load(path, this.#file);
      this.storage = new KeyValueFile(`${path}.keys`);
    } catch (error) {
      rmSync(this.#lock, { force: true });
      throw error;
    }
  }

  status(): FlashStatus {
    return this.#model.status();
  }

  eraseBlock(from: number, to: number): void {
    this.#model.eraseBlock(from, to);
    this.#keep(from * BLOCK_BYTES, to * BLOCK_BYTES);
  }

  read(into: Uint8Array, offset: number): number {
    return this.#model.read(into, offset);
  }

  write(bytes: Uint8Array, offset: number): void {
    this.#model.write(bytes, offset);
    this.#keep(offset, offset + bytes.length);
  }

  close(): void {
    this.#model.close();
    closeSync(this.#file);
    rmSync(this.#lock, { force: true });
  }

  #keep(from: number, to: number): void {
    writeSync(this.#file, this.#model.image, from, to - from, from);
  }
}

function open(path: string): number {
  try {
    return openSync(path, "r+");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw unusable(path, error);
  }
  try {
    return openSync(path, "w+");
  } catch (error) {
    throw unusable(path, error);
  }
}

function load(path: string, file: number): FlashModel {
  const { size } = fstatSync(file);
  const blocks = size === 0 ? NEW_BLOCKS : size / BLOCK_BYTES;
  if (!Number.isInteger(blocks) || blocks < FEWEST_BLOCKS || blocks > MOST_BLOCKS) {
    const right = `${FEWEST_BLOCKS} to ${MOST_BLOCKS} blocks of ${BLOCK_BYTES} bytes`;
    throw new UsageError(`--flash ${path} is not a flash image: ${size} bytes are not ${right}`);
  }
  // As a real part: what a write cannot do it does not do, and says nothing.
  const model = new FlashModel({ blocks, strict: false });
  if (size === 0) writeSync(file, model.image, 0, model.image.length, 0);
  else readSync(file, model.image, 0, size, 0);
  return model;
}

/** One node at a time: two would spoil each other's journal. */
function takeLock(path: string, lock: string): void {
  for (;;) {
    try {
      return writeFileSync(lock, `${process.pid}\n`, { flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw unusable(path, error);
    }
    const owner = Number.parseInt(readFileSync(lock, "utf8"), 10);
    if (owner > 0 && owner !== process.pid && isAlive(owner)) {
      throw new UsageError(`--flash ${path} is in use by process ${owner}; stop it, or give another file`);
    }
    // It was killed.
    rmSync(lock, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function unusable(path: string, error: unknown): UsageError {
  return new UsageError(`--flash ${path} cannot be used: ${(error as Error).message}`);
}
