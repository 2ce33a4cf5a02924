/**
 * Analog Devices ADXL345 (I2C): acceleration on three axes. Datasheet revision G.
 *
 * Two ways to use it. `sample` asks for one value; the part then runs without its FIFO, and each value is read twice.
 * `read` empties the FIFO (32 samples of three axes); the part streams, and since what is read is gone, a bit that turns
 * over on the wire is one wrong sample that nothing can tell. Changing from one to the other starts the part anew. After
 * each reading the settings are read back: after a brown-out the part answers as if nothing had happened.
 */
import { SensorFault } from "../model/sensor.js";
import type { BlockSensor, BlockStatus, SensorOptions } from "../model/sensor.js";
import * as chip from "./adxl345-registers.js";
import { FIFOSchedule, IDENTIFY, READ, START } from "./fifo-schedule.js";
import { I2CPort } from "./i2c-port.js";
import type { I2CSensorIO } from "./i2c-port.js";
import { oneOf } from "./options.js";

/** m/s². */
export interface ADXL345Sample extends Readonly<Record<string, number>> {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export interface ADXL345Configuration {
  /**
   * Samples per second; default 100. The bus sets a limit: 800 at 400 kHz, 200 at 100 kHz (section I2C, last paragraph:
   * above it samples get lost and noise is added). 1600 and 3200 are the part's, but for SPI.
   */
  rateHz: (typeof chip.RATES)[number];
  /** ± this many g, 1/256 g per count in all of them (FULL_RES); default 16. */
  rangeG: (typeof chip.RANGES)[number];
}

export interface ADXL345Options extends SensorOptions<I2CSensorIO>, Partial<ADXL345Configuration> {}

/** Standard acceleration of gravity in m/s² (ISO 80000-3). */
const STANDARD_GRAVITY = 9.80665;
/** A new value may come between two readings of one; so often in a row it does not. */
const ATTEMPTS = 4;

export class ADXL345 implements BlockSensor<ADXL345Sample, ADXL345Configuration> {
  /** m/s² per count of `read`. */
  readonly scale = STANDARD_GRAVITY / chip.COUNTS_PER_G;
  readonly #port: I2CPort;
  readonly #schedule: FIFOSchedule;
  readonly #busHz: number;
  readonly #register = new Uint8Array(1);
  readonly #pair = new Uint8Array(2);
  readonly #source = new Uint8Array(1);
  readonly #settings = new Uint8Array(chip.DATA_FORMAT - chip.BW_RATE + 1);
  readonly #data = new Uint8Array(chip.SAMPLE_BYTES);
  readonly #again = new Uint8Array(chip.SAMPLE_BYTES);
  #configuration: ADXL345Configuration;
  // What the registers must read back as.
  #rateCode = 0;
  #format = 0;

  /**
   * The part need not be there yet: it is looked for by `sample` or `read`, every time until it answers.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: ADXL345Options) {
    this.#busHz = options.sensor.hz ?? chip.USUAL_HZ;
    this.#configuration = merged(options, { rateHz: 100, rangeG: 16 }, this.#busHz);
    this.#schedule = new FIFOSchedule("adxl345", options.clock, chip.TURN_ON_MS);
    this.#port = new I2CPort("adxl345", options.sensor, chip.ADDRESSES, chip.USUAL_HZ);
    this.#schedule.restart(this.#configuration.rateHz);
  }

  /** Starts the part anew. */
  configure(options: Partial<ADXL345Configuration>): void {
    this.#port.requireOpen();
    this.#configuration = merged(options, this.#configuration, this.#busHz);
    this.#schedule.restart(this.#configuration.rateHz);
  }

  /** Half the rate (table 7). */
  get bandwidthHz(): number {
    return this.#configuration.rateHz / 2;
  }

