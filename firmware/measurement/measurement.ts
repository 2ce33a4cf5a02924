import type { Alarm } from "../alarms/alarm.js";
import { AlarmSystem } from "../alarms/alarm-system.js";
import type { AlarmListener } from "../alarms/alarm-system.js";
import { BlockSampler } from "./block-sampler.js";
import type { VibrationSettings } from "../condition/settings.js";
import { requireSources } from "../definition.js";
import type { DetectorDefinition, NodeDefinition, SensorDefinition } from "../definition.js";
import { Detection } from "./detection.js";
import type { AlarmSummary, AlarmTransition } from "../model/alarm.js";
import type { WaveformPiece } from "../model/waveform.js";
import { ChannelPipeline } from "./pipeline.js";
import type { ChannelListener } from "./pipeline.js";
import type { Clock, Timer } from "../ports/clock.js";
import type { IO } from "../ports/io.js";
import type { KeyValue } from "../ports/storage.js";
import { Sampler } from "./sampler.js";
import type { SamplerListener } from "./sampler.js";
import type { NodeSettings } from "../settings/settings.js";

/** How often alarms are looked at for what time alone brings. */
const SECOND_MS = 1000;

/** Told of everything that is worth publishing. */
export interface MeasurementListener
  extends ChannelListener, SamplerListener, Omit<AlarmListener, "onSnapshotRequest"> {
  /** A waveform is there: {@link Measurement.nextPiece} gives it. */
  onSnapshot(): void;
}

export interface MeasurementOptions {
  readonly definition: NodeDefinition;
  readonly settings: NodeSettings;
  readonly io: IO;
  readonly clock: Clock;
  readonly storage: KeyValue;
  readonly listener: MeasurementListener;
}

/**
 * Everything between the sensors and the listener, as a definition says: samplers, channels, analyses, detectors, alarms.
 * What alarms and detectors know is kept in storage and is there again after a restart.
 *
 * @throws Error when the definition refers to something that is not there
 */
export class Measurement implements AlarmListener {
  readonly alarms: AlarmSystem;
  readonly channels: readonly ChannelPipeline[];
  readonly #definition: NodeDefinition;
  readonly #clock: Clock;
  readonly #listener: MeasurementListener;
  readonly #samplers: readonly (Sampler | BlockSampler)[];
  readonly #blockSamplers: readonly BlockSampler[];
  readonly #detections: readonly Detection[];
  // Channels that alarms of others refer to.
  readonly #referred = new Set<string>();
  #second: Timer | undefined;
  #secondDue = 0;

