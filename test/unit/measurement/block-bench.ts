import type { BlockAnalysis, BlockSource, ResultChannel } from "../../../firmware/measurement/block-record.js";
import { BlockSampler } from "../../../firmware/measurement/block-sampler.js";
import type { BlockSamplerOptions } from "../../../firmware/measurement/block-sampler.js";
import { VIBRATION_FIELDS } from "../../../firmware/condition/settings.js";
import type { VibrationSettings } from "../../../firmware/condition/settings.js";
import type { ChannelDefinition } from "../../../firmware/definition.js";
import { failureOf, GOOD, qualityText } from "../../../firmware/model/quality.js";
import type { Quality } from "../../../firmware/model/quality.js";
import type { BlockStatus } from "../../../firmware/model/sensor.js";
import type { Clock } from "../../../firmware/ports/clock.js";
import { checkFields } from "../../../firmware/settings/fields.js";

/** The usual settings of an analysis. */
export const USUAL_SETTINGS = checkFields({}, "analysis", VIBRATION_FIELDS) as unknown as VibrationSettings;

/** Of a part that numbers its samples: x counts up from 1, y is 7 and z is 9. */
export class FakePart {
  rateHz = 10_000;
  capacity = 512;
  /** What reading does besides: it may throw. Called with how often it has been read. */
  onRead: (reads: number) => void = () => {};
  onOpen: () => void = () => {};
  reads = 0;
  opened = 0;
  closed = 0;
  /** It gives no samples. */
  silent = false;
  #taken = 0;
  #lost = false;
  readonly #clock: Pick<Clock, "ticks">;

  constructor(clock: Pick<Clock, "ticks">) {
    this.#clock = clock;
  }

  /** The next read says overrun. */
  lose(): void {
    this.#lost = true;
  }

  read(into: Int16Array): BlockStatus {
    this.onRead(++this.reads);
    const made = this.silent ? this.#taken : Math.floor((this.#clock.ticks() * this.rateHz) / 1000);
    const level = made - this.#taken;
    const overrun = this.#lost || level > this.capacity;
    this.#lost = false;
    if (level > this.capacity) this.#taken = made - this.capacity;
    const samples = Math.min(made - this.#taken, Math.floor(into.length / 3));
    for (let i = 0; i < samples; i++) into.set([++this.#taken, 7, 9], 3 * i);
    return { samples, overrun, rateHz: this.rateHz };
  }

  get driver() {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the class is what the definition names
    const part = this;
    return class {
      readonly scale = 0.01;
      readonly bandwidthHz = 3000;
      readonly readyInMs = 10;
      constructor() {
        part.onOpen();
        part.opened++;
      }
      configure() {}
      sample() {
        return undefined;
      }
      read(into: Int16Array) {
        return part.read(into);
      }
      close() {
        part.closed++;
      }
    };
  }
}

/** Takes `wanted` samples of its axis, `blocks` times, and needs `pieces` pieces of work for each. */
export class FakeAnalysis implements BlockAnalysis {
  readonly source: BlockSource;
  readonly axis: number;
  wanted = 1000;
  blocks = 1;
  pieces = 3;
  /** What one piece of work does. */
  onStep: () => void = () => {};
  readonly taken: number[] = [];
  readonly begun: number[] = [];
  readonly rates: number[] = [];
  interruptions = 0;
  steps = 0;
  longest = 0;
  #block = 0;
  #left = 0;
  #work = 0;

  constructor(source: BlockSource, axis: number) {
    this.source = source;
    this.axis = axis;
  }

  begin(speedHz: number): void {
    this.begun.push(speedHz);
    this.taken.length = 0;
    this.#block = 0;
    this.#left = this.wanted;
    this.#work = 0;
  }

  push(samples: Int16Array, count: number, rateHz: number): void {
    if (!this.wants) throw new Error("pushed what was not wanted");
    this.longest = Math.max(this.longest, count);
    this.rates.push(rateHz);
    for (let i = 0; i < count && this.#left > 0; i++, this.#left--) this.taken.push(samples[3 * i + this.axis]!);
    if (this.#left === 0) this.#work = this.pieces;
  }

  interrupted(): void {
    this.interruptions++;
    this.#left = this.wanted;
  }

  get wants(): boolean {
    return this.#left > 0;
  }

  step(): boolean {
    this.steps++;
    this.onStep();
    if (this.#work > 0 && --this.#work > 0) return false;
    if (this.#left === 0 && !this.complete && ++this.#block < this.blocks) this.#left = this.wanted;
    return true;
  }

  get complete(): boolean {
    return this.#block === this.blocks;
  }

  result(field: string): number {
    return field === "rms" ? this.taken.length : field === "velocity" ? 0.002 : NaN;
  }

  quality(field: string): Quality {
    return field === "zone" ? failureOf("bandwidth") : GOOD;
  }
}

export interface BlockBenchOptions extends Partial<BlockSamplerOptions> {
  readonly periodMs?: number;
  /** Axis of each analysis. */
  readonly axes?: readonly ("x" | "y" | "z")[];
  readonly fields?: readonly string[];
  /** Sets up an analysis when it is made. */
  readonly make?: (analysis: FakeAnalysis, index: number) => void;
}

/** A block sampler with a part, analyses and channels that only say what is done with them. */
export function blockBench(clock: Clock, options: BlockBenchOptions = {}) {
  const { periodMs = 1000, axes = ["x"], fields = ["rms"], make } = options;
  const part = new FakePart(clock);
  const log: string[] = [];
  const analyses: FakeAnalysis[] = [];
  const at = (ticks: number, text: string) => log.push(`${ticks} ${text}`);
  const channel = (field: string): ResultChannel => ({
    definition: { name: field, source: "drive", field, unit: "1", resolution: 0 } satisfies ChannelDefinition,
    process: (value, ticks, quality = GOOD) => at(ticks, `${field} ${value} ${qualityText(quality)}`),
    fail: (quality, ticks) => at(ticks, `${field} ${qualityText(quality)}`),
    expire: () => {},
  });
  const sampler = new BlockSampler(
    { name: "drive", driver: part.driver, io: "Analog", wiring: {}, periodMs },
    { Analog: class {} as never },
    clock,
    axes.map((axis) => ({
      definition: { name: axis, sensor: "drive", axis },
      settings: USUAL_SETTINGS,
      channels: fields.map(channel),
    })),
    {
      onFault: (sensor, cause, detail, ticks) => at(ticks, `fault ${sensor} ${cause}: ${detail}`),
      onRecovery: (sensor, ticks) => at(ticks, `recovered ${sensor}`),
      onSnapshot: (sensor) => at(clock.ticks(), `snapshot ${sensor}`),
    },
    {
      create: (_, axis, source) => {
        const analysis = new FakeAnalysis(source, axis);
        make?.(analysis, analyses.length);
        analyses.push(analysis);
        return analysis;
      },
      ...options,
    },
  );
  return { sampler, part, log, analyses };
}

/** Whether numbers count up by one, in 16 bits. */
export function consecutive(numbers: ArrayLike<number>): boolean {
  for (let i = 1; i < numbers.length; i++) if (((numbers[i]! - numbers[i - 1]!) & 0xffff) !== 1) return false;
  return numbers.length > 0;
}
