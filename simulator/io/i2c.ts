import type { Clock } from "../../firmware/ports/clock.js";
import type { I2C, I2CConstructor, I2COptions, Pin } from "../../firmware/ports/io.js";
import { ProtocolViolation } from "../chips/chip.js";
import type { I2CTarget } from "../chips/chip.js";
import { classOf } from "./class-of.js";

export interface I2CBusOptions {
  clock: Pick<Clock, "ticks">;
  /** Where the bus is soldered. An instance opened on other pins finds nobody there; absent: any pins are this bus. */
  pins?: { data: Pin; clock: Pin };
  /** Sees every transaction after it ended, as a bus analyser would. */
  observe?: (transaction: I2CTransaction) => void;
}

export interface I2CTransaction {
  ticks: number;
  address: number;
  /** Bytes sent, including one that was refused. */
  written: Uint8Array;
  read: Uint8Array;
  acknowledged: boolean;
}

/** A target held the clock low for longer than the instance's `timeout`; the controller is told what it always is. */
export class LineTimeout extends Error {
  override readonly name = "LineTimeout";
}

/** A buffer as the SDK takes it: it also reads "this many bytes", and answers with a fresh ArrayBuffer. */
type Readable = Uint8Array | ArrayBuffer | number;

const NOTHING = new Uint8Array(0);
/** Clocks with which ESP-IDF frees a bus before the stop. */
const CLEARING_CLOCKS = 9;

/**
 * The wire between one controller and its targets. `I2C` is the class that firmware gets; its limits and its messages are
 * those of the SDK's class on ESP32 (modules/io/i2c/esp32/_i2c.c): a call is one whole transaction, and a NACK cannot be
 * told from a timeout. A transaction takes no virtual time.
 */
export class I2CBus {
  readonly I2C: I2CConstructor;
  /**
   * What targets found wrong in what the controller did. The exception reaches the driver too, but a driver is free to
   * take any exception for a bus fault; so whoever tests a driver looks here as well.
   */
  readonly violations: ProtocolViolation[] = [];
  readonly #options: I2CBusOptions;
  readonly #targets = new Map<number, I2CTarget>();
  readonly #open = new Set<I2COptions>();
  // Clocks until whoever holds SDA low lets go; SCL held low; the last transaction timed out.
  #dataHeld = 0;
  #clockHeld = false;
  #timedOut = false;

