import storage from "embedded:storage/flash";
import type { Flash, FlashStatus } from "../../firmware/ports/storage.js";

type SdkFlash = ReturnType<typeof storage.open>;

/** A partition of NOR flash of the SDK's behind the firmware's port. */
class Partition implements Flash {
  readonly #flash: SdkFlash;

  constructor(flash: SdkFlash) {
    this.#flash = flash;
  }

  /** On ESP32 the SDK leaves the last two out; its writes, of a partition that is not encrypted, need no alignment. */
  status(): FlashStatus {
    const { size, blocks, blockLength, writeAlign = 1, eraseValue = 0xff } = this.#flash.status();
    return { size, blocks, blockLength, writeAlign, eraseValue };
  }

  eraseBlock(from: number, to: number): void {
    this.#flash.eraseBlock(from, to);
  }

  read(into: Uint8Array, offset: number): unknown {
    return this.#flash.read(into, offset);
  }

  write(bytes: Uint8Array, offset: number): void {
    this.#flash.write(bytes, offset);
  }

  close(): void {
    this.#flash.close();
  }
}

/** The data partition of that name in the board's partition table; `undefined` where there is none. */
export function openPartition(name: string): Flash | undefined {
  try {
    return new Partition(storage.open({ path: name }));
  } catch {
    trace(`flash: no partition "${name}": messages wait in memory\n`);
    return undefined;
  }
}
