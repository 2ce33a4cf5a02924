import { crc8, POLYNOMIAL_SMBUS } from "../../firmware/data/crc.js";
import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import { ProtocolViolation } from "./chip.js";
import type { I2CTarget, Part } from "./chip.js";
import { ChipTime, clamp, hex } from "./chip-time.js";

/*
 * Melexis MLX90614xAx and xBx (one zone), SMBus 0x5A, 10 to 100 kHz. Datasheet 3901090614, revision 008 (February 2013);
 * application note 390119061402, revision 004 (January 2008). Words are 16 bits, the least significant byte first; after
 * each comes the packet error code over every byte of the transaction, addresses with it (§8.4.3).
 */
const RAM = 0x00; // 000x xxxx, §8.4.6
const EEPROM = 0x20; // 001x xxxx
const READ_FLAGS = 0xf0;
const ENTER_SLEEP = 0xff;
const MEMORY_LENGTH = 0x20;
/** RAM addresses of the linearised temperatures, §8.3.4. */
const AMBIENT = 0x06;
const OBJECT_1 = 0x07;
const FLAG_EEPROM_BUSY = 0x80;
/** Low while the part is starting. */
const FLAG_INITIALISED = 0x10;

const KELVIN_PER_BIT = 0.02;
const ZERO_CELSIUS = 273.15;
/** Of an object too cold or too hot (§8.4.6); the ambient's range likewise. */
const ERROR_FLAG = 0x8000;
/** EEPROM cells that may be written, §8.3.3, and what the factory wrote: To max, To min, PWMCTRL, Ta range, emissivity,
 * configuration 1, a reserved one, SMBus address. */
const WRITABLE: readonly number[] = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x09, 0x0e, 0x0f];
const FACTORY: ReadonlyMap<number, number> = new Map([
  [0x00, 0x9993],
  [0x01, 0x62e3],
  [0x02, 0x0201],
  [0x03, 0xf71c],
  [0x04, 0xffff],
  [0x05, 0x9fb4],
  [0x0e, 0xbe5a],
  [0x1c, 0x8d11],
  [0x1d, 0x02c6],
  [0x1e, 0x51f3],
  [0x1f, 0x0b40],
]);

/** From power-on or waking to the first valid data (§8.4.8), and one EEPROM erase or write (application note), in ms. */
const STARTUP_MS = 250;
const EEPROM_MS = 5;
/** How often the temperatures are computed, roughly, with the factory's filters (§8.5); noise is drawn as often. */
const CYCLE_MS = 100;
/** Standard deviations in °C; assumed, of the size of the diagrams in §9 for the factory's filters. */
const OBJECT_NOISE = 0.05;
const AMBIENT_NOISE = 0.01;

export interface MLX90614ChipOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
}

/**
 * Melexis MLX90614 with one zone, on SMBus. It measures all the time, and what is read is of that moment: its filters'
 * settling is not simulated, nor what other settings in its EEPROM would do. Until the first valid data it reads 0.
 */
export class MLX90614Chip implements I2CTarget, Part {
  // Half a bit, and six standard deviations.
  readonly channels = {
    object: { minimum: -70, maximum: 380, tolerance: KELVIN_PER_BIT / 2 + 6 * OBJECT_NOISE, unit: "Cel" },
    ambient: { minimum: -40, maximum: 125, tolerance: KELVIN_PER_BIT / 2 + 6 * AMBIENT_NOISE, unit: "Cel" },
  };
  readonly #time: ChipTime;
  readonly #random: Random;
  #object = 25;
  #ambient = 25;
  #validAt: number;
  #cycle = -1;
  #objectNoise = 0;
  #ambientNoise = 0;
  #asleep = false;
  #busyUntil = -Infinity;
  readonly #eeprom = new Map(FACTORY);
  // Every byte of the transaction so far, as the packet error code counts them.
  readonly #packet: number[] = [];
  #reading = false;
  readonly #sending = new Uint8Array(3);
  #sent = 0;

  constructor(options: MLX90614ChipOptions) {
    this.#time = new ChipTime("mlx90614", options.clock);
    this.#random = options.random;
    this.#validAt = this.#time.now;
  }

  setChannel(name: string, value: number): void {
    this.#time.catchUp();
    if (name === "object") this.#object = value;
    else if (name === "ambient") this.#ambient = value;
    else throw new RangeError(`mlx90614: ${name} is not object or ambient`);
  }

  powerCycle(): void {
    this.wakeUp();
    this.#busyUntil = -Infinity;
    this.#packet.length = 0;
  }

  /** Ends the sleep mode, as SDA held low for 33 ms does (§8.4.7), which no I2C transaction can. It starts anew. */
  wakeUp(): void {
    this.#validAt = this.#time.catchUp() + STARTUP_MS;
    this.#asleep = false;
    this.#cycle = -1;
  }

