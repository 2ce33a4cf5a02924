import { openSensor } from "../definition.js";
import type { SensorDefinition } from "../definition.js";
import { failureOf } from "../model/quality.js";
import type { Quality, QualityCause } from "../model/quality.js";
import { SensorFault } from "../model/sensor.js";
import type { Sensor } from "../model/sensor.js";
import type { Clock, Timer } from "../ports/clock.js";
import type { IO } from "../ports/io.js";

/** When a sensor that failed once is asked again, before the failure is believed. */
const RETRY_MS = 20;

/** Told when a sensor stops answering, and when it answers again. */
export interface ReaderListener {
  onFault(sensor: string, cause: QualityCause, detail: string, ticks: number): void;
  onRecovery(sensor: string, ticks: number): void;
}

/**
 * What every reader of a sensor has: its periods, which do not drift, and its doubts. One bad reading is retried; the
 * second in a row is a fault, told once until it is over. A sensor that cannot be opened, or that fails, is tried again at
 * every period: the node never waits for it.
 */
export abstract class PeriodicReader<Part extends Sensor = Sensor> {
  readonly definition: SensorDefinition;
  protected readonly clock: Clock;
  /** Of what is under way. */
  protected timer: Timer | undefined;
  readonly #io: IO;
  readonly #listener: ReaderListener;
  #sensor: Part | undefined;
  #next: Timer | undefined;
  #due = 0;
  #failedOnce = false;
  #faulty = false;
  #faults = 0;

  constructor(definition: SensorDefinition, io: IO, clock: Clock, listener: ReaderListener) {
    this.definition = definition;
    this.clock = clock;
    this.#io = io;
    this.#listener = listener;
  }

  /** One reading or record now, outside of any period. */
  abstract sample(): void;

  /** A period begins. */
  protected abstract onBegin(now: number): void;

  /** Asks the sensor, and hands on what it says. */
  protected abstract read(): void;

  /** The channels have no values now. */
  protected abstract fail(quality: Quality, ticks: number): void;

  /** Faults believed since the start. */
  get faults(): number {
    return this.#faults;
  }

  /** Samples at every period from now on. */
  start(): void {
    this.#due = this.clock.ticks();
    this.onPeriod();
  }

  stop(): void {
    if (this.#next !== undefined) this.clock.cancel(this.#next);
    this.#next = undefined;
    this.giveUp();
    this.release();
  }

  /** By how many ms the next period is late; 0 or less: it is not, or there is none. */
  lateMs(ticks: number): number {
    return this.#next === undefined ? 0 : ticks - this.#due;
  }

  /** The sensor, when it is open. */
  protected get sensor(): Part | undefined {
    return this.#sensor;
  }

  /** Throws what opening the sensor throws. */
  protected open(): Part {
    this.#sensor ??= openSensor(this.definition, this.#io, this.clock) as Part;
    return this.#sensor;
  }

  /** What comes next is the first to be doubted. */
  protected trust(): void {
    this.#failedOnce = false;
  }

  /** A reading or record was taken. */
  protected recovered(ticks: number): void {
    if (!this.#faulty) return;
    this.#faulty = false;
    this.#listener.onRecovery(this.definition.name, ticks);
  }

  /** The sensor has thrown: it is asked once more, or a fault is believed. */
  protected failed(error: unknown, ticks: number): void {
    if (!this.#failedOnce && !this.#faulty) {
      this.#failedOnce = true;
      this.timer = this.clock.schedule(this.read, RETRY_MS, this);
      return;
    }
    const detail = error instanceof Error ? error.message : "";
    this.believe(error instanceof SensorFault ? error.quality : "bus", detail, ticks);
  }

  protected believe(cause: QualityCause, detail: string, ticks: number): void {
    this.fail(failureOf(cause), ticks);
    if (!this.#faulty) {
      this.#faulty = true;
      this.#faults++;
      this.#listener.onFault(this.definition.name, cause, detail, ticks);
    }
    if (cause === "bus") this.release();
  }

  /** Ends whatever is under way. */
  protected giveUp(): void {
    if (this.timer !== undefined) this.clock.cancel(this.timer);
    this.timer = undefined;
  }

  private onPeriod(): void {
    const { periodMs } = this.definition;
    const now = this.clock.ticks();
    this.#due += periodMs;
    // A host that was busy for longer than a period skips what it missed.
    if (this.#due <= now) this.#due = now + periodMs;
    this.#next = this.clock.schedule(this.onPeriod, this.#due - now, this);
    this.onBegin(now);
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
}
