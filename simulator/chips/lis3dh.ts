import type { Clock } from "../../firmware/ports/clock.js";
import { Acceleration, axes, GRAVITY } from "./acceleration.js";
import type { AccelerometerOptions, Axis } from "./acceleration.js";
import { ProtocolViolation } from "./chip.js";
import type { I2CTarget, Part } from "./chip.js";
import * as registers from "./lis3dh-registers.js";
import type { Mode } from "./lis3dh-registers.js";
import { OutputRegisters } from "./output-registers.js";
import { SampleFifo } from "./sample-fifo.js";

/** Of the rate, to either side; the datasheet does not say (assumed). */
const RATE_SPREAD = 0.04;

/**
 * STMicroelectronics LIS3DH, from the documents named in lis3dh-registers.ts. Samples come at the part's own rate; after a
 * change of mode they settle. Interrupts, clicks, the high-pass filter and the auxiliary ADC are not there: their registers
 * are stored, and filtered output is refused.
 */
export class LIS3DHChip implements I2CTarget, Part {
  readonly channels;
  readonly #clock: Pick<Clock, "ticks">;
  readonly #acceleration: Acceleration;
  readonly #registers = new Uint8Array(registers.ACT_DUR + 1);
  readonly #output = new OutputRegisters();
  readonly #fifo = new SampleFifo(registers.FIFO_DEPTH);
  #now: number;
  #answersFrom = 0;
  #bootedAt = 0;
  #pointer = 0;
  #increments = false;
  #written = 0;
  #rateHz = 0;
  // Samples looked at since sampling began.
  #taken = 0;

  constructor(options: AccelerometerOptions) {
    const { range, rateHz } = options.statedFor ?? { range: 2, rateHz: 400 };
    this.#clock = options.clock;
    this.#now = options.clock.ticks();
    this.#acceleration = new Acceleration(options, RATE_SPREAD);
    // In normal mode: half a step, and six deviations at the stated rate.
    const step = registers.NORMAL_MODE.stepMilligrams[[2, 4, 8, 16].indexOf(range)]! / 1000;
    const noise = registers.NOISE_DENSITY * Math.sqrt(rateHz * registers.NORMAL_MODE.bandwidth);
    this.channels = axes(range, (step / 2 + 6 * noise) * GRAVITY);
    this.#reset();
  }

  /** The part's rate over the nominal one. */
  get rateFactor(): number {
    return this.#acceleration.rateFactor;
  }

  setChannel(name: string, value: number): void {
    this.#advance();
    this.#acceleration.set("lis3dh", name, value);
  }

  powerCycle(): void {
    this.#advance();
    this.#reset();
    this.#answersFrom = this.#now + registers.BOOT_MS;
  }

  start(_address: number, read: boolean): boolean {
    this.#advance();
    if (!read) this.#written = 0;
    return this.#now >= this.#answersFrom;
  }

  /** A sub-address, whose bit 7 asks to go on to the next register by itself, then values (§6.1.1). */
  write(byte: number): boolean {
    if (this.#written++ === 0) {
      this.#pointer = byte & 0x7f;
      this.#increments = (byte & 0x80) !== 0;
    } else {
      this.#writeRegister(this.#pointer, byte);
      this.#next();
    }
    return true;
  }

  read(): number {
    const byte = this.#readRegister(this.#pointer);
    this.#next();
    return byte;
  }

  stop(): void {
    this.#written = 0;
  }

  #next(): void {
    if (!this.#increments) return;
    // With the FIFO on, a burst goes through it (AN3308 §9.4).
    if (this.#pointer === registers.OUT_Z_H && this.#collecting()) this.#pointer = registers.OUT_X_L;
    else this.#pointer++;
  }

  #readRegister(register: number): number {
    if (register >= registers.OUT_X_L && register <= registers.OUT_Z_H) return this.#readOutput(register);
    if (register === registers.FIFO_SRC_REG) return this.#fifoSource();
    const known = register >= registers.CTRL_REG0 && register <= registers.ACT_DUR;
    if (known || register === registers.WHO_AM_I) return this.#registers[register]!;
    if (register >= registers.OUT_ADC && register < registers.WHO_AM_I - 1) return 0;
    throw new ProtocolViolation(`lis3dh: no register ${hex(register)} to read (§7)`);
  }

