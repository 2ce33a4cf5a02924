/**
 * STMicroelectronics IIS3DWB (SPI): acceleration on three axes up to 6.3 kHz, 26,667 times a second.
 * Datasheet DS12569, application note AN5444 and ST's register description iis3dwb-pid.
 *
 * `read` empties the FIFO (512 words) and is what the part is for; `sample` is the mean of a burst of 1.2 ms, which is
 * gravity and slow motion. Changing from one to the other starts the part anew. What comes over SPI has neither an
 * acknowledgement nor a checksum: tags carry a parity and are checked, settings are read back after each reading (after
 * a brown-out the part answers as if nothing had happened), and a bit that turns over in a block is one wrong sample.
 */
import { SensorFault } from "../model/sensor.js";
import type { BlockSensor, BlockStatus, SensorOptions } from "../model/sensor.js";
import { FIFOSchedule, IDENTIFY, READ, START } from "./fifo-schedule.js";
import * as chip from "./iis3dwb-registers.js";
import { oneOf } from "./options.js";
import { SPIPort } from "./spi-port.js";
import type { SPISensorIO } from "./spi-port.js";

/** m/s². */
export interface IIS3DWBSample extends Readonly<Record<string, number>> {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface IIS3DWBConfiguration {
  /** ± this many g; default 4. */
  rangeG: (typeof chip.RANGES)[number];
}

export interface IIS3DWBOptions extends SensorOptions<SPISensorIO>, Partial<IIS3DWBConfiguration> {}

/** Standard acceleration of gravity in m/s² (ISO 80000-3). */
const STANDARD_GRAVITY = 9.80665;
/** Words that one command fetches: 897 bytes of memory, and four commands for a full FIFO. */
const CHUNK_WORDS = 128;
/** Words of a sample, of which the lowest and the highest of each axis do not count. */
const BURST_WORDS = 32;

export class IIS3DWB implements BlockSensor<IIS3DWBSample, IIS3DWBConfiguration> {
  /** Of the part's own low-pass (table 2: 5 Hz to 6 kHz within 5 %, −3 dB at 6.3 kHz). */
  readonly bandwidthHz = 6300;
  readonly #port: SPIPort;
  readonly #schedule: FIFOSchedule;
  readonly #bytes = new Uint8Array(1 + chip.WORD_BYTES * CHUNK_WORDS);
  readonly #short = new Uint8Array(1 + chip.FIFO_CONTROLS);
  readonly #burst = new Int16Array(3 * BURST_WORDS);
  #configuration: IIS3DWBConfiguration;
  #scale = 0;
  // What the registers must read back as.
  #control = 0;
  #mode = chip.BYPASS;
  /** The part was told to reset and must have ended it. */
  #resetting = false;

  /**
   * The part need not be there yet: it is looked for by `sample` or `read`, every time until it answers.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: IIS3DWBOptions) {
    this.#configuration = merged(options, { rangeG: 4 });
    this.#schedule = new FIFOSchedule("iis3dwb", options.clock, chip.BOOT_MS);
    this.#port = new SPIPort("iis3dwb", options.sensor, chip.MAXIMUM_HZ, chip.MAXIMUM_HZ, chip.MODES);
    this.apply();
  }

  /** Starts the part anew; `scale` is of what is read from then on. */
  configure(options: Partial<IIS3DWBConfiguration>): void {
    this.#port.requireOpen();
    this.#configuration = merged(options, this.#configuration);
    this.apply();
  }

  /** m/s² per count of `read`. */
  get scale(): number {
    return this.#scale;
  }

  /**
   * The mean of 32 values that came after the call that asked for it, or `undefined` until they are there.
   * @throws SensorFault `bus` for a part that is absent, another part or was reset; `out-of-range` at the end of scale
   */
  sample(): IIS3DWBSample | undefined {
    this.#port.requireOpen();
    const step = this.#schedule.take(false);
    if (step === READ) return this.mean();
    if (step === START) {
      if (this.settled()) {
        this.setMode(chip.BYPASS);
        this.setMode(chip.FIFO);
        this.#schedule.then(READ, BURST_WORDS);
      }
    } else if (step === IDENTIFY) this.identify();
    return undefined;
  }

  /**
   * What the FIFO holds, as raw counts. `samples` is 0 while the part starts up; `readyInMs` then says when to ask again,
   * and later when the FIFO is half full (it lasts 19 ms). Counts at the end of scale are given as they are.
   * @param into a multiple of three long; what does not fit stays in the FIFO
   * @throws SensorFault `bus` as `sample`; the stream is then started anew, and its first block says overrun
   */
  read(into: Int16Array): BlockStatus {
    this.#port.requireOpen();
    const step = this.#schedule.take(true);
    if (step === READ) return this.drain(into);
    if (step === START) {
      if (this.settled()) {
        this.setMode(chip.BYPASS);
        this.setMode(chip.CONTINUOUS);
        this.#schedule.streams(chip.FIFO_WORDS);
      }
    } else if (step === IDENTIFY) this.identify();
    return this.#schedule.nothing();
  }

  get readyInMs(): number {
    this.#port.requireOpen();
    return this.#schedule.readyInMs;
  }

  close(): void {
    this.#port.close();
  }

  private apply(): void {
    const { rangeG } = this.#configuration;
    this.#scale = (chip.SENSITIVITY[chip.RANGES.indexOf(rangeG)]! / 1000) * STANDARD_GRAVITY;
    this.#schedule.restart(chip.RATE_HZ);
  }