  constructor({ definition, settings, io, clock, storage, listener }: MeasurementOptions) {
    requireSources(definition);
    this.#definition = definition;
    this.#clock = clock;
    this.#listener = listener;
    this.alarms = new AlarmSystem({
      clock,
      storage,
      settings: settings.alarms,
      listener: this,
    });
    this.channels = definition.channels.map((channel, index) => {
      const own = settings.channels[channel.name]!;
      return new ChannelPipeline(index, channel, own, this.alarms.add(channel.name, own.alarms), listener);
    });
    this.#samplers = definition.sensors.map((sensor) => this.sampler(sensor, settings, io));
    this.#blockSamplers = this.#samplers.filter((sampler) => sampler instanceof BlockSampler);
    this.#detections = (definition.detectors ?? []).map((detector, slot) =>
      this.detection(detector, slot, settings, storage),
    );
    this.alarms.start();
    this.followReferences();
  }

  /** Sensor faults believed since the start. */
  get faults(): number {
    return this.#samplers.reduce((sum, { faults }) => sum + faults, 0);
  }

  /** Samples every sensor at its period. Throws what a sensor throws that is no fault of its own, with all begun. */
  start(): void {
    for (const detection of this.#detections) detection.start();
    this.onSecond();
    this.startSamplers();
  }

  stop(): void {
    for (const sampler of this.#samplers) sampler.stop();
    for (const detection of this.#detections) detection.stop();
    this.alarms.save();
    if (this.#second !== undefined) this.#clock.cancel(this.#second);
    this.#second = undefined;
  }

  /** By how many ms the sensor that is most behind its period is late; 0 or less: none is, or nothing is sampled. */
  lateMs(ticks: number): number {
    let most = this.#second === undefined ? 0 : ticks - this.#secondDue;
    for (const sampler of this.#samplers) most = Math.max(most, sampler.lateMs(ticks));
    return most;
  }

  /**
   * Begins anew with every sensor: each is closed, whatever it says, and opened again. What channels, alarms and
   * detectors know is kept.
   */
  restart(): void {
    for (const sampler of this.#samplers) {
      try {
        sampler.stop();
      } catch {
        // A part that cannot be closed is opened anew all the same.
      }
    }
    if (this.#second !== undefined) this.#clock.cancel(this.#second);
    for (const detection of this.#detections) detection.restart();
    this.onSecond();
    this.startSamplers();
  }

  /** One reading of one sensor, now. Throws when there is no such sensor. */
  sample(sensor: string): void {
    const sampler = this.#samplers.find((candidate) => candidate.definition.name === sensor);
    if (sampler === undefined) throw new Error(`${this.#definition.name}: there is no sensor ${sensor}`);
    sampler.sample();
    this.alarms.expire(this.#clock.ticks());
  }

  /** Works by these settings from now on. */
  apply(settings: NodeSettings): void {
    const ticks = this.#clock.ticks();
    for (const channel of this.channels) channel.apply(settings.channels[channel.definition.name]!, ticks);
    for (const sampler of this.#blockSamplers) sampler.apply(settings.analyses);
    for (const detection of this.#detections) detection.apply(settings.detectors[detection.definition.name]!);
    this.alarms.applyFlood(settings.alarms);
    this.followReferences();
  }

  /** Forgets what a detector has learned; `false` when there is none of that name. */
  resetDetector(name: string): boolean {
    const found = this.#detections.find(({ definition }) => definition.name === name);
    found?.reset();
    return found !== undefined;
  }

  /** The number of a channel; −1: there is none of that name. */
  indexOf(channel: string): number {
    return this.channels.findIndex(({ definition }) => definition.name === channel);
  }

  /** Asks for a waveform of a sensor, for a person; says what stands in the way, if anything does. */
  capture(sensor: string): string | undefined {
    const found = this.#blockSamplers.find(({ definition }) => definition.name === sensor);
    if (found === undefined) return `there is no sensor ${sensor} that measures in blocks`;
    const taken = found.capture({ channel: "", alarm: "" }, this.#clock.ticks());
    return taken ? undefined : `a waveform of ${sensor} is under way already`;
  }

  /** All of them; then throws what the first that could not start has thrown. */
  private startSamplers(): void {
    let thrown: { fault: unknown } | undefined;
    for (const sampler of this.#samplers) {
      try {
        sampler.start();
      } catch (fault) {
        thrown ??= { fault };
      }
    }
    if (thrown !== undefined) throw thrown.fault;
  }

  /** The next piece of a waveform, or `undefined` while there is none to be sent. */
  nextPiece(): WaveformPiece | undefined {
    for (const sampler of this.#blockSamplers) {
      const piece = sampler.nextPiece();
      if (piece !== undefined) return piece;
    }
    return undefined;
  }

  onTransition(transition: AlarmTransition): void {
    this.#listener.onTransition(transition);
  }

  onSummary(summary: AlarmSummary): void {
    this.#listener.onSummary(summary);
  }

  onSnapshotRequest({ channel, name }: Alarm): void {
    const { source } = this.channels[this.indexOf(channel)]!.definition;
    const analysis = this.#definition.analyses?.find((candidate) => candidate.name === source);
    for (const sampler of this.#blockSamplers) {
      // An alarm on what comes from elsewhere, a temperature say, wants to see everything that vibrates.
      if (analysis !== undefined && sampler.definition.name !== analysis.sensor) continue;
      sampler.capture({ channel, alarm: name }, this.#clock.ticks());
    }
  }

  private sampler(sensor: SensorDefinition, settings: NodeSettings, io: IO): Sampler | BlockSampler {
    const analyses = (this.#definition.analyses ?? []).filter((analysis) => analysis.sensor === sensor.name);
    if (analyses.length === 0) return new Sampler(sensor, io, this.#clock, this.from(sensor.name), this.#listener);
    const workers = analyses.map((definition) => ({
      definition,
      settings: settings.analyses[definition.name]!,
      channels: this.from(definition.name),
    }));
    return new BlockSampler(sensor, io, this.#clock, workers, this.#listener, {
      snapshot: settings.snapshot,
      speedHz: (own) => this.speedHz(own),
    });
  }

  private detection(
    definition: DetectorDefinition,
    slot: number,
    settings: NodeSettings,
    storage: KeyValue,
  ): Detection {
    return new Detection({
      definition,
      slot,
      inputs: definition.channels.map((name) => this.channels[this.indexOf(name)]!),
      outputs: this.from(definition.name),
      settings: settings.detectors[definition.name]!,
      clock: this.#clock,
      storage,
    });
  }

  /** How fast a machine turns now; 0: nobody knows. */
  private speedHz({ speedHz, speedChannel }: VibrationSettings): number {
    if (speedChannel === "") return speedHz;
    const { value, definition } = this.channels[this.indexOf(speedChannel)]!;
    if (value !== value) return 0;
    return definition.unit === "1/min" ? value / 60 : value;
  }

  /** Has the alarms see the values of the channels that other channels' alarms refer to. */
  private followReferences(): void {
    const { alarms } = this;
    for (const channel of this.channels) {
      const { name } = channel.definition;
      if (this.#referred.has(name) || !alarms.watches(name)) continue;
      this.#referred.add(name);
      channel.follow({
        follow: (value, ticks) => alarms.observe(name, value, ticks),
        lose: (_, ticks) => alarms.lost(name, ticks),
      });
    }
  }

  /** The channels that name a source. */
  private from(source: string): ChannelPipeline[] {
    return this.channels.filter((channel) => channel.definition.source === source);
  }

  private onSecond(): void {
    this.#second = this.#clock.schedule(this.onSecond, SECOND_MS, this);
    this.#secondDue = this.#clock.ticks() + SECOND_MS;
    this.alarms.expire(this.#clock.ticks());
  }
}
