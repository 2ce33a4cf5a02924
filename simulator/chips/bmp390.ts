import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import * as registers from "./bmp390-registers.js";
import { rawPressure, rawTemperature, TRIM, trimBytes, TYPICAL_TRIM } from "./bmp390-trim.js";
import type { Trim } from "./bmp390-trim.js";
import { ProtocolViolation } from "./chip.js";
import type { I2CTarget, Part } from "./chip.js";
import { ChipTime, clamp, hex } from "./chip-time.js";

/** Samples per unit of the filter's coefficient after which it remembers nothing: e⁻⁸ is 0.03 %. */
const MEMORY = 8;

export interface BMP390ChipOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
  trim?: Trim;
}

/**
 * Bosch BMP390 on I2C, from the datasheet named in bmp390-registers.ts; without its FIFO and its interrupt pin. A channel
 * value holds from one `setChannel` to the next; a measurement takes what holds when it ends.
 */
export class BMP390Chip implements I2CTarget, Part {
  // Six standard deviations at single oversampling; half a step of 16 bits (0.0023 °C, 2.4 Pa with the typical trim); and
  // what that error in temperature does to pressure, 0.0333 °C at 333 Pa/°C where it is most (−40 °C, 125 kPa).
  readonly channels = {
    temperature: { minimum: -40, maximum: 85, tolerance: 0.033, unit: "Cel" },
    pressure: { minimum: 30_000, maximum: 125_000, tolerance: 36, unit: "Pa" },
  };
  readonly #time: ChipTime;
  readonly #random: Random;
  readonly #trim: Trim;
  readonly #trimBytes: Uint8Array;
  #temperature = 25;
  #pressure = 101_325;
  #startedAt: number;
  #pointer: number | undefined;
  #pairing = false;
  #error = 0;
  #ready = 0;
  #event = registers.EVENT_POR;
  #interrupt = 0;
  #interface = 0;
  #power = 0;
  #osr = registers.OSR_RESET;
  #odr = 0;
  #config = 0;
  // When the measurement that runs ends; Infinity: none.
  #due = Infinity;
  #filteredTemperature: number | undefined;
  #filteredPressure: number | undefined;
  readonly #data = new Uint8Array(registers.DATA_LENGTH);
  // The data registers as they stood when the current read began (§3.10).
  readonly #shadow = new Uint8Array(registers.DATA_LENGTH);

  constructor(options: BMP390ChipOptions) {
    this.#time = new ChipTime("bmp390", options.clock);
    this.#random = options.random;
    this.#trim = options.trim ?? TYPICAL_TRIM;
    this.#trimBytes = trimBytes(this.#trim);
    this.#reset();
    this.#startedAt = this.#time.now;
  }

  setChannel(name: string, value: number): void {
    this.#advance();
    if (name === "temperature") this.#temperature = clamp(value, -40, 85);
    else if (name === "pressure") this.#pressure = clamp(value, 30_000, 125_000);
    else throw new RangeError(`bmp390: ${name} is not temperature or pressure`);
  }

  powerCycle(): void {
    this.#advance();
    this.#pointer = undefined;
    this.#reset();
  }

