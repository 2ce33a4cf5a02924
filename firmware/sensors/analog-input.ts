import { SensorFault } from "../model/sensor.js";
import type { Analog, AnalogConstructor, AnalogOptions, Attenuation } from "../ports/io.js";

/** The `sensor` option of a part on an ADC input; `esp32` defaults to calibrated readings at 12 dB. */
export interface AnalogSensorIO extends AnalogOptions {
  io: AnalogConstructor;
}

interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * Millivolts between which ESP32's calibrated readings mean something, by attenuation in dB: the Moddable SDK's
 * kAttenuationTable (modules/io/analog/esp32/_analog.c), which is Espressif's recommended range. Beyond it the SDK's
 * readings are cut off, so that one at the end stands for everything beyond. The SDK also keeps one calibration per ADC
 * unit, that of the first pin opened: inputs of one unit must share their attenuation.
 */
const RANGES: ReadonlyMap<number, Range> = new Map<Attenuation, Range>([
  [0, { minimum: 100, maximum: 950 }],
  [2.5, { minimum: 100, maximum: 1250 }],
  [6, { minimum: 150, maximum: 1750 }],
  [12, { minimum: 150, maximum: 2450 }],
]);

/** A mean this close to either end contains readings that were cut off (noise of one reading is a few mV). */
const MARGIN_MILLIVOLTS = 5;

/**
 * Readings of a wired input lie a few mV apart, one in a while spoilt by the radio. When they differ by this much from
 * one to the next on average, nothing holds the pin.
 */
const FLOATING_MILLIVOLTS = 200;
/** Fewer readings do not show it. */
const FLOATING_READINGS = 8;

/** One ADC input of ESP32, in millivolts. */
export class AnalogInput {
  /** What can be measured, in mV; a mean below or above is the end of the scale, not a value. */
  readonly minimumMillivolts: number;
  readonly maximumMillivolts: number;
  readonly #part: string;
  readonly #perCount: number;
  #io: Analog | undefined;

  /**
   * @param part the driver's name, with which its errors begin
   * @throws RangeError for options outside their range, before anything is opened; whatever the IO class throws
   */
  constructor(part: string, sensor: AnalogSensorIO) {
    const esp32 = sensor.esp32 ?? { calibrated: true, attenuation: 12 };
    const range = RANGES.get(esp32.attenuation);
    if (range === undefined) {
      throw new RangeError(`${part}: attenuation ${esp32.attenuation} is not one of 0, 2.5, 6, 12`);
    }
    if (!esp32.calibrated) throw new RangeError(`${part}: calibrated ${esp32.calibrated} is not true`);
    this.#part = part;
    this.minimumMillivolts = range.minimum + MARGIN_MILLIVOLTS;
    this.maximumMillivolts = range.maximum - MARGIN_MILLIVOLTS;
    const io = new sensor.io({ ...sensor, esp32 });
    try {
      this.#perCount = range.maximum / (2 * (1 << (io.resolution - 1)) - 1);
      if (!(io.resolution >= 8 && io.resolution <= 24)) {
        throw new RangeError(`${part}: resolution ${io.resolution} is not in 8 to 24`);
      }
    } catch (error) {
      io.close();
      throw error;
    }
    this.#io = io;
  }

  /** Throws an Error when the input is closed. */
  requireOpen(): Analog {
    if (this.#io === undefined) throw new Error(`${this.#part}: closed`);
    return this.#io;
  }

  /**
   * The mean of `count` readings in mV; from four readings on without the lowest and the highest, so that one spike does
   * not move it.
   * @throws SensorFault `bus` when a reading failed, `open-circuit` when nothing holds the pin (from eight readings on)
   */
  millivolts(count: number): number {
    const io = this.requireOpen();
    let sum = 0;
    let steps = 0;
    let largest = 0;
    let lowest = Infinity;
    let highest = -Infinity;
    let before = 0;
    for (let i = 0; i < count; i++) {
      const value = this.read(io);
      sum += value;
      if (i > 0) {
        const step = Math.abs(value - before);
        steps += step;
        largest = Math.max(largest, step);
      }
      before = value;
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
    // A spike is two steps: without the two largest.
    if (count >= FLOATING_READINGS && (steps - 2 * largest) * this.#perCount > FLOATING_MILLIVOLTS * (count - 3)) {
      throw new SensorFault("open-circuit", `${this.#part}: nothing holds the pin`);
    }
    const mean = count < 4 ? sum / count : (sum - lowest - highest) / (count - 2);
    return mean * this.#perCount;
  }

  private read(io: Analog): number {
    let value: number | undefined;
    try {
      value = io.read();
    } catch (error) {
      throw new SensorFault("bus", `${this.#part}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (typeof value !== "number") throw new SensorFault("bus", `${this.#part}: a conversion of the ADC failed`);
    return value;
  }

  /** Harmless when repeated. */
  close(): void {
    const io = this.#io;
    this.#io = undefined;
    io?.close();
  }
}
