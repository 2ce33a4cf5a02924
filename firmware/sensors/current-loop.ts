/**
 * A 4–20 mA transmitter over a shunt on an ADC input.
 *
 * NAMUR NE 43 (2021): the measurement lives in 3.8 to 20.5 mA; 3.6 mA or less and 21 mA or more say that the transmitter
 * or the loop has failed. In between the value is given, and `quality` says that it is out of specification: a transmitter
 * at the end of its range stands at 3.8 or 20.5 mA, which the ADC's and the shunt's error (1 to 2 %) may take to either
 * side. A fault below is `open-circuit`, what a broken wire looks like; a fault above is `short-circuit`, what a shorted
 * transmitter looks like, even where the transmitter chose to say so. NE 43 asks for 4 s before a fault is taken as one:
 * that is the on-delay of whoever watches the quality, not the driver's.
 */
import { GOOD, OUT_OF_SPECIFICATION } from "../model/quality.js";
import type { Quality } from "../model/quality.js";
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { AnalogInput } from "./analog-input.js";
import type { AnalogSensorIO } from "./analog-input.js";
import { wholeWithin, within } from "./options.js";

export interface CurrentLoopSample extends Readonly<Record<string, number>> {
  /** A, 0.0036 to 0.021. */
  readonly current: number;
  /** In the transmitter's own unit: linear through the two configured points. */
  readonly scaled: number;
}

export interface CurrentLoopConfiguration {
  /** In Ω. Both limits of NE 43 must be measurable: 43.1 to 116.4 Ω at 12 dB. */
  shuntOhms: number;
  /** What the transmitter means by 4 mA, and by 20 mA. */
  atFourMilliamperes: number;
  atTwentyMilliamperes: number;
  /** ADC readings per sample; default 16. */
  oversampling: number;
}

export interface CurrentLoopOptions
  extends
    SensorOptions<AnalogSensorIO>,
    Omit<CurrentLoopConfiguration, "oversampling">,
    Partial<Pick<CurrentLoopConfiguration, "oversampling">> {}

/** NAMUR NE 43, in mA. */
const FAILURE_LOW = 3.6;
const FAILURE_HIGH = 21;
const SATURATED_LOW = 3.8;
const SATURATED_HIGH = 20.5;

export class CurrentLoop implements Sensor<CurrentLoopSample, CurrentLoopConfiguration> {
  readonly #input: AnalogInput;
  #configuration: CurrentLoopConfiguration;
  #quality: Quality = GOOD;

  /** @throws RangeError for an option outside its range; what the IO class throws */
  constructor(options: CurrentLoopOptions) {
    const input = new AnalogInput("current-loop", options.sensor);
    try {
      this.#configuration = merged(options, { oversampling: 16 }, input);
    } catch (error) {
      input.close();
      throw error;
    }
    this.#input = input;
  }

  configure(options: Partial<CurrentLoopConfiguration>): void {
    this.#input.requireOpen();
    this.#configuration = merged(options, this.#configuration, this.#input);
  }

  /** Of the last reading: out of specification below 3.8 and above 20.5 mA, good otherwise. */
  get quality(): Quality {
    return this.#quality;
  }

  /**
   * Never `undefined`: an ADC input always has a value.
   * @throws SensorFault `bus` for a failed conversion, `open-circuit` or `short-circuit` for a failed loop
   */
  sample(): CurrentLoopSample {
    const { shuntOhms, atFourMilliamperes, atTwentyMilliamperes, oversampling } = this.#configuration;
    const milliamperes = this.#input.millivolts(oversampling) / shuntOhms;
    if (milliamperes <= FAILURE_LOW) {
      throw new SensorFault("open-circuit", `current-loop: ${milliamperes} mA is not more than ${FAILURE_LOW}`);
    }
    if (milliamperes >= FAILURE_HIGH) {
      throw new SensorFault("short-circuit", `current-loop: ${milliamperes} mA is not less than ${FAILURE_HIGH}`);
    }
    const specified = milliamperes >= SATURATED_LOW && milliamperes <= SATURATED_HIGH;
    this.#quality = specified ? GOOD : OUT_OF_SPECIFICATION;
    return {
      current: milliamperes / 1000,
      scaled: atFourMilliamperes + ((milliamperes - 4) / 16) * (atTwentyMilliamperes - atFourMilliamperes),
    };
  }

  close(): void {
    this.#input.close();
  }
}

/** `options` over `now`, both incomplete; together they must be complete and in range. */
function merged(
  options: Partial<CurrentLoopConfiguration>,
  now: Partial<CurrentLoopConfiguration>,
  { minimumMillivolts, maximumMillivolts }: AnalogInput,
): CurrentLoopConfiguration {
  const number = (name: keyof CurrentLoopConfiguration, minimum: number, maximum: number) =>
    within("current-loop", name, options[name] ?? now[name], minimum, maximum);
  return {
    shuntOhms: number("shuntOhms", minimumMillivolts / FAILURE_LOW, maximumMillivolts / FAILURE_HIGH),
    atFourMilliamperes: number("atFourMilliamperes", -1e9, 1e9),
    atTwentyMilliamperes: number("atTwentyMilliamperes", -1e9, 1e9),
    oversampling: wholeWithin("current-loop", "oversampling", options.oversampling ?? now.oversampling, 1, 256),
  };
}
