import { AdaptiveDetector } from "../condition/adaptive-detector.js";
import type { DetectorSettings } from "../condition/detector-settings.js";
import { FusedDetector } from "../condition/fused-detector.js";
import { decodeBase64, encodeBase64 } from "../data/base64.js";
import type { DetectorDefinition } from "../definition.js";
import type { Quality } from "../model/quality.js";
import type { ChannelPipeline } from "./pipeline.js";
import type { Clock, Timer } from "../ports/clock.js";
import type { KeyValue } from "../ports/storage.js";

/** Of a detector's memory: another one is not read. */
const VERSION = 1;

/**
 * One detector at work: takes the values of the channels that it watches, hands its score to the channels that show it,
 * and keeps what it has learned across restarts. With several channels it judges once each of them has a new value.
 */
export class Detection {
  readonly definition: DetectorDefinition;
  readonly #detector: AdaptiveDetector | FusedDetector;
  readonly #memory: Uint8Array;
  /** The present value of each channel that it watches. */
  readonly #values: Float64Array;
  // A bit for each channel that has had no value since the last verdict.
  #missing: number;
  readonly #outputs: readonly ChannelPipeline[];
  readonly #clock: Clock;
  readonly #storage: KeyValue;
  readonly #key: string;
  /** What a kept memory must begin with: it belongs to this detector of these channels. */
  readonly #label: string;
  #settings: DetectorSettings;
  #timer: Timer | undefined;

  /**
   * @param slot number of the detector within the node: its memory's key
   * @param inputs the channels that it watches; @param outputs the channels that name it as their source
   */
  constructor(options: {
    definition: DetectorDefinition;
    slot: number;
    inputs: readonly ChannelPipeline[];
    outputs: readonly ChannelPipeline[];
    settings: DetectorSettings;
    clock: Clock;
    storage: KeyValue;
  }) {
    const { definition, inputs } = options;
    const count = inputs.length;
    this.definition = definition;
    this.#outputs = options.outputs;
    this.#clock = options.clock;
    this.#storage = options.storage;
    this.#key = `detector${options.slot}`;
    this.#label = `${VERSION} ${definition.name} ${definition.channels.join(" ")}:`;
    const memory = new ArrayBuffer(count === 1 ? AdaptiveDetector.stateBytes : FusedDetector.stateBytes(count));
    this.#memory = new Uint8Array(memory);
    this.recall();
    this.#detector = count === 1 ? new AdaptiveDetector(memory) : new FusedDetector(memory, count);
    this.#values = new Float64Array(count);
    this.#missing = (1 << count) - 1;
    this.#settings = options.settings;
    this.#detector.frozen = options.settings.learning === "frozen";
    inputs.forEach((channel, position) => {
      channel.follow({
        follow: (value, ticks) => this.take(position, value, ticks),
        lose: (quality, ticks) => this.lose(position, quality, ticks),
      });
    });
  }

  /** From now on what it learns is kept. */
  start(): void {
    this.#timer = this.#clock.schedule(this.onSave, this.#settings.saveIntervalMs, this);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.save();
  }

  /** The timer that keeps it may have been lost. */
  restart(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.start();
  }

  apply(settings: DetectorSettings): void {
    this.#settings = settings;
    this.#detector.frozen = settings.learning === "frozen";
  }

  /** Forgets everything. */
  reset(): void {
    this.#detector.reset();
    this.save();
  }

  private take(position: number, value: number, ticks: number): void {
    this.#values[position] = value;
    this.#missing &= ~(1 << position);
    if (this.#missing !== 0) return;
    this.#missing = (1 << this.#values.length) - 1;
    const utc = this.#clock.utc() ?? NaN;
    const detector = this.#detector;
    const score =
      detector instanceof AdaptiveDetector
        ? detector.update(value, ticks, utc)
        : detector.update(this.#values, ticks, utc);
    const outputs = this.#outputs;
    for (let i = 0; i < outputs.length; i++) outputs[i]!.process(score, ticks);
  }

  private lose(position: number, quality: Quality, ticks: number): void {
    this.#missing |= 1 << position;
    for (let i = 0; i < this.#outputs.length; i++) this.#outputs[i]!.fail(quality, ticks);
  }

  private onSave(): void {
    this.#timer = this.#clock.schedule(this.onSave, this.#settings.saveIntervalMs, this);
    if (!this.#detector.frozen) this.save();
  }

  private save(): void {
    this.#storage.write(this.#key, this.#label + encodeBase64(this.#memory));
  }

  /** What was kept, if it is of this detector and whole; else it begins anew. */
  private recall(): void {
    const kept = this.#storage.read(this.#key);
    if (typeof kept !== "string" || !kept.startsWith(this.#label)) return;
    if (!decodeBase64(kept, this.#label.length, this.#memory)) this.#memory.fill(0);
  }
}
