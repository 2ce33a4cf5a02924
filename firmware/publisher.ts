import { CborWriter } from "./data/cbor.js";
import type { AlarmSummary, AlarmTransition } from "./model/alarm.js";
import type { Quality } from "./model/quality.js";
import { qualityText } from "./model/quality.js";
import type { WaveformPiece } from "./model/waveform.js";
import type { Message } from "./mqtt/session.js";
import { MessageQueue } from "./outbox/queue.js";
import type { Clock } from "./ports/clock.js";
import type { NodeSettings } from "./settings.js";
import { Batch } from "./telemetry/batch.js";
import {
  SUMMARY_ALARMS,
  writeAlarm,
  writeAlarmSummary,
  writeEvent,
  writeHealth,
  writeReply,
  writeStatus,
} from "./telemetry/messages.js";
import type { Health, NodeEvent, Reply } from "./telemetry/messages.js";
import { writeWaveform } from "./telemetry/waveform.js";
import { writeQuality, writeValues } from "./telemetry/senml.js";
import type { MessageHeader } from "./telemetry/senml.js";
import type { SenmlChannel } from "./telemetry/senml.js";

/** The longest message: a full batch of 64 values at up to 30 bytes, or an event with its detail. */
const LONGEST_MESSAGE = 2560;

type Stream = "data" | "alarm" | "event" | "waveform" | "health" | "reply";

/** A message in the queue. Its time is set when it is handed on, if the node did not know it before. */
interface Outgoing extends Message {
  readonly urgent: boolean;
  /** Ticks of what the message tells, while its UTC is not known. */
  unresolved: number | undefined;
  /** Where its time stands in the payload. */
  readonly timeOffset: number;
}

/** Who the node is on the wire: `millwright/<site>/<node>/<stream>`. */
export interface Identity {
  readonly site: string;
  readonly node: string;
}

/** Where messages go; `false` when none can be taken now. */
export type Send = (message: Message) => boolean;

/**
 * Makes the node's messages and keeps them until the broker has them: values in batches, everything else at once.
 * Every message carries the boot epoch and a sequence number that counts within its stream.
 */
