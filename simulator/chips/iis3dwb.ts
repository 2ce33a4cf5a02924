import type { Clock } from "../../firmware/ports/clock.js";
import { Acceleration, axes, GRAVITY } from "./acceleration.js";
import type { AccelerometerOptions, Axis } from "./acceleration.js";
import { ProtocolViolation } from "./chip.js";
import type { Part, SPITarget } from "./chip.js";
import * as registers from "./iis3dwb-registers.js";
import { OutputRegisters } from "./output-registers.js";
import { SampleFifo } from "./sample-fifo.js";

/** Of the rate, to either side (assumed); the part knows it to 0.15 % and tells. */
const RATE_SPREAD = 0.03;
const FREQ_FINE_STEP = 0.0015;
/** Standard deviation in m/s². */
const NOISE = registers.NOISE_DENSITY * Math.sqrt(registers.BANDWIDTH_HZ) * GRAVITY;

/**
 * STMicroelectronics IIS3DWB, from the documents named in iis3dwb-registers.ts. Interrupts, single-axis mode, user offsets,
 * time stamps, batched temperature and the high-pass filter are not there: what would turn them on is refused. The low-pass
 * filters are not there either: the signal is taken as it is.
 */
export class IIS3DWBChip implements SPITarget, Part {
  readonly channels;
  readonly timing = { maximumHz: 10_000_000, modes: [0, 3] };
  readonly #clock: Pick<Clock, "ticks">;
  readonly #acceleration: Acceleration;
  readonly #registers = new Uint8Array(0x80);
  readonly #output = new OutputRegisters();
  readonly #fifo = new SampleFifo(registers.FIFO_DEPTH);
  // The word that is being read.
  readonly #word = new Uint8Array(7);
  #now: number;
  #answersFrom = 0;
  #resetUntil = 0;
  #commanded = false;
  #reads = false;
  #pointer = 0;
  #overrun = false;
  #overrunLatched = false;
  #tagCount = 0;
  // Samples looked at since sampling began.
  #taken = 0;

  constructor(options: AccelerometerOptions) {
    const { range } = options.statedFor ?? { range: 2 };
    this.#clock = options.clock;
    this.#now = options.clock.ticks();
    this.#acceleration = new Acceleration(options, RATE_SPREAD);
    // The last step before full scale is missing at the upper end: ±2 g are 32768 steps of 0.061 mg.
    const step = (registers.STEP_MILLIGRAMS[0] / 2) * range;
    this.channels = axes(range, (step / 2000) * GRAVITY + 6 * NOISE + range * 0.0007 * GRAVITY);
    this.#reset();
  }

  /** The part's rate over the nominal one. */
  get rateFactor(): number {
    return this.#acceleration.rateFactor;
  }

  setChannel(name: string, value: number): void {
    this.#advance();
    this.#acceleration.set("iis3dwb", name, value);
  }

  powerCycle(): void {
    this.#advance();
    this.#reset();
    this.#commanded = false;
    this.#answersFrom = this.#now + registers.BOOT_MS;
  }

  select(): void {
    this.#advance();
    this.#commanded = false;
  }

