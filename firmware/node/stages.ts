import type { HealthReport } from "./health.js";
import type { Measurement } from "../measurement/measurement.js";
import type { NodeSession } from "./session.js";
import type { Publisher } from "../publishing/publisher.js";
import type { SettingsStore } from "../settings/store.js";
import type { Stage } from "../supervision/supervisor.js";
import type { NodeTime } from "../time/node-time.js";

/** How often the outbox is looked at: that reads from flash. */
const STORAGE_MS = 60_000;

// What of a node is supervised: when it is late, and how it begins anew.

export class SamplingStage implements Stage {
  readonly name = "sampling";
  readonly #measurement: Measurement;

  constructor(measurement: Measurement) {
    this.#measurement = measurement;
  }

  lateMs(ticks: number): number {
    return this.#measurement.lateMs(ticks);
  }

  restart(): void {
    this.#measurement.restart();
  }
}

export interface PublishingParts {
  readonly publisher: Publisher;
  readonly link: NodeSession;
  readonly health: HealthReport;
  readonly store: SettingsStore;
}

export class PublishingStage implements Stage {
  readonly name = "publishing";
  readonly #parts: PublishingParts;

  constructor(parts: PublishingParts) {
    this.#parts = parts;
  }

  lateMs(ticks: number): number {
    const { publisher, link, health, store } = this.#parts;
    // Messages that a consumer has not confirmed wait without anything being wrong.
    const waiting = store.settings.outbox.promise === "broker" && publisher.queued > 0;
    return Math.max(link.lateMs(ticks, waiting), publisher.lateMs(ticks), health.lateMs(ticks));
  }

  restart(): void {
    const { publisher, link, health } = this.#parts;
    health.restart();
    publisher.flush();
    link.restart();
  }
}

export class StorageStage implements Stage {
  readonly name = "storage";
  readonly #parts: Pick<PublishingParts, "publisher" | "store">;
  #lookedTicks = -STORAGE_MS;

  constructor(parts: Pick<PublishingParts, "publisher" | "store">) {
    this.#parts = parts;
  }

  lateMs(ticks: number): number {
    const { publisher, store } = this.#parts;
    if (ticks < this.#lookedTicks + STORAGE_MS) return 0;
    this.#lookedTicks = ticks;
    const { flash, exposedMs } = publisher.outbox;
    return flash === undefined ? 0 : exposedMs - store.settings.outbox.exposedS * 1000;
  }

  restart(): void {
    this.#parts.publisher.retry();
  }
}

export class TimeStage implements Stage {
  readonly name = "time";
  readonly #time: NodeTime;

  constructor(time: NodeTime) {
    this.#time = time;
  }

  lateMs(): number {
    return 0;
  }

  restart(): void {
    this.#time.stop();
    this.#time.start();
  }
}