  #readOutput(register: number): number {
    const index = register - registers.OUT_X_L;
    const order = this.#registers[registers.CTRL_REG4]! & registers.BIG_ENDIAN ? 1 : 0;
    const byte = this.#output.read(index ^ order);
    // A high half takes back what is known of its axis, and with the last axis what is known of all (§8.15).
    if (index & 1) {
      this.#registers[registers.STATUS_REG]! &= ~(0x11 << (index >> 1));
      if (!(this.#registers[registers.STATUS_REG]! & 0x07)) this.#registers[registers.STATUS_REG] = 0;
    }
    if (register === registers.OUT_Z_H && this.#collecting()) {
      this.#fifo.drop();
      this.#show();
    }
    return byte;
  }

  #writeRegister(register: number, value: number): void {
    const known = register >= registers.CTRL_REG0 && register <= registers.ACT_DUR;
    const output = register >= registers.OUT_X_L && register <= registers.OUT_Z_H;
    if (!known || output || registers.READ_ONLY.includes(register)) {
      throw new ProtocolViolation(`lis3dh: no register ${hex(register)} to write (§7)`);
    }
    if (register === registers.CTRL_REG0 && (value & 0x7f) !== 0x10) {
      throw new ProtocolViolation(`lis3dh: CTRL_REG0 ${hex(value)} is not 0x10 or 0x90 (§8.6)`);
    }
    if (register === registers.CTRL_REG2 && value & registers.FILTERED_DATA) {
      throw new ProtocolViolation("lis3dh: the high-pass filter is not modelled");
    }
    const before = this.#registers[register]!;
    this.#registers[register] = value;
    if (register === registers.CTRL_REG1 && (before ^ value) & 0xf8) this.#restart();
    else if (register === registers.CTRL_REG4) {
      this.#output.blockDataUpdate = (value & registers.BLOCK_DATA_UPDATE) !== 0;
      if ((before ^ value) & registers.HIGH_RESOLUTION) this.#restart();
    } else if (register === registers.CTRL_REG5 && value & registers.BOOT)
      this.#bootedAt = this.#now + registers.BOOT_MS;
    if (!this.#collecting()) this.#fifo.clear();
  }

  #reset(): void {
    this.#registers.fill(0);
    for (const [register, value] of registers.RESET_VALUES) this.#registers[register] = value;
    this.#output.reset();
    this.#fifo.clear();
    this.#pointer = this.#written = 0;
    this.#increments = false;
    this.#acceleration.stop(this.#now);
    this.#taken = 0;
  }

  /** Rate and mode as they are now (§8.8). */
  #restart(): void {
    const code = this.#registers[registers.CTRL_REG1]! >> 4;
    const lowPower = (this.#registers[registers.CTRL_REG1]! & registers.LOW_POWER) !== 0;
    const nominal = registers.RATES_HZ[code];
    if (nominal === undefined || (code === registers.ONLY_LOW_POWER && !lowPower)) {
      throw new ProtocolViolation(`lis3dh: ODR ${code} is no rate in this mode (§8.8)`);
    }
    if (code !== 0 && lowPower && this.#registers[registers.CTRL_REG4]! & registers.HIGH_RESOLUTION) {
      throw new ProtocolViolation("lis3dh: LPen and HR are both set, which is not allowed (§3.2.1)");
    }
    const { FASTEST_LOW_POWER: fastest } = registers;
    this.#taken = 0;
    this.#rateHz = lowPower && code === fastest.code ? fastest.rateHz : nominal;
    if (code === 0) this.#acceleration.stop(this.#now);
    else this.#acceleration.start(this.#now, this.#rateHz);
  }

