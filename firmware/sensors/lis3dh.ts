/**
 * STMicroelectronics LIS3DH (I2C): acceleration on three axes.
 * Datasheet DocID17530, revision 2 (December 2016), and application note AN3308.
 *
 * Two ways to use it. `sample` asks for one value; the part then runs without its FIFO, and each value is read twice.
 * `read` empties the FIFO (32 samples of three axes); the part streams, and since what is read is gone, a bit that turns
 * over on the wire is one wrong sample that nothing can tell. Changing from one to the other starts the part anew. After
 * each reading the settings are read back: after a brown-out the part answers as if nothing had happened.
 */
import { SensorFault } from "../model/sensor.js";
import type { BlockSensor, BlockStatus, SensorOptions } from "../model/sensor.js";
import { FIFOSchedule, IDENTIFY, READ, START } from "./fifo-schedule.js";
import { I2CPort } from "./i2c-port.js";
import type { I2CSensorIO } from "./i2c-port.js";
import * as chip from "./lis3dh-registers.js";
import { oneOf } from "./options.js";

/** m/s². */
export interface LIS3DHSample extends Readonly<Record<string, number>> {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface LIS3DHConfiguration {
  /**
   * Samples per second; default 400. 12 bits, except for 1600 and 5376: these are low-power mode with 8. A full FIFO is
   * read in 4.5 ms at 400 kHz, and lasts 23.8 ms at 1344 and 6 ms at 5376.
   */
  rateHz: (typeof chip.RATES)[number];
  /** ± this many g; default 4. */
  rangeG: (typeof chip.RANGES)[number];
}

export interface LIS3DHOptions extends SensorOptions<I2CSensorIO>, Partial<LIS3DHConfiguration> {}

/** Fast mode, the part's fastest. */
const USUAL_HZ = 400_000;
/** Standard acceleration of gravity in m/s² (ISO 80000-3). */
const STANDARD_GRAVITY = 9.80665;
/** A new value may come between two readings of one; so often in a row it does not. */
const ATTEMPTS = 4;

export class LIS3DH implements BlockSensor<LIS3DHSample, LIS3DHConfiguration> {
  readonly #port: I2CPort;
  readonly #schedule: FIFOSchedule;
  readonly #register = new Uint8Array(1);
  readonly #pair = new Uint8Array(2);
  readonly #control = new Uint8Array(chip.CONTROLS);
  readonly #written = new Uint8Array(chip.CONTROLS);
  readonly #data = new Uint8Array(1 + chip.SAMPLE_BYTES);
  readonly #again = new Uint8Array(chip.SAMPLE_BYTES);
  /** Only who reads blocks needs it. */
  #block: Uint8Array | undefined;
  #configuration: LIS3DHConfiguration;
  #scale = 0;

  /**
   * The part need not be there yet: it is looked for by `sample` or `read`, every time until it answers.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: LIS3DHOptions) {
    this.#configuration = merged(options, { rateHz: 400, rangeG: 4 });
    this.#schedule = new FIFOSchedule("lis3dh", options.clock, chip.BOOT_MS);
    this.#port = new I2CPort("lis3dh", options.sensor, chip.ADDRESSES, USUAL_HZ);
    this.apply();
  }

  /** Starts the part anew; `scale` is of what is read from then on. */
  configure(options: Partial<LIS3DHConfiguration>): void {
    this.#port.requireOpen();
    this.#configuration = merged(options, this.#configuration);
    this.apply();
  }

  /** m/s² per count of `read`: 12 bits stand in the upper part of 16. */
  get scale(): number {
    return this.#scale;
  }

  /** A ninth of the rate in high-resolution mode, half of it in low-power mode (table 10). */
  get bandwidthHz(): number {
    const { rateHz } = this.#configuration;
    const lowPower = (chip.RATE_BITS[chip.RATES.indexOf(rateHz)]! & chip.LPEN) !== 0;
    return rateHz / (lowPower ? 2 : 9);
  }

