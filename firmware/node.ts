import { Controller } from "./controller.js";
import type { NodeActions } from "./controller.js";
import type { NodeDefinition } from "./definition.js";
import { Measurement } from "./measurement.js";
import type { MeasurementListener } from "./measurement.js";
import type { AlarmSummary, AlarmTransition } from "./model/alarm.js";
import { GOOD } from "./model/quality.js";
import type { Quality, QualityCause } from "./model/quality.js";
import { MqttSession } from "./mqtt/session.js";
import type { ChannelPipeline } from "./pipeline.js";
import type { Clock, Timer } from "./ports/clock.js";
import type { IO } from "./ports/io.js";
import type { Network } from "./ports/network.js";
import type { KeyValue } from "./ports/storage.js";
import type { System } from "./ports/system.js";
import { Publisher } from "./publisher.js";
import type { Identity } from "./publisher.js";
import { SettingsStore } from "./settings-store.js";
import type { NodeSettings, SettingsOverrides } from "./settings.js";

export const FIRMWARE_VERSION = "0.1.0";

const EPOCH_KEY = "epoch";
/** A piece of a waveform is put into the queue when fewer messages than this wait in it. */
const MOST_BEFORE_WAVEFORM = 2;

/** Where the node publishes to. */
export interface BrokerAddress {
  /** Name or dotted IPv4 address. */
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
}

/** What a host gives a node. */
export interface SensorNodeOptions {
  readonly definition: NodeDefinition;
  readonly settings?: SettingsOverrides;
  readonly identity: Identity;
  readonly broker: BrokerAddress;
  readonly clientId: string;
  readonly io: IO;
  readonly network: Network;
  readonly clock: Clock;
  readonly system: System;
  readonly storage: KeyValue;
}

/**
 * One sensor node: measures, publishes what is worth it, and carries commands out. Nothing runs before `start`.
 *
 * @throws SettingsError when the settings are not right, Error when the definition refers to what is not there
 */
export class SensorNode implements MeasurementListener, NodeActions {
  readonly #definition: NodeDefinition;
  readonly #clock: Clock;
  readonly #system: System;
  readonly #store: SettingsStore;
  readonly #publisher: Publisher;
  readonly #session: MqttSession;
  readonly #measurement: Measurement;
  readonly #controller: Controller;
  #health: Timer | undefined;

