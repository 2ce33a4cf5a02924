import type { I2C } from "../../firmware/ports/io.js";
import type { I2CBus } from "../../simulator/io/i2c.js";

/** Linux refuses longer SMBus blocks (I2C_SMBUS_BLOCK_MAX). */
const MAXIMUM_BLOCK = 32;

/**
 * The bus object of the npm package i2c-bus 5 (its README, "API"), over a simulated bus: as much of it as drivers use.
 * A refused transaction throws, as Linux's does.
 */
export class I2CBusAdapter {
  readonly #bus: I2CBus;
  readonly #open = new Map<number, I2C>();

  constructor(bus: I2CBus) {
    this.#bus = bus;
  }

  i2cWriteSync(address: number, length: number, buffer: Uint8Array): number {
    this.#at(address).write(buffer.subarray(0, length));
    return length;
  }

  i2cReadSync(address: number, length: number, buffer: Uint8Array): number {
    this.#at(address).read(buffer.subarray(0, length));
    return length;
  }

  readI2cBlockSync(address: number, command: number, length: number, buffer: Uint8Array): number {
    if (length > MAXIMUM_BLOCK)
      throw new RangeError(`i2c-bus: a block of ${length} bytes is more than ${MAXIMUM_BLOCK}`);
    this.#at(address).writeRead(Uint8Array.of(command), buffer.subarray(0, length));
    return length;
  }

  readByteSync(address: number, command: number): number {
    const into = new Uint8Array(1);
    this.readI2cBlockSync(address, command, 1, into);
    return into[0]!;
  }

  writeByteSync(address: number, command: number, byte: number): void {
    this.#at(address).write(Uint8Array.of(command, byte));
  }

  closeSync(): void {
    for (const i2c of this.#open.values()) i2c.close();
    this.#open.clear();
  }

  /** The same bus as `openPromisified` gives it. */
  promisified() {
    return {
      i2cWrite: async (address: number, length: number, buffer: Uint8Array) => {
        return { bytesWritten: this.i2cWriteSync(address, length, buffer), buffer };
      },
      i2cRead: async (address: number, length: number, buffer: Uint8Array) => {
        return { bytesRead: this.i2cReadSync(address, length, buffer), buffer };
      },
      readI2cBlock: async (address: number, command: number, length: number, buffer: Uint8Array) => {
        return { bytesRead: this.readI2cBlockSync(address, command, length, buffer), buffer };
      },
      readByte: async (address: number, command: number) => this.readByteSync(address, command),
      writeByte: async (address: number, command: number, byte: number) => this.writeByteSync(address, command, byte),
      close: async () => this.closeSync(),
    };
  }

  #at(address: number): I2C {
    let i2c = this.#open.get(address);
    if (i2c === undefined) {
      i2c = new this.#bus.I2C({ data: 21, clock: 22, hz: 100_000, address });
      this.#open.set(address, i2c);
    }
    return i2c;
  }
}

/** The buses that {@link i2cBusModule} opens, by number. */
const buses = new Map<number, I2CBus>();

/** @returns the number, 1 or more, by which a driver that requires i2c-bus opens this bus */
export function busNumber(bus: I2CBus): number {
  buses.set(buses.size + 1, bus);
  return buses.size;
}

function opened(number: number): I2CBusAdapter {
  const bus = buses.get(number);
  if (bus === undefined) throw new Error(`ENOENT: no such file or directory, open '/dev/i2c-${number}'`);
  return new I2CBusAdapter(bus);
}

/** What `require("i2c-bus")` gives. */
export const i2cBusModule = {
  openSync: opened,
  openPromisified: async (number: number) => opened(number).promisified(),
};
