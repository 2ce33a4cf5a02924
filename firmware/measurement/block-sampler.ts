import { AXES, BlockRecord } from "./block-record.js";
import type { AnalysisWorker, BlockSource, RecordOptions } from "./block-record.js";
import type { VibrationSettings } from "../condition/settings.js";
import { WaveformSnapshot } from "../condition/snapshot.js";
import type { SnapshotSettings } from "../condition/snapshot.js";
import { openSensor } from "../definition.js";
import type { SensorDefinition } from "../definition.js";
import { failureOf } from "../model/quality.js";
import type { QualityCause } from "../model/quality.js";
import { SensorFault } from "../model/sensor.js";
import type { BlockSensor, BlockStatus } from "../model/sensor.js";
import type { WaveformPiece, WaveformReason } from "../model/waveform.js";
import type { Clock, Timer } from "../ports/clock.js";
import type { IO } from "../ports/io.js";
import type { SamplerListener } from "./sampler.js";

/** When a sensor that failed once is asked again, before the failure is believed. */
const RETRY_MS = 20;
/** When a driver does not say when its FIFO is worth reading. */
const POLL_MS = 10;
/** Samples that one read takes; what a FIFO holds beyond that is read next. */
const READ_SAMPLES = 128;
/** Full reads that may be thrown away before a stretch begins: a part that gives still more is faster than its reader. */
const MOST_OLD_READS = 8;
/** A part's bandwidth as a share of its rate, where its driver does not say. */
const USUAL_BANDWIDTH = 0.45;

/** Told of the sensor's faults, and of its waveform snapshots. */
export interface BlockSamplerListener extends SamplerListener {
  /** A snapshot is there: {@link BlockSampler.nextPiece} gives it. */
  onSnapshot?(sensor: string): void;
}

export interface BlockSamplerOptions extends RecordOptions {
  /** No snapshots unless given. */
  readonly snapshot?: SnapshotSettings;
}

// What is under way.
const IDLE = 0;
const READING = 1;
const WORKING = 2;
const DELIVERING = 3;

/**
 * Reads one sensor in blocks and has its analyses work on them: one record at every period, and never more than one under
 * way. As long as an analysis takes samples the FIFO is read and nothing else is done with it; then the work is done, one
 * piece at a time, and everything else that the node does goes on in between; then comes the next stretch of samples.
 * Otherwise the part is left alone, and what has waited in its FIFO is thrown away.
 *
 * Errors are treated as by `Sampler`: one bad reading is retried, the second in a row is a fault, and the sensor is tried
 * again at every period. It is a fault too, `stale`, when nothing has moved for half a period, and `overrun` when samples
 * were lost more than eight times in one record. A fault is over when a whole record was taken.
 */
export class BlockSampler {
  readonly definition: SensorDefinition;
  readonly #io: IO;
  readonly #clock: Clock;
  readonly #record: BlockRecord;
  readonly #listener: BlockSamplerListener;
  readonly #snapshot: WaveformSnapshot | undefined;
  readonly #block = new Int16Array(AXES * READ_SAMPLES);
  #sensor: BlockSensor | undefined;
  #source: BlockSource | undefined;
  /** Of reading and of working: never both. */
  #timer: Timer | undefined;
  #next: Timer | undefined;
  #due = 0;
  #state = IDLE;
  /** A record is under way, and its analyses know of it. */
  #recording = false;
  #begun = false;
  /** What is read is older than the stretch; so many full reads of it. */
  #discarding = false;
  #oldReads = 0;
  /** Nothing was read since the sensor was opened: what comes does not follow what came before. */
  #opened = false;
  /** When something was last begun, read or worked off. */
  #movedAt = 0;
  #failedOnce = false;
  #faulty = false;
  #faults = 0;

