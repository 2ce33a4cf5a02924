import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import { ProtocolViolation } from "./chip.js";
import type { I2CTarget, Part, PartChannel } from "./chip.js";
import { ChipTime, clamp, hex } from "./chip-time.js";

/*
 * Microchip MCP9808, I2C 0x18 to 0x1F. Datasheet DS25095A (October 2011). Registers are 16 bits, the most significant byte
 * first, and one of 8 bits, §5.1.
 */
const RESERVED = 0x00; // reads 0x001F
const CONFIG = 0x01; // §5.1.1
const CONFIG_HYSTERESIS = 0x0600;
const CONFIG_SHUTDOWN = 0x0100;
const CONFIG_CRITICAL_LOCK = 0x0080;
const CONFIG_WINDOW_LOCK = 0x0040;
const CONFIG_INTERRUPT_CLEAR = 0x0020; // reads 0
const CONFIG_ALERT = 0x0008;
const CONFIG_WRITABLE = 0x07cf;
const UPPER = 0x02; // §5.1.2; 13 bits of 0.0625 °C, of which the last two are 0
const LOWER = 0x03;
const CRITICAL = 0x04;
const LIMIT_BITS = 0x1ffc;
const AMBIENT = 0x05; // §5.1.3; 13 bits two's complement of 0.0625 °C, under three flags
const AMBIENT_CRITICAL = 0x8000;
const AMBIENT_UPPER = 0x4000;
const AMBIENT_LOWER = 0x2000;
const MANUFACTURER_ID = 0x06; // §5.1.4
const MANUFACTURER_ID_VALUE = 0x0054;
const DEVICE_ID = 0x07; // §5.1.5: device 0x04, revision 0
const DEVICE_ID_VALUE = 0x0400;
const RESOLUTION = 0x08; // §5.1.6; 8 bits: 0.5 °C / 2^code
const RESOLUTION_RESET = 0x03;

const BITS_PER_CELSIUS = 16;
/** Conversion time by resolution code, in ms (§5.2.4, table 5-7): typical, as no maximum is given. */
const CONVERSION_MS: readonly number[] = [30, 65, 130, 250];
/** Bits that are 0 by resolution code, as a step. */
const STEPS: readonly number[] = [8, 4, 2, 1];
/** Standard deviation in °C; assumed, the datasheet gives none. */
const NOISE_CELSIUS = 0.01;

export interface MCP9808ChipOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
}

/**
 * Microchip MCP9808, without its alert pin. A channel value holds from one `setChannel` to the next; a conversion takes what
 * holds when it ends. Until the first one after power-up has ended the part reads 0 °C.
 */
export class MCP9808Chip implements I2CTarget, Part {
  readonly #time: ChipTime;
  readonly #random: Random;
  #temperature = 25;
  #pointer = RESERVED;
  // Bytes of the write under way; of the read under way, the register's bytes left to send.
  readonly #received: number[] = [];
  #sending: readonly number[] = [];
  #sent = 0;
  #config = 0;
  #upper = 0;
  #lower = 0;
  #critical = 0;
  #resolution = RESOLUTION_RESET;
  #ambient = 0;
  #due: number;

  constructor(options: MCP9808ChipOptions) {
    this.#time = new ChipTime("mcp9808", options.clock);
    this.#random = options.random;
    this.#due = this.#time.now + CONVERSION_MS[this.#resolution]!;
  }

