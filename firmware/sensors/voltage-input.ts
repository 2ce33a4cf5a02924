/**
 * A transmitter with a voltage output (0 to 10 V, 2 to 10 V …) through a divider on an ADC input: `upperOhms` from the
 * terminal to the pin, `lowerOhms` from the pin to ground.
 *
 * ESP32's ADC measures nothing below 150 mV. Through a plain divider the lowest volts (0.7 V of 0 to 10) are therefore
 * under-range and a fault, not a zero. A third resistor, `pullUpOhms` from the pin to the supply, lifts the pin so that
 * 0 V can be measured: 47 kΩ, 12 kΩ and 68 kΩ from 3300 mV make 0.41 to 2.19 V of 0 to 10 V. The supply's error then
 * counts. A cut wire is seen where the range starts above zero; elsewhere it looks like a low voltage.
 */
import { GOOD, OUT_OF_SPECIFICATION } from "../model/quality.js";
import type { Quality } from "../model/quality.js";
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { AnalogInput } from "./analog-input.js";
import type { AnalogSensorIO } from "./analog-input.js";
import { wholeWithin, within } from "./options.js";

export interface VoltageInputSample extends Readonly<Record<string, number>> {
  /** V at the terminal. */
  readonly voltage: number;
  /** In the transmitter's own unit: linear through the two configured points. */
  readonly scaled: number;
}

export interface VoltageInputConfiguration {
  upperOhms: number;
  lowerOhms: number;
  /** From the pin to the supply; none by default. */
  pullUpOhms: number | undefined;
  /** What feeds `pullUpOhms`; default 3300. */
  supplyMillivolts: number;
  /** The transmitter's range in V; default 0 and 10. */
  minimumVolts: number;
  maximumVolts: number;
  /** What it means by the two. */
  atMinimum: number;
  atMaximum: number;
  /** ADC readings per sample; default 16. */
  oversampling: number;
}

/** What has no default. */
type Required = "upperOhms" | "lowerOhms" | "atMinimum" | "atMaximum";

export interface VoltageInputOptions
  extends
    SensorOptions<AnalogSensorIO>,
    Pick<VoltageInputConfiguration, Required>,
    Partial<Omit<VoltageInputConfiguration, Required>> {}

/** In parts of the range beyond either end: the errors of resistors and ADC; then out of specification; then a fault. */
const SLACK = 0.01;
const LIMIT = 0.05;

export class VoltageInput implements Sensor<VoltageInputSample, VoltageInputConfiguration> {
  readonly #input: AnalogInput;
  #configuration: VoltageInputConfiguration;
  #quality: Quality = GOOD;

  /**
   * @throws RangeError for an option outside its range, and where the end of the range takes the pin beyond what the ADC
   * measures; what the IO class throws
   */
  constructor(options: VoltageInputOptions) {
    const input = new AnalogInput("voltage-input", options.sensor);
    try {
      this.#configuration = merged(options, DEFAULTS, input);
    } catch (error) {
      input.close();
      throw error;
    }
    this.#input = input;
  }

  configure(options: Partial<VoltageInputConfiguration>): void {
    this.#input.requireOpen();
    this.#configuration = merged(options, this.#configuration, this.#input);
  }

  /** Of the last reading: out of specification from 1 % of the range beyond either end; good otherwise. */
  get quality(): Quality {
    return this.#quality;
  }

  /**
   * Never `undefined`: an ADC input always has a value.
   * @throws SensorFault `bus` for a failed conversion; `out-of-range` from 5 % of the range beyond either end and below
   * what the ADC measures, where a range that starts above 0 V says `open-circuit`
   */
  sample(): VoltageInputSample {
    const { minimumVolts, maximumVolts, atMinimum, atMaximum, oversampling } = this.#configuration;
    const pin = this.#input.millivolts(oversampling);
    const voltage = terminalVolts(this.#configuration, pin);
    const share = (voltage - minimumVolts) / (maximumVolts - minimumVolts);
    if (pin < this.#input.minimumMillivolts || share < -LIMIT) {
      const quality = minimumVolts > 0 ? "open-circuit" : "out-of-range";
      throw new SensorFault(quality, `voltage-input: ${voltage} V is under the range`);
    }
    if (pin > this.#input.maximumMillivolts || share > 1 + LIMIT) {
      throw new SensorFault("out-of-range", `voltage-input: ${voltage} V is over the range`);
    }
    this.#quality = share < -SLACK || share > 1 + SLACK ? OUT_OF_SPECIFICATION : GOOD;
    return { voltage, scaled: atMinimum + share * (atMaximum - atMinimum) };
  }

  close(): void {
    this.#input.close();
  }
}

const DEFAULTS: Partial<VoltageInputConfiguration> = {
  supplyMillivolts: 3300,
  minimumVolts: 0,
  maximumVolts: 10,
  oversampling: 16,
};

type Divider = Pick<VoltageInputConfiguration, "upperOhms" | "lowerOhms" | "pullUpOhms" | "supplyMillivolts">;

/** V at the terminal for mV at the pin: what flows in from terminal and supply flows out to ground. */
function terminalVolts({ upperOhms, lowerOhms, pullUpOhms, supplyMillivolts }: Divider, pin: number): number {
  const pulled = pullUpOhms === undefined ? 0 : (supplyMillivolts - pin) / pullUpOhms;
  return (pin + upperOhms * (pin / lowerOhms - pulled)) / 1000;
}

/** `options` over `now`, both incomplete; together they must be complete and in range. */
function merged(
  options: Partial<VoltageInputConfiguration>,
  now: Partial<VoltageInputConfiguration>,
  { maximumMillivolts }: AnalogInput,
): VoltageInputConfiguration {
  const part = "voltage-input";
  const number = (name: keyof VoltageInputConfiguration, minimum: number, maximum: number) =>
    within(part, name, options[name] ?? now[name], minimum, maximum);
  const pullUp = options.pullUpOhms ?? now.pullUpOhms;
  const minimumVolts = number("minimumVolts", 0, 100);
  const configuration = {
    upperOhms: number("upperOhms", 0, 10_000_000),
    lowerOhms: number("lowerOhms", 1, 10_000_000),
    pullUpOhms: pullUp === undefined ? undefined : within(part, "pullUpOhms", pullUp, 1, 10_000_000),
    supplyMillivolts: number("supplyMillivolts", 500, 24_000),
    minimumVolts,
    maximumVolts: number("maximumVolts", minimumVolts + 0.1, 100),
    atMinimum: number("atMinimum", -1e9, 1e9),
    atMaximum: number("atMaximum", -1e9, 1e9),
    oversampling: wholeWithin(part, "oversampling", options.oversampling ?? now.oversampling, 1, 256),
  };
  const most = terminalVolts(configuration, maximumMillivolts);
  const needed = configuration.maximumVolts + LIMIT * (configuration.maximumVolts - minimumVolts);
  if (most < needed) {
    throw new RangeError(`${part}: upperOhms ${configuration.upperOhms} lets ${most} V be measured, not ${needed}`);
  }
  return configuration;
}
