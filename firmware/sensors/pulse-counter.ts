/**
 * Parts that give pulses on a counter input: water and oil meters, and anything that turns past a sensor. No bus; the
 * pulses per litre or per turn are in the part's datasheet. A reading holds what was counted since the start, which is
 * exact to one pulse, and the rate since the reading before, which is known to one pulse per time in between.
 *
 * ESP32: the SDK's class (8.2.3, modules/io/pulsecount/esp32) is a quadrature decoder that counts a lone signal up at one
 * edge and down at the other: the host must supply a class that counts one edge.
 */
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { within } from "./options.js";
import { PulseInput } from "./pulse-input.js";
import type { PulseConfiguration, PulseSensorIO } from "./pulse-input.js";

export interface FlowSample extends Readonly<Record<string, number>> {
  /** m³ since the driver was opened. */
  readonly volume: number;
  /** m³/s since the reading before. */
  readonly rate: number;
}

export interface FlowMeterConfiguration extends PulseConfiguration {
  pulsesPerLitre: number;
}

export interface FlowMeterOptions
  extends SensorOptions<PulseSensorIO>, Partial<PulseConfiguration>, Pick<FlowMeterConfiguration, "pulsesPerLitre"> {}

const LITRES_PER_CUBIC_METRE = 1000;

/** A flow meter with a pulse output. */
export class FlowMeter implements Sensor<FlowSample, FlowMeterConfiguration> {
  readonly #input: PulseInput;
  #pulsesPerCubicMetre: number;
  // Volume up to the last change of the pulses per litre, and the pulses until then.
  #volume = 0;
  #counted = 0;

  /** @throws RangeError for an option outside its range; what the IO class throws */
  constructor(options: FlowMeterOptions) {
    this.#pulsesPerCubicMetre = perCubicMetre(options.pulsesPerLitre);
    this.#input = new PulseInput("flow-meter", options.sensor, options.clock, options);
  }

  /** What was counted before keeps the pulses per litre of its time. */
  configure(options: Partial<FlowMeterConfiguration>): void {
    const { pulsesPerLitre = this.#pulsesPerCubicMetre / LITRES_PER_CUBIC_METRE } = options;
    this.#input.requireOpen();
    const next = perCubicMetre(pulsesPerLitre);
    this.#input.configure(options);
    if (next === this.#pulsesPerCubicMetre) return;
    this.#volume += (this.#input.pulses - this.#counted) / this.#pulsesPerCubicMetre;
    this.#counted = this.#input.pulses;
    this.#pulsesPerCubicMetre = next;
  }

  /**
   * The reading, or `undefined` until a window is over.
   * @throws SensorFault `bus` when the counter cannot be read or was set, `out-of-range` for more pulses than can be
   */
  sample(): FlowSample | undefined {
    const input = this.#input;
    if (!input.update()) return undefined;
    return {
      volume: this.#volume + (input.pulses - this.#counted) / this.#pulsesPerCubicMetre,
      rate: input.rateHz / this.#pulsesPerCubicMetre,
    };
  }

  get readyInMs(): number {
    return this.#input.readyInMs;
  }

  close(): void {
    this.#input.close();
  }
}

function perCubicMetre(pulsesPerLitre: number): number {
  return within("flow-meter", "pulsesPerLitre", pulsesPerLitre, 0.0001, 100_000) * LITRES_PER_CUBIC_METRE;
}

export interface TachometerSample extends Readonly<Record<string, number>> {
  /** 1/min since the reading before. */
  readonly speed: number;
  /** Turns since the driver was opened. */
  readonly revolutions: number;
}

export interface TachometerConfiguration extends PulseConfiguration {
  /** Teeth, magnets or marks that pass in one turn; default 1. */
  pulsesPerRevolution: number;
}

export interface TachometerOptions extends SensorOptions<PulseSensorIO>, Partial<TachometerConfiguration> {}

const SECONDS_PER_MINUTE = 60;

/** A speed sensor with a pulse per mark that passes. */
export class Tachometer implements Sensor<TachometerSample, TachometerConfiguration> {
  readonly #input: PulseInput;
  #pulsesPerRevolution: number;
  #revolutions = 0;
  #counted = 0;

  /** @throws RangeError for an option outside its range; what the IO class throws */
  constructor(options: TachometerOptions) {
    this.#pulsesPerRevolution = perRevolution(options.pulsesPerRevolution ?? 1);
    this.#input = new PulseInput("tachometer", options.sensor, options.clock, options);
  }

  /** What was counted before keeps the pulses per turn of its time. */
  configure(options: Partial<TachometerConfiguration>): void {
    const { pulsesPerRevolution = this.#pulsesPerRevolution } = options;
    this.#input.requireOpen();
    const next = perRevolution(pulsesPerRevolution);
    this.#input.configure(options);
    if (next === this.#pulsesPerRevolution) return;
    this.#revolutions += (this.#input.pulses - this.#counted) / this.#pulsesPerRevolution;
    this.#counted = this.#input.pulses;
    this.#pulsesPerRevolution = next;
  }

  /**
   * The reading, or `undefined` until a window is over. A shaft that stands still reads 0.
   * @throws SensorFault `bus` when the counter cannot be read or was set, `out-of-range` for more pulses than can be
   */
  sample(): TachometerSample | undefined {
    const input = this.#input;
    if (!input.update()) return undefined;
    return {
      speed: (input.rateHz * SECONDS_PER_MINUTE) / this.#pulsesPerRevolution,
      revolutions: this.#revolutions + (input.pulses - this.#counted) / this.#pulsesPerRevolution,
    };
  }

  get readyInMs(): number {
    return this.#input.readyInMs;
  }

  close(): void {
    this.#input.close();
  }
}

function perRevolution(pulsesPerRevolution: number): number {
  return within("tachometer", "pulsesPerRevolution", pulsesPerRevolution, 0.01, 10_000);
}
