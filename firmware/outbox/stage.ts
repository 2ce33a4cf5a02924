import type { Clock, Timer } from "../ports/clock.js";
import type { Attempts } from "./attempts.js";
import { ALARM, DATA } from "./journal.js";
import type { Journal } from "./journal.js";
import type { OutboxMessage } from "./outbox.js";
import type { OutboxSettings } from "./settings.js";
import { encodeMessage, storedBytes } from "./stored-message.js";

/** A message that is not in the journal yet, or is on its way. */
export interface Held<Message> {
  readonly message: Message;
  readonly class: number;
  /** Since when it is held. */
  readonly sinceTicks: number;
  /** In the journal; 0 while it is in memory only. */
  sequence: number;
  sent: boolean;
  /** The broker has it. */
  arrived: boolean;
}

export interface StageOptions {
  readonly clock: Clock;
  readonly settings: OutboxSettings;
}

export interface StageOwner<Message> {
  /** These are in the journal from now on. */
  onWritten(held: readonly Held<Message>[]): void;
}

/**
 * Messages in memory only, in order, of both classes, until a write to the journal is worth it. Where the flash throws,
 * they stay, within the bounds of a queue without flash, and are tried again.
 */
export class Stage<Message extends OutboxMessage> {
  readonly #options: StageOptions;
  readonly #journal: Journal;
  readonly #attempts: Attempts;
  readonly #owner: StageOwner<Message>;
  #held: Held<Message>[] = [];
  #bytes = 0;
  #lost = 0;
  #timer: Timer | undefined;
  /** The last write threw: only what is urgent, or the timer, tries again. */
  #failing = false;

  constructor(options: StageOptions, journal: Journal, attempts: Attempts, owner: StageOwner<Message>) {
    this.#options = options;
    this.#journal = journal;
    this.#attempts = attempts;
    this.#owner = owner;
  }

  get length(): number {
    return this.#held.length;
  }

  /** Payload bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Messages that there was no room for. */
  get lost(): number {
    return this.#lost;
  }

  /** Since when the oldest is here; `undefined` when there is none. */
  get sinceTicks(): number | undefined {
    return this.#held[0]?.sinceTicks;
  }

  count(cls: number): number {
    return this.#held.filter((held) => held.class === cls).length;
  }

  /** The oldest of a class that has not been sent. */
  unsent(cls: number): Held<Message> | undefined {
    return this.#held.find((held) => held.class === cls && !held.sent);
  }

  /** Takes a message, and writes all of them if that is due. */
  push(message: Message): void {
    const { clock, settings } = this.#options;
    const cls = message.urgent ? ALARM : DATA;
    this.#held.push({ message, class: cls, sinceTicks: clock.ticks(), sequence: 0, sent: false, arrived: false });
    this.#bytes += message.payload.length;
    if (message.urgent || (this.#bytes > settings.exposedBytes && !this.#failing)) this.write();
    this.bound(settings.maximumMessages, Math.max(settings.maximumBytes, settings.exposedBytes));
    if (this.#held.length > 0) this.#timer ??= clock.schedule(this.onAge, settings.exposedS * 1000, this);
  }

  /** Commits everything to the journal. */
  write(): void {
    const held = this.#held;
    if (held.length === 0) return this.rest();
    const journal = this.#journal;
    const next = [journal.nextSequence(ALARM), journal.nextSequence(DATA)];
    const records = held.map(({ class: cls, message }) => ({ class: cls, payload: recordOf(message) }));
    this.#failing = !this.#attempts.make(() => journal.append(records));
    if (this.#failing) return;
    this.#held = [];
    this.#bytes = 0;
    this.rest();
    for (const one of held) {
      one.sequence = next[one.class]!++;
      if (!one.sent) continue;
      // What was sent need not be read again, unless what is before it could not be read yet.
      if (journal.handedOut(one.class) === one.sequence - 1) journal.skip(one.class, one.sequence);
      else one.sequence = 0;
    }
    this.#owner.onWritten(held);
  }

  /** Those need not be kept any more. */
  remove(wanted: (held: Held<Message>) => boolean): void {
    this.#held = this.#held.filter((held) => !wanted(held));
    this.#bytes = this.#held.reduce((sum, { message }) => sum + message.payload.length, 0);
  }

  /** All of them are to be sent, or sent again. */
  rewind(): void {
    for (const held of this.#held) held.sent = held.arrived = false;
  }

  /** Drops the oldest: data before urgent ones, what the session has last. */
  private bound(maximumMessages: number, maximumBytes: number): void {
    while (this.#held.length > maximumMessages || this.#bytes > maximumBytes) {
      const victim = this.unsent(DATA) ?? this.unsent(ALARM) ?? this.#held[0]!;
      if (!victim.sent) this.#lost++;
      this.remove((held) => held === victim);
    }
  }

  /** Nothing is left to be written. */
  private rest(): void {
    if (this.#timer !== undefined) this.#options.clock.cancel(this.#timer);
    this.#timer = undefined;
  }

  private onAge(): void {
    this.#timer = undefined;
    const since = this.sinceTicks;
    if (since === undefined) return;
    const { clock, settings } = this.#options;
    const left = since + settings.exposedS * 1000 - clock.ticks();
    if (left <= 0) this.write();
    if (this.#held.length > 0)
      this.#timer ??= clock.schedule(this.onAge, left > 0 ? left : settings.exposedS * 1000, this);
  }
}

function recordOf(message: OutboxMessage): Uint8Array {
  const record = new Uint8Array(storedBytes(message));
  encodeMessage(message, record);
  return record;
}
