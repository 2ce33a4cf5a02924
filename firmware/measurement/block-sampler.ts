import { AXES, BlockRecord } from "./block-record.js";
import type { AnalysisWorker, BlockSource, RecordOptions } from "./block-record.js";
import type { VibrationSettings } from "../condition/settings.js";
import { WaveformSnapshot } from "../condition/snapshot.js";
import type { SnapshotSettings } from "../condition/snapshot.js";
import type { SensorDefinition } from "../definition.js";
import type { Quality, QualityCause } from "../model/quality.js";
import type { BlockSensor, BlockStatus } from "../model/sensor.js";
import type { WaveformPiece, WaveformReason } from "../model/waveform.js";
import { PeriodicReader } from "./periodic-reader.js";
import type { ReaderListener } from "./periodic-reader.js";
import type { Clock } from "../ports/clock.js";
import type { IO } from "../ports/io.js";

/** When a driver does not say when its FIFO is worth reading. */
const POLL_MS = 10;
/** Samples that one read takes; what a FIFO holds beyond that is read next. */
const READ_SAMPLES = 128;
/** Full reads that may be thrown away before a stretch begins: a part that gives still more is faster than its reader. */
const MOST_OLD_READS = 8;
/** A part's bandwidth as a share of its rate, where its driver does not say. */
const USUAL_BANDWIDTH = 0.45;

/** Told of the sensor's faults, and of its waveform snapshots. */
export interface BlockSamplerListener extends ReaderListener {
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
 * It is a fault too, `stale`, when nothing has moved for half a period, and `overrun` when samples were lost more than
 * eight times in one record. A fault is over when a whole record was taken.
 */
export class BlockSampler extends PeriodicReader<BlockSensor> {
  readonly #record: BlockRecord;
  readonly #listener: BlockSamplerListener;
  readonly #snapshot: WaveformSnapshot | undefined;
  readonly #block = new Int16Array(AXES * READ_SAMPLES);
  #source: BlockSource | undefined;
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

  constructor(
    definition: SensorDefinition,
    io: IO,
    clock: Clock,
    workers: readonly AnalysisWorker[],
    listener: BlockSamplerListener,
    options: BlockSamplerOptions = {},
  ) {
    super(definition, io, clock, listener);
    this.#record = new BlockRecord(workers, options);
    this.#listener = listener;
    const { snapshot } = options;
    if (snapshot !== undefined) this.#snapshot = new WaveformSnapshot(definition.name, AXES, snapshot);
  }

  /** One record now, outside of any period, unless one is under way. Its results reach the channels when it is done. */
  override sample(): void {
    if (this.#recording) return;
    this.#recording = true;
    this.#begun = false;
    this.trust();
    if (this.#state === IDLE) this.acquire();
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
    if (snapshot.waiting) this.clock.schedule(this.onSnapshot, 0, this);
    else if (this.#state === IDLE) this.acquire();
    return true;
  }

  /** The next piece of a snapshot, or `undefined` when there is none left; only then another one can be asked for. */
  nextPiece(): WaveformPiece | undefined {
    return this.#snapshot?.next();
  }

  /** A record that is under way goes on. */
  protected override onBegin(now: number): void {
    const still = now - this.#movedAt;
    if (this.#state !== IDLE && 2 * still >= this.definition.periodMs) {
      this.believe("stale", `no samples for ${still} ms`, now);
    }
    // What is about to be handed on is from before now.
    if (this.#state < WORKING) this.#record.expire(now);
    this.sample();
  }

  private onSnapshot(): void {
    this.#listener.onSnapshot?.(this.definition.name);
  }

  /** Begins to read a stretch. */
  private acquire(): void {
    this.#state = READING;
    this.#discarding = true;
    this.#oldReads = 0;
    this.#movedAt = this.clock.ticks();
    this.timer = this.clock.schedule(this.read, 0, this);
  }

  protected override read(): void {
    this.timer = undefined;
    const ticks = this.clock.ticks();
    let status: BlockStatus;
    let waitMs: number;
    try {
      if (this.sensor === undefined) {
        this.open();
        this.#opened = true;
      }
      const sensor = this.sensor!;
      status = sensor.read(this.#block);
      waitMs = sensor.readyInMs ?? POLL_MS;
      if (this.#recording && !this.#begun) this.begin(sensor, status.rateHz);
    } catch (error) {
      this.failed(error, ticks);
      return;
    }
    const full = status.samples === READ_SAMPLES;
    if (status.samples > 0 && !this.take(status, ticks)) return;
    if (this.#discarding && (!full || ++this.#oldReads === MOST_OLD_READS)) this.#discarding = false;
    // A snapshot is one stretch: the work waits for it.
    if (this.#snapshot?.gathering || (this.#recording && this.#record.wants)) {
      this.timer = this.clock.schedule(this.read, full ? 0 : waitMs, this);
    } else if (this.#recording) {
      this.#state = WORKING;
      this.timer = this.clock.schedule(this.work, 0, this);
    } else this.#state = IDLE;
  }

  /** @param rateHz of the first read: the nominal one, if it is the first of all */
  private begin({ scale, bandwidthHz }: BlockSensor, rateHz: number): void {
    this.#source ??= { rateHz, scale, bandwidthHz: bandwidthHz ?? USUAL_BANDWIDTH * rateHz };
    this.#record.begin(this.#source);
    this.#begun = true;
  }

  /** Hands on what was read; false where the record ends by it. */
  private take({ samples, overrun, rateHz }: BlockStatus, ticks: number): boolean {
    const lost = overrun || this.#opened;
    this.#opened = false;
    this.trust();
    this.#movedAt = ticks;
    const { scale } = this.sensor!;
    if (this.#snapshot?.record(this.#block, samples, rateHz, scale, ticks, lost)) this.onSnapshot();
    if (!this.#recording || this.#discarding) return true;
    if (this.#record.feed(this.#block, samples, rateHz, ticks, lost)) return true;
    this.believe("overrun", "samples were lost too often", ticks);
    return false;
  }

  private work(): void {
    this.timer = undefined;
    this.#movedAt = this.clock.ticks();
    const record = this.#record;
    if (record.work()) {
      if (!record.complete) {
        record.resume();
        if (record.wants) this.acquire();
        else this.believe("stale", "an analysis does not end", this.clock.ticks());
        return;
      }
      this.#state = DELIVERING;
      this.recovered(this.clock.ticks());
    }
    this.timer = this.clock.schedule(this.#state === WORKING ? this.work : this.deliver, 0, this);
  }

  private deliver(): void {
    this.timer = undefined;
    // A channel that is told may have an alarm by it, and that may ask for a snapshot.
    if (!this.#record.deliver()) {
      this.timer = this.clock.schedule(this.deliver, 0, this);
      return;
    }
    this.#recording = false;
    this.#state = IDLE;
    if (this.#snapshot?.gathering) this.acquire();
  }

  protected override fail(quality: Quality, ticks: number): void {
    this.#record.fail(quality, ticks);
  }

  protected override believe(cause: QualityCause, detail: string, ticks: number): void {
    this.giveUp();
    super.believe(cause, detail, ticks);
    if (this.#snapshot?.finish()) this.onSnapshot();
  }

  protected override giveUp(): void {
    super.giveUp();
    this.#recording = false;
    this.#state = IDLE;
  }
}