  constructor(options: SensorNodeOptions) {
    const { definition, clock, storage } = options;
    this.#definition = definition;
    this.#clock = clock;
    this.#system = options.system;
    this.#store = new SettingsStore(definition, storage, options.settings);
    const { settings } = this;
    this.#measurement = new Measurement({ definition, settings, io: options.io, clock, storage, listener: this });
    this.#publisher = new Publisher({
      identity: options.identity,
      epoch: nextEpoch(storage),
      clock,
      channels: definition.channels,
      settings,
      send: (message) => this.#session.publish(message),
    });
    this.#session = this.#connection(options);
    this.#session.subscribe(this.#publisher.topic("command"), 1);
    this.#controller = new Controller(this.#store, this.#measurement.alarms, this);
  }

  /** The settings in force. */
  get settings(): NodeSettings {
    return this.#store.settings;
  }

  /** The session with the broker, to look at. */
  get session(): MqttSession {
    return this.#session;
  }

  /** Connects, and samples every sensor at its period. */
  start(): void {
    this.connect();
    this.#measurement.start();
  }

  /** Connects only: for a host that asks for each sample itself. */
  connect(): void {
    this.#session.open();
    this.#health = this.#clock.schedule(this.#onHealth, this.settings.health.intervalMs);
  }

  /** One reading of one sensor, now. Throws when there is no such sensor. */
  sample(sensor: string): void {
    this.#measurement.sample(sensor);
  }

  /** Sends what waits in a batch now. */
  flush(): void {
    this.#publisher.flush();
  }

  /** Says goodbye, and lets go of everything. */
  stop(): void {
    this.#measurement.stop();
    if (this.#health !== undefined) this.#clock.cancel(this.#health);
    this.#publisher.flush();
    this.#session.close(this.#publisher.status("offline", FIRMWARE_VERSION, this.#definition.name));
  }

  onValue(channel: ChannelPipeline, value: number, ticks: number): void {
    this.#publisher.value(channel.index, value, ticks);
  }

  onQuality(channel: ChannelPipeline, quality: Quality, own: boolean, ticks: number): void {
    this.#publisher.quality(channel.index, quality, ticks);
    if (!own) return;
    const event = quality === GOOD ? "channel-recovered" : "channel-fault";
    const { name } = channel.definition;
    this.#publisher.event({ event, source: name, cause: quality.cause ?? "", detail: quality.status }, ticks);
  }

  onTransition(transition: AlarmTransition): void {
    this.#publisher.alarm(this.#measurement.indexOf(transition.channel), transition);
  }

  onSummary(summary: AlarmSummary): void {
    this.#publisher.alarmSummary(summary);
  }

  onFault(sensor: string, cause: QualityCause, detail: string, ticks: number): void {
    this.#publisher.event({ event: "sensor-fault", source: sensor, cause, detail }, ticks);
  }

  onRecovery(sensor: string, ticks: number): void {
    this.#publisher.event({ event: "sensor-recovered", source: sensor, cause: "", detail: "" }, ticks);
  }

  /** Waveforms go piece by piece, when little else waits: they are long, and nothing is urgent about them. */
  onSnapshot(): void {
    while (this.#publisher.queued < MOST_BEFORE_WAVEFORM) {
      const piece = this.#measurement.nextPiece();
      if (piece === undefined) return;
      this.#publisher.waveform(piece);
    }
  }

  apply(settings: NodeSettings): void {
    this.#measurement.apply(settings);
    this.#publisher.apply(settings);
  }

  resetDetector(name: string): boolean {
    return this.#measurement.resetDetector(name);
  }

  requestWaveform(sensor: string): string | undefined {
    return this.#measurement.capture(sensor);
  }

  #connection({ network, broker, clientId, clock, system, definition }: SensorNodeOptions): MqttSession {
    const { mqtt } = this.settings;
    return new MqttSession({
      network,
      host: broker.host,
      port: broker.port,
      user: broker.user,
      password: broker.password,
      clientId,
      keepAliveS: mqtt.keepAliveS,
      inflightLimit: mqtt.inflightLimit,
      connectTimeoutMs: mqtt.connectTimeoutMs,
      acknowledgeTimeoutMs: mqtt.acknowledgeTimeoutMs,
      backoff: { firstMs: mqtt.backoffFirstMs, capMs: mqtt.backoffCapMs },
      will: this.#publisher.status("offline", FIRMWARE_VERSION, definition.name),
      clock,
      random: () => system.random(),
      onConnected: () => {
        this.#session.publish(this.#publisher.status("online", FIRMWARE_VERSION, definition.name));
        // What was measured meanwhile has waited long enough.
        this.#publisher.flush();
        this.#publisher.pump();
      },
      onReady: () => this.#publisher.pump(),
      onAcknowledged: (message) => {
        this.#publisher.acknowledged(message);
        this.onSnapshot();
      },
      onMessage: (_, payload) => this.#onCommand(payload),
    });
  }

  #onCommand(payload: Uint8Array): void {
    const reply = this.#controller.execute(payload);
    try {
      this.#publisher.reply(reply);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#publisher.reply({ id: reply.id, ok: false, error: "the answer is too long; ask for one channel" });
    }
  }

  readonly #onHealth = (): void => {
    this.#health = this.#clock.schedule(this.#onHealth, this.settings.health.intervalMs);
    const { alarms, faults } = this.#measurement;
    const { active, unacknowledged, annunciations, chattering, stale, summarised } = alarms.totals();
    this.#publisher.health({
      uptime: Math.floor(this.#clock.ticks() / 1000),
      reset: this.#system.resetReason,
      reconnects: this.#session.reconnects,
      queued: this.#publisher.queued,
      dropped: this.#publisher.dropped,
      faults,
      alarms: active,
      unacknowledged,
      annunciations,
      chattering,
      stale,
      summarised,
    });
  };
}

/** One more than at the last start, kept across restarts. */
function nextEpoch(storage: KeyValue): number {
  const last = storage.read(EPOCH_KEY);
  const epoch = typeof last === "number" && last >= 0 ? last + 1 : 0;
  storage.write(EPOCH_KEY, epoch);
  return epoch;
}