  #mode(): Mode {
    if (this.#registers[registers.CTRL_REG1]! & registers.LOW_POWER) return registers.LOW_POWER_MODE;
    const high = this.#registers[registers.CTRL_REG4]! & registers.HIGH_RESOLUTION;
    return high ? registers.HIGH_RESOLUTION_MODE : registers.NORMAL_MODE;
  }

  /** The FIFO takes samples. */
  #collecting(): boolean {
    const enabled = (this.#registers[registers.CTRL_REG5]! & registers.FIFO_ENABLE) !== 0;
    return enabled && this.#registers[registers.FIFO_CTRL_REG]! >> 6 !== registers.FIFO_BYPASS;
  }

  /** A full FIFO counts 31 and says overrun (AN3308 §9.2). */
  #fifoSource(): number {
    const { length } = this.#fifo;
    const threshold = this.#registers[registers.FIFO_CTRL_REG]! & 0x1f;
    const flags = (length > threshold ? 0x80 : 0) | (length === registers.FIFO_DEPTH ? 0x40 : 0) | (length ? 0 : 0x20);
    return flags | Math.min(length, registers.FIFO_DEPTH - 1);
  }

  #advance(): void {
    const now = this.#clock.ticks();
    if (now < this.#now) throw new ProtocolViolation(`lis3dh: time ran back from tick ${this.#now} to ${now}`);
    this.#now = now;
    if (now >= this.#bootedAt) this.#registers[registers.CTRL_REG5]! &= ~registers.BOOT;
    const ended = this.#acceleration.ended(now);
    const fresh = ended - this.#taken;
    if (fresh <= 0) return;
    this.#registers[registers.STATUS_REG] = this.#registers[registers.STATUS_REG]! & 0x08 || fresh > 1 ? 0xff : 0x0f;
    if (!this.#collecting()) this.#output.store(this.#code(ended, 0), this.#code(ended, 1), this.#code(ended, 2));
    else {
      // In FIFO mode the first samples that still fit in, else the last.
      const stops = this.#registers[registers.FIFO_CTRL_REG]! >> 6 === registers.FIFO_FIFO;
      const count = Math.min(fresh, stops ? registers.FIFO_DEPTH - this.#fifo.length : registers.FIFO_DEPTH);
      const skipped = stops ? this.#taken : ended - count;
      for (let i = skipped + 1; i <= skipped + count; i++) {
        this.#fifo.push(this.#code(i, 0), this.#code(i, 1), this.#code(i, 2));
      }
      this.#show();
    }
    this.#taken = ended;
  }

  /** The oldest sample of the FIFO is what the output registers hold; the last one read stays. */
  #show(): void {
    if (this.#fifo.length > 0) this.#output.store(this.#fifo.peek(0), this.#fifo.peek(1), this.#fifo.peek(2));
  }

  #code(sample: number, axis: Axis): number {
    const control1 = this.#registers[registers.CTRL_REG1]!;
    const control4 = this.#registers[registers.CTRL_REG4]!;
    if (!(control1 & (1 << axis))) return 0;
    const { bits, stepMilligrams, settling, bandwidth } = this.#mode();
    const noise = registers.NOISE_DENSITY * Math.sqrt(this.#rateHz * bandwidth) * GRAVITY;
    const selfTest = [0, registers.SELF_TEST, -registers.SELF_TEST, 0][(control4 >> 1) & 3]!;
    const settled = Math.min(sample / settling, 1);
    const milligrams = (this.#acceleration.at(sample, axis, noise) / GRAVITY + selfTest) * settled * 1000;
    const limit = 1 << (bits - 1);
    const steps = Math.round(milligrams / stepMilligrams[(control4 >> 4) & 3]!);
    return Math.min(Math.max(steps, -limit), limit - 1) << (16 - bits);
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}
