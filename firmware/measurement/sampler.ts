import type { SensorDefinition } from "../definition.js";
import { failureOf, GOOD } from "../model/quality.js";
import type { Quality } from "../model/quality.js";
import type { Sample, Sensor } from "../model/sensor.js";
import { PeriodicReader } from "./periodic-reader.js";
import type { ReaderListener } from "./periodic-reader.js";
import type { ChannelPipeline } from "./pipeline.js";
import type { Clock } from "../ports/clock.js";
import type { IO } from "../ports/io.js";

/** When a driver does not say when its reading is due. */
const POLL_MS = 10;

export interface SamplerListener extends ReaderListener {
  /** A receiver of satellites says that it was `utc` (ms since 1970) shortly before `ticks`. */
  onUtc?(utc: number, ticks: number, quality: Quality): void;
}

/** Reads one sensor value by value and hands its numbers to its channels. */
export class Sampler extends PeriodicReader {
  readonly #channels: readonly ChannelPipeline[];
  // Each channel's field, taken apart once: ["thermometer", "temperature"] or ["temperature"].
  readonly #paths: readonly (readonly string[])[];
  readonly #listener: SamplerListener;
  #deadline = 0;

  constructor(
    definition: SensorDefinition,
    io: IO,
    clock: Clock,
    channels: readonly ChannelPipeline[],
    listener: SamplerListener,
  ) {
    super(definition, io, clock, listener);
    this.#channels = channels;
    this.#paths = channels.map((channel) => channel.definition.field.split("."));
    this.#listener = listener;
  }

  /** One reading now, outside of any period. Its values reach the channels by the time its conversion takes. */
  override sample(): void {
    this.giveUp();
    this.trust();
    this.#deadline = this.clock.ticks() + this.definition.periodMs;
    this.read();
  }

  protected override onBegin(now: number): void {
    for (let i = 0; i < this.#channels.length; i++) this.#channels[i]!.expire(now);
    this.sample();
  }

  protected override read(): void {
    this.timer = undefined;
    const ticks = this.clock.ticks();
    let sensor: Sensor;
    let reading: Sample | undefined;
    try {
      sensor = this.open();
      reading = sensor.sample();
    } catch (error) {
      this.failed(error, ticks);
      return;
    }
    if (reading !== undefined) {
      this.arrived(sensor, reading, ticks);
      return;
    }
    const waitMs = sensor.readyInMs ?? POLL_MS;
    if (ticks + waitMs < this.#deadline) this.timer = this.clock.schedule(this.read, waitMs, this);
    else this.believe("stale", "no reading within a period", ticks);
  }

  protected override fail(quality: Quality, ticks: number): void {
    for (let i = 0; i < this.#channels.length; i++) this.#channels[i]!.fail(quality, ticks);
  }

  private arrived(sensor: Sensor, reading: Sample, ticks: number): void {
    this.recovered(ticks);
    const { quality = GOOD, utc, utcTicks } = sensor;
    if (utc !== undefined) this.#listener.onUtc?.(utc, utcTicks ?? ticks, quality);
    for (let i = 0; i < this.#channels.length; i++) {
      const value = pick(reading, this.#paths[i]!);
      if (value - value === 0) this.#channels[i]!.process(value, ticks, quality);
      else this.#channels[i]!.fail(failureOf("out-of-range"), ticks);
    }
  }
}

/** The number at a path in a reading; NaN where there is none. */
function pick(reading: Sample, path: readonly string[]): number {
  const first = reading[path[0]!];
  if (typeof first === "number") return path.length === 1 ? first : NaN;
  return path.length === 2 ? (first?.[path[1]!] ?? NaN) : NaN;
}
