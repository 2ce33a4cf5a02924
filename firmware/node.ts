import { nextEpoch } from "./node/boot-epoch.js";
import { Controller } from "./node/controller.js";
import type { NodeActions } from "./node/controller.js";
import { HealthReport } from "./node/health.js";
import { Measurement } from "./measurement/measurement.js";
import type { MqttSession } from "./mqtt/session.js";
import { FIRMWARE_VERSION } from "./node/options.js";
import type { SensorNodeOptions } from "./node/options.js";
import { NodeSession } from "./node/session.js";
import { NodeSupervision } from "./node/supervision.js";
import type { SupervisionOwner } from "./node/supervision.js";
import type { Crash } from "./ports/system.js";
import { Publisher } from "./publishing/publisher.js";
import { Reports } from "./node/reports.js";
import { SettingsStore } from "./settings/store.js";
import type { NodeSettings } from "./settings/settings.js";
import { PublishingStage, SamplingStage, StorageStage, TimeStage } from "./node/stages.js";
import type { StageCause, StageName } from "./supervision/supervisor.js";
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
export class SensorNode implements NodeActions, SupervisionOwner {
  readonly #store: SettingsStore;
  readonly #supervision: NodeSupervision;
  readonly #reports = new Reports();
  readonly #time: NodeTime;
  readonly #publisher: Publisher;
  readonly #measurement: Measurement;
  readonly #link: NodeSession;
  readonly #health: HealthReport;

  constructor(options: SensorNodeOptions) {
    const { definition, storage, system, network, identity, io, flash } = options;
    const store = new SettingsStore(definition, storage, options.settings);
    this.#store = store;
    const { settings } = store;
    const reports = this.#reports;
    const random = () => system.random();
    const supervision = new NodeSupervision(options, settings.supervision, this);
    this.#supervision = supervision;
    const { safeMode } = supervision;
    const time = new NodeTime({
      clock: supervision.clockOf("time"),
      network,
      storage,
      random,
      settings: settings.time,
      listener: reports,
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
      faults: supervision,
    });
    this.#publisher = publisher;
    const measurement = new Measurement({
      definition: safeMode ? { name: definition.name, sensors: [], channels: [] } : definition,
      settings,
      io,
      clock: supervision.clockOf("sampling", time),
      storage,
      listener: reports,
    });
    this.#measurement = measurement;
    reports.attach({ clock, publisher, measurement, time });
    const controller = new Controller(store, measurement.alarms, this);
    const link = new NodeSession(options, random, settings, { clock, publisher, controller, reports, supervision });
    this.#link = link;
    const { session } = link;
    const health = new HealthReport({ clock, system, store, time, measurement, publisher, session, supervision });
    this.#health = health;
    const publishing = { publisher, link, health, store };
    supervision.watch(new SamplingStage(measurement));
    supervision.watch(new PublishingStage(publishing));
    supervision.watch(new StorageStage(publishing));
    supervision.watch(new TimeStage(time));
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

  onRestarted(stage: StageName, cause: StageCause, crash: Crash, restarts: number): void {
    this.#reports.restarted(stage, cause, crash, restarts);
  }

  onChecked(): void {
    this.#health.look();
  }

  onRestart(): void {
    this.quit();
  }

  /** Keeps what can be kept; what fails must not keep the rest from it. */
  private quit(): void {
    const steps = [
      () => this.#health.stop(),
      () => {
        if (!this.safeMode) this.#measurement.stop();
      },
      () => this.#publisher.close(),
      () => this.#link.close(),
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
}
