import { readAcknowledgements } from "../control/acknowledgement.js";
import { CborWriter } from "../data/cbor.js";
import { setTime, withUptime } from "./message-time.js";
import type { Message } from "../mqtt/session.js";
import { FlashOutbox } from "../outbox/flash-outbox.js";
import type { Outbox, OutboxHealth, OutboxMessage, OutboxOwner } from "../outbox/outbox.js";
import { MessageQueue } from "../outbox/queue.js";
import type { OutboxSettings } from "../outbox/settings.js";
import type { TimeKeeper, Timer } from "../ports/clock.js";
import type { Flash } from "../ports/storage.js";
import { StreamOrder } from "./resume.js";
import { QUEUED_STREAMS, streamNumber } from "./streams.js";
import { writeResume } from "../telemetry/messages.js";

/** A message that waits. Its time is set when it is handed on, if the node did not know it before. */
export interface Outgoing extends Message, OutboxMessage {
  payload: Uint8Array;
  timeOffset: number;
  /** Its payload says that its time is not known, and what is. */
  marked?: boolean;
}

export interface DispatchOptions {
  readonly epoch: number;
  readonly clock: TimeKeeper;
  readonly settings: OutboxSettings;
  /** Without it messages wait in memory. */
  readonly flash: Flash | undefined;
}

/** Whose messages they are. */
export interface DispatchOwner {
  /** The topic of a stream. */
  topic(stream: string): string;
  /** The next sequence number of a stream of this epoch, by the stream's number. */
  nextSequence(stream: number): number;
  /** Hands a message to the session; `false` when it cannot be taken now. */
  send(message: Message): boolean;
  /** Messages of a class are lost for good; `last`: the journal's number of the last of them. */
  onLost(source: string, count: number, last: number): void;
}

const LONGEST_RESUME = 96;
/** Not sooner than so long after the last time is everything sent again because a consumer has come or asks for it. */
const AGAIN_MS = 5000;
/** So many epochs after one are looked at for when that had ended. */
const LATER_EPOCHS = 8;

interface Loss {
  readonly source: string;
  readonly count: number;
  readonly last: number;
}

/**
 * Hands what waits to the session, in order, and the answers of broker and consumer to the outbox. Where the promise is
 * to the consumer, it is told whenever a message does not follow the one before: what is missing there does not come.
 */
export class Dispatch implements OutboxOwner<Outgoing> {
  readonly #options: DispatchOptions;
  readonly #owner: DispatchOwner;
  readonly #outbox: Outbox<Outgoing>;
  readonly #topics: readonly string[];
  readonly #promised: boolean;
  readonly #order = new StreamOrder();
  #timer: Timer | undefined;
  #againTimer: Timer | undefined;
  #losses: Loss[] = [];
  /** The journal's number of the last loss that was told of, urgent ones and data. */
  readonly #toldOf = [0, 0];
  #toldDropped = 0;
  #malformed = 0;
  /** Whether a consumer was heard on this connection. */
  #heard = false;
  #againTicks = -AGAIN_MS;

