import { exp } from "../../firmware/data/math.js";
import type { AnalogSource, Part } from "./chip.js";

export interface ThermistorDividerOptions {
  /** The fixed resistor. */
  seriesOhms: number;
  supplyMillivolts: number;
  /** The thermistor at `nominalCelsius`, and its B value: R = R₀ · e^(B·(1/T − 1/T₀)), IEC 60539-1 §4.2. */
  nominalOhms: number;
  nominalCelsius: number;
  betaKelvin: number;
  /** Which half of the divider the thermistor is: from the pin to ground, or from the supply to the pin. */
  placement: "low" | "high";
  /** Range of the channel in °C. */
  minimumCelsius?: number;
  maximumCelsius?: number;
}

/** How the thermistor is connected: as it should be, cut off, or bridged. */
export type Circuit = "normal" | "open" | "short";

const KELVIN = 273.15;

/**
 * What may be lost between the pin and a driver that averages 16 readings, in mV: whole millivolts after calibration
 * (0.5), the cut-off scaling to 12 bits of 2450 mV (0.6), and noise of 0.6 mV a reading, six deviations, over √16 (0.9).
 */
const ERROR_MILLIVOLTS = 2;

/** An NTC thermistor and a fixed resistor across the supply, their middle on an ADC pin. */
export class ThermistorDivider implements AnalogSource, Part {
  readonly channels;
  readonly #options: ThermistorDividerOptions;
  readonly #minimum: number;
  readonly #maximum: number;
  #celsius = 25;
  // At that temperature; an ADC asks for it many times.
  #dividedMillivolts: number;
  #circuit: Circuit = "normal";

  constructor(options: ThermistorDividerOptions) {
    const { minimumCelsius = 0, maximumCelsius = 110 } = options;
    this.#options = options;
    this.#minimum = minimumCelsius;
    this.#maximum = maximumCelsius;
    // The slope is flattest at an end of the range: one mV is most of a degree there.
    const slope = Math.min(this.#slope(minimumCelsius), this.#slope(maximumCelsius));
    const tolerance = ERROR_MILLIVOLTS / slope;
    this.#dividedMillivolts = this.#divide(this.#celsius);
    this.channels = { temperature: { minimum: minimumCelsius, maximum: maximumCelsius, tolerance, unit: "Cel" } };
  }

  setChannel(name: string, value: number): void {
    if (name !== "temperature") throw new RangeError(`thermistor: ${name} is not temperature`);
    const celsius = Math.min(Math.max(value, this.#minimum), this.#maximum);
    if (celsius === this.#celsius) return;
    this.#celsius = celsius;
    this.#dividedMillivolts = this.#divide(celsius);
  }

  setCircuit(circuit: Circuit): void {
    this.#circuit = circuit;
  }

  /** Nothing to lose: the part has no memory. */
  powerCycle(): void {}

  millivolts(): number {
    const { placement, supplyMillivolts } = this.#options;
    const low = placement === "low";
    if (this.#circuit === "open") return low ? supplyMillivolts : 0;
    if (this.#circuit === "short") return low ? 0 : supplyMillivolts;
    return this.#dividedMillivolts;
  }

  #divide(celsius: number): number {
    const { seriesOhms, supplyMillivolts, nominalOhms, nominalCelsius, betaKelvin, placement } = this.#options;
    const ohms = nominalOhms * exp(betaKelvin * (1 / (celsius + KELVIN) - 1 / (nominalCelsius + KELVIN)));
    return (supplyMillivolts * (placement === "low" ? ohms : seriesOhms)) / (ohms + seriesOhms);
  }

  /** mV per °C. */
  #slope(celsius: number): number {
    return Math.abs(this.#divide(celsius + 0.5) - this.#divide(celsius - 0.5));
  }
}
