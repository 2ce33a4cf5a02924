import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import * as registers from "./tmp117-registers.js";
import { ProtocolViolation } from "./chip.js";
import type { I2CTarget, Part } from "./chip.js";
import { ChipTime, clamp, hex } from "./chip-time.js";

/** Standard deviation of a single conversion: one bit, as the distribution without averaging shows (§8.2.2.1). */
const BITS_OF_NOISE = 1;

export interface TMP117ChipOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
}

/**
 * Texas Instruments TMP117, from the datasheet named in tmp117-registers.ts. A channel value holds from one `setChannel` to
 * the next; a conversion takes what holds when it ends.
 */
export class TMP117Chip implements I2CTarget, Part {
  // Half a bit, and six standard deviations without averaging.
  readonly channels = {
    temperature: {
      minimum: -55,
      maximum: 150,
      tolerance: (0.5 + 6 * BITS_OF_NOISE) * registers.CELSIUS_PER_BIT,
      unit: "Cel",
    },
  };
  readonly #time: ChipTime;
  readonly #random: Random;
  #temperature = 25;
  #upAt: number;
  #pointer = registers.TEMP_RESULT;
  // Bytes of the write under way; of the read under way, the word and how many bytes of it were sent.
  readonly #received: number[] = [];
  #sending = 0;
  #sent = 0;
  #result = registers.TEMP_RESULT_RESET;
  readonly #eeprom = new Map(registers.FACTORY);
  readonly #registers = new Map(registers.FACTORY);
  #flags = 0;
  #unlocked = false;
  #programmedAt = -Infinity;
  // When the conversion that runs ends; Infinity: none.
  #due = Infinity;

  constructor(options: TMP117ChipOptions) {
    this.#time = new ChipTime("tmp117", options.clock);
    this.#random = options.random;
    this.#upAt = this.#time.now;
    this.#reset(0);
  }

  setChannel(name: string, value: number): void {
    this.#advance();
    if (name !== "temperature") throw new RangeError(`tmp117: ${name} is not temperature`);
    this.#temperature = clamp(value, -55, 150);
  }

  powerCycle(): void {
    this.#advance();
    this.#received.length = 0;
    this.#pointer = registers.TEMP_RESULT;
    this.#reset(registers.POWER_UP_MS);
  }

