/**
 * A current transformer with a burden resistor, biased at half the supply, on an ADC input: true RMS of an alternating
 * current. The mean of the readings is the bias and is taken away.
 *
 * One reading per call, 3 ms apart. 300 of them are 45 periods of 50 Hz and 54 of 60 Hz, at 20 and 50 phases each of
 * which occurs equally often, so that a sine is measured to the last digit; the clock being off by 100 ppm changes 10⁻⁵ of
 * it. Calls that come late by chance spread the phases at random: then the error is about 2 % (1 σ) at worst. Calls that
 * come late always could meet the same phase every time, so a window that took more than 7 ms a reading is a fault.
 * Harmonics count up to the 8th at least (aliases of a square add up the same). What the ADC measures of noise (1 mV) is
 * the smallest current that shows, and adds to others in squares.
 */
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { AnalogInput } from "./analog-input.js";
import type { AnalogSensorIO } from "./analog-input.js";
import { within } from "./options.js";

export interface CurrentTransformerSample extends Readonly<Record<string, number>> {
  /** A, RMS, in the primary. */
  readonly current: number;
}

export interface CurrentTransformerConfiguration {
  /** In Ω; the peak over it may be 0.79 V with a bias of 1650 mV: 14.9 Ω for 75 A RMS at 1:2000. */
  burdenOhms: number;
  /** Primary over secondary current: 2000 for 100 A to 50 mA. */
  ratio: number;
  /** Voltage without current, in mV; default 1650. */
  biasMillivolts: number;
}

export interface CurrentTransformerOptions
  extends
    SensorOptions<AnalogSensorIO>,
    Omit<CurrentTransformerConfiguration, "biasMillivolts">,
    Partial<Pick<CurrentTransformerConfiguration, "biasMillivolts">> {}

const READINGS = 300;
const INTERVAL_MS = 3;
const LONGEST_INTERVAL_MS = 7;
/** The bias is two resistors of 5 % and the supply's error. */
const BIAS_TOLERANCE = 0.1;

export class CurrentTransformer implements Sensor<CurrentTransformerSample, CurrentTransformerConfiguration> {
  readonly #input: AnalogInput;
  readonly #clock: CurrentTransformerOptions["clock"];
  #configuration: CurrentTransformerConfiguration;
  #count = 0;
  #began = 0;
  #due = 0;
  // Of readings less the nominal bias, in mV and mV².
  #sum = 0;
  #squares = 0;

  /** @throws RangeError for an option outside its range; what the IO class throws */
  constructor(options: CurrentTransformerOptions) {
    this.#configuration = merged(options, { biasMillivolts: 1650 });
    this.#clock = options.clock;
    this.#input = new AnalogInput("current-transformer", options.sensor);
  }

  /** The window begins anew. */
  configure(options: Partial<CurrentTransformerConfiguration>): void {
    this.#input.requireOpen();
    this.#configuration = merged(options, this.#configuration);
    this.#count = 0;
  }

  /**
   * Takes one reading of the ADC when it is time to; the result with the 300th, `undefined` until then (0.9 s).
   * @throws SensorFault `bus` for a failed conversion, `out-of-range` for a voltage at the end of what the ADC measures,
   * `open-circuit` where the mean is not the bias, `stale` where calls came too seldom; the window then begins anew
   */
  sample(): CurrentTransformerSample | undefined {
    this.#input.requireOpen();
    const now = this.#clock.ticks();
    if (this.#count > 0 && now < this.#due) return undefined;
    const count = this.#count;
    this.#count = 0;
    if (count === 0) {
      this.#began = now;
      this.#sum = this.#squares = 0;
    }
    this.add(this.#input.millivolts(1));
    this.#due = now + INTERVAL_MS;
    if (count + 1 < READINGS) {
      this.#count = count + 1;
      return undefined;
    }
    return this.result(now - this.#began);
  }

  get readyInMs(): number {
    this.#input.requireOpen();
    return this.#count === 0 ? 0 : Math.max(0, this.#due - this.#clock.ticks());
  }

  close(): void {
    this.#input.close();
  }

  private add(millivolts: number): void {
    if (millivolts < this.#input.minimumMillivolts || millivolts > this.#input.maximumMillivolts) {
      throw new SensorFault("out-of-range", `current-transformer: ${millivolts} mV is the end of the ADC's range`);
    }
    const deviation = millivolts - this.#configuration.biasMillivolts;
    this.#sum += deviation;
    this.#squares += deviation * deviation;
  }

  private result(tookMs: number): CurrentTransformerSample {
    const { burdenOhms, ratio, biasMillivolts } = this.#configuration;
    if (tookMs > READINGS * LONGEST_INTERVAL_MS) {
      throw new SensorFault(
        "stale",
        `current-transformer: ${READINGS} readings took ${tookMs} ms, too long for phases`,
      );
    }
    const mean = this.#sum / READINGS;
    if (Math.abs(mean) > BIAS_TOLERANCE * biasMillivolts) {
      throw new SensorFault("open-circuit", `current-transformer: mean is ${mean} mV off the bias`);
    }
    const variance = Math.max(0, this.#squares / READINGS - mean * mean);
    return { current: ((Math.sqrt(variance) / 1000) * ratio) / burdenOhms };
  }
}

/** `options` over `now`, both incomplete; together they must be complete and in range. */
function merged(
  options: Partial<CurrentTransformerConfiguration>,
  now: Partial<CurrentTransformerConfiguration>,
): CurrentTransformerConfiguration {
  const number = (name: keyof CurrentTransformerConfiguration, minimum: number, maximum: number) =>
    within("current-transformer", name, options[name] ?? now[name], minimum, maximum);
  return {
    burdenOhms: number("burdenOhms", 0.01, 10_000),
    ratio: number("ratio", 1, 100_000),
    biasMillivolts: number("biasMillivolts", 500, 2000),
  };
}
