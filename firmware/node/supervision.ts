import type { Clock, TimeKeeper, Timer } from "../ports/clock.js";
import type { KeyValue } from "../ports/storage.js";
import type { Crash, System } from "../ports/system.js";
import { CrashRecord } from "../supervision/crash.js";
import { Lateness } from "../supervision/lateness.js";
import type { SupervisionSettings } from "../supervision/settings.js";
import { GuardedClock } from "../supervision/guarded-clock.js";
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

export interface NodeSupervisionOptions {
  readonly clock: Clock;
  readonly system: System;
  readonly storage: KeyValue;
  readonly settings: SupervisionSettings;
  readonly owner: SupervisionOwner;
}

/** What keeps the node alive: its stages supervised, the watchdog fed, failed starts counted, crashes remembered. */
export class NodeSupervision implements SupervisorListener {
  /** Only network and commands run. */
  readonly safeMode: boolean;
  readonly lateness = new Lateness();
  readonly #options: NodeSupervisionOptions;
  readonly #supervisor: Supervisor;
  readonly #starts: StartCount;
  readonly #record: CrashRecord;
  #settings: SupervisionSettings;
  #good: Timer | undefined;
  /** That is why the node was restarted. */
  #storageFailed = false;

  constructor(options: NodeSupervisionOptions) {
    const { clock, system, storage, settings } = options;
    this.#options = options;
    this.#settings = settings;
    this.#starts = new StartCount(storage, system.resetReason);
    this.#record = new CrashRecord(storage);
    this.#supervisor = new Supervisor(clock, settings, this);
    this.safeMode = settings.failedStarts > 0 && this.#starts.failed >= settings.failedStarts;
  }

  get resetReason(): string {
    return this.#options.system.resetReason;
  }

  /** Starts before this one, in a row, that did not last. */
  get failedStarts(): number {
    return this.#starts.failed;
  }

  restarts(stage: StageName): number {
    return this.#supervisor.restarts(stage);
  }

  /** A clock for a stage: what its calls throw is the stage's failure. `time` knows UTC; without it, the host does. */
  clockOf(stage: StageName, time?: Pick<TimeKeeper, "utc" | "utcAt">): GuardedClock {
    const onFault = (fault: unknown) => this.failed(stage, fault);
    return new GuardedClock({ clock: this.#options.clock, time, lateness: this.lateness, onFault });
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
    const { clock, system } = this.#options;
    const { goodStartS, safeModeS } = this.#settings;
    const mishap = MISHAPS.includes(system.resetReason) ? { reason: system.resetReason, place: "" } : undefined;
    const crash = this.#record.get() ?? mishap;
    if (crash !== undefined) onCrash(crash);
    this.#storageFailed = crash?.place.startsWith("storage") ?? false;
    this.#record.forget();
    this.#supervisor.start();
    system.feedWatchdog?.();
    const lastsMs = (this.safeMode ? safeModeS : goodStartS) * 1000;
    if (lastsMs > 0) this.#good = clock.schedule(this.#onLasted, lastsMs);
  }

  stop(): void {
    this.#supervisor.stop();
    if (this.#good !== undefined) this.#options.clock.cancel(this.#good);
    this.#good = undefined;
    this.#starts.succeeded();
    this.#options.system.stopWatchdog?.();
  }

  /** Other settings; how long a start must last holds from the next one. */
  apply(settings: SupervisionSettings): void {
    this.#settings = settings;
    this.#supervisor.apply(settings);
  }

  /** A restart that is meant, after so many ms, so that an answer gets out; `false` where the host has none. */
  restart(delayMs: number): boolean {
    const { clock, system } = this.#options;
    if (system.restart === undefined) return false;
    clock.schedule(() => {
      this.#starts.succeeded();
      this.restartNow();
    }, delayMs);
    return true;
  }

  onRestarted(stage: StageName, cause: StageCause, crash: Crash, restarts: number): void {
    this.#options.owner.onRestarted(stage, cause, crash, restarts);
  }

  onHopeless(stage: StageName, crash: Crash): boolean {
    const { system, clock } = this.#options;
    if (system.restart === undefined) return false;
    // Messages wait in memory while the flash does not work: that is better than to lose them again and again.
    if (stage === "storage" && this.#storageFailed && clock.ticks() < DAY_MS) return false;
    this.#record.keep(crash);
    this.restartNow();
    return true;
  }

  onChecked(alive: boolean): void {
    this.#options.owner.onChecked();
    if (alive) this.#options.system.feedWatchdog?.();
  }

  private restartNow(): void {
    try {
      this.#options.owner.onRestart();
    } catch {
      // It restarts for all that.
    }
    this.#options.system.restart!();
  }

  readonly #onLasted = (): void => {
    this.#good = undefined;
    if (!this.safeMode) this.#starts.succeeded();
    else this.restart(0);
  };
}
