import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import { ProtocolViolation } from "./chip.js";
import type { I2CTarget, Part } from "./chip.js";
import { Noise } from "./noise.js";

/*
 * Texas Instruments ADS1115, I2C 0x48 to 0x4B. Datasheet SBAS444, revision E (December 2024). Registers are 16 bits, most
 * significant byte first (§8). Where a time has a tolerance, this part takes the longest.
 */
const CONVERSION = 0; // two's complement, full scale / 2^15 per bit
const CONFIG = 1;
const LO_THRESH = 2;
const HI_THRESH = 3;
const POINTER = 0x03; // the other bits of the pointer byte are written 0 (§8.1.1)
const OS = 0x8000; // write 1: start a single conversion; read 1: no conversion under way
const MODE_SINGLE = 0x0100;
const CONFIG_RESET = 0x8583;
const LO_THRESH_RESET = 0x8000;
const HI_THRESH_RESET = 0x7fff;

/** Inputs by MUX code, bits 14..12: positive, and negative or ground. */
const GROUND = -1;
const INPUTS: readonly (readonly [number, number])[] = [
  [0, 1],
  [0, 3],
  [1, 3],
  [2, 3],
  [0, GROUND],
  [1, GROUND],
  [2, GROUND],
  [3, GROUND],
];
/** Full scale in V by PGA code, bits 11..9. */
const FULL_SCALE_VOLTS = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256] as const;
/** Samples per second by DR code, bits 7..5, ±10 % (§6.5, data rate variation). */
const RATES_HZ = [8, 16, 32, 64, 128, 250, 475, 860] as const;
const SLOWEST = 0.9;
/** From power-down to the start of a single conversion (§7.4.2.1). */
const WAKE_UP_MS = 0.025;
/**
 * Noise in steps: tables 6-1 and 6-2 say one step effective, at most two peak to peak, at every rate and full scale of
 * interest here; most of which is the rounding.
 */
const NOISE_STEPS = 0.35;
/** How far the inputs may be beyond ground and supply (§6.1). */
const BEYOND_VOLTS = 0.3;

export interface ADS1115ChipOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
  supplyVolts?: number;
  /** Of every reading, as a share of it; the datasheet allows ±0.0015. The same for all full scales. */
  gainError?: number;
}

/** How far a right reading may be from the truth, in V: half a step, and six deviations of noise. */
export function uncertaintyVolts(fullScaleVolts: number): number {
  return (fullScaleVolts / 32768) * (0.5 + 6 * NOISE_STEPS);
}

/** The smallest full scale in V that takes ±`volts`. */
export function fullScaleFor(volts: number): number {
  let best: number = FULL_SCALE_VOLTS[0];
  for (const fullScale of FULL_SCALE_VOLTS) if (volts < fullScale) best = fullScale;
  return best;
}

/**
 * An ADC with four inputs. A conversion takes what the inputs hold when it ends. The comparator's settings and thresholds
 * are stored; its pin, and the reset by general call, are not there. The inputs take no current.
 */
export class ADS1115Chip implements I2CTarget, Part {
  readonly channels;
  readonly #clock: Pick<Clock, "ticks">;
  readonly #noise: Noise;
  readonly #supplyVolts: number;
  readonly #gain: number;
  readonly #volts = new Float64Array(4);
  readonly #registers = new Uint16Array(4);
  #now: number;
  #pointer = CONVERSION;
  #writing = false;
  #written = 0;
  #high = 0;
  #read = 0;
  // The conversion under way: by which settings, and when it ends (Infinity: none). And how many there were.
  #settings = CONFIG_RESET;
  #due = Infinity;
  #conversions = 0;

  constructor(options: ADS1115ChipOptions) {
    const { clock, random, supplyVolts = 3.3, gainError = 0 } = options;
    this.#clock = clock;
    this.#noise = new Noise(random);
    this.#supplyVolts = supplyVolts;
    this.#gain = 1 + gainError;
    this.#now = clock.ticks();
    // At the widest full scale, which is one of the two that the supply fits in.
    const tolerance = uncertaintyVolts(FULL_SCALE_VOLTS[0]) + Math.abs(gainError) * supplyVolts;
    const channel = { minimum: -BEYOND_VOLTS, maximum: supplyVolts, tolerance, unit: "V" };
    this.channels = { a0: channel, a1: channel, a2: channel, a3: channel };
    this.#reset();
  }

