import type { LimitAlarm } from "./alarms/limit.js";
import { Controller } from "./controller.js";
import type { NodeDefinition } from "./definition.js";
import { GOOD } from "./model/quality.js";
import type { Quality, QualityCause } from "./model/quality.js";
import { MqttSession } from "./mqtt/session.js";
import { ChannelPipeline } from "./pipeline.js";
import type { ChannelListener } from "./pipeline.js";
import type { Clock, Timer } from "./ports/clock.js";
import type { IO } from "./ports/io.js";
import type { Network } from "./ports/network.js";
import type { KeyValue } from "./ports/storage.js";
import type { System } from "./ports/system.js";
import { Publisher } from "./publisher.js";
import type { Identity } from "./publisher.js";
import { Sampler } from "./sampler.js";
import type { SamplerListener } from "./sampler.js";
import { SettingsStore } from "./settings-store.js";
import type { NodeSettings, SettingsOverrides } from "./settings.js";

export const FIRMWARE_VERSION = "0.1.0";

const EPOCH_KEY = "epoch";

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
 * One sensor node: builds samplers, channels and publisher from a definition and its settings, and owns their life.
 * Nothing runs before `start`.
 *
 * @throws SettingsError when the settings are not right, Error when a channel names a sensor that is not there
 */
export class SensorNode implements ChannelListener, SamplerListener {
  readonly channels: readonly ChannelPipeline[];
  readonly #definition: NodeDefinition;
  readonly #clock: Clock;
  readonly #system: System;
  readonly #samplers: readonly Sampler[];
  readonly #publisher: Publisher;
  readonly #session: MqttSession;
  readonly #store: SettingsStore;
  readonly #controller: Controller;
  #health: Timer | undefined;

  constructor(options: SensorNodeOptions) {
    const { definition, clock, identity, broker, io } = options;
    this.#store = new SettingsStore(definition, options.storage, options.settings);
    this.#definition = definition;
    this.#clock = clock;
    this.#system = options.system;
    this.channels = definition.channels.map(
      (channel, index) => new ChannelPipeline(index, channel, this.settings.channels[channel.name]!, this),
    );
    this.#samplers = definition.sensors.map((sensor) => {
      const own = this.channels.filter((channel) => channel.definition.sensor === sensor.name);
      return new Sampler(sensor, io, clock, own, this);
    });
    for (const { definition: channel } of this.channels) {
      if (!definition.sensors.some((sensor) => sensor.name === channel.sensor)) {
        throw new Error(
          `${definition.name}: channel ${channel.name} names sensor ${channel.sensor}, which is not there`,
        );
      }
    }
    this.#publisher = new Publisher({
      identity,
      epoch: nextEpoch(options.storage),
      clock,
      channels: definition.channels,
      settings: this.settings,
      send: (message) => this.#session.publish(message),
    });
    const { mqtt } = this.settings;
    this.#session = new MqttSession({
      network: options.network,
      host: broker.host,
      port: broker.port,
      user: broker.user,
      password: broker.password,
      clientId: options.clientId,
      keepAliveS: mqtt.keepAliveS,
      inflightLimit: mqtt.inflightLimit,
      connectTimeoutMs: mqtt.connectTimeoutMs,
      acknowledgeTimeoutMs: mqtt.acknowledgeTimeoutMs,
      backoff: { firstMs: mqtt.backoffFirstMs, capMs: mqtt.backoffCapMs },
      will: this.#publisher.status("offline", FIRMWARE_VERSION, definition.name),
      clock,
      random: () => options.system.random(),
      onConnected: () => {
        this.#session.publish(this.#publisher.status("online", FIRMWARE_VERSION, definition.name));
        // What was measured meanwhile has waited long enough.
        this.#publisher.flush();
        this.#publisher.pump();
      },
      onReady: () => this.#publisher.pump(),
      onAcknowledged: (message) => this.#publisher.acknowledged(message),
      onMessage: (_, payload) => this.#onCommand(payload),
    });
    this.#session.subscribe(this.#publisher.topic("command"), 1);
    this.#controller = new Controller(definition, this.#store, (settings) => this.#apply(settings));
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
    for (const sampler of this.#samplers) sampler.start();
  }

  /** Connects only: for a host that asks for each sample itself. */
  connect(): void {
    this.#session.open();
    this.#health = this.#clock.schedule(this.#onHealth, this.settings.health.intervalMs);
  }

  /** One reading of one sensor, now. Throws when there is no such sensor. */
  sample(sensor: string): void {
    const sampler = this.#samplers.find((candidate) => candidate.definition.name === sensor);
    if (sampler === undefined) throw new Error(`${this.#definition.name}: there is no sensor ${sensor}`);
    sampler.sample();
  }

  /** Sends what waits in a batch now. */
  flush(): void {
    this.#publisher.flush();
  }

  /** Says goodbye, and lets go of everything. */
  stop(): void {
    for (const sampler of this.#samplers) sampler.stop();
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

  onAlarm(channel: ChannelPipeline, alarm: LimitAlarm, value: number, ticks: number): void {
    const { name, unit, resolution } = channel.definition;
    const { kind, priority, setpoint } = alarm.settings;
    this.#publisher.alarm(
      { channel: name, unit, alarm: kind, state: alarm.state, priority, setpoint, value, ticks },
      resolution,
    );
  }

  onFault(sensor: string, cause: QualityCause, detail: string, ticks: number): void {
    this.#publisher.event({ event: "sensor-fault", source: sensor, cause, detail }, ticks);
  }

  onRecovery(sensor: string, ticks: number): void {
    this.#publisher.event({ event: "sensor-recovered", source: sensor, cause: "", detail: "" }, ticks);
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

  #apply(settings: NodeSettings): void {
    const ticks = this.#clock.ticks();
    for (const channel of this.channels) channel.apply(settings.channels[channel.definition.name]!, ticks);
    this.#publisher.apply(settings);
  }

  readonly #onHealth = (): void => {
    this.#health = this.#clock.schedule(this.#onHealth, this.settings.health.intervalMs);
    let faults = 0;
    for (const sampler of this.#samplers) faults += sampler.faults;
    this.#publisher.health({
      uptime: Math.floor(this.#clock.ticks() / 1000),
      reset: this.#system.resetReason,
      reconnects: this.#session.reconnects,
      queued: this.#publisher.queued,
      dropped: this.#publisher.dropped,
      faults,
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
