import { CborWriter } from "../data/cbor.js";
import type { AlarmSummary, AlarmTransition } from "../model/alarm.js";
import type { Quality } from "../model/quality.js";
import { qualityText } from "../model/quality.js";
import type { WaveformPiece } from "../model/waveform.js";
import { Dispatch } from "./dispatch.js";
import type { DispatchOwner } from "./dispatch.js";
import type { Message } from "../mqtt/session.js";
import type { OutboxHealth } from "../outbox/outbox.js";
import type { TimeKeeper } from "../ports/clock.js";
import type { Identity, PublisherOptions, Sink, StorageFaults } from "./options.js";
import type { NodeSettings } from "../settings/settings.js";
import { isUrgent, QUEUED_STREAMS, streamNumber } from "./streams.js";
import type { QueuedStream } from "./streams.js";
import { Batch } from "../telemetry/batch.js";
import {
  SUMMARY_ALARMS,
  writeAlarm,
  writeAlarmSummary,
  writeEvent,
  writeHealth,
  writeReply,
  writeStatus,
} from "../telemetry/messages.js";
import type { Health, NodeEvent, Reply } from "../telemetry/messages.js";
import { writeWaveform } from "../telemetry/waveform.js";
import { channelsMessage } from "../telemetry/dense-messages.js";
import type { MessageHeader, SenmlChannel } from "../telemetry/senml.js";
import { ValueWriter } from "../telemetry/value-writer.js";

/** The longest message: a full batch of 64 values at up to 30 bytes, or an event with its detail. */
const LONGEST_MESSAGE = 2560;

type Stream = QueuedStream | "health";

/**
 * Makes the node's messages, which wait in the outbox until they have arrived: values in batches, everything else at
 * once. Every message carries the boot epoch and a sequence number that counts within its stream.
 */