  /**
   * The first value after the call that asked for it, or `undefined` until there is one.
   * @throws SensorFault `bus` for a part that refuses, is another part or was reset; `out-of-range` at the end of scale
   */
  sample(): ADXL345Sample | undefined {
    this.#port.requireOpen();
    const step = this.#schedule.take(false);
    if (step === READ) return this.newest();
    if (step === START) {
      // A value that is there already is older than this call.
      this.readFrom(chip.DATAX0, this.#data);
      this.#schedule.then(READ, 1);
    } else if (step === IDENTIFY) this.initialise();
    return undefined;
  }

  /**
   * What the FIFO holds, as raw counts. `samples` is 0 while the part starts up; `readyInMs` then says when to ask again,
   * and later when the FIFO is half full. Counts at the end of scale are given as they are.
   * @param into a multiple of three long; what does not fit stays in the FIFO
   * @throws SensorFault `bus` as `sample`; the stream is then started anew, and its first block says overrun
   */
  read(into: Int16Array): BlockStatus {
    this.#port.requireOpen();
    const step = this.#schedule.take(true);
    if (step === READ) return this.drain(into);
    if (step === START) {
      this.send(chip.FIFO_CTL, chip.STREAM);
      this.#schedule.streams(chip.FIFO_SAMPLES);
    } else if (step === IDENTIFY) this.initialise();
    return this.#schedule.nothing();
  }

  get readyInMs(): number {
    this.#port.requireOpen();
    return this.#schedule.readyInMs;
  }

  close(): void {
    this.#port.close();
  }

  /** Is it there, and is it the right part? Then all settings, because it may have been left in any mode. */
  private initialise(): void {
    const { rateHz, rangeG } = this.#configuration;
    const id = this.readFrom(chip.DEVID, new Uint8Array(1))[0]!;
    if (id !== chip.DEVID_ADXL345) throw new SensorFault("bus", `adxl345: DEVID 0x${id.toString(16)} is not 0xe5`);
    this.#rateCode = chip.RATE_CODES[chip.RATES.indexOf(rateHz)]!;
    this.#format = chip.FULL_RES | chip.RANGES.indexOf(rangeG);
    // Settings are best changed in standby (section Power Sequencing); bypass empties the FIFO.
    this.send(chip.POWER_CTL, 0);
    this.send(chip.FIFO_CTL, chip.BYPASS);
    this.send(chip.DATA_FORMAT, this.#format);
    this.send(chip.INT_ENABLE, 0);
    this.#port.write(Uint8Array.of(chip.OFSX, 0, 0, 0));
    this.send(chip.BW_RATE, this.#rateCode);
    this.send(chip.POWER_CTL, chip.MEASURE);
    this.#schedule.then(START, chip.TURN_ON_PERIODS, chip.TURN_ON_MS);
  }

  private newest(): ADXL345Sample | undefined {
    if ((this.readFrom(chip.INT_SOURCE, this.#source)[0]! & chip.DATA_READY) === 0) {
      return this.#schedule.again(READ);
    }
    const data = this.readFrom(chip.DATAX0, this.#data);
    const again = this.#again;
    for (let attempt = 1; ; attempt++) {
      this.readFrom(chip.DATAX0, again);
      if (same(data, again)) break;
      if (attempt === ATTEMPTS) throw new SensorFault("bus", "adxl345: no two readings agree");
      data.set(again);
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
    const { rangeG } = this.#configuration;
    const limit = rangeG * chip.COUNTS_PER_G;
    if (count < limit - 1 && count > -limit) return count * this.scale;
    throw new SensorFault("out-of-range", `adxl345: ${axis} is not within ±${rangeG} g`);
  }

  private drain(into: Int16Array): BlockStatus {
    const overrun = (this.readFrom(chip.INT_SOURCE, this.#source)[0]! & chip.OVERRUN) !== 0;
    // Twice, because nothing guards what is read; it can only have grown in between.
    const level = Math.min(this.level(), this.level());
    const samples = Math.min(level, Math.floor(into.length / 3));
    const data = this.#data;
    // Each burst takes one sample out. The 5 µs that must lie between two are less than their addresses take.
    for (let i = 0; i < samples * 3; i += 3) {
      this.readFrom(chip.DATAX0, data);
      into[i] = data[0]! | (data[1]! << 8);
      into[i + 1] = data[2]! | (data[3]! << 8);
      into[i + 2] = data[4]! | (data[5]! << 8);
    }
    this.expectSettings();
    return this.#schedule.took(samples, level, overrun, chip.FIFO_SAMPLES);
  }

  /** Samples in the FIFO. */
  private level(): number {
    const pair = this.readFrom(chip.FIFO_CTL, this.#pair);
    if (pair[0] !== chip.STREAM) throw reset();
    return pair[1]! & chip.ENTRIES;
  }

  /** Throws unless the settings are those last written. */
  private expectSettings(): void {
    const settings = this.readFrom(chip.BW_RATE, this.#settings);
    const format = settings[chip.DATA_FORMAT - chip.BW_RATE];
    if (
      settings[0] !== this.#rateCode ||
      settings[1] !== chip.MEASURE ||
      settings[2] !== 0 ||
      format !== this.#format
    ) {
      throw reset();
    }
  }

  private readFrom(register: number, into: Uint8Array): Uint8Array {
    this.#register[0] = register;
    this.#port.writeRead(this.#register, into);
    return into;
  }

  private send(register: number, value: number): void {
    this.#port.write(Uint8Array.of(register, value));
  }
}

function merged(
  options: Partial<ADXL345Configuration>,
  now: ADXL345Configuration,
  busHz: number,
): ADXL345Configuration {
  const rateHz = oneOf("adxl345", "rateHz", options.rateHz ?? now.rateHz, chip.RATES);
  if (rateHz > busHz / chip.BUS_HZ_PER_RATE) {
    const most = busHz / chip.BUS_HZ_PER_RATE;
    throw new RangeError(`adxl345: rateHz ${rateHz} is not at most ${most}, which I2C at ${busHz} Hz allows`);
  }
  return { rateHz, rangeG: oneOf("adxl345", "rangeG", options.rangeG ?? now.rangeG, chip.RANGES) };
}

function reset(): SensorFault {
  return new SensorFault("bus", "adxl345: was reset");
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
