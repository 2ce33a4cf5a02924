import type { Fields } from "../model/setting.js";
import type { WaveformPiece, WaveformReason } from "../model/waveform.js";

/** How much of a waveform is kept when an alarm asks for it, as data. */
export interface SnapshotSettings {
  readonly preTrigger: number;
  readonly postTrigger: number;
  readonly pieceSamples: number;
}

export const SNAPSHOT_FIELDS: Fields = Object.freeze({
  preTrigger: Object.freeze({
    type: "number",
    default: 512,
    minimum: 0,
    maximum: 2048,
    integer: true,
    unit: "1",
    help: "Samples from before an alarm that a waveform snapshot has. Six bytes of memory each.",
  }),
  postTrigger: Object.freeze({
    type: "number",
    default: 512,
    minimum: 0,
    maximum: 2048,
    integer: true,
    unit: "1",
    help: "Samples from after an alarm that a waveform snapshot has (none of either: no snapshots).",
  }),
  pieceSamples: Object.freeze({
    type: "number",
    default: 256,
    minimum: 16,
    maximum: 320,
    integer: true,
    unit: "1",
    help: "At most this many samples in one message.",
  }),
});

/** So often samples may be lost after the trigger, and be gathered anew, before the snapshot does without them. */
const MOST_RESTARTS = 8;

// What it does.
/** Keeps the newest samples, in case they are asked for. */
const WATCHING = 0;
const GATHERING = 1;
const WAITING = 2;

/**
 * The waveform around an alarm: a ring of the samples read last, and those that come next. One snapshot at a time: from
 * the request until the last piece has been taken nothing else is kept, and further requests are counted and dropped.
 */
export class WaveformSnapshot {
  readonly #source: string;
  readonly #axes: number;
  readonly #settings: SnapshotSettings;
  /** The ring of samples before the trigger, and behind it room for those after. */
  readonly #memory: Int16Array;
  #state = WATCHING;
  /** Of the ring: its oldest sample and how many there are. */
  #first = 0;
  #before = 0;
  #after = 0;
  #restarts = 0;
  #gap = false;
  #scale = 0;
  #rateHz = 0;
  /** When the newest sample in the ring was read. */
  #readAt = 0;
  #resumedTicks = 0;
  #triggerTicks = 0;
  #reason: WaveformReason = { channel: "", alarm: "" };
  #id = -1;
  #dropped = 0;
  #offset = 0;

  /** @param source name of the sensor; @param axes values of one sample */
  constructor(source: string, axes: number, settings: SnapshotSettings) {
    this.#source = source;
    this.#axes = axes;
    this.#settings = settings;
    this.#memory = new Int16Array(axes * (settings.preTrigger + settings.postTrigger));
  }

  /** Samples from after the trigger are still to come. */
  get gathering(): boolean {
    return this.#state === GATHERING;
  }

  /** There is a snapshot to be taken away by {@link next}. */
  get waiting(): boolean {
    return this.#state === WAITING;
  }

  /** Requests that were not followed, because a snapshot was under way, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Asks for the waveform around now; `false` when it cannot be had. */
  request(reason: WaveformReason, ticks: number): boolean {
    if (this.#state !== WATCHING) {
      this.#dropped++;
      return false;
    }
    if (this.#memory.length === 0) return false;
    this.#reason = reason;
    this.#triggerTicks = this.#resumedTicks = ticks;
    this.#after = this.#restarts = this.#offset = 0;
    this.#gap = false;
    this.#state = GATHERING;
    if (this.#settings.postTrigger === 0) this.finish();
    return true;
  }

  /**
   * What was read.
   *
   * @param count samples of every axis
   * @param lost samples are missing between the last call and this one
   * @returns true when it completes a snapshot
   */
  record(samples: Int16Array, count: number, rateHz: number, scale: number, ticks: number, lost: boolean): boolean {
    if (this.#state === WAITING || count === 0) return false;
    this.#rateHz = rateHz;
    this.#scale = scale;
    if (this.#state === WATCHING) {
      if (lost) this.#before = 0;
      this.keep(samples, count);
      this.#readAt = ticks;
      return false;
    }
    if (lost) {
      if (this.#after > 0 && this.#restarts++ === MOST_RESTARTS) return this.finish();
      this.#gap = true;
      this.#after = 0;
    }
    const { preTrigger, postTrigger } = this.#settings;
    // Of a FIFO that is emptied in several reads the last one knows best how old its first sample was.
    const resumed = this.firstOf(this.#after + count, ticks);
    this.#resumedTicks = this.#after === 0 ? resumed : Math.min(this.#resumedTicks, resumed);
    const taken = Math.min(count, postTrigger - this.#after);
    const axes = this.#axes;
    this.#memory.set(samples.subarray(0, axes * taken), axes * (preTrigger + this.#after));
    this.#after += taken;
    return this.#after === postTrigger && this.finish();
  }

  /** No more samples will come: what there is, is the snapshot. True when there is any. */
  finish(): boolean {
    if (this.#state !== GATHERING) return false;
    if (this.#before + this.#after === 0) {
      this.#state = WATCHING;
      return false;
    }
    this.#id++;
    this.#state = WAITING;
    return true;
  }

  /** The next piece to be sent, or `undefined` when all have been taken; only then the next snapshot can begin. */
  next(): WaveformPiece | undefined {
    if (this.#state !== WAITING) return undefined;
    const before = this.#before;
    const offset = this.#offset;
    const total = before + this.#after;
    if (offset === total) {
      this.#state = WATCHING;
      this.#before = 0;
      return undefined;
    }
    const { preTrigger, pieceSamples } = this.#settings;
    // The ring is taken in two runs, so that a piece is one stretch of memory.
    const early = offset < before;
    const at = early ? (this.#first + offset) % preTrigger : preTrigger + offset - before;
    const run = early ? Math.min(before - offset, preTrigger - at) : total - offset;
    const count = Math.min(run, pieceSamples);
    this.#offset += count;
    return {
      id: this.#id,
      source: this.#source,
      reason: this.#reason,
      axes: this.#axes,
      scale: this.#scale,
      rateHz: this.#rateHz,
      startTicks: before > 0 ? this.firstOf(before, this.#readAt) : this.#resumedTicks,
      triggerTicks: this.#triggerTicks,
      resumedTicks: this.#resumedTicks,
      gap: this.#gap,
      preTrigger: before,
      total,
      offset,
      dropped: this.#dropped,
      samples: this.#memory.subarray(this.#axes * at, this.#axes * (at + count)),
    };
  }

  /** Into the ring. */
  private keep(samples: Int16Array, count: number): void {
    const { preTrigger } = this.#settings;
    const axes = this.#axes;
    let from = Math.max(0, count - preTrigger);
    while (from < count) {
      const at = (this.#first + this.#before) % preTrigger;
      const run = Math.min(count - from, preTrigger - at);
      this.#memory.set(samples.subarray(axes * from, axes * (from + run)), axes * at);
      const over = Math.max(0, this.#before + run - preTrigger);
      this.#first = (this.#first + over) % preTrigger;
      this.#before += run - over;
      from += run;
    }
  }

  /** When the first of `count` samples was taken, the last of which was new at `ticks`. */
  private firstOf(count: number, ticks: number): number {
    return Math.round(ticks - ((count - 1) * 1000) / this.#rateHz);
  }
}
