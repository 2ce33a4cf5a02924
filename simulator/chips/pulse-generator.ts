import type { Clock } from "../../firmware/ports/clock.js";
import type { Part, PulseSource } from "./chip.js";

export interface PulseGeneratorOptions {
  clock: Pick<Clock, "ticks">;
  /** What the pulses stand for; frequency in Hz up to 10 kHz when absent. */
  quantity?: {
    /** Name of the channel. */
    name: string;
    /** SenML unit. */
    unit: string;
    /** Pulses per second for each unit: of a flow meter with 450 pulses per litre and a channel in m3/s, 450000. */
    hertzPerUnit: number;
    maximum: number;
  };
  /** Over what time a reader counts, at least: it is off by up to one pulse in that time (default 1000). */
  windowMs?: number;
}

const FREQUENCY = { name: "frequency", unit: "Hz", hertzPerUnit: 1, maximum: 10_000 };

/** A flow meter's turbine, a tachometer's pick-up: pulses at a rate in proportion to one quantity. */
export class PulseGenerator implements PulseSource, Part {
  readonly channels: Part["channels"];
  readonly #clock: Pick<Clock, "ticks">;
  readonly #name: string;
  readonly #maximum: number;
  readonly #hertzPerUnit: number;
  #hertz = 0;
  /** Pulses, and the part of the next one that has passed, up to `#at`. */
  #phase = 0;
  #at: number;

  constructor(options: PulseGeneratorOptions) {
    const { clock, quantity = FREQUENCY, windowMs = 1000 } = options;
    const { name, unit, hertzPerUnit, maximum } = quantity;
    if (!(hertzPerUnit > 0)) throw new RangeError(`pulse generator: hertzPerUnit ${hertzPerUnit} is not above 0`);
    if (!(windowMs > 0)) throw new RangeError(`pulse generator: windowMs ${windowMs} is not above 0`);
    this.#clock = clock;
    this.#at = clock.ticks();
    this.#name = name;
    this.#maximum = maximum;
    this.#hertzPerUnit = hertzPerUnit;
    // One pulse more or less, and a hair for rounding.
    const tolerance = ((1000 / windowMs) * 1.000001) / hertzPerUnit;
    this.channels = { [name]: { minimum: 0, maximum, tolerance, unit } };
  }

  setChannel(name: string, value: number): void {
    if (name !== this.#name) throw new RangeError(`pulse generator: ${name} is not ${this.#name}`);
    this.#advance();
    this.#hertz = Math.min(Math.max(value, 0), this.#maximum) * this.#hertzPerUnit;
  }

  /** Nothing to lose: the wheel turns on. */
  powerCycle(): void {}

  pulses(): number {
    this.#advance();
    return Math.floor(this.#phase);
  }

  #advance(): void {
    const now = this.#clock.ticks();
    this.#phase += (this.#hertz * (now - this.#at)) / 1000;
    this.#at = now;
  }
}
