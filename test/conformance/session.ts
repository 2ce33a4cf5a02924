import { SensorFault } from "../../firmware/model/sensor.js";
import type { Sensor } from "../../firmware/model/sensor.js";
import type { Bench } from "./bench.js";
import type { PartUnderTest } from "./parts.js";

/** What one case did. */
export interface Tally {
  readings: number;
  /** Faults put in. */
  faults: number;
  /** Faults that the driver told of. */
  reported: number;
}

/** More calls of sample() than any part needs to its first reading, faults included. */
export const CALLS = 60;
const SETTLE_MS = 1000;

/** One driver on one bench, and what is known about its readings. */
export class Session {
  readonly tally: Tally = { readings: 0, faults: 0, reported: 0 };
  readonly bench: Bench;
  readonly sensor: Sensor;
  /** Whether the truth moves after every reading, so that an old reading given again is a wrong one. */
  varying = true;
  readonly #truth: Record<string, number> = {};
  readonly #part: PartUnderTest;
  readonly #calls: number;
  #last: object | undefined;

  constructor(part: PartUnderTest, seed: number, prepare: (bench: Bench) => void = () => {}) {
    this.#part = part;
    this.#calls = CALLS * (part.conversionsPerReading ?? 1);
    this.bench = part.bench(seed);
    prepare(this.bench);
    const { wiring, clock } = this.bench;
    this.sensor = new part.driver({ ...part.options, sensor: wiring, clock }) as Sensor;
    this.#place(0.62);
  }

  /** What the part and its driver can both do. */
  rangeOf(name: string): { minimum: number; maximum: number } {
    return this.#part.ranges?.[name] ?? this.bench.chip.channels[name]!;
  }

  set(name: string, value: number): void {
    this.#truth[name] = value;
    this.bench.chip.setChannel(name, value);
  }

  /** After the chip was exchanged. */
  setAll(): void {
    for (const [name, value] of Object.entries(this.#truth)) this.set(name, value);
  }

  /** Calls sample() once and waits as the driver asks; a fault is counted and answered with a pause. */
  step(): SensorFault | "reading" | undefined {
    const { sensor } = this;
    try {
      const reading = sensor.sample();
      if (reading !== undefined) {
        this.tally.readings++;
        this.#last = reading;
        this.#compare(reading);
        if (this.varying) this.#place(this.tally.readings % 2 === 0 ? 0.62 : 0.36);
        return "reading";
      }
      this.pause(Math.max(1, sensor.readyInMs ?? 1));
      return undefined;
    } catch (error) {
      if (!(error instanceof SensorFault)) throw error;
      ensure(error.message.startsWith(`${this.#part.name}: `), `"${error.message}" does not name the part`);
      this.tally.reported++;
      this.pause(this.#part.settleMs ?? SETTLE_MS);
      return error;
    }
  }

  pause(ms: number): void {
    this.bench.clock.advanceTo(this.bench.clock.ticks() + ms);
  }

  /** Samples until there are `count` readings, all of them right. Faults may come before. */
  readings(count: number): void {
    const wanted = this.tally.readings + count;
    for (let calls = 0; this.tally.readings < wanted; calls++) {
      ensure(calls < count * this.#calls, `no reading after ${calls} calls`);
      this.step();
    }
  }

  /** The next reading as it came. */
  reading(): object {
    this.undisturbed(1);
    return this.#last!;
  }

  /** Samples until there is a fault, and returns it. */
  untilFault(): SensorFault {
    for (let calls = 0; calls < this.#calls; calls++) {
      const outcome = this.step();
      if (outcome instanceof SensorFault) return outcome;
    }
    throw new Error(`no fault after ${this.#calls} calls`);
  }

  /** As {@link readings}, but a fault is a failure of the test. */
  undisturbed(count: number): void {
    const { reported } = this.tally;
    this.readings(count);
    ensure(this.tally.reported === reported, "a fault was reported where none was");
  }

  done(): Tally {
    const [violation] = this.bench.violations;
    ensure(violation === undefined, `the driver broke the part's protocol: ${violation?.message}`);
    this.sensor.close();
    ensure(this.bench.open === 0, `${this.bench.open} IO instances are left open`);
    return this.tally;
  }

  /** Sets every channel to this part of its range. Off the middle, which is near what registers hold after a reset. */
  #place(fraction: number): void {
    for (const name of Object.keys(this.bench.chip.channels)) {
      const { minimum, maximum } = this.rangeOf(name);
      this.set(name, minimum + fraction * (maximum - minimum));
    }
  }

  #compare(reading: object): void {
    for (const [name, path] of Object.entries(this.#part.channels)) {
      const { tolerance, unit } = this.bench.chip.channels[name]!;
      const value = valueAt(reading, path);
      const truth = this.#truth[name]!;
      // Last bits of the comparison itself.
      const rounding = 1e-9 * Math.abs(truth);
      ensure(
        Math.abs(value - truth) <= tolerance + rounding,
        `${path} is ${value} ${unit}, but the truth is ${truth} ± ${tolerance}`,
      );
    }
  }
}

function valueAt(reading: object, path: string): number {
  let value: unknown = reading;
  for (const name of path.split(".")) value = (value as Record<string, unknown>)[name];
  ensure(typeof value === "number" && value === value, `${path} is ${String(value)}, not a number`);
  return value as number;
}

/** Throws an Error with `message` unless the condition holds. */
export function ensure(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
