import type { Clock } from "../../firmware/ports/clock.js";
import { Acceleration, axes, GRAVITY } from "./acceleration.js";
import type { AccelerometerOptions, Axis } from "./acceleration.js";
import { ProtocolViolation } from "./chip.js";
import type { I2CTarget, Part } from "./chip.js";
import { SampleFifo } from "./sample-fifo.js";

/*
 * Analog Devices ADXL345, I2C 0x53 or 0x1D. Data sheet revision G. Registers are 8 bits ("Register Map", table 19).
 */
const DEVID = 0x00;
const DEVID_VALUE = 0xe5;
const FIRST = 0x1d; // what lies between is reserved
const OFSX = 0x1e; // to 0x20; two's complement, 15.6 mg per bit
const ACT_TAP_STATUS = 0x2b;
const BW_RATE = 0x2c; // bits 4 LOW_POWER, 3..0 rate
const POWER_CTL = 0x2d; // bits 5 Link, 4 AUTO_SLEEP, 3 Measure, 2 Sleep, 1..0 Wakeup
const MEASURE = 0x08;
const SLEEPS = 0x14;
const INT_SOURCE = 0x30; // bits 7 DATA_READY, 1 Watermark, 0 Overrun, and those of motion
const DATA_FORMAT = 0x31; // bits 7 SELF_TEST, 6 SPI, 5 INT_INVERT, 3 FULL_RES, 2 Justify, 1..0 Range
const FULL_RESOLUTION = 0x08;
const LEFT_JUSTIFIED = 0x04;
const DATAX0 = 0x32; // to 0x37; x, y, z, least significant byte first, two's complement
const DATAZ1 = 0x37;
const FIFO_CTL = 0x38; // bits 7..6 FIFO_MODE, 5 Trigger, 4..0 Samples
const FIFO_BYPASS = 0;
const FIFO_FIFO = 1; // 2: stream; 3: stream until a trigger, of which there are none here
const FIFO_STATUS = 0x39; // bits 7 FIFO_TRIG, 5..0 Entries; the last register

const READ_ONLY: readonly number[] = [DEVID, ACT_TAP_STATUS, INT_SOURCE, FIFO_STATUS];
/** 32 in the FIFO, and the one in the data registers ("FIFO_STATUS"). */
const ENTRIES = 33;
/** Rate code 15; each code less is half the rate (table 7). */
const FASTEST_HZ = 3200;
/** Codes whose words are even where a step is 3.9 mg ("Data Formatting of Upper Data Rates"). */
const UPPER_RATES = 14;
/** Full resolution in steps per g, at any range (table 1). */
const STEPS_PER_G = 256;
const OFFSET_G = 0.0156;
/** Deviation of x, y and z in steps at 100 Hz; it grows with the root of the rate (table 1, figure 13 of noise). */
const NOISE_STEPS = [0.75, 0.75, 1.1] as const;
/** Change of the output under self-test in g, within table 15. */
const SELF_TEST = [0.6, -0.6, 1] as const;
/** From the supply to standby, in which the part answers, and from standby to measuring, less a sample (table 1). */
const START_MS = 1.1;
/** Of the rate, to either side; the data sheet does not say (assumed). */
const RATE_SPREAD = 0.04;

/**
 * A 13-bit accelerometer. Taps, activity, free fall, sleep and the interrupt pins are not there: their registers are
 * stored, sleep is refused.
 */
export class ADXL345Chip implements I2CTarget, Part {
  readonly channels;
  readonly #clock: Pick<Clock, "ticks">;
  readonly #acceleration: Acceleration;
  readonly #registers = new Uint8Array(FIFO_STATUS + 1);
  readonly #fifo = new SampleFifo(ENTRIES);
  // What the data registers hold.
  readonly #data = new Int16Array(3);
  #now: number;
  #answersFrom = 0;
  #pointer = 0;
  #written = 0;
  // Data were read in this transaction: when it ends, the next sample moves up.
  #reading = false;
  #unread = false;
  #overrun = false;
  // Samples looked at since sampling began.
  #taken = 0;

  constructor(options: AccelerometerOptions) {
    const { range, rateHz } = options.statedFor ?? { range: 2, rateHz: 400 };
    this.#clock = options.clock;
    this.#now = options.clock.ticks();
    this.#acceleration = new Acceleration(options, RATE_SPREAD);
    // In full resolution, whose steps are two at the upper rates: half of two, and six deviations of z.
    const steps = 1 + 6 * NOISE_STEPS[2] * Math.sqrt(rateHz / 100);
    this.channels = axes(range, (steps / STEPS_PER_G) * GRAVITY);
    this.#reset();
  }

  /** The part's rate over the nominal one. */
  get rateFactor(): number {
    return this.#acceleration.rateFactor;
  }

  setChannel(name: string, value: number): void {
    this.#advance();
    this.#acceleration.set("adxl345", name, value);
  }

  powerCycle(): void {
    this.#advance();
    this.#reset();
    this.#answersFrom = this.#now + START_MS;
  }

  start(_address: number, read: boolean): boolean {
    this.#advance();
    if (!read) this.#written = 0;
    return this.#now >= this.#answersFrom;
  }

