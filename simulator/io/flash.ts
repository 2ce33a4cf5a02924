import { ProtocolViolation } from "../chips/chip.js";
import { Random } from "../random.js";
import { NorCells } from "./nor-cells.js";

export interface FlashModelOptions {
  /** Erasable blocks of the partition (default 16). */
  readonly blocks?: number;
  /** Bytes of one block (default 4096: a sector of the serial NOR flash on ESP32's modules). */
  readonly blockLength?: number;
  /** Offset and length of a write are multiples of this many bytes (default 1; 16 with ESP32's flash encryption). */
  readonly writeAlign?: number;
  /** Draws what unstable bits read as, and what a damaged operation leaves. */
  readonly random?: Random;
  /**
   * Whether a write that wants a 1 where a 0 is throws (default true). A real part does not: it leaves the 0 and says
   * nothing, and so does the model when told `false`.
   */
  readonly strict?: boolean;
}

/** One thing that changes the flash. `bytes` are the writer's own: to be copied by who wants to keep them. */
export type FlashOperation =
  | { readonly kind: "write"; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: "erase"; readonly block: number };

/** Cells of a {@link FlashModel}, for faults to spoil. */
export interface FlashCells {
  readonly blockLength: number;
  /** What each byte reads as; where it is unstable, what it mostly reads as. */
  readonly image: Uint8Array;
  /** The bits of `mask` are between 0 and 1 now: a read gives the other value one time in eight, until an erase. */
  unsettle(offset: number, mask: number): void;
}

/** What is left of an operation that was not done as it should be; see simulator/faults/flash.ts. */
export type FlashDamage = (cells: FlashCells, operation: FlashOperation, random: Random) => void;

/** The cells as they were; wear and counters are not in it, because no power cut takes them back. */
export interface FlashSnapshot {
  readonly image: Uint8Array;
  readonly unstable: Uint8Array | undefined;
}

/** The power went in the middle of a flash operation, or has been off since. */
export class PowerCut extends Error {
  override readonly name = "PowerCut";
}

/**
 * A partition of NOR flash behind ECMA-419's flash interface, as the SDK's class on ESP32 has it
 * (modules/io/flash/esp32/flash-esp32.c): a block is erased to ones as a whole, a write turns ones into zeros and nothing
 * back, every block counts its erases. Every write and every block of an erase is one *operation*; operations are
 * numbered from 0, and power can be cut in any of them.
 */
export class FlashModel implements FlashCells {
  readonly blocks: number;
  readonly blockLength: number;
  readonly writeAlign: number;
  /** Erases of each block, those that were interrupted or did nothing too. */
  readonly wear: Uint32Array;
  /**
   * What the driver did that no part allows. The exception reaches the driver too, which may take it for a fault of the
   * flash; whoever tests a driver looks here as well.
   */
  readonly violations: ProtocolViolation[] = [];
  /** Operations begun since the model was made. */
  operations = 0;
  bytesWritten = 0;
  reads = 0;
  bytesRead = 0;
  /** Bytes of the longest read since it was last set to 0. */
  longestRead = 0;
  /** Is told of every operation before it is done. */
  observe: ((operation: FlashOperation) => void) | undefined;
  /** What an operation leaves instead of its effect, while the driver is told that all went well; `undefined`: its effect. */
  disturb: ((operation: FlashOperation) => FlashDamage | undefined) | undefined;
  #random: Random;
  readonly #strict: boolean;
  readonly #cells: NorCells;
  // Bits that are between 0 and 1; only from the first one on.
  #unstable: Uint8Array | undefined;
  #cutAt = Infinity;
  #cutDamage: FlashDamage = undone;
  #off = false;
  #closed = false;

  constructor(options: FlashModelOptions = {}) {
    this.blocks = positive("blocks", options.blocks ?? 16);
    this.blockLength = positive("blockLength", options.blockLength ?? 4096);
    this.writeAlign = positive("writeAlign", options.writeAlign ?? 1);
    this.#random = options.random ?? new Random(0);
    this.#strict = options.strict ?? true;
    this.#cells = new NorCells(this.blocks, this.blockLength);
    this.wear = new Uint32Array(this.blocks);
  }

  get image(): Uint8Array {
    return this.#cells.image;
  }

  status(): { size: number; blocks: number; blockLength: number; writeAlign: number; eraseValue: number } {
    this.#check();
    return {
      size: this.#cells.size,
      blocks: this.blocks,
      blockLength: this.blockLength,
      writeAlign: this.writeAlign,
      eraseValue: 0xff,
    };
  }