  /** A register address, whose bit 7 asks to read, then bytes (§5.1). */
  transfer(byte: number): number {
    // The part may stay selected while time passes.
    this.#advance();
    // Nobody home yet: neither asked nor answered.
    if (this.#now < this.#answersFrom) return 0;
    if (!this.#commanded) {
      this.#commanded = true;
      this.#reads = (byte & 0x80) !== 0;
      this.#pointer = byte & 0x7f;
      return 0;
    }
    const register = this.#pointer;
    // A burst through the FIFO starts anew after each word (AN5444 §7.4).
    if (register === registers.FIFO_DATA_OUT_Z_H) this.#pointer = registers.FIFO_DATA_OUT_TAG;
    else if (this.#registers[registers.CTRL3_C]! & registers.INCREMENT) this.#pointer = (register + 1) & 0x7f;
    if (this.#reads) return this.#readRegister(register);
    this.#writeRegister(register, byte);
    return 0;
  }

  deselect(): void {
    this.#commanded = false;
  }

  #readRegister(register: number): number {
    if (register >= registers.FIFO_DATA_OUT_TAG && register <= registers.FIFO_DATA_OUT_Z_H) {
      if (register === registers.FIFO_DATA_OUT_TAG) this.#nextWord();
      return this.#word[register - registers.FIFO_DATA_OUT_TAG]!;
    }
    if (register >= registers.OUTX_L_A && register <= registers.OUTZ_H_A) {
      if (register & 1) this.#registers[registers.STATUS_REG]! &= ~0x01;
      return this.#output.read(register - registers.OUTX_L_A);
    }
    if (register === registers.FIFO_STATUS1) return this.#fifo.length & 0xff;
    if (register === registers.FIFO_STATUS2) return this.#fifoStatus();
    if (registers.WRITABLE.has(register) || registers.READ_ONLY.includes(register)) return this.#registers[register]!;
    throw new ProtocolViolation(`iis3dwb: no register ${hex(register)} to read (§8)`);
  }

  #fifoStatus(): number {
    const { length } = this.#fifo;
    const watermark = this.#watermark();
    const latched = this.#overrunLatched;
    this.#overrunLatched = false;
    return (
      (watermark > 0 && length >= watermark ? 0x80 : 0) |
      (this.#overrun ? 0x40 : 0) |
      // Full by the next sample (AN5444 §7.1).
      (length >= this.#depth() - 1 ? 0x20 : 0) |
      (latched ? 0x08 : 0) |
      (length >> 8)
    );
  }

  #nextWord(): void {
    const word = this.#word.fill(0);
    if (this.#fifo.length === 0) return;
    const tag = (registers.TAG_ACCELEROMETER << 3) | (this.#tagCount << 1);
    this.#tagCount = (this.#tagCount + 1) & 3;
    word[0] = tag | (ones(tag) & 1);
    for (let axis = 0; axis < 3; axis++) {
      word[1 + 2 * axis] = this.#fifo.peek(axis) & 0xff;
      word[2 + 2 * axis] = (this.#fifo.peek(axis) >> 8) & 0xff;
    }
    this.#fifo.drop();
    this.#overrun = false;
  }

  #writeRegister(register: number, value: number): void {
    const writable = registers.WRITABLE.get(register);
    if (writable === undefined) throw new ProtocolViolation(`iis3dwb: no register ${hex(register)} to write (§8)`);
    if (value & ~writable) {
      throw new ProtocolViolation(`iis3dwb: ${hex(value)} to ${hex(register)}: bits that are reserved or not modelled`);
    }
    if (register === registers.CTRL8_XL && value & registers.HIGH_PASS) {
      throw new ProtocolViolation("iis3dwb: the high-pass filter is not modelled");
    }
    if (register === registers.FIFO_CTRL3 && value !== 0 && value !== registers.BATCHED) {
      throw new ProtocolViolation(`iis3dwb: BDR_XL ${value} is not 0 or 10 (§9.5)`);
    }
    if (register === registers.FIFO_CTRL4 && !registers.FIFO_MODES.includes(value)) {
      throw new ProtocolViolation(`iis3dwb: FIFO_MODE ${value} is reserved (§9.6)`);
    }
    const before = this.#registers[register]!;
    this.#registers[register] = value;
    if (register === registers.CTRL1_XL && (before ^ value) & 0xe0) this.#restart(value >> 5);
    else if (register === registers.CTRL3_C) this.#control(value);
    if ((this.#registers[registers.FIFO_CTRL4]! & 7) === registers.FIFO_BYPASS) this.#empty();
  }

  #control(value: number): void {
    if (value & registers.SOFTWARE_RESET) {
      this.#reset();
      this.#registers[registers.CTRL3_C]! |= registers.SOFTWARE_RESET;
      this.#resetUntil = this.#now + registers.RESET_MS;
    } else if (value & registers.BOOT) {
      this.#registers[registers.CTRL3_C] = value & ~registers.BOOT;
      this.#answersFrom = this.#now + registers.BOOT_MS;
    }
    this.#output.blockDataUpdate = (this.#registers[registers.CTRL3_C]! & registers.BLOCK_DATA_UPDATE) !== 0;
  }

  #reset(): void {
    this.#registers.fill(0);
    for (const [register, value] of registers.RESET_VALUES) this.#registers[register] = value;
    this.#registers[registers.INTERNAL_FREQ_FINE] = Math.round((this.rateFactor - 1) / FREQ_FINE_STEP);
    this.#output.reset();
    this.#empty();
    this.#word.fill(0);
    this.#tagCount = 0;
    this.#restart(0);
  }

  #empty(): void {
    this.#fifo.clear();
    this.#overrun = this.#overrunLatched = false;
  }

  #restart(enabled: number): void {
    if (enabled !== 0 && enabled !== registers.ENABLED) {
      throw new ProtocolViolation(`iis3dwb: XL_EN ${enabled} is not 0 or 5 (§9.12)`);
    }
    this.#taken = 0;
    if (enabled === 0) this.#acceleration.stop(this.#now);
    else this.#acceleration.start(this.#now, registers.RATE_HZ);
  }

  #watermark(): number {
    return this.#registers[registers.FIFO_CTRL1]! | ((this.#registers[registers.FIFO_CTRL2]! & 1) << 8);
  }

  #depth(): number {
    const limited = this.#registers[registers.FIFO_CTRL2]! & registers.STOP_ON_WATERMARK;
    return (limited && this.#watermark()) || registers.FIFO_DEPTH;
  }

  #advance(): void {
    const now = this.#clock.ticks();
    if (now < this.#now) throw new ProtocolViolation(`iis3dwb: time ran back from tick ${this.#now} to ${now}`);
    this.#now = now;
    if (now >= this.#resetUntil) this.#registers[registers.CTRL3_C]! &= ~registers.SOFTWARE_RESET;
    const ended = this.#acceleration.ended(now);
    const fresh = ended - this.#taken;
    if (fresh <= 0) return;
    this.#registers[registers.STATUS_REG] = 0x05;
    this.#output.store(this.#code(ended, 0), this.#code(ended, 1), this.#code(ended, 2));
    const mode = this.#registers[registers.FIFO_CTRL4]! & 7;
    const collects = mode !== registers.FIFO_BYPASS && !registers.FIFO_WAITING.includes(mode);
    if (collects && this.#registers[registers.FIFO_CTRL3] === registers.BATCHED) {
      this.#collect(ended, fresh, mode === registers.FIFO_FIFO);
    }
    this.#taken = ended;
  }

  /** Up to its depth the first samples that fit in, or else the last. */
  #collect(ended: number, fresh: number, stops: boolean): void {
    const depth = this.#depth();
    const room = Math.max(depth - this.#fifo.length, 0);
    const count = Math.min(fresh, stops ? room : depth);
    const skipped = stops ? this.#taken : ended - count;
    for (let i = skipped + 1; i <= skipped + count; i++) {
      if (this.#fifo.length >= depth) this.#fifo.drop();
      this.#fifo.push(this.#code(i, 0), this.#code(i, 1), this.#code(i, 2));
    }
    if (fresh > room) this.#overrun = this.#overrunLatched = true;
  }

  #code(sample: number, axis: Axis): number {
    const selfTest = [0, registers.SELF_TEST, -registers.SELF_TEST, 0][this.#registers[registers.CTRL5_C]! & 3]!;
    const milligrams = (this.#acceleration.at(sample, axis, NOISE) / GRAVITY + selfTest) * 1000;
    const steps = milligrams / registers.STEP_MILLIGRAMS[(this.#registers[registers.CTRL1_XL]! >> 2) & 3]!;
    return Math.min(Math.max(Math.round(steps), -32768), 32767);
  }
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest; rest &= rest - 1) count++;
  return count;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}
