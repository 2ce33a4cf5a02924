import type { AnalogSource, Part } from "./chip.js";

export interface CurrentLoopTransmitterOptions {
  /** The resistor that turns the current into the voltage at the pin. */
  shuntOhms: number;
  /** What the transmitter measures at 4 and at 20 mA, in `unit`. */
  atFourMilliamperes: number;
  atTwentyMilliamperes: number;
  /** SenML unit. */
  unit: string;
}

/** NAMUR NE 43: a measurement is signalled by 3.8 to 20.5 mA; 3.6 mA or less, and 21 mA or more, signal a failure. */
const SATURATED_LOW = 3.8;
const SATURATED_HIGH = 20.5;
const FAILED = { low: 3.5, high: 21.5, open: 0 };

/** What the transmitter says of itself: fine, failed by a low or a high current, or the loop is cut. */
export type LoopState = "normal" | keyof typeof FAILED;

/** As for the thermistor: whole millivolts (0.5), the scaling to 12 bits (0.6), noise over 16 readings (0.9), in mV. */
const ERROR_MILLIVOLTS = 2;

/** A two-wire 4 to 20 mA transmitter over a shunt resistor on an ADC pin. */
export class CurrentLoopTransmitter implements AnalogSource, Part {
  readonly channels;
  readonly #options: CurrentLoopTransmitterOptions;
  #value: number;
  #state: LoopState = "normal";

  constructor(options: CurrentLoopTransmitterOptions) {
    const { shuntOhms, atFourMilliamperes: four, atTwentyMilliamperes: twenty, unit } = options;
    this.#options = options;
    this.#value = four;
    const tolerance = (ERROR_MILLIVOLTS / (16 * shuntOhms)) * Math.abs(twenty - four);
    this.channels = { value: { minimum: Math.min(four, twenty), maximum: Math.max(four, twenty), tolerance, unit } };
  }

  setChannel(name: string, value: number): void {
    if (name !== "value") throw new RangeError(`current loop: ${name} is not value`);
    this.#value = value;
  }

  setState(state: LoopState): void {
    this.#state = state;
  }

  /** Nothing to lose: the transmitter's settings are not in its memory. */
  powerCycle(): void {}

  /** The current in the loop now, in mA. */
  milliamperes(): number {
    if (this.#state !== "normal") return FAILED[this.#state];
    const { atFourMilliamperes: four, atTwentyMilliamperes: twenty } = this.#options;
    const milliamperes = 4 + (16 * (this.#value - four)) / (twenty - four);
    return Math.min(Math.max(milliamperes, SATURATED_LOW), SATURATED_HIGH);
  }

  millivolts(): number {
    return this.milliamperes() * this.#options.shuntOhms;
  }
}