export class Publisher {
  readonly #identity: Identity;
  readonly #epoch: number;
  readonly #clock: Clock;
  readonly #channels: readonly SenmlChannel[];
  #settings: NodeSettings;
  readonly #send: Send;
  readonly #writer = new CborWriter(new Uint8Array(LONGEST_MESSAGE));
  #batch: Batch;
  readonly #queue: MessageQueue<Outgoing>;
  readonly #sequences: Record<Stream, number> = {
    data: 0,
    alarm: 0,
    event: 0,
    waveform: 0,
    health: 0,
    reply: 0,
  };

  constructor(options: {
    identity: Identity;
    epoch: number;
    clock: Clock;
    channels: readonly SenmlChannel[];
    settings: NodeSettings;
    send: Send;
  }) {
    this.#identity = options.identity;
    this.#epoch = options.epoch;
    this.#clock = options.clock;
    this.#channels = options.channels;
    this.#settings = options.settings;
    this.#send = options.send;
    this.#batch = new Batch(options.settings.batch.maximumRecords);
    this.#queue = new MessageQueue(options.settings.outbox);
  }

  /** Messages that the broker does not have yet, and messages lost because too many waited. */
  get queued(): number {
    return this.#queue.length;
  }
  get dropped(): number {
    return this.#queue.dropped;
  }

  topic(stream: Stream | "status" | "command"): string {
    return `millwright/${this.#identity.site}/${this.#identity.node}/${stream}`;
  }

  value(channel: number, value: number, ticks: number): void {
    const batch = this.#batch;
    batch.push(channel, value, ticks);
    if (batch.length === 1 && !batch.full) this.#clock.schedule(this.#onBatchAge, this.#settings.batch.maximumAgeMs);
    if (batch.full) this.flush();
  }

  /** Values that wait for others to share their message wait no longer. */
  flush(): void {
    const batch = this.#batch;
    if (batch.length === 0) return;
    const ticks = batch.ticks[0]!;
    const timeOffset = writeValues(this.#open(), this.#channels, batch, this.#header("data"), this.#time(ticks));
    batch.clear();
    this.#enqueue("data", ticks, timeOffset);
  }

  quality(channel: number, quality: Quality, ticks: number): void {
    // What was measured before the change goes first.
    this.flush();
    const definition = this.#channels[channel]!;
    const header = this.#header("data");
    this.#enqueue(
      "data",
      ticks,
      writeQuality(this.#open(), definition, qualityText(quality), header, this.#time(ticks)),
    );
  }

  /** @param channel the number of the alarm's channel */
  alarm(channel: number, transition: AlarmTransition): void {
    const { ticks } = transition;
    const header = this.#header("alarm");
    this.#enqueue(
      "alarm",
      ticks,
      writeAlarm(this.#open(), transition, this.#channels[channel]!, header, this.#time(ticks)),
    );
  }

  alarmSummary(summary: AlarmSummary): void {
    const ticks = summary.toTicks;
    for (let i = 0; i < summary.alarms.length; i += SUMMARY_ALARMS) {
      const header = this.#header("alarm");
      this.#enqueue("alarm", ticks, writeAlarmSummary(this.#open(), summary, i, header, this.#time(ticks)));
    }
  }

  event(event: NodeEvent, ticks: number): void {
    this.#enqueue("event", ticks, writeEvent(this.#open(), event, this.#header("event"), this.#time(ticks)));
  }

  waveform(piece: WaveformPiece): void {
    const ticks = piece.triggerTicks;
    const header = this.#header("waveform");
    this.#enqueue("waveform", ticks, writeWaveform(this.#open(), piece, header, this.#time(ticks)));
  }

  /** Throws RangeError when the reply is longer than a message can be. */
  reply(reply: Reply): void {
    const ticks = this.#clock.ticks();
    const header = this.#header("reply");
    let timeOffset: number;
    try {
      timeOffset = writeReply(this.#open(), reply, header, this.#time(ticks));
    } catch (error) {
      // Not sent, so not counted: nobody shall look for it.
      this.#sequences.reply--;
      throw error;
    }
    this.#enqueue("reply", ticks, timeOffset);
  }

  /** Takes other settings; those of the queue hold from the next start. */
  apply(settings: NodeSettings): void {
    this.#settings = settings;
    if (settings.batch.maximumRecords === this.#batch.capacity) return;
    this.flush();
    this.#batch = new Batch(settings.batch.maximumRecords);
  }

  /** Sent if it can be sent now: an old one would be of no use. */
  health(health: Health): void {
    const ticks = this.#clock.ticks();
    const timeOffset = writeHealth(this.#open(), health, this.#header("health"), this.#time(ticks));
    const message = this.#message("health", ticks, timeOffset, 0);
    this.#resolve(message);
    this.#send(message);
  }

  /** Birth, farewell and last will: retained, and not queued. */
  status(state: "online" | "offline", firmware: string, definition: string): Message {
    const writer = this.#open();
    writeStatus(writer, state, this.#epoch, firmware, definition);
    return { topic: this.topic("status"), payload: writer.bytes().slice(), qos: 1, retain: true };
  }

  /** Hands on what waits, as far as it is taken. */
  pump(): void {
    for (;;) {
      const message = this.#queue.peek();
      if (message === undefined) return;
      this.#resolve(message);
      if (!this.#send(message)) return;
      this.#queue.markSent();
    }
  }

  /** The broker has this message. */
  acknowledged(message: Message): void {
    this.#queue.remove(message as Outgoing);
    this.pump();
  }

  readonly #onBatchAge = (): void => {
    const batch = this.#batch;
    if (batch.length === 0) return;
    const left = batch.ticks[0]! + this.#settings.batch.maximumAgeMs - this.#clock.ticks();
    // The batch that this call was meant for has gone, a younger one is waiting.
    if (left > 0) this.#clock.schedule(this.#onBatchAge, left);
    else this.flush();
  };

  #open(): CborWriter {
    this.#writer.reset();
    return this.#writer;
  }

  #header(stream: Stream): MessageHeader {
    return { epoch: this.#epoch, sequence: this.#sequences[stream]++ };
  }

  /** UTC seconds at these ticks, to the millisecond; 0 while the time is not known. */
  #time(ticks: number): number {
    const utc = this.#clock.utc();
    return utc === undefined ? 0 : (utc - (this.#clock.ticks() - ticks)) / 1000;
  }

  #enqueue(stream: Stream, ticks: number, timeOffset: number): void {
    this.#queue.push(this.#message(stream, ticks, timeOffset, 1));
    this.pump();
  }

  #message(stream: Stream, ticks: number, timeOffset: number, qos: 0 | 1): Outgoing {
    return {
      topic: this.topic(stream),
      payload: this.#writer.bytes().slice(),
      qos,
      retain: false,
      urgent: stream !== "data" && stream !== "waveform",
      unresolved: this.#clock.utc() === undefined ? ticks : undefined,
      timeOffset,
    };
  }

  /** Sets the time of a message that was made before the node knew it; relative to now where it still does not. */
  #resolve(message: Outgoing): void {
    if (message.unresolved === undefined) return;
    const ticks = message.unresolved;
    const known = this.#clock.utc() !== undefined;
    const time = known ? this.#time(ticks) : (ticks - this.#clock.ticks()) / 1000;
    new DataView(message.payload.buffer, message.payload.byteOffset).setFloat64(message.timeOffset + 1, time);
    if (known) message.unresolved = undefined;
  }
}