  /** A register address, then values; the address goes on by itself ("Serial Communications"). */
  write(byte: number): boolean {
    if (this.#written++ === 0) this.#pointer = byte;
    else this.#writeRegister(this.#pointer++, byte);
    return true;
  }

  read(): number {
    const register = this.#pointer++;
    const byte = this.#readRegister(register);
    if (register === DATAZ1) this.#shift();
    return byte;
  }

  /** Whatever of a sample was read, it is gone ("Retrieving Data from FIFO"). */
  stop(): void {
    this.#written = 0;
    this.#shift();
  }

  #readRegister(register: number): number {
    if (register >= DATAX0 && register <= DATAZ1) {
      this.#reading = true;
      const index = register - DATAX0;
      return (this.#data[index >> 1]! >> (8 * (index & 1))) & 0xff;
    }
    if (register === INT_SOURCE) return this.#source();
    if (register === FIFO_STATUS) return this.#collecting() ? this.#fifo.length : 0;
    if (register === DEVID || (register >= FIRST && register < FIFO_STATUS)) return this.#registers[register]!;
    throw new ProtocolViolation(`adxl345: no register ${hex(register)} to read (table 19)`);
  }

  #writeRegister(register: number, value: number): void {
    const data = register >= DATAX0 && register <= DATAZ1;
    if (register < FIRST || register > FIFO_STATUS || data || READ_ONLY.includes(register)) {
      throw new ProtocolViolation(`adxl345: no register ${hex(register)} to write (table 19)`);
    }
    if (register === POWER_CTL && value & SLEEPS) throw new ProtocolViolation("adxl345: sleep is not modelled");
    const before = this.#registers[register]!;
    this.#registers[register] = value;
    if (register === POWER_CTL && (before ^ value) & MEASURE) this.#restart();
    else if (register === BW_RATE && before !== value) this.#restart();
    else if (register === FIFO_CTL && !this.#collecting()) {
      this.#fifo.clear();
      this.#overrun = false;
    }
  }

  #reset(): void {
    this.#registers.fill(0);
    this.#registers[DEVID] = DEVID_VALUE;
    this.#registers[BW_RATE] = 0x0a;
    this.#fifo.clear();
    this.#data.fill(0);
    this.#pointer = this.#written = 0;
    this.#reading = this.#unread = this.#overrun = false;
    this.#restart();
  }

  #restart(): void {
    this.#taken = 0;
    if (!(this.#registers[POWER_CTL]! & MEASURE)) this.#acceleration.stop(this.#now);
    else this.#acceleration.start(this.#now + START_MS, this.#rateHz());
  }

  #rateHz(): number {
    return FASTEST_HZ / (1 << (15 - (this.#registers[BW_RATE]! & 0x0f)));
  }

  #collecting(): boolean {
    return this.#registers[FIFO_CTL]! >> 6 !== FIFO_BYPASS;
  }

  /** DATA_READY, Watermark and Overrun are there whether enabled or not ("INT_SOURCE"). */
  #source(): number {
    const entries = this.#collecting() ? this.#fifo.length : 0;
    const ready = this.#collecting() ? entries > 0 : this.#unread;
    const watermark = entries >= (this.#registers[FIFO_CTL]! & 0x1f);
    return (ready ? 0x80 : 0) | (watermark ? 0x02 : 0) | (this.#overrun ? 0x01 : 0);
  }

  #shift(): void {
    if (!this.#reading) return;
    this.#reading = this.#unread = this.#overrun = false;
    if (!this.#collecting()) return;
    this.#fifo.drop();
    this.#show();
  }

  /** The oldest sample is what the data registers hold; the last one read stays. */
  #show(): void {
    if (this.#fifo.length > 0) for (let axis = 0; axis < 3; axis++) this.#data[axis] = this.#fifo.peek(axis);
  }

  #advance(): void {
    const now = this.#clock.ticks();
    if (now < this.#now) throw new ProtocolViolation(`adxl345: time ran back from tick ${this.#now} to ${now}`);
    this.#now = now;
    const ended = this.#acceleration.ended(now);
    const fresh = ended - this.#taken;
    if (fresh <= 0) return;
    if (!this.#collecting()) {
      this.#overrun ||= this.#unread || fresh > 1;
      this.#unread = true;
      for (const axis of [0, 1, 2] as const) this.#data[axis] = this.#code(ended, axis);
    } else {
      // In FIFO mode the first samples that still fit in, else the last.
      const stops = this.#registers[FIFO_CTL]! >> 6 === FIFO_FIFO;
      const count = Math.min(fresh, stops ? ENTRIES - this.#fifo.length : ENTRIES);
      const skipped = stops ? this.#taken : ended - count;
      for (let i = skipped + 1; i <= skipped + count; i++) {
        this.#fifo.push(this.#code(i, 0), this.#code(i, 1), this.#code(i, 2));
      }
      this.#overrun ||= this.#fifo.length === ENTRIES;
      this.#show();
    }
    this.#taken = ended;
  }

  #code(sample: number, axis: Axis): number {
    const format = this.#registers[DATA_FORMAT]!;
    const full = (format & FULL_RESOLUTION) !== 0;
    const range = format & 3;
    const noise = ((NOISE_STEPS[axis] * Math.sqrt(this.#rateHz() / 100)) / STEPS_PER_G) * GRAVITY;
    const offset = ((this.#registers[OFSX + axis]! << 24) >> 24) * OFFSET_G;
    const gravities =
      this.#acceleration.at(sample, axis, noise) / GRAVITY + offset + (format & 0x80 ? SELF_TEST[axis] : 0);
    const bits = full ? 10 + range : 10;
    const steps = gravities * (full ? STEPS_PER_G : STEPS_PER_G >> range);
    const even = (full || range === 0) && (this.#registers[BW_RATE]! & 0x0f) >= UPPER_RATES;
    const limit = 1 << (bits - 1);
    const code = Math.min(
      Math.max(even ? 2 * Math.round(steps / 2) : Math.round(steps), -limit),
      limit - (even ? 2 : 1),
    );
    return format & LEFT_JUSTIFIED ? code << (16 - bits) : code;
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}
