import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import { Noise } from "./noise.js";
import type { PartChannel } from "./chip.js";

/** Standard gravity in m/s² (3rd CGPM, 1901). */
export const GRAVITY = 9.80665;

export type Axis = 0 | 1 | 2;
export type Range = 2 | 4 | 8 | 16;

/** What every accelerometer is built from. */
export interface AccelerometerOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
  /**
   * Vibration in m/s², on top of the channels x, y and z: asked for at the very instants at which the part takes its
   * samples, in seconds of the clock. A pure function.
   */
  signal?: (axis: Axis, seconds: number) => number;
  /** What the channels' limits and tolerance are stated for: the range in g and the rate that the driver will set. */
  statedFor?: { range: Range; rateHz: number };
}

/** Channels x, y and z for one range in g. */
export function axes(range: Range, tolerance: number): Readonly<Record<"x" | "y" | "z", PartChannel>> {
  const channel = { minimum: -range * GRAVITY, maximum: range * GRAVITY, tolerance, unit: "m/s2" };
  return { x: channel, y: channel, z: channel };
}

/** What a proof mass feels, sample by sample, by a clock of the part's own that is some percents off. */
export class Acceleration {
  /** The part's rate over the nominal one. */
  readonly rateFactor: number;
  readonly #signal: AccelerometerOptions["signal"];
  readonly #noise: Noise;
  readonly #still = new Float64Array(3);
  #startMs = 0;
  #rateHz = 0;
  // Of the noise: samples of all earlier runs.
  #earlier = 0;

  /** @param spread how far the part's rate may be from the nominal one, as a share of it */
  constructor(options: AccelerometerOptions, spread: number) {
    this.rateFactor = 1 + spread * (2 * options.random.next() - 1);
    this.#signal = options.signal;
    this.#noise = new Noise(options.random);
  }

  /** The acceleration that does not change of itself, in m/s². Throws RangeError for a name that is not x, y or z. */
  set(part: string, name: string, value: number): void {
    const axis = ["x", "y", "z"].indexOf(name);
    if (axis < 0) throw new RangeError(`${part}: ${name} is not x, y or z`);
    this.#still[axis] = value;
  }

  /** Begins to take samples; the first is there a period after `nowMs`. */
  start(nowMs: number, nominalHz: number): void {
    this.stop(nowMs);
    this.#startMs = nowMs;
    this.#rateHz = nominalHz * this.rateFactor;
  }

  stop(nowMs: number): void {
    this.#earlier += this.ended(nowMs);
    this.#rateHz = 0;
  }

  /** How many samples there have been since the start. */
  ended(nowMs: number): number {
    return nowMs <= this.#startMs ? 0 : Math.floor(((nowMs - this.#startMs) * this.#rateHz) / 1000);
  }

  /** Sample number `sample` since the start, from 1, in m/s²: noise of deviation `noise` included. */
  at(sample: number, axis: Axis, noise: number): number {
    const still = this.#still[axis]! + noise * this.#noise.at(3 * (this.#earlier + sample) + axis);
    const signal = this.#signal;
    return signal === undefined ? still : still + signal(axis, this.#startMs / 1000 + sample / this.#rateHz);
  }
}
