import type { Measurement, MeasurementListener } from "../measurement/measurement.js";
import type { AlarmSummary, AlarmTransition } from "../model/alarm.js";
import { GOOD } from "../model/quality.js";
import type { Quality, QualityCause } from "../model/quality.js";
import type { ChannelPipeline } from "../measurement/pipeline.js";
import type { Clock } from "../ports/clock.js";
import type { Crash } from "../ports/system.js";
import type { Publisher } from "../publishing/publisher.js";
import type { StageCause } from "../supervision/supervisor.js";
import type { NodeEvent } from "../telemetry/messages.js";
import type { NodeTime } from "../time/node-time.js";
import type { TimeListener, TimeRefusal, TimeSource } from "../time/node-time-options.js";

/** A piece of a waveform is put into the queue when fewer messages than this wait in it. */
const MOST_BEFORE_WAVEFORM = 2;

export interface ReportedParts {
  readonly clock: Clock;
  readonly publisher: Publisher;
  readonly measurement: Measurement;
  readonly time: NodeTime;
}

/** Publishes what happens: to sensors, channels, alarms, the time, and the node itself. */
export class Reports implements MeasurementListener, TimeListener {
  #parts!: ReportedParts;

  /** Before anything happens. */
  attach(parts: ReportedParts): void {
    this.#parts = parts;
  }

  private get publisher(): Publisher {
    return this.#parts.publisher;
  }

  onValue(channel: ChannelPipeline, value: number, ticks: number): void {
    this.publisher.value(channel.index, value, ticks);
  }

  onQuality(channel: ChannelPipeline, quality: Quality, own: boolean, ticks: number): void {
    this.publisher.quality(channel.index, quality, ticks);
    if (!own) return;
    const event = quality === GOOD ? "channel-recovered" : "channel-fault";
    const { name } = channel.definition;
    this.publisher.event({ event, source: name, cause: quality.cause ?? "", detail: quality.status }, ticks);
  }

  onTransition(transition: AlarmTransition): void {
    this.publisher.alarm(this.#parts.measurement.indexOf(transition.channel), transition);
  }

  onSummary(summary: AlarmSummary): void {
    this.publisher.alarmSummary(summary);
  }

  onFault(sensor: string, cause: QualityCause, detail: string, ticks: number): void {
    this.publisher.event({ event: "sensor-fault", source: sensor, cause, detail }, ticks);
  }

  onRecovery(sensor: string, ticks: number): void {
    this.publisher.event({ event: "sensor-recovered", source: sensor, cause: "", detail: "" }, ticks);
  }

  onUtc(utc: number, ticks: number, quality: Quality): void {
    this.#parts.time.offerGnss(utc, ticks, quality);
  }

  /** Waveforms go piece by piece, when little else waits: they are long, and nothing is urgent about them. */
  onSnapshot(): void {
    while (this.publisher.queued < MOST_BEFORE_WAVEFORM) {
      const piece = this.#parts.measurement.nextPiece();
      if (piece === undefined) return;
      this.publisher.waveform(piece);
    }
  }

  onSynchronised(source: TimeSource): void {
    this.tell("time-synchronised", "time", source, "");
    // What had to wait for it can go with its right time.
    this.publisher.pump();
  }

  onStep(byMs: number): void {
    this.tell("time-step", "time", "", `by ${Math.round(byMs)} ms`);
  }

  onLost(uncertaintyMs: number): void {
    this.tell("time-lost", "time", "", `may be off by ${Math.round(uncertaintyMs)} ms`);
  }

  onRefused(reason: TimeRefusal, differenceMs: number): void {
    const detail = differenceMs === differenceMs ? `would move the clock by ${Math.round(differenceMs)} ms` : "";
    this.tell("time-refused", "time", reason, detail);
  }

  /** Why the node started: only when that was not meant. */
  crashed(resetReason: string, { reason, place }: Crash): void {
    this.tell("crash", place, resetReason, reason);
  }

  restarted(stage: string, cause: StageCause, { reason, place }: Crash, restarts: number): void {
    const where = place === stage ? reason : `${reason}, ${place}`;
    this.tell("stage-restarted", stage, cause, where, restarts);
  }

  safeMode(failedStarts: number): void {
    this.tell("safe-mode", "node", "failed-starts", "nothing is measured until it is left", failedStarts);
  }

  private tell(event: NodeEvent["event"], source: string, cause: string, detail: string, count?: number): void {
    const told = { event, source, cause, detail };
    this.publisher.event(count === undefined ? told : { ...told, count }, this.#parts.clock.ticks());
  }
}