  start(address: number, read: boolean): boolean {
    this.#time.catchUp();
    if (this.#asleep) return false;
    this.#reading = read;
    if (!read) {
      this.#packet.length = 0;
      this.#packet.push(address << 1);
      return true;
    }
    // Receive Byte is not supported (§8.4.2): there must have been a command.
    if (this.#packet.length !== 2) return false;
    const command = this.#packet[1]!;
    if (isEEPROM(command) && this.#time.now < this.#busyUntil) return false;
    const value = this.#take(command);
    this.#packet.push((address << 1) | 1, value & 0xff, value >> 8);
    this.#sending[0] = value & 0xff;
    this.#sending[1] = value >> 8;
    this.#sending[2] = errorCode(this.#packet);
    this.#sent = 0;
    return true;
  }

  /** A command, and for a write the word and the packet error code (§8.4.3.1.2); a wrong code is refused. */
  write(byte: number): boolean {
    const packet = this.#packet;
    packet.push(byte);
    const command = packet[1]!;
    if (packet.length === 2) {
      if (command !== READ_FLAGS && command !== ENTER_SLEEP && !isEEPROM(command) && command >= RAM + MEMORY_LENGTH) {
        throw new ProtocolViolation(`mlx90614: unknown command ${hex(command)} (§8.4.6)`);
      }
      return true;
    }
    if (command === ENTER_SLEEP && packet.length === 3) {
      this.#asleep = byte === errorCode(packet.slice(0, 2));
      return this.#asleep;
    }
    if (!isEEPROM(command)) throw new ProtocolViolation(`mlx90614: command ${hex(command)} takes no data (§8.3.4)`);
    if (packet.length < 5) return true;
    if (packet.length > 5) throw new ProtocolViolation("mlx90614: more than one word and its code written (§8.4.2)");
    if (byte !== errorCode(packet.slice(0, 4)) || this.#time.now < this.#busyUntil) return false;
    this.#put(command - EEPROM, packet[2]! | (packet[3]! << 8));
    return true;
  }

  read(): number {
    const byte = this.#reading ? this.#sending[this.#sent++] : undefined;
    if (byte === undefined) throw new ProtocolViolation("mlx90614: read past the word and its code (§8.4.2)");
    return byte;
  }

  /** A write that broke off has done nothing. */
  stop(): void {
    this.#packet.length = 0;
  }

  #take(command: number): number {
    const now = this.#time.now;
    if (command === READ_FLAGS) {
      return (now < this.#busyUntil ? FLAG_EEPROM_BUSY : 0) | (now < this.#validAt ? 0 : FLAG_INITIALISED);
    }
    if (command === ENTER_SLEEP) throw new ProtocolViolation("mlx90614: read after the sleep command (§8.4.7)");
    if (isEEPROM(command)) return this.#eeprom.get(command - EEPROM) ?? 0;
    if (command !== AMBIENT && command !== OBJECT_1) {
      throw new ProtocolViolation(`mlx90614: RAM ${hex(command)} is reserved, raw or of a second zone (§8.3.4)`);
    }
    if (now < this.#validAt) return 0;
    const cycle = Math.floor((now - this.#validAt) / CYCLE_MS);
    if (cycle !== this.#cycle) {
      this.#cycle = cycle;
      this.#objectNoise = OBJECT_NOISE * this.#random.normal();
      this.#ambientNoise = AMBIENT_NOISE * this.#random.normal();
    }
    if (command === AMBIENT) return linearised(this.#ambient, this.#ambientNoise, -40, 125);
    return linearised(this.#object, this.#objectNoise, -70.01, 382.19);
  }

  #put(cell: number, value: number): void {
    this.#busyUntil = this.#time.now + EEPROM_MS;
    if (!WRITABLE.includes(cell)) return;
    if (value !== 0 && (this.#eeprom.get(cell) ?? 0) !== 0) {
      throw new ProtocolViolation(`mlx90614: EEPROM cell ${hex(cell)} written without being erased (§8.4.6)`);
    }
    this.#eeprom.set(cell, value);
  }
}

function isEEPROM(command: number): boolean {
  return command >= EEPROM && command < EEPROM + MEMORY_LENGTH;
}

function errorCode(bytes: readonly number[]): number {
  return crc8(Uint8Array.from(bytes), 0, bytes.length, POLYNOMIAL_SMBUS, 0);
}

/** In 0.02 K; with the error flag, and cut off, when the truth is outside what the part can measure. */
function linearised(celsius: number, noise: number, minimum: number, maximum: number): number {
  const word = Math.round((clamp(celsius + noise, minimum, maximum) + ZERO_CELSIUS) / KELVIN_PER_BIT);
  return celsius < minimum || celsius > maximum ? word | ERROR_FLAG : word;
}