  start(_address: number, read: boolean): boolean {
    this.#advance();
    this.#pairing = false;
    if (this.#time.now < this.#startedAt) return false;
    if (read) this.#shadow.set(this.#data);
    return true;
  }

  /** A register address, then pairs of value and next address (§5.2.1). */
  write(byte: number): boolean {
    this.#advance();
    if (this.#pairing) this.#writeRegister(this.#pointer!, byte);
    else this.#pointer = byte;
    this.#pairing = !this.#pairing;
    return true;
  }

  /** Registers one after the other (§5.2.2). */
  read(): number {
    this.#advance();
    // Not told where to read from since power-up; the datasheet gives no address to begin with.
    if (this.#pointer === undefined) return 0;
    return this.#readRegister(this.#pointer++);
  }

  stop(): void {
    this.#pairing = false;
  }

  #readRegister(register: number): number {
    const offset = register - registers.DATA;
    if (offset >= 0 && offset < registers.DATA_LENGTH) {
      this.#ready &= ~(offset < 3 ? registers.STATUS_DRDY_PRESS : registers.STATUS_DRDY_TEMP);
      return this.#shadow[offset]!;
    }
    if (register >= TRIM.address && register < TRIM.address + TRIM.length) {
      return this.#trimBytes[register - TRIM.address]!;
    }
    if (register >= registers.SENSORTIME && register < registers.SENSORTIME + 3) {
      const time = Math.floor((this.#time.now - this.#startedAt) * registers.SENSORTIME_PER_MS);
      const byte = register - registers.SENSORTIME;
      return Math.floor(time / [1, 256, 65536][byte]!) & 0xff;
    }
    if (register === registers.CHIP_ID) return registers.CHIP_ID_VALUE;
    if (register === registers.REV_ID) return registers.REV_ID_VALUE;
    if (register === registers.ERR_REG) {
      const error = this.#error;
      this.#error = 0;
      return error;
    }
    if (register === registers.STATUS) return registers.STATUS_CMD_RDY | this.#ready;
    if (register === registers.EVENT) {
      const event = this.#event;
      this.#event = 0;
      return event;
    }
    if (register === registers.INT_STATUS) {
      const interrupt = this.#interrupt;
      this.#interrupt = 0;
      return interrupt;
    }
    if (register === registers.FIFO_LENGTH || register === registers.FIFO_LENGTH + 1) return 0;
    const idle = registers.FIFO_AND_INTERRUPT.get(register);
    if (idle !== undefined) return idle;
    if (register === registers.IF_CONF) return this.#interface;
    if (register === registers.PWR_CTRL) return this.#power;
    if (register === registers.OSR) return this.#osr;
    if (register === registers.ODR) return this.#odr;
    if (register === registers.CONFIG) return this.#config;
    if (register === registers.CMD) return 0;
    throw new ProtocolViolation(`bmp390: no register ${hex(register)} to read (§4.2)`);
  }

  #writeRegister(register: number, value: number): void {
    if (register === registers.CMD) this.#command(value);
    else if (register === registers.PWR_CTRL) this.#control(value);
    else if (register === registers.OSR) {
      if ((value & 7) > registers.OSR_HIGHEST || ((value >> 3) & 7) > registers.OSR_HIGHEST) {
        throw new ProtocolViolation(`bmp390: OSR ${hex(value)} is reserved (§4.3.18)`);
      }
      this.#osr = value & 0x3f;
    } else if (register === registers.ODR) {
      if ((value & 0x1f) > registers.ODR_HIGHEST) {
        throw new ProtocolViolation(`bmp390: ODR ${hex(value)} is reserved (§4.3.19)`);
      }
      this.#odr = value & 0x1f;
    } else if (register === registers.CONFIG) {
      this.#config = value & registers.CONFIG_FILTER;
      this.#filteredTemperature = this.#filteredPressure = undefined;
    } else if (register === registers.IF_CONF) this.#interface = value & 0x07;
    else if (!registers.FIFO_AND_INTERRUPT.has(register)) {
      throw new ProtocolViolation(`bmp390: no register ${hex(register)} to write (§4.2)`);
    } else if (value !== registers.FIFO_AND_INTERRUPT.get(register)) {
      throw new ProtocolViolation(`bmp390: register ${hex(register)}: FIFO and interrupt are not simulated`);
    }
  }

  #command(value: number): void {
    if (value === registers.CMD_SOFT_RESET) this.#reset();
    else if (
      value !== registers.CMD_NOP &&
      value !== registers.CMD_FIFO_FLUSH &&
      value !== registers.CMD_EXTMODE_ENABLE_MIDDLE
    ) {
      this.#error |= registers.ERR_CMD;
    }
  }

  #reset(): void {
    this.#startedAt = this.#time.now + registers.STARTUP_MS;
    this.#error = this.#ready = this.#interrupt = this.#interface = this.#power = this.#odr = this.#config = 0;
    this.#event = registers.EVENT_POR;
    this.#osr = registers.OSR_RESET;
    this.#due = Infinity;
    this.#filteredTemperature = this.#filteredPressure = undefined;
    this.#store(0, registers.DATA_RESET);
    this.#store(3, registers.DATA_RESET);
  }

  /** §3.3. From one measuring mode to the other the way is through sleep. */
  #control(value: number): void {
    const before = this.#power & registers.MODE;
    const mode = value & registers.MODE;
    if (
      before !== registers.SLEEP &&
      mode !== registers.SLEEP &&
      (before === registers.NORMAL) !== (mode === registers.NORMAL)
    ) {
      throw new ProtocolViolation("bmp390: from normal mode to forced mode or back without sleep mode between (§3.3)");
    }
    this.#power = value & (registers.MODE | registers.PRESS_EN | registers.TEMP_EN);
    this.#due = mode === registers.SLEEP ? Infinity : this.#time.now + this.#durationMs();
    if (mode === registers.NORMAL && this.#durationMs() > this.#periodMs()) {
      // §4.3.3: oversampling takes longer than the data rate allows.
      this.#error |= registers.ERR_CONF;
      this.#power &= ~registers.MODE;
      this.#due = Infinity;
    }
  }

