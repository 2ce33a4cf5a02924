import type { Clock, Timer } from "../ports/clock.js";
import type { Crash } from "../ports/system.js";
import { crashOf } from "./crash.js";
import type { SupervisionSettings } from "./settings.js";

export type StageName = "sampling" | "publishing" | "storage" | "time";

/** A part of the node that can be restarted by itself. */
export interface Stage {
  readonly name: StageName;
  /** By how many ms it is late with a sign of life; 0 or less: it is not. What it throws counts as a failure. */
  lateMs(ticks: number): number;
  /** Lets go of what it has, and begins anew. What it throws counts as another failure. */
  restart(): void;
}

/** `failure`: it threw; `silence`: no sign of life. */
export type StageCause = "failure" | "silence";

export interface SupervisorListener {
  /** A stage has been restarted; `restarts` counts those of this stage since the node started. */
  onRestarted(stage: StageName, cause: StageCause, crash: Crash, restarts: number): void;
  /** Restarting the stage does not help. Whether the node itself is restarted now; else the stage is, ever again. */
  onHopeless(stage: StageName, crash: Crash): boolean;
  /** Looked at all stages: `alive` when none is down. Called every {@link CHECK_MS}. */
  onChecked(alive: boolean): void;
}

/** How often stages are looked at, and the watchdog is fed. */
export const CHECK_MS = 5000;
/** Waits before a restart: none at first, then twice as long each time. */
const SECOND_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** A stage, and what became of it. */
class Watched {
  readonly stage: Stage;
  restarts = 0;
  /** Restarts since `windowTicks`. */
  recent = 0;
  windowTicks = 0;
  /** The restart that is due. */
  timer: Timer | undefined;
  hopeless = false;

  constructor(stage: Stage) {
    this.stage = stage;
  }
}

/**
 * Sees that every stage lives: one that threw or fell silent is restarted, each time after a longer wait; one that is
 * restarted too often is reported as hopeless. Nothing of it runs before `start`.
 */
export class Supervisor {
  readonly #clock: Clock;
  readonly #listener: SupervisorListener;
  readonly #watched: Watched[] = [];
  #settings: SupervisionSettings;
  #check: Timer | undefined;

  constructor(clock: Clock, settings: SupervisionSettings, listener: SupervisorListener) {
    this.#clock = clock;
    this.#settings = settings;
    this.#listener = listener;
  }

  watch(stage: Stage): void {
    this.#watched.push(new Watched(stage));
  }

  /** Restarts of a stage since the node started. */
  restarts(stage: StageName): number {
    return this.find(stage)?.restarts ?? 0;
  }

  start(): void {
    this.#check ??= this.#clock.schedule(this.onCheck, CHECK_MS, this);
  }

  /** Nothing is looked at any more, and no restart is under way. */
  stop(): void {
    if (this.#check !== undefined) this.#clock.cancel(this.#check);
    this.#check = undefined;
    for (const watched of this.#watched) {
      if (watched.timer !== undefined) this.#clock.cancel(watched.timer);
      watched.timer = undefined;
    }
  }

  apply(settings: SupervisionSettings): void {
    this.#settings = settings;
  }

  /** A stage has thrown: it is restarted, never from inside this call. Before `start` nothing is done about it. */
  failed(stage: StageName, fault: unknown): void {
    const watched = this.find(stage);
    if (watched !== undefined) this.down(watched, "failure", crashOf(fault, stage));
  }

  private find(name: StageName): Watched | undefined {
    return this.#watched.find(({ stage }) => stage.name === name);
  }

  private onCheck(): void {
    this.#check = this.#clock.schedule(this.onCheck, CHECK_MS, this);
    const ticks = this.#clock.ticks();
    let alive = true;
    for (const watched of this.#watched) {
      if (watched.timer === undefined) this.look(watched, ticks);
      if (watched.timer !== undefined || watched.hopeless) alive = false;
    }
    this.#listener.onChecked(alive);
  }

  private look(watched: Watched, ticks: number): void {
    const { stage } = watched;
    try {
      const lateMs = stage.lateMs(ticks);
      if (lateMs <= this.#settings.silenceS * 1000) return;
      const reason = `no sign of life for ${Math.round(lateMs / 1000)} s after it was due`;
      this.down(watched, "silence", { reason, place: stage.name });
    } catch (fault) {
      this.down(watched, "failure", crashOf(fault, stage.name));
    }
  }

  private down(watched: Watched, cause: StageCause, crash: Crash): void {
    if (this.#check === undefined || watched.timer !== undefined || watched.hopeless) return;
    const { restartWindowS, mostRestarts } = this.#settings;
    const ticks = this.#clock.ticks();
    if (watched.recent === 0 || ticks - watched.windowTicks > restartWindowS * 1000) {
      watched.recent = 0;
      watched.windowTicks = ticks;
    }
    if (watched.recent >= mostRestarts && this.#listener.onHopeless(watched.stage.name, crash)) {
      watched.hopeless = true;
      return;
    }
    let waitMs = watched.recent === 0 ? 0 : SECOND_WAIT_MS;
    for (let i = 1; i < watched.recent && waitMs < LONGEST_WAIT_MS; i++) waitMs *= 2;
    watched.recent++;
    watched.timer = this.#clock.schedule(() => this.restart(watched, cause, crash), Math.min(waitMs, LONGEST_WAIT_MS));
  }

  private restart(watched: Watched, cause: StageCause, crash: Crash): void {
    watched.timer = undefined;
    watched.restarts++;
    const { name } = watched.stage;
    try {
      watched.stage.restart();
    } catch (fault) {
      return this.down(watched, "failure", crashOf(fault, name));
    }
    this.#listener.onRestarted(name, cause, crash, watched.restarts);
  }
}