  /** Is it there, and is it the right part? Then a reset, because it may have been left in any mode. */
  private identify(): void {
    const id = this.readRegisters(chip.WHO_AM_I, 1)[1]!;
    if (id !== chip.WHO_AM_I_IIS3DWB)
      throw new SensorFault("bus", `iis3dwb: WHO_AM_I 0x${id.toString(16)} is not 0x7b`);
    this.write(chip.CTRL3_C, chip.SW_RESET | chip.IF_INC);
    this.#resetting = true;
    this.#schedule.then(START, 0, chip.RESET_MS);
  }

  /** False where the reset has only now been followed by the settings, and they need time. */
  private settled(): boolean {
    if (!this.#resetting) return true;
    if (this.readRegisters(chip.CTRL3_C, 1)[1] !== chip.IF_INC)
      throw new SensorFault("bus", "iis3dwb: a reset does not end");
    this.#resetting = false;
    this.#control = chip.XL_EN | (chip.RANGE_CODES[chip.RANGES.indexOf(this.#configuration.rangeG)]! << chip.FS_SHIFT);
    this.write(chip.CTRL3_C, chip.BDU | chip.IF_INC);
    this.write(chip.CTRL1_XL, this.#control);
    this.write(chip.FIFO_CTRL3, chip.BDR_XL);
    this.#schedule.then(START, 0, chip.TURN_ON_MS);
    return false;
  }

  private mean(): IIS3DWBSample | undefined {
    if (this.level() < BURST_WORDS) return this.#schedule.again(READ);
    this.fetch(this.#burst, 0, BURST_WORDS);
    this.expectSettings();
    this.#schedule.then(START, 0);
    return { x: this.axis("x", 0), y: this.axis("y", 1), z: this.axis("z", 2) };
  }

  private axis(name: string, offset: number): number {
    const burst = this.#burst;
    let sum = 0;
    let lowest = Infinity;
    let highest = -Infinity;
    for (let i = offset; i < burst.length; i += 3) {
      const value = burst[i]!;
      sum += value;
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
    const mean = (sum - lowest - highest) / (BURST_WORDS - 2);
    if (mean < 32767 && mean > -32768) return mean * this.#scale;
    throw new SensorFault("out-of-range", `iis3dwb: ${name} is not within ±${this.#configuration.rangeG} g`);
  }

  private drain(into: Int16Array): BlockStatus {
    // Twice, because nothing guards what is read; it can only have grown in between.
    const first = this.level();
    const overrun = (this.#short[2]! & chip.OVERRUN) !== 0;
    const level = Math.min(first, this.level());
    const samples = Math.min(level, Math.floor(into.length / 3));
    for (let done = 0; done < samples; done += CHUNK_WORDS) {
      this.fetch(into, 3 * done, Math.min(CHUNK_WORDS, samples - done));
    }
    this.expectSettings();
    return this.#schedule.took(samples, level, overrun, chip.FIFO_WORDS);
  }

  /** Words in the FIFO. */
  private level(): number {
    const status = this.readRegisters(chip.FIFO_STATUS1, 2);
    const level = status[1]! | ((status[2]! & chip.DIFF_FIFO_HIGH) << 8);
    if (level > chip.FIFO_WORDS) throw new SensorFault("bus", `iis3dwb: FIFO level ${level} is more than 512`);
    return level;
  }

  /** Takes words out of the FIFO, at most {@link CHUNK_WORDS}. */
  private fetch(into: Int16Array, at: number, words: number): void {
    const bytes = this.#bytes.subarray(0, 1 + words * chip.WORD_BYTES);
    bytes[0] = chip.FIFO_DATA_OUT_TAG | chip.READ;
    this.#port.command(bytes);
    for (let i = 1; i < bytes.length; i += chip.WORD_BYTES) {
      const tag = bytes[i]!;
      if (tag >> chip.TAG_SENSOR_SHIFT !== chip.TAG_ACCELEROMETER || isOdd(tag)) {
        throw new SensorFault("bus", `iis3dwb: FIFO tag 0x${tag.toString(16)} is not of the accelerometer`);
      }
      into[at++] = bytes[i + 1]! | (bytes[i + 2]! << 8);
      into[at++] = bytes[i + 3]! | (bytes[i + 4]! << 8);
      into[at++] = bytes[i + 5]! | (bytes[i + 6]! << 8);
    }
  }

  /** Throws unless the settings are those last written. */
  private expectSettings(): void {
    const fifo = this.readRegisters(chip.FIFO_CTRL1, chip.FIFO_CONTROLS);
    let held = fifo[1] === 0 && fifo[2] === 0 && fifo[3] === chip.BDR_XL && fifo[4] === this.#mode;
    held &&= this.readRegisters(chip.CTRL1_XL, 1)[1] === this.#control;
    held &&= this.readRegisters(chip.CTRL3_C, 1)[1] === (chip.BDU | chip.IF_INC);
    if (!held) throw new SensorFault("bus", "iis3dwb: was reset");
  }

  private setMode(mode: number): void {
    this.write(chip.FIFO_CTRL4, mode);
    this.#mode = mode;
  }

  /** The answer is from index 1 on, until the next call. */
  private readRegisters(register: number, count: number): Uint8Array {
    const bytes = this.#short.subarray(0, 1 + count);
    bytes[0] = register | chip.READ;
    this.#port.command(bytes);
    return bytes;
  }

  private write(register: number, value: number): void {
    const bytes = this.#short.subarray(0, 2);
    bytes[0] = register;
    bytes[1] = value;
    this.#port.command(bytes);
  }
}

function merged({ rangeG }: Partial<IIS3DWBConfiguration>, now: IIS3DWBConfiguration): IIS3DWBConfiguration {
  return { rangeG: oneOf("iis3dwb", "rangeG", rangeG ?? now.rangeG, chip.RANGES) };
}

function isOdd(byte: number): boolean {
  const folded = byte ^ (byte >> 4);
  return ((0x6996 >> (folded & 15)) & 1) !== 0;
}