  /** Tolerance: half a step of the resolution that is set, and six standard deviations. */
  get channels(): Readonly<Record<"temperature", PartChannel>> {
    const step = STEPS[this.#resolution]! / BITS_PER_CELSIUS;
    return { temperature: { minimum: -40, maximum: 125, tolerance: step / 2 + 6 * NOISE_CELSIUS, unit: "Cel" } };
  }

  setChannel(name: string, value: number): void {
    this.#advance();
    if (name !== "temperature") throw new RangeError(`mcp9808: ${name} is not temperature`);
    this.#temperature = clamp(value, -40, 125);
  }

  powerCycle(): void {
    this.#advance();
    this.#received.length = 0;
    this.#sending = [];
    this.#pointer = RESERVED;
    this.#config = this.#upper = this.#lower = this.#critical = this.#ambient = 0;
    this.#resolution = RESOLUTION_RESET;
    this.#restart();
  }

  start(_address: number, read: boolean): boolean {
    this.#advance();
    this.#received.length = 0;
    this.#sending = [];
    if (read) {
      const value = this.#take(this.#pointer);
      this.#sending = this.#pointer === RESOLUTION ? [value] : [value >> 8, value & 0xff];
      this.#sent = 0;
    }
    return true;
  }

  /** The pointer, then at most the bytes of one register (§4.1). */
  write(byte: number): boolean {
    this.#advance();
    const received = this.#received;
    received.push(byte);
    if (received.length === 1) {
      if (byte > RESOLUTION) throw new ProtocolViolation(`mcp9808: register ${hex(byte)} is reserved (§5.1)`);
      this.#pointer = byte;
      return true;
    }
    const length = this.#pointer === RESOLUTION ? 1 : 2;
    if (received.length > length + 1) throw new ProtocolViolation("mcp9808: more bytes written than the register has");
    if (received.length === length + 1) this.#put(this.#pointer, length === 1 ? byte : (received[1]! << 8) | byte);
    return true;
  }

  read(): number {
    const byte = this.#sending[this.#sent++];
    if (byte === undefined) throw new ProtocolViolation("mcp9808: read past the bytes of the register (§4.1)");
    return byte;
  }

  /** A register that was not sent whole is forgotten. */
  stop(): void {
    this.#received.length = 0;
  }

  #take(register: number): number {
    if (register === RESERVED) return 0x001f;
    if (register === CONFIG) return this.#config;
    if (register === UPPER) return this.#upper;
    if (register === LOWER) return this.#lower;
    if (register === CRITICAL) return this.#critical;
    if (register === AMBIENT) return this.#ambient;
    if (register === MANUFACTURER_ID) return MANUFACTURER_ID_VALUE;
    if (register === DEVICE_ID) return DEVICE_ID_VALUE;
    return this.#resolution;
  }

  #put(register: number, value: number): void {
    const windowLocked = (this.#config & CONFIG_WINDOW_LOCK) !== 0;
    if (register === CONFIG) this.#configure(value);
    else if (register === UPPER) this.#upper = windowLocked ? this.#upper : value & LIMIT_BITS;
    else if (register === LOWER) this.#lower = windowLocked ? this.#lower : value & LIMIT_BITS;
    else if (register === CRITICAL) {
      if (!(this.#config & CONFIG_CRITICAL_LOCK)) this.#critical = value & LIMIT_BITS;
    } else if (register === RESOLUTION) {
      this.#resolution = value & 3;
      this.#restart();
    } else throw new ProtocolViolation(`mcp9808: register ${hex(register)} is read only (§5.1)`);
  }

  #configure(value: number): void {
    if (value & (CONFIG_HYSTERESIS | CONFIG_ALERT)) {
      throw new ProtocolViolation(`mcp9808: configuration ${hex(value, 4)}: alert and hysteresis are not simulated`);
    }
    const before = this.#config;
    const locks = before & (CONFIG_CRITICAL_LOCK | CONFIG_WINDOW_LOCK);
    let after = value & CONFIG_WRITABLE & ~CONFIG_INTERRUPT_CLEAR;
    // §5.1.1: a lock is undone by power only; under one nothing changes but that a shutdown can end.
    if (locks)
      after =
        (before & ~CONFIG_SHUTDOWN) |
        (before & after & CONFIG_SHUTDOWN) |
        (after & (CONFIG_CRITICAL_LOCK | CONFIG_WINDOW_LOCK));
    this.#config = after;
    if (after & CONFIG_SHUTDOWN) this.#due = Infinity;
    else if (before & CONFIG_SHUTDOWN) this.#restart();
  }

  #restart(): void {
    const shutDown = (this.#config & CONFIG_SHUTDOWN) !== 0;
    this.#due = shutDown ? Infinity : this.#time.now + CONVERSION_MS[this.#resolution]!;
  }

  #advance(): void {
    const now = this.#time.catchUp();
    if (now < this.#due) return;
    const conversionMs = CONVERSION_MS[this.#resolution]!;
    this.#convert();
    this.#due += (Math.floor((now - this.#due) / conversionMs) + 1) * conversionMs;
  }

  #convert(): void {
    const step = STEPS[this.#resolution]!;
    const felt = this.#temperature + NOISE_CELSIUS * this.#random.normal();
    const bits = Math.round((felt * BITS_PER_CELSIUS) / step) * step;
    this.#ambient = bits & 0x1fff;
    if (bits >= signed(this.#critical)) this.#ambient |= AMBIENT_CRITICAL;
    if (bits > signed(this.#upper)) this.#ambient |= AMBIENT_UPPER;
    if (bits < signed(this.#lower)) this.#ambient |= AMBIENT_LOWER;
  }
}

/** Of 13 bits. */
function signed(bits: number): number {
  return bits >= 0x1000 ? bits - 0x2000 : bits;
}
