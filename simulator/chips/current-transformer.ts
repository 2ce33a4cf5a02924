import { sin } from "../../firmware/data/math.js";
import type { Clock } from "../../firmware/ports/clock.js";
import type { AnalogSource, Part } from "./chip.js";

/** A multiple of the mains frequency in the current. */
export interface Harmonic {
  /** 2 or more; what is over 500 Hz is not to be seen by a clock of milliseconds. */
  order: number;
  /** Amplitude, as a share of the fundamental's. */
  share: number;
  /** In radians, against the fundamental. */
  phase?: number;
}

export interface CurrentTransformerOptions {
  clock: Pick<Clock, "ticks">;
  /** Primary over secondary current: 2000 for 100 A : 50 mA. */
  ratio: number;
  burdenOhms: number;
  /** Of the mains, 50 or 60; a real one is some hundredths off. */
  frequencyHz: number;
  /** What the pin lies at without current: half the supply, 1650, when absent. */
  biasMillivolts?: number;
  harmonics?: readonly Harmonic[];
  /** In radians, at tick 0. */
  phase?: number;
  /** Range of the channel; what keeps the peaks between 155 and 2445 mV (ESP32 at 12 dB) when absent. */
  maximumAmperes?: number;
}

const LOWEST_MILLIVOLTS = 155;
const HIGHEST_MILLIVOLTS = 2445;

/**
 * What a right effective value may be off, in mV at the pin: noise of 0.6 mV a reading that adds to it, and the ADC's whole
 * millivolts and scaling (0.5 and 0.6), most of which the mean takes away.
 */
const ERROR_MILLIVOLTS = 2;

/** How the transformer is connected: as it should be, or its secondary cut off or bridged, which look the same. */
export type TransformerState = "normal" | "open" | "short";

/**
 * A current transformer over a burden, biased to the middle of the supply, on an ADC pin. `current` is the effective value,
 * harmonics included, so that a driver that takes mean or peak for it reads wrong. The voltage is that of the clock's tick.
 */
export class CurrentTransformer implements AnalogSource, Part {
  readonly channels;
  readonly #options: CurrentTransformerOptions;
  readonly #bias: number;
  readonly #harmonics: readonly Harmonic[];
  // Of the fundamental, per ampere of effective current.
  readonly #millivoltsPerAmpere: number;
  #amperes = 0;
  #state: TransformerState = "normal";

  constructor(options: CurrentTransformerOptions) {
    const { ratio, burdenOhms, biasMillivolts = 1650, harmonics = [] } = options;
    this.#options = options;
    this.#bias = biasMillivolts;
    this.#harmonics = harmonics;
    let squares = 1;
    let peak = 1;
    for (const { share } of harmonics) {
      squares += share * share;
      peak += Math.abs(share);
    }
    const secondary = (1000 * burdenOhms) / ratio;
    this.#millivoltsPerAmpere = secondary * Math.sqrt(2 / squares);
    const room = Math.min(biasMillivolts - LOWEST_MILLIVOLTS, HIGHEST_MILLIVOLTS - biasMillivolts);
    const { maximumAmperes = room / (peak * this.#millivoltsPerAmpere) } = options;
    this.channels = {
      current: { minimum: 0, maximum: maximumAmperes, tolerance: ERROR_MILLIVOLTS / secondary, unit: "A" },
    };
  }

  /** Effective value in A. */
  setChannel(name: string, value: number): void {
    if (name !== "current") throw new RangeError(`current transformer: ${name} is not current`);
    this.#amperes = Math.max(value, 0);
  }

  /** Cut off or bridged, the pin lies at the bias; a broken secondary is also dangerous, which is not modelled. */
  setState(state: TransformerState): void {
    this.#state = state;
  }

  /** Nothing to lose: the part has no memory. */
  powerCycle(): void {}

  millivolts(): number {
    if (this.#amperes === 0 || this.#state !== "normal") return this.#bias;
    const { clock, frequencyHz, phase = 0 } = this.#options;
    // Whole turns taken off, so that the argument stays small and exact for years.
    const turns = (clock.ticks() * frequencyHz) / 1000;
    const angle = 2 * Math.PI * (turns - Math.floor(turns)) + phase;
    let wave = sin(angle);
    for (const { order, share, phase: shift = 0 } of this.#harmonics) wave += share * sin(order * angle + shift);
    return this.#bias + this.#amperes * this.#millivoltsPerAmpere * wave;
  }
}
