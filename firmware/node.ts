import { nextEpoch } from "./node/boot-epoch.js";
import { Controller } from "./node/controller.js";
import type { NodeActions } from "./node/controller.js";
import type { NodeDefinition } from "./definition.js";
import { HealthReport } from "./node/health.js";
import { Measurement } from "./measurement/measurement.js";
import type { Message, MqttSession } from "./mqtt/session.js";
import { FIRMWARE_VERSION } from "./node/options.js";
import type { SensorNodeOptions } from "./node/options.js";
import { NodeSession } from "./node/session.js";
import { NodeSupervision } from "./node/supervision.js";
import { Publisher } from "./publishing/publisher.js";
import { Reports } from "./node/reports.js";
import { SettingsStore } from "./settings/store.js";
import type { NodeSettings } from "./settings/settings.js";
import { stagesOf } from "./node/stages.js";
import { NodeTime } from "./time/node-time.js";

export { FIRMWARE_VERSION };
export type { BrokerAddress, SensorNodeOptions } from "./node/options.js";

/** From a command that restarts the node to the restart: the reply gets out. */
const RESTART_MS = 1000;

/**
 * One sensor node: measures, publishes what is worth it, and carries commands out. Nothing runs before `start`. After
 * several failed starts in a row it is in safe mode: nothing is measured, and nothing but the network and commands runs.
 *
 * @throws SettingsError when the settings are not right, Error when the definition refers to what is not there
 */
export class SensorNode implements NodeActions {
  readonly #definition: NodeDefinition;
  readonly #store: SettingsStore;
  readonly #supervision: NodeSupervision;
  readonly #reports = new Reports();
  readonly #time: NodeTime;
  readonly #publisher: Publisher;
  readonly #measurement: Measurement;
  readonly #link: NodeSession;
  readonly #controller: Controller;
  readonly #health: HealthReport;
  /** Topic of the consumer's acknowledgements. */
  readonly #acknowledge: string;