  /** V to ground. */
  setChannel(name: string, value: number): void {
    this.#advance();
    const input = ["a0", "a1", "a2", "a3"].indexOf(name);
    if (input < 0) throw new RangeError(`ads1115: ${name} is not a0, a1, a2 or a3`);
    this.#volts[input] = Math.min(Math.max(value, -BEYOND_VOLTS), this.#supplyVolts + BEYOND_VOLTS);
  }

  powerCycle(): void {
    this.#advance();
    this.#reset();
  }

  start(_address: number, read: boolean): boolean {
    this.#advance();
    this.#writing = !read;
    this.#written = this.#read = 0;
    return true;
  }

  /** The pointer, and then nothing or both bytes of a register (§7.5.3). */
  write(byte: number): boolean {
    const count = this.#written++;
    if (count === 0) {
      if (byte & ~POINTER) throw new ProtocolViolation(`ads1115: pointer ${byte} is not 0 to 3 (§8.1.1)`);
      this.#pointer = byte;
    } else if (count === 1) this.#high = byte;
    else if (count === 2) this.#writeRegister((this.#high << 8) | byte);
    else throw new ProtocolViolation("ads1115: more than the two bytes of a register were written (§7.5.3)");
    return true;
  }

  read(): number {
    if (this.#writing || this.#read > 1) {
      throw new ProtocolViolation("ads1115: more than the two bytes of a register were read (§7.5.3)");
    }
    const value = this.#readRegister();
    return this.#read++ === 0 ? value >> 8 : value & 0xff;
  }

  /** Half a register is not written. */
  stop(): void {
    this.#written = this.#read = 0;
  }

  #readRegister(): number {
    const value = this.#registers[this.#pointer]!;
    if (this.#pointer !== CONFIG) return value;
    return this.#due === Infinity ? value | OS : value & ~OS;
  }

  #writeRegister(value: number): void {
    if (this.#pointer === CONVERSION)
      throw new ProtocolViolation("ads1115: the conversion register is read-only (§8.1.2)");
    this.#registers[this.#pointer] = value;
    // A conversion under way ends by the settings it was begun with (§7.4.2.2), and OS has no effect on it (§8.1.3).
    if (this.#pointer !== CONFIG || this.#due !== Infinity) return;
    if (!(value & MODE_SINGLE) || value & OS) this.#convert(this.#now + WAKE_UP_MS);
  }

  #reset(): void {
    this.#registers[CONVERSION] = 0;
    this.#registers[CONFIG] = CONFIG_RESET;
    this.#registers[LO_THRESH] = LO_THRESH_RESET;
    this.#registers[HI_THRESH] = HI_THRESH_RESET;
    this.#pointer = CONVERSION;
    this.#due = Infinity;
    this.#written = this.#read = 0;
  }

  #convert(from: number): void {
    this.#settings = this.#registers[CONFIG]!;
    this.#due = from + this.#periodMs();
  }

  #periodMs(): number {
    return 1000 / (SLOWEST * RATES_HZ[(this.#settings >> 5) & 7]!);
  }

  #advance(): void {
    const now = this.#clock.ticks();
    if (now < this.#now) throw new ProtocolViolation(`ads1115: time ran back from tick ${this.#now} to ${now}`);
    this.#now = now;
    while (now >= this.#due) {
      const ended = this.#due;
      this.#conversions++;
      this.#registers[CONVERSION] = this.#code();
      if (this.#registers[CONFIG]! & MODE_SINGLE) this.#due = Infinity;
      else {
        this.#convert(ended);
        // Of all that ended since, only the last can still be read.
        const skipped = Math.max(Math.floor((now - this.#due) / this.#periodMs()), 0);
        this.#conversions += skipped;
        this.#due += skipped * this.#periodMs();
      }
    }
  }

  /** What the inputs give by the settings of this conversion, cut off at full scale (§7.5.4). */
  #code(): number {
    const [positive, negative] = INPUTS[(this.#settings >> 12) & 7]!;
    const volts = this.#volts[positive]! - (negative === GROUND ? 0 : this.#volts[negative]!);
    const fullScale = FULL_SCALE_VOLTS[(this.#settings >> 9) & 7]!;
    const steps = ((volts * this.#gain) / fullScale) * 32768 + NOISE_STEPS * this.#noise.at(this.#conversions);
    return Math.min(Math.max(Math.round(steps), -32768), 32767) & 0xffff;
  }
}
