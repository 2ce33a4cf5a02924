import type { Measurement } from "../measurement/measurement.js";
import type { MqttSession } from "../mqtt/session.js";
import { FIRMWARE_VERSION } from "./options.js";
import type { NodeSupervision } from "./supervision.js";
import type { Clock, Timer } from "../ports/clock.js";
import type { System } from "../ports/system.js";
import type { Publisher } from "../publishing/publisher.js";
import type { SettingsStore } from "../settings/store.js";
import type { Health } from "../telemetry/messages.js";
import type { NodeTime } from "../time/node-time.js";

export interface HealthSources {
  readonly clock: Clock;
  readonly system: System;
  readonly store: SettingsStore;
  readonly time: NodeTime;
  readonly measurement: Measurement;
  readonly publisher: Publisher;
  readonly session: MqttSession;
  readonly supervision: NodeSupervision;
}

/** How the node does, in numbers. What a host does not know, or what does not apply, is left out. */
export class HealthReport {
  readonly #sources: HealthSources;
  #mostSlots = 0;
  #mostChunks = 0;
  #timer: Timer | undefined;
  #due = 0;

  constructor(sources: HealthSources) {
    this.#sources = sources;
  }

  /** Publishes it at every interval of the settings from now on. */
  start(): void {
    const { clock, store } = this.#sources;
    const { intervalMs } = store.settings.health;
    this.#due = clock.ticks() + intervalMs;
    this.#timer = clock.schedule(this.onDue, intervalMs, this);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#sources.clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  restart(): void {
    if (this.#timer === undefined) return;
    this.stop();
    this.start();
  }

  /** By how many ms it is late; 0 or less: it is not. */
  lateMs(ticks: number): number {
    return this.#timer === undefined ? 0 : ticks - this.#due;
  }

  /** Looks at what has a high-water mark, between two reports, often; what is there now, where the host knows. */
  look(): ReturnType<NonNullable<System["heap"]>> | undefined {
    const heap = this.#sources.system.heap?.();
    if (heap === undefined) return undefined;
    if (heap.slots > this.#mostSlots) this.#mostSlots = heap.slots;
    if (heap.chunks > this.#mostChunks) this.#mostChunks = heap.chunks;
    return heap;
  }

  /** What is told now; lateness is that since the last time. */
  facts(): Health {
    const { clock, system, store, session, supervision } = this.#sources;
    const { worstMs, meanMs } = supervision.lateness.take();
    const rssi = system.rssi?.();
    const health: Record<string, number | string | boolean> = {
      firmware: FIRMWARE_VERSION,
      settings: store.hash,
      uptime: Math.floor(clock.ticks() / 1000),
      reset: system.resetReason,
      mode: supervision.safeMode ? "safe" : "normal",
      failedStarts: supervision.failedStarts,
      restarts: supervision.restarts("sampling") + supervision.restarts("publishing") + supervision.restarts("storage"),
      lateWorstMs: worstMs,
      lateMeanMs: Math.round(meanMs * 10) / 10,
      reconnects: session.reconnects,
    };
    if (rssi !== undefined) health.rssi = rssi;
    this.addTime(health);
    this.addHeap(health);
    try {
      this.addOutbox(health);
    } catch (fault) {
      supervision.failed("storage", fault);
    }
    this.addMeasurement(health);
    return health;
  }

  private onDue(): void {
    this.start();
    this.#sources.publisher.health(this.facts());
  }

  private addTime(health: Record<string, number | string | boolean>): void {
    const { time } = this.#sources;
    const { uncertaintyMs, driftPpm } = time;
    health.synchronised = time.synchronised;
    health.time = time.source;
    if (uncertaintyMs < Infinity) health.uncertaintyMs = Math.ceil(uncertaintyMs);
    if (time.disciplined) health.driftPpm = Math.round(driftPpm * 100) / 100;
  }

  private addHeap(health: Record<string, number | string | boolean>): void {
    const heap = this.look();
    if (heap === undefined) return;
    health.slots = heap.slots;
    health.slotsMost = this.#mostSlots;
    health.chunks = heap.chunks;
    health.chunksMost = this.#mostChunks;
  }

  private addOutbox(health: Record<string, number | string | boolean>): void {
    const { publisher } = this.#sources;
    const { oldestS, exposedBytes, exposedMs, flash } = publisher.outbox;
    health.queued = publisher.queued;
    health.dropped = publisher.dropped;
    health.oldest = oldestS;
    health.exposedBytes = exposedBytes;
    health.exposedMs = exposedMs;
    if (publisher.malformed > 0) health.malformed = publisher.malformed;
    if (flash === undefined) return;
    health.flashUsed = flash.bytesUsed;
    health.flashBytes = flash.bytes;
    health.badBlocks = flash.badBlocks;
    health.mostWorn = flash.mostWorn;
    health.writesPerDay = Math.round(flash.writesPerDay);
    health.erasesPerDay = Math.round(flash.erasesPerDay * 10) / 10;
    if (flash.yearsLeft < Infinity) health.yearsLeft = Math.round(flash.yearsLeft * 10) / 10;
    health.flashDamaged = flash.damaged;
    health.flashFailures = flash.failures;
  }

  private addMeasurement(health: Record<string, number | string | boolean>): void {
    const { alarms, faults } = this.#sources.measurement;
    const { active, unacknowledged, annunciations, chattering, stale, summarised } = alarms.totals();
    health.faults = faults;
    health.alarms = active;
    health.unacknowledged = unacknowledged;
    health.annunciations = annunciations;
    health.chattering = chattering;
    health.stale = stale;
    health.summarised = summarised;
  }
}
