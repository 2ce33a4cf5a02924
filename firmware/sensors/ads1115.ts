/**
 * Texas Instruments ADS1115 (I2C): four inputs, 16 bits, programmable gain. Datasheet SBAS444E (December 2024).
 * Protocol and registers: `ads1115-converter.ts`.
 */
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { ADS1115Converter, FULL_SCALES, INPUTS, RATES } from "./ads1115-converter.js";
import type { ADS1115FullScale, ADS1115Input, ADS1115Rate } from "./ads1115-converter.js";
import type { I2CSensorIO } from "./i2c-port.js";
import { oneOf } from "./options.js";

/** V per configured input, by the input's name: `{ a0: 1.2, "a2-a3": -0.003 }`. */
export type ADS1115Sample = Readonly<Record<string, number>>;

export interface ADS1115Configuration {
  /** What one reading consists of, converted in this order; default `["a0"]`. */
  inputs: readonly ADS1115Input[];
  /** ± this many volts for all of them (section 7.3.3); default 4.096, which holds all that a 3.3 V supply allows. */
  fullScaleVolts: ADS1115FullScale;
  /** Conversions per second (section 7.3.5), slower is quieter; default 128. */
  rateHz: ADS1115Rate;
}

export interface ADS1115Options extends SensorOptions<I2CSensorIO>, Partial<ADS1115Configuration> {}

export class ADS1115 implements Sensor<ADS1115Sample, ADS1115Configuration> {
  readonly #converter: ADS1115Converter;
  #configuration: ADS1115Configuration;

  /**
   * The part need not be there yet: the bus is first used by `sample`.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: ADS1115Options) {
    this.#configuration = merged(options, { inputs: ["a0"], fullScaleVolts: 4.096, rateHz: 128 });
    this.#converter = new ADS1115Converter("ads1115", options.sensor, options.clock);
    this.plan();
  }

  /** What was converted so far is forgotten; the next reading is all of the new configuration. */
  configure(options: Partial<ADS1115Configuration>): void {
    this.#converter.requireOpen();
    this.#configuration = merged(options, this.#configuration);
    this.plan();
  }

  /**
   * The reading, or `undefined` while the part converts: one call more than there are inputs.
   * @throws SensorFault `bus` for a part that refuses, was reset or says two things at once; `out-of-range` for a voltage
   * at the end of the scale
   */
  sample(): ADS1115Sample | undefined {
    const converter = this.#converter;
    if (!converter.advance()) return undefined;
    const { inputs, fullScaleVolts } = this.#configuration;
    const reading: Record<string, number> = {};
    for (let i = 0; i < inputs.length; i++) {
      if (converter.saturation(i) !== 0) {
        throw new SensorFault("out-of-range", `ads1115: ${inputs[i]} is not within ±${fullScaleVolts} V`);
      }
      reading[inputs[i]!] = converter.volts(i);
    }
    return reading;
  }

  get readyInMs(): number {
    return this.#converter.readyInMs;
  }

  close(): void {
    this.#converter.close();
  }

  private plan(): void {
    const { inputs, fullScaleVolts, rateHz } = this.#configuration;
    this.#converter.plan(
      inputs.map((input) => ({ input, fullScaleVolts })),
      rateHz,
    );
  }
}

function merged(options: Partial<ADS1115Configuration>, now: ADS1115Configuration): ADS1115Configuration {
  const { inputs = now.inputs, fullScaleVolts = now.fullScaleVolts, rateHz = now.rateHz } = options;
  if (inputs.length === 0) throw new RangeError("ads1115: inputs is empty, not at least one");
  for (let i = 0; i < inputs.length; i++) {
    oneOf("ads1115", "inputs", inputs[i]!, INPUTS);
    if (inputs.indexOf(inputs[i]!) !== i) throw new RangeError(`ads1115: inputs has ${inputs[i]} twice`);
  }
  return {
    inputs: [...inputs],
    fullScaleVolts: oneOf("ads1115", "fullScaleVolts", fullScaleVolts, FULL_SCALES),
    rateHz: oneOf("ads1115", "rateHz", rateHz, RATES),
  };
}