export class Publisher implements DispatchOwner {
  readonly #identity: Identity;
  readonly #epoch: number;
  readonly #clock: TimeKeeper;
  readonly #channels: readonly SenmlChannel[];
  #settings: NodeSettings;
  readonly #shortTopic: boolean;
  readonly #faults: StorageFaults;
  #sink: Sink | undefined;
  readonly #dispatch: Dispatch;
  readonly #writer: CborWriter;
  readonly #values: ValueWriter;
  /** What the numbers of channels mean goes before whatever goes next. */
  #namesDue = false;
  #batch: Batch;
  readonly #sequences: Record<Stream, number> = {
    data: 0,
    alarm: 0,
    event: 0,
    waveform: 0,
    health: 0,
    reply: 0,
  };

  constructor(options: PublisherOptions) {
    this.#identity = options.identity;
    this.#epoch = options.epoch;
    this.#clock = options.clock;
    this.#channels = options.channels;
    this.#settings = options.settings;
    this.#faults = options.faults;
    const { maximumRecords, profile, topic } = options.settings.batch;
    const buffer = new Uint8Array(LONGEST_MESSAGE);
    this.#writer = new CborWriter(buffer);
    this.#values = new ValueWriter(this.#writer, buffer, options.channels);
    this.#namesDue = this.#values.use(profile, maximumRecords);
    this.#shortTopic = topic === "short";
    this.#batch = new Batch(maximumRecords);
    const { epoch, clock, settings, flash } = options;
    this.#dispatch = new Dispatch({ epoch, clock, settings: settings.outbox, flash }, this);
  }

  /** Where messages go; before that they wait. */
  attach(sink: Sink): void {
    this.#sink = sink;
  }

  /** Messages that have not arrived yet, and messages lost because too many waited. */
  get queued(): number {
    return this.#dispatch.length;
  }
  get dropped(): number {
    return this.#dispatch.dropped;
  }

  /** What is told of where messages wait. */
  get outbox(): OutboxHealth {
    return this.#dispatch.health();
  }

  /** Acknowledgements of consumers that were passed over: unreadable, or of what was never made. */
  get malformed(): number {
    return this.#dispatch.malformed;
  }

  topic(stream: string): string {
    if (this.#shortTopic && stream === "data") return `m/${this.#identity.site}/${this.#identity.node}/d`;
    return `millwright/${this.#identity.site}/${this.#identity.node}/${stream}`;
  }

  value(channel: number, value: number, ticks: number): void {
    const batch = this.#batch;
    batch.push(channel, value, ticks);
    if (batch.length === 1 && !batch.full)
      this.#clock.schedule(this.onBatchAge, this.#settings.batch.maximumAgeMs, this);
    if (batch.full) this.flush();
  }

  /** By how many ms what waits in a batch should have been sent before; 0 or less: it should not. */
  lateMs(ticks: number): number {
    const batch = this.#batch;
    return batch.length === 0 ? 0 : ticks - batch.ticks[0]! - this.#settings.batch.maximumAgeMs;
  }

  /** Values that wait for others to share their message wait no longer. */
  flush(): void {
    const batch = this.#batch;
    if (batch.length === 0) return;
    const ticks = batch.ticks[0]!;
    this.open();
    const timeOffset = this.#values.values(batch, this.header("data"), this.time(ticks));
    batch.clear();
    this.enqueue("data", ticks, timeOffset);
  }

  quality(channel: number, quality: Quality, ticks: number): void {
    // What was measured before the change goes first.
    this.flush();
    this.open();
    const header = this.header("data");
    this.enqueue("data", ticks, this.#values.quality(channel, qualityText(quality), header, this.time(ticks)));
  }

  /** @param channel the number of the alarm's channel */
  alarm(channel: number, transition: AlarmTransition): void {
    const { ticks } = transition;
    const header = this.header("alarm");
    this.enqueue(
      "alarm",
      ticks,
      writeAlarm(this.open(), transition, this.#channels[channel]!, header, this.time(ticks)),
    );
  }

  alarmSummary(summary: AlarmSummary): void {
    const ticks = summary.toTicks;
    for (let i = 0; i < summary.alarms.length; i += SUMMARY_ALARMS) {
      const header = this.header("alarm");
      this.enqueue("alarm", ticks, writeAlarmSummary(this.open(), summary, i, header, this.time(ticks)));
    }
  }

  event(event: NodeEvent, ticks: number): void {
    this.enqueue("event", ticks, writeEvent(this.open(), event, this.header("event"), this.time(ticks)));
  }

  waveform(piece: WaveformPiece): void {
    const ticks = piece.triggerTicks;
    const header = this.header("waveform");
    this.enqueue("waveform", ticks, writeWaveform(this.open(), piece, header, this.time(ticks)));
  }

  /** Throws RangeError when the reply is longer than a message can be. */
  reply(reply: Reply): void {
    const ticks = this.#clock.ticks();
    const header = this.header("reply");
    let timeOffset: number;
    try {
      timeOffset = writeReply(this.open(), reply, header, this.time(ticks));
    } catch (error) {
      // Not sent, so not counted: nobody shall look for it.
      this.#sequences.reply--;
      throw error;
    }
    this.enqueue("reply", ticks, timeOffset);
  }

  /** Takes other settings; those of the queue hold from the next start. */
  apply(settings: NodeSettings): void {
    this.#settings = settings;
    const { profile, maximumRecords } = settings.batch;
    if (maximumRecords !== this.#batch.capacity) {
      this.flush();
      this.#batch = new Batch(maximumRecords);
    }
    if (this.#values.use(profile, maximumRecords)) this.#namesDue = true;
  }

  nextSequence(stream: number): number {
    return this.#sequences[QUEUED_STREAMS[stream]!];
  }

  /** Hands a message of the outbox on, after the names of the channels where they are due. */
  send(message: Message): boolean {
    return (!this.#namesDue || this.sendNames()) && this.publish(message);
  }

  onLost(source: string, count: number, last: number): void {
    const event = { event: "records-lost", source, cause: "", detail: "", count, last } as const;
    this.event(event, this.#clock.ticks());
  }

  /** Sent if it can be sent now: an old one would be of no use. */
  health(health: Health): void {
    const ticks = this.#clock.ticks();
    writeHealth(this.open(), health, this.header("health"), this.time(ticks));
    const payload = this.#writer.bytes().slice();
    this.publish({ topic: this.topic("health"), payload, qos: 0, retain: false });
  }

  /** Birth, farewell and last will: retained, and not queued. */
  status(state: "online" | "offline", firmware: string, definition: string, safeMode = false): Message {
    const writer = this.open();
    writeStatus(writer, state, this.#epoch, firmware, definition, safeMode);
    return { topic: this.topic("status"), payload: writer.bytes().slice(), qos: 1, retain: true };
  }

  /** Hands on what waits, as far as it is taken. */
  pump(): void {
    this.#dispatch.pump();
  }

  /** There is a connection again. */
  connected(): void {
    this.#namesDue = this.#values.numbered;
    this.flush();
    this.#dispatch.connected();
  }

  /** What waits is written again, and handed on again. */
  retry(): void {
    this.#dispatch.flush();
    this.#dispatch.pump();
  }

  /** The broker has this message. */
  acknowledged(message: Message): void {
    this.#dispatch.acknowledged(message);
  }

  /** A consumer acknowledges messages; whether it asks who is there, too. */
  acknowledge(payload: Uint8Array): boolean {
    return this.#dispatch.acknowledge(payload);
  }

  /** Nothing waits in memory that could be kept elsewhere: before a restart that is meant. */
  close(): void {
    this.flush();
    this.#dispatch.close();
  }

  private onBatchAge(): void {
    const batch = this.#batch;
    if (batch.length === 0) return;
    const left = batch.ticks[0]! + this.#settings.batch.maximumAgeMs - this.#clock.ticks();
    // The batch that this call was meant for has gone, a younger one is waiting.
    if (left > 0) this.#clock.schedule(this.onBatchAge, left, this);
    else this.flush();
  }

  private sendNames(): boolean {
    const payload = channelsMessage(this.#channels, this.#epoch);
    this.#namesDue = !this.publish({ topic: this.topic("channels"), payload, qos: 1, retain: true });
    return !this.#namesDue;
  }

  private publish(message: Message): boolean {
    return this.#sink?.publish(message) ?? false;
  }

  private open(): CborWriter {
    this.#writer.length = 0;
    return this.#writer;
  }

  private header(stream: Stream): MessageHeader {
    return { epoch: this.#epoch, sequence: this.#sequences[stream]++ };
  }

  /** UTC seconds at these ticks, to the millisecond; 0 while the time is not known. */
  private time(ticks: number): number {
    const utc = this.#clock.utcAt(ticks);
    return utc === undefined ? 0 : utc / 1000;
  }

  private enqueue(stream: QueuedStream, ticks: number, timeOffset: number): void {
    const message = {
      payload: this.#writer.bytes().slice(),
      urgent: isUrgent(stream),
      stream: streamNumber(stream),
      epoch: this.#epoch,
      sequence: this.#sequences[stream] - 1,
      unresolved: this.#clock.utc() === undefined ? ticks : undefined,
      timeOffset,
    };
    try {
      this.#dispatch.post(message);
    } catch (fault) {
      this.#faults.failed("storage", fault);
    }
  }
}