  /**
   * The first value after the call that asked for it, or `undefined` until there is one.
   * @throws SensorFault `bus` for a part that refuses, is another part or was reset; `out-of-range` at the end of scale
   */
  sample(): LIS3DHSample | undefined {
    this.#port.requireOpen();
    const step = this.#schedule.take(false);
    if (step === READ) return this.newest();
    if (step === START) {
      // A value that is there already is older than this call.
      this.readFrom(chip.OUT_X_L, this.#again);
      this.#schedule.then(READ, 1);
    } else if (step === IDENTIFY) this.initialise(false);
    return undefined;
  }

  /**
   * What the FIFO holds, as raw counts. `samples` is 0 while the part starts up; `readyInMs` then says when to ask again,
   * and later when the FIFO is half full. Counts at the end of scale (32752 and −32768) are given as they are.
   * @param into a multiple of three long; what does not fit stays in the FIFO
   * @throws SensorFault `bus` as `sample`; the stream is then started anew, and its first block says overrun
   */
  read(into: Int16Array): BlockStatus {
    this.#port.requireOpen();
    const step = this.#schedule.take(true);
    if (step === READ) return this.drain(into);
    if (step === START) {
      this.send(chip.FIFO_CTRL_REG, chip.STREAM);
      this.#schedule.streams(chip.FIFO_SAMPLES);
    } else if (step === IDENTIFY) this.initialise(true);
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
    const { rateHz, rangeG } = this.#configuration;
    // A digit of 12 bits is 16 counts.
    this.#scale = (chip.SENSITIVITY[chip.RANGES.indexOf(rangeG)]! / 16_000) * STANDARD_GRAVITY;
    this.#schedule.restart(rateHz);
  }

  /** Is it there, and is it the right part? Then all settings, because it may have been left in any mode. */
  private initialise(streaming: boolean): void {
    const { rateHz, rangeG } = this.#configuration;
    const id = this.readFrom(chip.WHO_AM_I, new Uint8Array(1))[0]!;
    if (id !== chip.WHO_AM_I_LIS3DH) throw new SensorFault("bus", `lis3dh: WHO_AM_I 0x${id.toString(16)} is not 0x33`);
    const rate = chip.RATE_BITS[chip.RATES.indexOf(rateHz)]!;
    const control = this.#written;
    control[0] = rate | chip.ALL_AXES;
    const resolution = rate & chip.LPEN ? 0 : chip.HR;
    control[chip.CTRL_REG4 - chip.CTRL_REG1] = chip.BDU | (chip.RANGES.indexOf(rangeG) << chip.FS_SHIFT) | resolution;
    control[chip.CTRL_REG5 - chip.CTRL_REG1] = streaming ? chip.FIFO_EN : 0;
    this.send(chip.FIFO_CTRL_REG, chip.BYPASS);
    const bytes = new Uint8Array(1 + chip.CONTROLS);
    bytes[0] = chip.CTRL_REG1 | chip.INCREMENT;
    bytes.set(control, 1);
    this.#port.write(bytes);
    this.#schedule.then(START, chip.TURN_ON_PERIODS);
  }

  private newest(): LIS3DHSample | undefined {
    const data = this.readFrom(chip.STATUS_REG, this.#data);
    if ((data[0]! & chip.ZYXDA) === 0) return this.#schedule.again(READ);
    const again = this.#again;
    for (let attempt = 1; ; attempt++) {
      this.readFrom(chip.OUT_X_L, again);
      if (sameAfterStatus(data, again)) break;
      if (attempt === ATTEMPTS) throw new SensorFault("bus", "lis3dh: no two readings agree");
      data.set(again, 1);
    }
    this.expectSettings();
    this.#schedule.then(START, 0);
    return {
      x: this.acceleration("x", again, 0),
      y: this.acceleration("y", again, 2),
      z: this.acceleration("z", again, 4),
    };
  }

  private acceleration(axis: string, bytes: Uint8Array, at: number): number {
    const count = ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
    if (count < chip.MAXIMUM && count > chip.MINIMUM) return count * this.#scale;
    throw new SensorFault("out-of-range", `lis3dh: ${axis} is not within ±${this.#configuration.rangeG} g`);
  }

  private drain(into: Int16Array): BlockStatus {
    // Twice, because nothing guards what is read; it can only have grown in between.
    const level = Math.min(this.level(), this.level());
    const samples = Math.min(level, Math.floor(into.length / 3));
    if (samples > 0) {
      const block = (this.#block ??= new Uint8Array(chip.FIFO_SAMPLES * chip.SAMPLE_BYTES));
      // After OUT_Z_H comes OUT_X_L of the next sample (AN3308, reading the FIFO).
      this.readFrom(chip.OUT_X_L, block.subarray(0, samples * chip.SAMPLE_BYTES));
      for (let i = 0; i < samples * 3; i++) into[i] = block[2 * i]! | (block[2 * i + 1]! << 8);
    }
    this.expectSettings();
    return this.#schedule.took(samples, level, level === chip.FIFO_SAMPLES, chip.FIFO_SAMPLES);
  }

  /** Samples in the FIFO; 32 may be more that have come and gone. */
  private level(): number {
    const pair = this.readFrom(chip.FIFO_CTRL_REG, this.#pair);
    if (pair[0] !== chip.STREAM) throw reset();
    const source = pair[1]!;
    if (source & chip.OVRN_FIFO) return chip.FIFO_SAMPLES;
    return source & chip.EMPTY ? 0 : source & chip.FSS;
  }

  /** Throws unless the settings are those last written. */
  private expectSettings(): void {
    const control = this.readFrom(chip.CTRL_REG1, this.#control);
    for (let i = 0; i < control.length; i++) if (control[i] !== this.#written[i]) throw reset();
  }

  private readFrom(register: number, into: Uint8Array): Uint8Array {
    this.#register[0] = register | (into.length > 1 ? chip.INCREMENT : 0);
    this.#port.writeRead(this.#register, into);
    return into;
  }

  private send(register: number, value: number): void {
    this.#port.write(Uint8Array.of(register, value));
  }
}

function merged(options: Partial<LIS3DHConfiguration>, now: LIS3DHConfiguration): LIS3DHConfiguration {
  return {
    rateHz: oneOf("lis3dh", "rateHz", options.rateHz ?? now.rateHz, chip.RATES),
    rangeG: oneOf("lis3dh", "rangeG", options.rangeG ?? now.rangeG, chip.RANGES),
  };
}

function reset(): SensorFault {
  return new SensorFault("bus", "lis3dh: was reset");
}

function sameAfterStatus(data: Uint8Array, again: Uint8Array): boolean {
  for (let i = 0; i < again.length; i++) if (data[1 + i] !== again[i]) return false;
  return true;
}