  constructor(options: I2CBusOptions) {
    this.#options = options;
    this.I2C = classOf(I2CBus.#Controller, this);
  }

  static readonly #Controller = class implements I2C {
    readonly #bus: I2CBus;
    readonly #options: I2COptions;
    #closed = false;

    constructor(bus: I2CBus, options: I2COptions) {
      this.#bus = bus;
      bus.#opening(options);
      this.#options = { ...options };
      bus.#open.add(this.#options);
    }

    get format(): string {
      return "buffer";
    }

    set format(format: string) {
      if (format !== "buffer") throw new RangeError(`i2c: format ${format} is not buffer`);
    }

    read(into: Readable): number | ArrayBuffer {
      this.#check();
      const bytes = readable(into);
      if (bytes.length === 0 || !this.#bus.#transact(this.#options, undefined, bytes)) throw new Error("read failed");
      return result(into, bytes);
    }

    /** An empty write only asks whether the target is there, and gives 1 when it is not. */
    write(bytes: Uint8Array | ArrayBuffer): number | undefined {
      this.#check();
      const sent = readable(bytes);
      if (this.#bus.#transact(this.#options, sent, undefined)) return undefined;
      if (sent.length === 0) return 1;
      throw new Error("write failed");
    }

    writeRead(bytes: Uint8Array | ArrayBuffer, into: Readable): number | ArrayBuffer {
      this.#check();
      const sent = readable(bytes);
      const received = readable(into);
      if (sent.length === 0 || received.length === 0 || !this.#bus.#transact(this.#options, sent, received)) {
        throw new Error("writeRead failed");
      }
      return result(into, received);
    }

    close(): void {
      this.#closed = true;
      this.#bus.#open.delete(this.#options);
      // The last one deletes the bus, and a new bus knows nothing of a timeout.
      if (this.#bus.#open.size === 0) this.#bus.#timedOut = false;
    }

    #check(): void {
      if (this.#closed) throw new Error("i2c: used after close");
    }
  };

  /** Solders a target to the bus. Throws RangeError when the address is taken. */
  attach(address: number, target: I2CTarget): void {
    if (this.#targets.has(address)) throw new RangeError(`i2c: address ${hex(address)} is taken`);
    this.#targets.set(address, target);
  }

  /** Takes a target off; its address then answers nothing. Throws RangeError when there is none. */
  detach(address: number): void {
    if (!this.#targets.delete(address)) throw new RangeError(`i2c: nobody at address ${hex(address)}`);
  }

  /**
   * Puts something between the bus and a target, such as a fault of simulator/faults/i2c.ts.
   *
   * @returns takes it out again (and whatever was put in after it)
   */
  decorate(address: number, decorator: (target: I2CTarget) => I2CTarget): () => void {
    const target = this.#targets.get(address);
    if (target === undefined) throw new RangeError(`i2c: nobody at address ${hex(address)}`);
    this.#targets.set(address, decorator(target));
    return () => {
      this.#targets.set(address, target);
    };
  }

  /**
   * Holds SDA low, as a part does that lost count in the middle of a byte: every transaction of every target fails until
   * it was clocked `clocks` times more. ESP-IDF (i2c_master.c, s_i2c_master_clear_bus) gives up to nine clocks and a stop
   * before the transaction that follows a timeout, and nothing else does: the SDK has no call for it, and an instance
   * made anew begins without.
   *
   * @param clocks 1 or more; Infinity for a line that is shorted
   * @returns lets go
   */
  stickData(clocks = Infinity): () => void {
    if (!(clocks >= 1)) throw new RangeError(`i2c: clocks ${clocks} is not 1 or more`);
    this.#dataHeld = clocks;
    return () => {
      this.#dataHeld = 0;
    };
  }

  /**
   * Holds SCL low: every transaction of every target fails, and no clock frees it.
   *
   * @returns lets go
   */
  stickClock(): () => void {
    this.#clockHeld = true;
    return () => {
      this.#clockHeld = false;
    };
  }

  // In the SDK's order; the reserved addresses (I2C specification UM10204, §3.1.12) are refused here and not there.
  #opening(options: I2COptions): void {
    const { data, clock, address, hz, timeout = 400 } = options;
    if (data === undefined) throw new RangeError("data required");
    if (clock === undefined) throw new RangeError("clock required");
    if (address === undefined) throw new RangeError("address required");
    if (!Number.isInteger(address) || address < 0x08 || address > 0x77) {
      throw new RangeError(`invalid address: ${address} is not 0x08 to 0x77`);
    }
    if (data === clock) throw new RangeError(`unusable pins: data and clock are both ${data}`);
    for (const other of this.#open) {
      if (other.data === data && other.clock === clock) {
        if (other.address === address) throw new RangeError(`duplicate address: ${hex(address)}`);
      } else if ([other.data, other.clock].some((pin) => pin === data || pin === clock)) {
        throw new RangeError("inUse");
      }
    }
    if (!(hz > 0 && hz <= 20_000_000)) throw new RangeError(`invalid hz: ${hz} is not 1 to 20000000`);
    if (!(timeout >= -1)) throw new RangeError(`invalid timeout: ${timeout} is not -1 or more`);
  }

  #targetOf(options: I2COptions): I2CTarget | undefined {
    const { pins } = this.#options;
    if (pins && (pins.data !== options.data || pins.clock !== options.clock)) return undefined;
    return this.#targets.get(options.address);
  }

  #transact(options: I2COptions, sent: Uint8Array | undefined, received: Uint8Array | undefined): boolean {
    let acknowledged = false;
    try {
      const target = this.#isFree() ? this.#targetOf(options) : undefined;
      if (target) acknowledged = exchange(target, options.address, sent, received);
    } catch (error) {
      if (error instanceof LineTimeout) {
        this.#timedOut = true;
        return false;
      }
      if (error instanceof ProtocolViolation) this.violations.push(error);
      throw error;
    } finally {
      this.#options.observe?.({
        ticks: this.#options.clock.ticks(),
        address: options.address,
        written: sent?.slice() ?? NOTHING,
        read: acknowledged ? (received?.slice() ?? NOTHING) : NOTHING,
        acknowledged,
      });
    }
    return acknowledged;
  }

  /** Whether a transaction can begin; clears the bus first when the last one timed out, as ESP-IDF does. */
  #isFree(): boolean {
    if (this.#timedOut && !this.#clockHeld) this.#dataHeld = Math.max(0, this.#dataHeld - CLEARING_CLOCKS);
    this.#timedOut = this.#clockHeld || this.#dataHeld > 0;
    return !this.#timedOut;
  }
}

function exchange(
  target: I2CTarget,
  address: number,
  sent: Uint8Array | undefined,
  received: Uint8Array | undefined,
): boolean {
  try {
    if (sent) {
      if (!target.start(address, false)) return false;
      for (let i = 0; i < sent.length; i++) if (!target.write(sent[i]!)) return false;
    }
    if (received) {
      if (!target.start(address, true)) return false;
      for (let i = 0; i < received.length; i++) received[i] = target.read() & 0xff;
    }
    return true;
  } finally {
    target.stop();
  }
}

function readable(buffer: Readable): Uint8Array {
  // Of that many bytes, or onto that buffer.
  return buffer instanceof Uint8Array ? buffer : new Uint8Array(buffer as ArrayBuffer);
}

function result(into: Readable, bytes: Uint8Array): number | ArrayBuffer {
  return typeof into === "number" ? (bytes.buffer as ArrayBuffer) : bytes.length;
}

function hex(address: number): string {
  return `0x${address.toString(16).padStart(2, "0")}`;
}