  /** Erases blocks `from` up to, not including, `to` (default: one block). */
  eraseBlock(from: number, to = from + 1): void {
    this.#check();
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to <= from || to > this.blocks) {
      throw this.#violation(`erase of blocks ${from} to ${to}, there are ${this.blocks}`);
    }
    for (let block = from; block < to; block++) this.#operate({ kind: "erase", block });
  }

  /** Reads a number of bytes into a new ArrayBuffer, or fills a buffer and returns its length. */
  read(into: number, offset: number): ArrayBuffer;
  read(into: Uint8Array | ArrayBuffer, offset: number): number;
  read(into: number | Uint8Array | ArrayBuffer, offset: number): ArrayBuffer | number {
    this.#check();
    const bytes = into instanceof Uint8Array ? into : new Uint8Array(into as number);
    this.#range("read", bytes.length, offset);
    this.reads++;
    this.bytesRead += bytes.length;
    if (bytes.length > this.longestRead) this.longestRead = bytes.length;
    this.#cells.read(bytes, offset);
    if (this.#unstable !== undefined) this.#waver(bytes, offset, this.#unstable);
    return typeof into === "number" ? (bytes.buffer as ArrayBuffer) : bytes.length;
  }

  write(source: Uint8Array | ArrayBuffer, offset: number): void {
    this.#check();
    const bytes = source instanceof Uint8Array ? source : new Uint8Array(source);
    this.#range("write", bytes.length, offset);
    if (offset % this.writeAlign !== 0 || bytes.length % this.writeAlign !== 0) {
      throw this.#violation(`write of ${bytes.length} bytes at ${offset} is not in units of ${this.writeAlign}`);
    }
    if (bytes.length === 0) return;
    if (this.#strict) this.#refuseOnes(bytes, offset);
    this.#operate({ kind: "write", offset, bytes });
  }

  /** Later calls throw; the cells stay. */
  close(): void {
    this.#closed = true;
  }

  /** The same cells for a new owner, after `close` or a power cut. */
  powerUp(): this {
    this.#off = this.#closed = false;
    return this;
  }

  /**
   * Cuts the power in the operation of that number: `damage` is what it leaves (default: nothing of it), its caller gets a
   * {@link PowerCut}, and so does every later one until `powerUp`.
   */
  cutAt(operation: number, damage: FlashDamage = undone): void {
    this.#cutAt = operation;
    this.#cutDamage = damage;
  }

  /** Does an operation on the cells as a part does, with neither power nor strictness in the way. */
  apply(operation: FlashOperation): void {
    if (operation.kind === "erase") {
      const from = operation.block * this.blockLength;
      this.#cells.erase(operation.block);
      this.#unstable?.fill(0, from, from + this.blockLength);
      return;
    }
    const { bytes, offset } = operation;
    this.#cells.program(bytes, offset);
    if (this.#unstable === undefined) return;
    // A cell that is programmed to 0 is a 0 for good; one that is meant to be 1 is left as it is.
    for (let i = 0; i < bytes.length; i++) this.#unstable[offset + i]! &= bytes[i]!;
  }

  unsettle(offset: number, mask: number): void {
    this.#unstable ??= new Uint8Array(this.#cells.size);
    this.#unstable[offset]! |= mask;
  }

  snapshot(): FlashSnapshot {
    return { image: this.image.slice(), unstable: this.#unstable?.slice() };
  }

  /** Cells of a model of the same size as they were, with the power on; from now on `random` draws, if one is given. */
  restore({ image, unstable }: FlashSnapshot, random?: Random): this {
    if (random !== undefined) this.#random = random;
    this.image.set(image);
    if (unstable === undefined) this.#unstable = undefined;
    else if (this.#unstable === undefined) this.#unstable = unstable.slice();
    else this.#unstable.set(unstable);
    this.#cutAt = Infinity;
    return this.powerUp();
  }

  #operate(operation: FlashOperation): void {
    if (operation.kind === "erase") this.wear[operation.block]!++;
    else this.bytesWritten += operation.bytes.length;
    this.observe?.(operation);
    if (this.operations++ === this.#cutAt) {
      this.#cutDamage(this, operation, this.#random);
      this.#off = true;
      throw new PowerCut(`power cut in operation ${this.#cutAt}`);
    }
    const damage = this.disturb?.(operation);
    if (damage === undefined) this.apply(operation);
    else damage(this, operation, this.#random);
  }

  #waver(bytes: Uint8Array, offset: number, unstable: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      const mask = unstable[offset + i]!;
      if (mask === 0) continue;
      const draw = this.#random.integer();
      bytes[i]! ^= mask & draw & (draw >>> 8) & (draw >>> 16);
    }
  }

  #refuseOnes(bytes: Uint8Array, offset: number): void {
    for (let i = 0; i < bytes.length; i++) {
      const stuck = bytes[i]! & ~this.#cells.at(offset + i) & ~(this.#unstable?.[offset + i] ?? 0);
      if (stuck !== 0) throw this.#violation(`write wants ones at ${offset + i}, where zeros are`);
    }
  }

  #range(what: string, length: number, offset: number): void {
    if (Number.isInteger(offset) && offset >= 0 && offset + length <= this.#cells.size) return;
    throw this.#violation(`${what} of ${length} bytes at ${offset}, there are ${this.#cells.size}`);
  }

  #check(): void {
    if (this.#off) throw new PowerCut("power is off");
    if (this.#closed) throw new Error("flash: closed");
  }

  #violation(message: string): ProtocolViolation {
    const violation = new ProtocolViolation(`flash: ${message}`);
    this.violations.push(violation);
    return violation;
  }
}

function undone(): void {}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`flash: ${name} ${value} is not a whole number from 1`);
}