  /** @throws RangeError for a flash that is too small, or of another kind */
  constructor(options: DispatchOptions, owner: DispatchOwner) {
    const { clock, settings, flash } = options;
    this.#options = options;
    this.#owner = owner;
    this.#topics = QUEUED_STREAMS.map((stream) => owner.topic(stream));
    this.#promised = settings.promise === "consumer";
    this.#outbox =
      flash === undefined
        ? new MessageQueue<Outgoing>(settings, this, clock)
        : new FlashOutbox<Outgoing>(options as DispatchOptions & { flash: Flash }, this);
    if (this.#promised) this.#timer = clock.schedule(this.onConfirmDue, settings.confirmS * 1000, this);
  }

  get length(): number {
    return this.#outbox.length;
  }

  get dropped(): number {
    return this.#outbox.dropped;
  }

  /** Acknowledgements of consumers that could not be read, or were of what was never made. */
  get malformed(): number {
    return this.#malformed;
  }

  health(): OutboxHealth {
    return this.#outbox.health();
  }

  revive(stored: OutboxMessage): Outgoing {
    const { payload, urgent, stream, epoch, sequence, unresolved, timeOffset } = stored;
    const topic = this.#topics[stream] ?? this.#owner.topic("unknown");
    return { payload, urgent, stream, epoch, sequence, unresolved, timeOffset, topic, qos: 1, retain: false };
  }

  post(message: OutboxMessage): void {
    this.#outbox.push(this.revive(message));
    this.pump();
  }

  /** Hands on what waits, as far as it is taken. */
  pump(): void {
    const { clock } = this.#options;
    const utc = clock.utc();
    if (utc !== undefined) this.#outbox.timeKnown(utc - clock.ticks());
    for (;;) {
      const message = this.#outbox.peek();
      if (message === undefined || !this.announce(message)) break;
      this.resolve(message);
      if (!this.#owner.send(message)) break;
      this.#outbox.markSent();
      this.#order.sent(message);
    }
    this.tellLosses();
  }

  /** The broker has this message. */
  acknowledged(message: Message): void {
    this.#outbox.remove(message as Outgoing);
    this.pump();
  }

  /** What a consumer has sent. Whether it asks who is there, too, and has not done so just before. */
  acknowledge(payload: Uint8Array): boolean {
    const found = readAcknowledgements(payload);
    if (found === undefined) {
      this.#malformed++;
      return false;
    }
    for (const { stream, epoch, sequence } of found) {
      const number = streamNumber(stream);
      // A stream of another firmware's is no fault.
      if (number < 0) continue;
      if (epoch === this.#options.epoch && sequence >= this.#owner.nextSequence(number)) this.#malformed++;
      else this.#outbox.confirm(number, epoch, sequence);
    }
    // The first word on a connection: what the last one took may not have come further than the broker.
    const asks = found.length === 0;
    const again = (asks || !this.#heard) && this.sendAgain();
    this.#heard = true;
    this.pump();
    return asks && again;
  }

  /** There is a connection. */
  connected(): void {
    this.#heard = false;
    this.pump();
  }

  /** Nothing is left in memory only, as far as it can be kept elsewhere. */
  flush(): void {
    this.#outbox.flush();
  }

  /** Before a restart that is meant. */
  close(): void {
    const { clock } = this.#options;
    if (this.#timer !== undefined) clock.cancel(this.#timer);
    if (this.#againTimer !== undefined) clock.cancel(this.#againTimer);
    this.flush();
  }

  /** Sets the time of a message that was made before the node knew it; relative to now where it still does not. */
  private resolve(message: Outgoing): void {
    const { unresolved, timeOffset } = message;
    if (unresolved === undefined) return;
    const { clock, epoch } = this.#options;
    const utc = clock.utc();
    const now = clock.ticks();
    if (message.epoch === epoch) {
      const time = clock.utcAt(unresolved) ?? unresolved - now;
      setTime(message.payload, timeOffset, time / 1000);
      if (utc !== undefined) message.unresolved = undefined;
      return;
    }
    const offset = this.#outbox.offsetMs(message.epoch);
    if (offset === undefined) return this.markLatest(message, unresolved, utc === undefined ? -now : utc - now);
    setTime(message.payload, timeOffset, (unresolved + offset) / 1000);
    message.unresolved = undefined;
  }

  /** Its epoch never learned the time: it was before the next start that did. */
  private markLatest(message: Outgoing, ticks: number, startMs: number): void {
    let latest = startMs;
    for (let later = LATER_EPOCHS; later > 0; later--) {
      const epoch = message.epoch + later;
      if (epoch < this.#options.epoch) latest = this.#outbox.offsetMs(epoch) ?? latest;
    }
    if (!message.marked) {
      const { payload, timeOffset } = withUptime(message, ticks / 1000);
      message.payload = payload;
      message.timeOffset = timeOffset;
      message.marked = true;
    }
    setTime(message.payload, message.timeOffset, latest / 1000);
  }

  /** Whether a message may be sent: it follows the one before, or the consumer is told that it does not. */
  private announce(message: Outgoing): boolean {
    const order = this.#order;
    if (!this.#promised || order.follows(message)) return true;
    const stream = QUEUED_STREAMS[message.stream];
    if (stream === undefined) return true;
    const writer = new CborWriter(new Uint8Array(LONGEST_RESUME));
    writeResume(writer, this.#options.epoch, stream, order.before(message), message);
    const topic = this.#owner.topic("resume");
    if (!this.#owner.send({ topic, payload: writer.bytes(), qos: 1, retain: false })) return false;
    order.told(message);
    return true;
  }

  /** At once, if that is not too soon after the last time; otherwise later. Whether it was at once. */
  private sendAgain(): boolean {
    const { clock } = this.#options;
    if (this.#againTimer !== undefined) return false;
    const left = this.#againTicks + AGAIN_MS - clock.ticks();
    if (left > 0) {
      this.#againTimer = clock.schedule(this.onAgain, left, this);
      return false;
    }
    this.#againTicks = clock.ticks();
    this.#outbox.sendAgain();
    return true;
  }

  private onAgain(): void {
    this.#againTimer = undefined;
    this.sendAgain();
    this.pump();
  }

  /** It is told of later: not while the outbox is being read. */
  onGap(urgent: boolean, count: number, last: number): void {
    const cls = urgent ? 0 : 1;
    if (last <= this.#toldOf[cls]!) return;
    this.#toldOf[cls] = last;
    this.#losses.push({ source: urgent ? "urgent" : "data", count, last });
  }

  private tellLosses(): void {
    const losses = this.#losses;
    const { flash, settings } = this.#options;
    const { dropped, length } = this.#outbox;
    // What a queue in memory drops is told when that drops nothing else.
    if (flash === undefined && 2 * length < settings.maximumMessages && dropped > this.#toldDropped) {
      losses.push({ source: "queue", count: dropped - this.#toldDropped, last: dropped });
      this.#toldDropped = dropped;
    }
    if (losses.length === 0) return;
    this.#losses = [];
    for (const { source, count, last } of losses) this.#owner.onLost(source, count, last);
  }

  private onConfirmDue(): void {
    this.#timer = this.#options.clock.schedule(this.onConfirmDue, this.#options.settings.confirmS * 1000, this);
    this.pump();
  }
}