  start(_address: number, read: boolean): boolean {
    this.#advance();
    this.#received.length = 0;
    if (this.#time.now < this.#upAt) return false;
    if (read) {
      this.#sending = this.#take(this.#pointer);
      this.#sent = 0;
    }
    return true;
  }

  /** The pointer, then at most one word (§7.5.3.1.3). */
  write(byte: number): boolean {
    this.#advance();
    const received = this.#received;
    received.push(byte);
    if (received.length === 1) {
      if (
        byte !== registers.TEMP_RESULT &&
        byte !== registers.DEVICE_ID &&
        byte !== registers.EEPROM_UNLOCK &&
        !registers.FACTORY.has(byte)
      ) {
        throw new ProtocolViolation(`tmp117: no register ${hex(byte)} (§7.6)`);
      }
      this.#pointer = byte;
    } else if (received.length === 3) this.#put(this.#pointer, (received[1]! << 8) | byte);
    else if (received.length > 3) throw new ProtocolViolation("tmp117: more than one word written (§7.5.3.1.3)");
    return true;
  }

  read(): number {
    if (this.#sent > 1) throw new ProtocolViolation("tmp117: read past the two bytes of a register (§7.5.3.1.3)");
    return (this.#sending >> (8 - 8 * this.#sent++)) & 0xff;
  }

  /** A word that was not sent whole is forgotten. */
  stop(): void {
    this.#received.length = 0;
  }

  #take(register: number): number {
    const busy = this.#time.now < this.#programmedAt;
    if (register === registers.TEMP_RESULT) {
      this.#flags &= ~registers.DATA_READY;
      return this.#result;
    }
    if (register === registers.CONFIGURATION) {
      const value = this.#registers.get(register)! | this.#flags | (busy ? registers.EEPROM_BUSY : 0);
      this.#flags &= ~registers.DATA_READY;
      // §7.4.4.1: in alert mode reading clears the alerts; in therm mode the limits do.
      if (!(value & registers.THERM)) this.#flags = 0;
      return value;
    }
    if (register === registers.EEPROM_UNLOCK) {
      return (this.#unlocked ? registers.UNLOCKED : 0) | (busy ? registers.UNLOCK_BUSY : 0);
    }
    if (register === registers.DEVICE_ID) return registers.DEVICE_ID_VALUE;
    return this.#registers.get(register)!;
  }

  #put(register: number, value: number): void {
    if (register === registers.TEMP_RESULT || register === registers.DEVICE_ID) {
      throw new ProtocolViolation(`tmp117: register ${hex(register)} is read only (§7.6)`);
    }
    if (this.#time.now < this.#programmedAt) {
      throw new ProtocolViolation("tmp117: written while the EEPROM is busy (§7.5.1.2)");
    }
    if (register === registers.EEPROM_UNLOCK) {
      this.#unlocked = (value & registers.UNLOCKED) !== 0;
      return;
    }
    if (register === registers.CONFIGURATION && value & registers.SOFT_RESET) {
      this.#reset(registers.RESET_MS);
      return;
    }
    const kept = register === registers.CONFIGURATION ? value & registers.WRITABLE : value;
    this.#registers.set(register, kept);
    if (this.#unlocked) {
      this.#eeprom.set(register, kept);
      this.#programmedAt = this.#time.now + registers.PROGRAMMING_MS;
    }
    if (register === registers.CONFIGURATION) this.#configure();
  }

  #reset(durationMs: number): void {
    this.#upAt = this.#time.now + durationMs;
    this.#result = registers.TEMP_RESULT_RESET;
    this.#flags = 0;
    this.#unlocked = false;
    this.#programmedAt = -Infinity;
    for (const [register, value] of this.#eeprom) this.#registers.set(register, value);
    this.#configure();
  }

  /** A conversion begins anew with every write to the configuration, and none runs in shutdown (§7.4). */
  #configure(): void {
    const configuration = this.#registers.get(registers.CONFIGURATION)!;
    const idle = (configuration & registers.MODE) === registers.SHUTDOWN;
    this.#due = idle ? Infinity : Math.max(this.#upAt, this.#time.now) + registers.activeMs(configuration);
  }

  #advance(): void {
    const now = this.#time.catchUp();
    if (now < this.#due) return;
    const configuration = this.#registers.get(registers.CONFIGURATION)!;
    this.#convert(registers.AVERAGES[registers.averagingCode(configuration)]!);
    if ((configuration & registers.MODE) === registers.ONE_SHOT) {
      this.#registers.set(registers.CONFIGURATION, (configuration & ~registers.MODE) | registers.SHUTDOWN);
      this.#due = Infinity;
    } else {
      // Of all that ended since, only the last can still be read.
      const cycleMs = registers.cycleMs(configuration);
      this.#due += (Math.floor((now - this.#due) / cycleMs) + 1) * cycleMs;
    }
  }

  #convert(averages: number): void {
    const noise = (BITS_OF_NOISE / Math.sqrt(averages)) * this.#random.normal();
    const measured = Math.round(this.#temperature / registers.CELSIUS_PER_BIT + noise);
    const bits = clamp(measured + signed(this.#registers.get(registers.TEMP_OFFSET)!), -32768, 32767);
    this.#result = bits & 0xffff;
    this.#flags |= registers.DATA_READY;
    const high = bits > signed(this.#registers.get(registers.HIGH_LIMIT)!);
    const low = bits < signed(this.#registers.get(registers.LOW_LIMIT)!);
    const therm = (this.#registers.get(registers.CONFIGURATION)! & registers.THERM) !== 0;
    if (high) this.#flags |= registers.HIGH_ALERT;
    // §7.4.4.2: in therm mode the low limit is the high alert's hysteresis.
    else if (therm && low) this.#flags &= ~registers.HIGH_ALERT;
    if (!therm && low) this.#flags |= registers.LOW_ALERT;
  }
}

function signed(word: number): number {
  return word >= 0x8000 ? word - 0x10000 : word;
}
