import { openSensor } from "../definition.js";
import type { SensorDefinition } from "../definition.js";
import { failureOf, GOOD } from "../model/quality.js";
import type { Quality, QualityCause } from "../model/quality.js";
import { SensorFault } from "../model/sensor.js";
import type { Sample, Sensor } from "../model/sensor.js";
import type { ChannelPipeline } from "./pipeline.js";
import type { Clock, Timer } from "../ports/clock.js";
import type { IO } from "../ports/io.js";

/** When a sensor that failed once is asked again, before the failure is believed. */
const RETRY_MS = 20;
/** When a driver does not say when its reading is due. */
const POLL_MS = 10;

/** Told when a sensor stops answering, and when it answers again. */
export interface SamplerListener {
  onFault(sensor: string, cause: QualityCause, detail: string, ticks: number): void;
  onRecovery(sensor: string, ticks: number): void;
  /** A receiver of satellites says that it was `utc` (ms since 1970) shortly before `ticks`. */
  onUtc?(utc: number, ticks: number, quality: Quality): void;
}

/**
 * Reads one sensor and hands its numbers to its channels. One bad reading is retried; the second in a row is a fault.
 * A sensor that cannot be opened, or that fails, is tried again at every period: the node never waits for it.
 */
export class Sampler {
  readonly definition: SensorDefinition;
  readonly #io: IO;
  readonly #clock: Clock;
  readonly #channels: readonly ChannelPipeline[];
  // Each channel's field, taken apart once: ["thermometer", "temperature"] or ["temperature"].
  readonly #paths: readonly (readonly string[])[];
  readonly #listener: SamplerListener;
  #sensor: Sensor | undefined;
  #timer: Timer | undefined;
  #next: Timer | undefined;
  #due = 0;
  #deadline = 0;
  #failedOnce = false;
  #faulty = false;
  #faults = 0;

  constructor(
    definition: SensorDefinition,
    io: IO,
    clock: Clock,
    channels: readonly ChannelPipeline[],
    listener: SamplerListener,
  ) {
    this.definition = definition;
    this.#io = io;
    this.#clock = clock;
    this.#channels = channels;
    this.#paths = channels.map((channel) => channel.definition.field.split("."));
    this.#listener = listener;
  }

  /** Faults believed since the start. */
  get faults(): number {
    return this.#faults;
  }

  /** Samples at every period from now on; periods do not drift. */
  start(): void {
    this.#due = this.#clock.ticks();
    this.period();
  }

  /** One reading now, outside of any period. Its values reach the channels by the time its conversion takes. */
  sample(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.#failedOnce = false;
    this.#deadline = this.#clock.ticks() + this.definition.periodMs;
    this.ask();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    if (this.#next !== undefined) this.#clock.cancel(this.#next);
    this.#timer = this.#next = undefined;
    this.release();
  }

  /** By how many ms the next period is late; 0 or less: it is not, or there is none. */
  lateMs(ticks: number): number {
    return this.#next === undefined ? 0 : ticks - this.#due;
  }

  /**
   * Closes the sensor; the next reading opens it anew. A bus of which every part has been closed is set up again by the
   * host, which is what frees a line that a part holds down.
   */
  private release(): void {
    const sensor = this.#sensor;
    this.#sensor = undefined;
    sensor?.close();
  }

  private period(): void {
    this.#due += this.definition.periodMs;
    const now = this.#clock.ticks();
    // A host that was busy for longer than a period skips what it missed.
    if (this.#due <= now) this.#due = now + this.definition.periodMs;
    this.#next = this.#clock.schedule(this.onPeriod, this.#due - now, this);
    for (let i = 0; i < this.#channels.length; i++) this.#channels[i]!.expire(now);
    this.sample();
  }

  private onPeriod(): void {
    this.period();
  }

  private ask(): void {
    this.#timer = undefined;
    const ticks = this.#clock.ticks();
    let reading: Sample | undefined;
    try {
      this.#sensor ??= openSensor(this.definition, this.#io, this.#clock);
      reading = this.#sensor.sample();
    } catch (error) {
      const detail = error instanceof Error ? error.message : "";
      this.failed(error instanceof SensorFault ? error.quality : "bus", detail, ticks);
      return;
    }
    if (reading !== undefined) {
      this.arrived(reading, ticks);
      return;
    }
    const waitMs = this.#sensor.readyInMs ?? POLL_MS;
    if (ticks + waitMs < this.#deadline) this.#timer = this.#clock.schedule(this.ask, waitMs, this);
    else this.believe("stale", "no reading within a period", ticks);
  }

  private arrived(reading: Sample, ticks: number): void {
    if (this.#faulty) {
      this.#faulty = false;
      this.#listener.onRecovery(this.definition.name, ticks);
    }
    const quality = this.#sensor!.quality ?? GOOD;
    const { utc, utcTicks } = this.#sensor!;
    if (utc !== undefined) this.#listener.onUtc?.(utc, utcTicks ?? ticks, quality);
    for (let i = 0; i < this.#channels.length; i++) {
      const value = pick(reading, this.#paths[i]!);
      if (value - value === 0) this.#channels[i]!.process(value, ticks, quality);
      else this.#channels[i]!.fail(failureOf("out-of-range"), ticks);
    }
  }

  private failed(cause: QualityCause, detail: string, ticks: number): void {
    if (this.#failedOnce || this.#faulty) {
      this.believe(cause, detail, ticks);
    } else {
      this.#failedOnce = true;
      this.#timer = this.#clock.schedule(this.ask, RETRY_MS, this);
    }
  }

  private believe(cause: QualityCause, detail: string, ticks: number): void {
    const quality = failureOf(cause);
    for (let i = 0; i < this.#channels.length; i++) this.#channels[i]!.fail(quality, ticks);
    if (!this.#faulty) {
      this.#faulty = true;
      this.#faults++;
      this.#listener.onFault(this.definition.name, cause, detail, ticks);
    }
    if (cause === "bus") this.release();
  }
}

/** The number at a path in a reading; NaN where there is none. */
function pick(reading: Sample, path: readonly string[]): number {
  const first = reading[path[0]!];
  if (typeof first === "number") return path.length === 1 ? first : NaN;
  return path.length === 2 ? (first?.[path[1]!] ?? NaN) : NaN;
}