  constructor(options: SensorNodeOptions) {
    const { definition, storage, system, network, identity, io, flash } = options;
    this.#definition = definition;
    this.#store = new SettingsStore(definition, storage, options.settings);
    const { settings } = this;
    const supervision = new NodeSupervision({
      clock: options.clock,
      system,
      storage,
      settings: settings.supervision,
      owner: {
        onRestarted: (stage, cause, crash, restarts) => this.#reports.restarted(stage, cause, crash, restarts),
        onChecked: () => this.#health.look(),
        onRestart: () => this.quit(),
      },
    });
    this.#supervision = supervision;
    const { safeMode } = supervision;
    const time = new NodeTime({
      clock: supervision.clockOf("time"),
      network,
      storage,
      random: () => system.random(),
      settings: settings.time,
      listener: this.#reports,
    });
    this.#time = time;
    const clock = supervision.clockOf("publishing", time);
    const publisher = new Publisher({
      identity,
      epoch: nextEpoch(storage),
      clock,
      channels: definition.channels,
      settings,
      flash: safeMode ? undefined : flash,
      send: (message) => this.session.publish(message),
      onStorageFault: (fault) => supervision.failed("storage", fault),
    });
    this.#publisher = publisher;
    const measurement = new Measurement({
      definition: safeMode ? { name: definition.name, sensors: [], channels: [] } : definition,
      settings,
      io,
      clock: supervision.clockOf("sampling", time),
      storage,
      listener: this.#reports,
    });
    this.#measurement = measurement;
    this.#reports.attach({ clock, publisher, measurement, time });
    this.#acknowledge = publisher.topic("acknowledge");
    this.#link = new NodeSession(options, settings.mqtt, {
      will: this.status("offline"),
      clock,
      onConnected: () => {
        this.sayOnline();
        // What was measured meanwhile has waited long enough.
        publisher.connected();
      },
      onReady: () => publisher.pump(),
      onAcknowledged: (message) => {
        publisher.acknowledged(message);
        this.#reports.onSnapshot();
      },
      onMessage: (topic, payload) => {
        if (topic === this.#acknowledge) this.onAcknowledge(payload);
        else this.onCommand(payload);
      },
      onFault: (fault) => supervision.failed("publishing", fault),
    });
    const { session } = this;
    session.subscribe(publisher.topic("command"), 1);
    if (settings.outbox.promise === "consumer") session.subscribe(this.#acknowledge, 1);
    this.#controller = new Controller(this.#store, measurement.alarms, this);
    const store = this.#store;
    this.#health = new HealthReport({ clock, system, store, time, measurement, publisher, session, supervision });
    const parts = { time, measurement, publisher, link: this.#link, health: this.#health };
    for (const stage of stagesOf(parts, () => this.settings)) supervision.watch(stage);
  }

  /** The settings in force. */
  get settings(): NodeSettings {
    return this.#store.settings;
  }

  /** The session with the broker, to look at. */
  get session(): MqttSession {
    return this.#link.session;
  }

  /** What the node knows of the time. */
  get time(): NodeTime {
    return this.#time;
  }

  /** Nothing is measured: several starts in a row have failed. */
  get safeMode(): boolean {
    return this.#supervision.safeMode;
  }

  /** Connects, and samples every sensor at its period. */
  start(): void {
    this.connect();
    if (this.safeMode) return;
    try {
      this.#measurement.start();
    } catch (fault) {
      this.#supervision.failed("sampling", fault);
    }
  }

  /** Connects only: for a host that asks for each sample itself. */
  connect(): void {
    const { resetReason, failedStarts } = this.#supervision;
    this.#supervision.start((crash) => this.#reports.crashed(resetReason, crash));
    if (this.safeMode) this.#reports.safeMode(failedStarts);
    this.session.open();
    this.#time.start();
    this.#health.start();
  }

  /** For a host that knows: whether there is a way out, over Wi-Fi or a cable. What is not told is taken to be there. */
  link(up: boolean): void {
    this.#link.link(up);
    if (up) this.#time.poll();
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
    this.#supervision.stop();
    this.quit();
  }

  apply(settings: NodeSettings): void {
    if (!this.safeMode) this.#measurement.apply(settings);
    this.#publisher.apply(settings);
    this.#time.apply(settings.time);
    this.#supervision.apply(settings.supervision);
  }

  resetDetector(name: string): boolean {
    return this.#measurement.resetDetector(name);
  }

  requestWaveform(sensor: string): string | undefined {
    return this.#measurement.capture(sensor);
  }

  restart(): boolean {
    return this.#supervision.restart(RESTART_MS);
  }

  /** Keeps what can be kept; what fails must not keep the rest from it. */
  private quit(): void {
    const steps = [
      () => this.#health.stop(),
      () => {
        if (!this.safeMode) this.#measurement.stop();
      },
      () => this.#publisher.close(),
      () => this.session.close(this.status("offline")),
      () => this.#time.stop(),
    ];
    let fault: unknown;
    for (const step of steps) {
      try {
        step();
      } catch (thrown) {
        fault ??= thrown;
      }
    }
    if (fault !== undefined) throw fault;
  }

  private status(state: "online" | "offline"): Message {
    return this.#publisher.status(state, FIRMWARE_VERSION, this.#definition.name, this.safeMode);
  }

  private sayOnline(): void {
    this.session.publish(this.status("online"));
  }

  private onAcknowledge(payload: Uint8Array): void {
    if (this.#publisher.acknowledge(payload)) this.sayOnline();
    this.#reports.onSnapshot();
  }

  private onCommand(payload: Uint8Array): void {
    const reply = this.#controller.execute(payload);
    try {
      this.#publisher.reply(reply);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#publisher.reply({ id: reply.id, ok: false, error: "the answer is too long; ask for one channel" });
    }
  }
}
