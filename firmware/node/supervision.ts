import type { Clock, Timer } from "../ports/clock.js";
import type { KeyValue } from "../ports/storage.js";
import type { Crash, System } from "../ports/system.js";
import { CrashRecord } from "../supervision/crash.js";
import { Lateness } from "../supervision/lateness.js";
import type { SupervisionSettings } from "../supervision/settings.js";
import { GuardedClock } from "../supervision/guarded-clock.js";
import type { ClockOwner, UtcSource } from "../supervision/guarded-clock.js";
import { StartCount } from "../supervision/starts.js";
import { Supervisor } from "../supervision/supervisor.js";
import type { Stage, StageCause, StageName, SupervisorListener } from "../supervision/supervisor.js";

/** Resets that nobody meant, whoever else may know why. */
const MISHAPS: readonly string[] = Object.freeze(["panic", "watchdog", "brown-out"]);

const DAY_MS = 86_400_000;

/** What the owner does. */
export interface SupervisionOwner {
  onRestarted(stage: StageName, cause: StageCause, crash: Crash, restarts: number): void;
  /** Stages are looked at, and stay so until the next time. */
  onChecked(): void;
  /** The machine restarts as soon as this returns: what can be kept is to be kept now. */
  onRestart(): void;
}

/** Of the host. */
export interface NodeSupervisionOptions {
  readonly clock: Clock;
  readonly system: System;
  readonly storage: KeyValue;
}

/** What keeps the node alive: its stages supervised, the watchdog fed, failed starts counted, crashes remembered. */
export class NodeSupervision implements ClockOwner, SupervisorListener {
  /** Only network and commands run. */
  readonly safeMode: boolean;
  readonly lateness = new Lateness();
  readonly #clock: Clock;
  readonly #system: System;
  readonly #owner: SupervisionOwner;
  readonly #supervisor: Supervisor;
  readonly #starts: StartCount;
  readonly #record: CrashRecord;
  #settings: SupervisionSettings;
  #good: Timer | undefined;
  /** That is why the node was restarted. */
  #storageFailed = false;

  constructor(
    { clock, system, storage }: NodeSupervisionOptions,
    settings: SupervisionSettings,
    owner: SupervisionOwner,
  ) {
    this.#clock = clock;
    this.#system = system;
    this.#owner = owner;
    this.#settings = settings;
    this.#starts = new StartCount(storage, system.resetReason);
    this.#record = new CrashRecord(storage);
    this.#supervisor = new Supervisor(clock, settings, this);
    this.safeMode = settings.failedStarts > 0 && this.#starts.failed >= settings.failedStarts;
  }

  get resetReason(): string {
    return this.#system.resetReason;
  }

  /** Starts before this one, in a row, that did not last. */
  get failedStarts(): number {
    return this.#starts.failed;
  }

  restarts(stage: StageName): number {
    return this.#supervisor.restarts(stage);
  }

  /** A clock for a stage: what its calls throw is the stage's failure. `time` knows UTC; without it, the host does. */
  clockOf(stage: StageName, time?: UtcSource): GuardedClock {
    return new GuardedClock(this.#clock, stage, this, time);
  }

  failed(stage: StageName, fault: unknown): void {
    this.#supervisor.failed(stage, fault);
  }

  watch(stage: Stage): void {
    this.#supervisor.watch(stage);
  }

  /** @param onCrash told of what ended the node the last time, if it was not meant */
  start(onCrash: (crash: Crash) => void): void {
    if (this.#good !== undefined) return;
    const system = this.#system;
    const { goodStartS, safeModeS } = this.#settings;
    const mishap = MISHAPS.includes(system.resetReason) ? { reason: system.resetReason, place: "" } : undefined;
    const crash = this.#record.get() ?? mishap;
    if (crash !== undefined) onCrash(crash);
    this.#storageFailed = crash?.place.startsWith("storage") ?? false;
    this.#record.forget();
    this.#supervisor.start();
    system.feedWatchdog?.();
    const lastsMs = (this.safeMode ? safeModeS : goodStartS) * 1000;
    if (lastsMs > 0) this.#good = this.#clock.schedule(this.onLasted, lastsMs, this);
  }

  stop(): void {
    this.#supervisor.stop();
    if (this.#good !== undefined) this.#clock.cancel(this.#good);
    this.#good = undefined;
    this.#starts.succeeded();
    this.#system.stopWatchdog?.();
  }

  /** Other settings; how long a start must last holds from the next one. */
  apply(settings: SupervisionSettings): void {
    this.#settings = settings;
    this.#supervisor.apply(settings);
  }

  /** A restart that is meant, after so many ms, so that an answer gets out; `false` where the host has none. */
  restart(delayMs: number): boolean {
    if (this.#system.restart === undefined) return false;
    this.#clock.schedule(() => {
      this.#starts.succeeded();
      this.restartNow();
    }, delayMs);
    return true;
  }

  onRestarted(stage: StageName, cause: StageCause, crash: Crash, restarts: number): void {
    this.#owner.onRestarted(stage, cause, crash, restarts);
  }

  onHopeless(stage: StageName, crash: Crash): boolean {
    if (this.#system.restart === undefined) return false;
    // Messages wait in memory while the flash does not work: that is better than to lose them again and again.
    if (stage === "storage" && this.#storageFailed && this.#clock.ticks() < DAY_MS) return false;
    this.#record.keep(crash);
    this.restartNow();
    return true;
  }

  onChecked(alive: boolean): void {
    this.#owner.onChecked();
    if (alive) this.#system.feedWatchdog?.();
  }

  private restartNow(): void {
    try {
      this.#owner.onRestart();
    } catch {
      // It restarts for all that.
    }
    this.#system.restart!();
  }

  private onLasted(): void {
    this.#good = undefined;
    if (!this.safeMode) this.#starts.succeeded();
    else this.restart(0);
  }
}