  constructor(
    definition: SensorDefinition,
    io: IO,
    clock: Clock,
    workers: readonly AnalysisWorker[],
    listener: BlockSamplerListener,
    options: BlockSamplerOptions = {},
  ) {
    this.definition = definition;
    this.#io = io;
    this.#clock = clock;
    this.#record = new BlockRecord(workers, options);
    this.#listener = listener;
    const { snapshot } = options;
    if (snapshot !== undefined) this.#snapshot = new WaveformSnapshot(definition.name, AXES, snapshot);
  }

  /** Faults believed since the start. */
  get faults(): number {
    return this.#faults;
  }

  /** Takes a record at every period from now on; periods do not drift, one that begins during a record is skipped. */
  start(): void {
    this.#due = this.#clock.ticks();
    this.period();
  }

  /** One record now, outside of any period, unless one is under way. Its results reach the channels when it is done. */
  sample(): void {
    if (this.#recording) return;
    this.#recording = true;
    this.#begun = false;
    this.#failedOnce = false;
    if (this.#state === IDLE) this.acquire();
  }

  stop(): void {
    if (this.#next !== undefined) this.#clock.cancel(this.#next);
    this.#next = undefined;
    this.giveUp();
    this.release();
  }

  /** By how many ms the next period is late; 0 or less: it is not, or there is none. */
  lateMs(ticks: number): number {
    return this.#next === undefined ? 0 : ticks - this.#due;
  }

  /**
   * Takes other settings, by the names of the analyses. Where they are others indeed, all analyses of this sensor are made
   * anew, and a record that is under way begins again.
   */
  apply(settings: Readonly<Record<string, VibrationSettings>>): void {
    if (!this.#record.apply(settings)) return;
    const recording = this.#recording;
    this.giveUp();
    if (recording) this.sample();
    else if (this.#snapshot?.gathering) this.acquire();
  }

  /** Asks for the waveform around now; `false` when it cannot be had. The listener is told when it is there. */
  capture(reason: WaveformReason, ticks: number): boolean {
    const snapshot = this.#snapshot;
    if (snapshot === undefined || !snapshot.request(reason, ticks)) return false;
    if (snapshot.waiting) this.#clock.schedule(this.onSnapshot, 0, this);
    else if (this.#state === IDLE) this.acquire();
    return true;
  }

  /** The next piece of a snapshot, or `undefined` when there is none left; only then another one can be asked for. */
  nextPiece(): WaveformPiece | undefined {
    return this.#snapshot?.next();
  }

  private period(): void {
    this.#due += this.definition.periodMs;
    const now = this.#clock.ticks();
    if (this.#due <= now) this.#due = now + this.definition.periodMs;
    this.#next = this.#clock.schedule(this.onPeriod, this.#due - now, this);
    const still = now - this.#movedAt;
    if (this.#state !== IDLE && 2 * still >= this.definition.periodMs) {
      this.believe("stale", `no samples for ${still} ms`, now);
    }
    // What is about to be handed on is from before now.
    if (this.#state < WORKING) this.#record.expire(now);
    this.sample();
  }

  private onPeriod(): void {
    this.period();
  }

  private onSnapshot(): void {
    this.#listener.onSnapshot?.(this.definition.name);
  }

  /** Begins to read a stretch. */
  private acquire(): void {
    this.#state = READING;
    this.#discarding = true;
    this.#oldReads = 0;
    this.#movedAt = this.#clock.ticks();
    this.#timer = this.#clock.schedule(this.read, 0, this);
  }

  private read(): void {
    this.#timer = undefined;
    const ticks = this.#clock.ticks();
    let status: BlockStatus;
    let waitMs: number;
    try {
      status = this.open().read(this.#block);
      waitMs = this.#sensor!.readyInMs ?? POLL_MS;
      if (this.#recording && !this.#begun) this.begin(status.rateHz);
    } catch (error) {
      const detail = error instanceof Error ? error.message : "";
      this.failed(error instanceof SensorFault ? error.quality : "bus", detail, ticks);
      return;
    }
    const full = status.samples === READ_SAMPLES;
    if (status.samples > 0 && !this.take(status, ticks)) return;
    if (this.#discarding && (!full || ++this.#oldReads === MOST_OLD_READS)) this.#discarding = false;
    // A snapshot is one stretch: the work waits for it.
    if (this.#snapshot?.gathering || (this.#recording && this.#record.wants)) {
      this.#timer = this.#clock.schedule(this.read, full ? 0 : waitMs, this);
    } else if (this.#recording) {
      this.#state = WORKING;
      this.#timer = this.#clock.schedule(this.work, 0, this);
    } else this.#state = IDLE;
  }

  private open(): BlockSensor {
    if (this.#sensor === undefined) {
      this.#sensor = openSensor(this.definition, this.#io, this.#clock) as BlockSensor;
      this.#opened = true;
    }
    return this.#sensor;
  }

  /** @param rateHz of the first read: the nominal one, if it is the first of all */
  private begin(rateHz: number): void {
    const { scale, bandwidthHz = USUAL_BANDWIDTH * rateHz } = this.#sensor!;
    this.#source ??= { rateHz, scale, bandwidthHz };
    this.#record.begin(this.#source);
    this.#begun = true;
  }

  /** Hands on what was read; false where the record ends by it. */
  private take({ samples, overrun, rateHz }: BlockStatus, ticks: number): boolean {
    const lost = overrun || this.#opened;
    this.#opened = this.#failedOnce = false;
    this.#movedAt = ticks;
    const { scale } = this.#sensor!;
    if (this.#snapshot?.record(this.#block, samples, rateHz, scale, ticks, lost)) this.onSnapshot();
    if (!this.#recording || this.#discarding) return true;
    if (this.#record.feed(this.#block, samples, rateHz, ticks, lost)) return true;
    this.believe("overrun", "samples were lost too often", ticks);
    return false;
  }

  private work(): void {
    this.#timer = undefined;
    this.#movedAt = this.#clock.ticks();
    const record = this.#record;
    if (record.work()) {
      if (!record.complete) {
        record.resume();
        if (record.wants) this.acquire();
        else this.believe("stale", "an analysis does not end", this.#clock.ticks());
        return;
      }
      this.#state = DELIVERING;
      if (this.#faulty) {
        this.#faulty = false;
        this.#listener.onRecovery(this.definition.name, this.#clock.ticks());
      }
    }
    this.#timer = this.#clock.schedule(this.#state === WORKING ? this.work : this.deliver, 0, this);
  }

  private deliver(): void {
    this.#timer = undefined;
    // A channel that is told may have an alarm by it, and that may ask for a snapshot.
    if (!this.#record.deliver()) {
      this.#timer = this.#clock.schedule(this.deliver, 0, this);
      return;
    }
    this.#recording = false;
    this.#state = IDLE;
    if (this.#snapshot?.gathering) this.acquire();
  }

  private failed(cause: QualityCause, detail: string, ticks: number): void {
    if (this.#failedOnce || this.#faulty) {
      this.believe(cause, detail, ticks);
    } else {
      this.#failedOnce = true;
      this.#timer = this.#clock.schedule(this.read, RETRY_MS, this);
    }
  }

  private believe(cause: QualityCause, detail: string, ticks: number): void {
    this.giveUp();
    this.#record.fail(failureOf(cause), ticks);
    if (!this.#faulty) {
      this.#faulty = true;
      this.#faults++;
      this.#listener.onFault(this.definition.name, cause, detail, ticks);
    }
    if (cause === "bus") this.release();
    if (this.#snapshot?.finish()) this.onSnapshot();
  }

  /** Ends whatever is under way. */
  private giveUp(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.#timer = undefined;
    this.#recording = false;
    this.#state = IDLE;
  }

  /** Closes the sensor, so that the next record opens it anew (see `Sampler`). */
  private release(): void {
    const sensor = this.#sensor;
    this.#sensor = undefined;
    sensor?.close();
  }
}