  #durationMs(): number {
    return registers.measurementMs(this.#power, this.#osr);
  }

  #periodMs(): number {
    return 5 * (1 << this.#odr);
  }

  #advance(): void {
    const now = this.#time.catchUp();
    if (now < this.#due) return;
    if ((this.#power & registers.MODE) === registers.NORMAL) {
      const periodMs = this.#periodMs();
      const count = Math.floor((now - this.#due) / periodMs) + 1;
      for (let i = Math.min(count, this.#coefficient() === 1 ? 1 : MEMORY * this.#coefficient()); i > 0; i--) {
        this.#measure();
      }
      this.#due += count * periodMs;
    } else {
      this.#measure();
      this.#power &= ~registers.MODE;
      this.#due = Infinity;
    }
  }

  /** What the filter divides by: 1 when it is off. */
  #coefficient(): number {
    return 1 << (this.#config >> 1);
  }

  #measure(): void {
    const celsius = this.#temperature;
    if (this.#power & registers.TEMP_EN) {
      const code = this.#osr >> 3;
      const raw = rawTemperature(this.#trim, celsius + registers.CELSIUS_NOISE[code]! * this.#random.normal());
      this.#filteredTemperature = this.#filter(this.#filteredTemperature, raw);
      this.#store(3, this.#resolve(code, this.#filteredTemperature));
      this.#ready |= registers.STATUS_DRDY_TEMP;
    }
    if (this.#power & registers.PRESS_EN) {
      const code = this.#osr & 7;
      const felt = this.#pressure + registers.PASCAL_NOISE[code]! * this.#random.normal();
      this.#filteredPressure = this.#filter(this.#filteredPressure, rawPressure(this.#trim, celsius, felt));
      this.#store(0, this.#resolve(code, this.#filteredPressure));
      this.#ready |= registers.STATUS_DRDY_PRESS;
    }
    this.#interrupt |= registers.INT_STATUS_DRDY;
  }

  /** §3.4.3. */
  #filter(before: number | undefined, raw: number): number {
    const coefficient = this.#coefficient();
    return before === undefined ? raw : (before * (coefficient - 1) + raw) / coefficient;
  }

  #resolve(code: number, raw: number): number {
    const step = this.#coefficient() === 1 ? 1 << (registers.LOWEST_RESOLUTION_BITS - code) : 1;
    return Math.min(Math.round(raw / step) * step, 0x1000000 - step);
  }

  #store(at: number, raw: number): void {
    this.#data[at] = raw & 0xff;
    this.#data[at + 1] = (raw >> 8) & 0xff;
    this.#data[at + 2] = raw >> 16;
  }
}
