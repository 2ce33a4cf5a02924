import type { AnalogSource, Part } from "./chip.js";

export interface VoltageTransmitterOptions {
  /** The divider: from the transmitter to the pin, and from the pin to ground. */
  upperOhms: number;
  lowerOhms: number;
  /** What the transmitter measures at 0 and at 10 V, in `unit`. */
  atZeroVolts: number;
  atTenVolts: number;
  /** SenML unit. */
  unit: string;
  /**
   * Range of the channel in V, 0 to 10 when absent. An ADC that cannot tell small voltages from nothing (ESP32: below 150 mV)
   * sees less.
   */
  minimumVolts?: number;
  maximumVolts?: number;
}

/** Where a transmitter's output ends (assumed), and what it gives when its supply comes through. */
const SATURATED_VOLTS = 10.5;
const FAILED = { open: 0, over: 12 };

/** What is to be seen at the transmitter: fine, a broken wire (the divider pulls the pin to ground), or too much. */
export type VoltageState = "normal" | keyof typeof FAILED;

/** As for the thermistor: whole millivolts (0.5), the scaling to 12 bits (0.6), noise over 16 readings (0.9), in mV. */
const ERROR_MILLIVOLTS = 2;

/** A 0 to 10 V transmitter over a divider on an ADC pin. */
export class VoltageTransmitter implements AnalogSource, Part {
  readonly channels;
  readonly #options: VoltageTransmitterOptions;
  readonly #share: number;
  #value: number;
  #state: VoltageState = "normal";

  constructor(options: VoltageTransmitterOptions) {
    const { upperOhms, lowerOhms, atZeroVolts, atTenVolts, unit, minimumVolts = 0, maximumVolts = 10 } = options;
    this.#options = options;
    this.#share = lowerOhms / (upperOhms + lowerOhms);
    this.#value = atZeroVolts;
    const perVolt = (atTenVolts - atZeroVolts) / 10;
    const lower = atZeroVolts + perVolt * minimumVolts;
    const upper = atZeroVolts + perVolt * maximumVolts;
    const tolerance = (ERROR_MILLIVOLTS / 1000 / this.#share) * Math.abs(perVolt);
    this.channels = { value: { minimum: Math.min(lower, upper), maximum: Math.max(lower, upper), tolerance, unit } };
  }

  setChannel(name: string, value: number): void {
    if (name !== "value") throw new RangeError(`voltage transmitter: ${name} is not value`);
    this.#value = value;
  }

  setState(state: VoltageState): void {
    this.#state = state;
  }

  /** Nothing to lose: the transmitter's settings are not in its memory. */
  powerCycle(): void {}

  /** At the transmitter's terminals now. */
  volts(): number {
    if (this.#state !== "normal") return FAILED[this.#state];
    const { atZeroVolts, atTenVolts } = this.#options;
    return Math.min(Math.max((10 * (this.#value - atZeroVolts)) / (atTenVolts - atZeroVolts), 0), SATURATED_VOLTS);
  }

  millivolts(): number {
    return 1000 * this.volts() * this.#share;
  }
}
