import type { Clock } from "../ports/clock.js";
import type { Flash } from "../ports/storage.js";
import { Attempts } from "./attempts.js";
import { Confirmations } from "./confirmations.js";
import { endurance } from "./endurance.js";
import { offsetOf, withOffset } from "./epoch-times.js";
import { ALARM, DATA, Journal } from "./journal.js";
import type { Outbox, OutboxHealth, OutboxMessage, OutboxOwner } from "./outbox.js";
import { Patience } from "./patience.js";
import type { OutboxSettings } from "./settings.js";
import { Stage } from "./stage.js";
import type { Held, StageOwner } from "./stage.js";
import { decodeMessage, LONGEST_HEAD } from "./stored-message.js";

export interface FlashOutboxOptions {
  readonly flash: Flash;
  readonly clock: Clock;
  readonly settings: OutboxSettings;
  /** The boot epoch now. */
  readonly epoch: number;
}

const CLASSES = Object.freeze([ALARM, DATA]);

/**
 * Messages on flash. Urgent ones are written before they are sent. Data wait in memory, `exposedBytes` and `exposedS` at
 * the most, for one write together; those that the broker takes meanwhile need none.
 */
export class FlashOutbox<Message extends OutboxMessage> implements Outbox<Message>, StageOwner<Message> {
  readonly #options: FlashOutboxOptions;
  readonly #owner: OutboxOwner<Message>;
  readonly #journal: Journal;
  readonly #startTicks: number;
  readonly #attempts = new Attempts();
  readonly #stage: Stage<Message>;
  /** With the session, of each class, in order. */
  readonly #sent: Held<Message>[][] = [[], []];
  /** Read from the journal and not sent, of each class. */
  readonly #ahead: (Held<Message> | undefined)[] = [undefined, undefined];
  #peeked: Held<Message> | undefined;
  /** Only where the promise is to the consumer. */
  readonly #confirmations: Confirmations | undefined;
  readonly #patience: Patience;
  /** Too long, or of another format. */
  #lost = 0;
  #offsetMs: number | undefined;
  /** Whether messages of this epoch are on flash whose time is not known there. */
  #unresolved = false;

  /** @throws RangeError for a flash that is too small, or of another kind; whatever the flash itself throws */
  constructor(options: FlashOutboxOptions, owner: OutboxOwner<Message>) {
    const { flash, clock, settings } = options;
    this.#options = options;
    this.#owner = owner;
    const journal = new Journal(flash, {
      clock,
      acknowledgeEvery: settings.acknowledgeEvery,
      policies: [
        { whenFull: settings.urgentWhenFull, expiryS: settings.urgentExpiryS },
        { whenFull: settings.dataWhenFull, expiryS: settings.dataExpiryS },
      ],
    });
    this.#journal = journal;
    this.#patience = new Patience(settings.confirmS);
    this.#stage = new Stage<Message>(options, journal, this.#attempts, this);
    if (settings.promise === "consumer") this.#confirmations = new Confirmations(journal);
    this.#startTicks = clock.ticks();
  }

  get length(): number {
    return this.#journal.waiting(ALARM) + this.#journal.waiting(DATA) + this.#stage.length;
  }

  get dropped(): number {
    return this.#journal.dropped(ALARM) + this.#journal.dropped(DATA) + this.#stage.lost + this.#lost;
  }

  push(message: Message): void {
    if (message.payload.length + LONGEST_HEAD > this.#journal.longestPayload) this.#lost++;
    else this.#stage.push(message);
  }

  peek(): Message | undefined {
    this.#peeked = this.beginAgain() ? undefined : this.next();
    return this.#peeked?.message;
  }

  markSent(): void {
    const held = this.#peeked;
    if (held === undefined) return;
    this.#peeked = undefined;
    if (this.#ahead[held.class] === held) this.#ahead[held.class] = undefined;
    held.sent = true;
    this.#sent[held.class]!.push(held);
    this.#patience.waits(this.#options.clock.ticks());
  }

  remove(message: Message): void {
    const cls = message.urgent ? ALARM : DATA;
    const sent = this.#sent[cls]!;
    const held = sent.find((candidate) => candidate.message === message);
    if (held === undefined) return;
    held.arrived = true;
    const done = this.#confirmations === undefined;
    if (done && held.sequence === 0) this.#stage.remove((staged) => staged === held);
    let sequence = 0;
    while (sent.length > 0 && sent[0]!.arrived) sequence = Math.max(sequence, sent.shift()!.sequence);
    if (done && sequence > 0) this.#attempts.make(() => this.#journal.acknowledge(cls, sequence));
  }

  confirm(stream: number, epoch: number, sequence: number): void {
    const confirmations = this.#confirmations;
    if (!confirmations?.set({ stream, epoch, sequence })) return;
    this.#patience.heard();
    this.#stage.remove(({ message }) => confirmations.covers(message));
    for (const cls of CLASSES) this.#attempts.make(() => confirmations.advance(cls));
    this.#patience.since(this.length === 0 ? undefined : this.#options.clock.ticks());
  }

  sendAgain(): void {
    this.#patience.ask(this.#patience.waiting);
  }

  timeKnown(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    this.keepOffset();
  }

  offsetMs(epoch: number): number | undefined {
    return epoch === this.#options.epoch ? this.#offsetMs : offsetOf(this.#journal.note, epoch);
  }

  /** Writes what is in memory only, and acknowledgements that are not written yet. */
  flush(): void {
    this.#stage.write();
    this.#attempts.make(() => this.#journal.flush());
  }

  health(): OutboxHealth {
    const { clock, settings } = this.#options;
    const stage = this.#stage;
    const { damage } = this.#journal;
    const statistics = this.#journal.statistics();
    const { waiting, expired, unreadable, oldestS, bytesUsed, bytes, blocks, badBlocks, mostWorn } = statistics;
    const now = clock.ticks();
    const exposedMs = now - (stage.sinceTicks ?? now);
    const uptimeS = (now - this.#startTicks) / 1000;
    const records = damage.records[ALARM] + damage.records[DATA];
    return {
      waiting: [waiting[ALARM] + stage.count(ALARM), waiting[DATA] + stage.count(DATA)],
      oldestS: Math.max(oldestS[ALARM], oldestS[DATA], Math.floor(exposedMs / 1000)),
      lost: this.dropped + expired + unreadable + records,
      exposedBytes: stage.bytes,
      exposedMs,
      flash: {
        bytesUsed,
        bytes,
        badBlocks,
        mostWorn,
        ...endurance(statistics, uptimeS, blocks - badBlocks, settings.enduranceErases),
        damaged: records + unreadable + damage.blocks + damage.ends,
        failures: this.#attempts.failures,
      },
    };
  }

  private next(): Held<Message> | undefined {
    for (const cls of CLASSES) {
      const held = (this.#ahead[cls] ??= this.read(cls)) ?? this.#stage.unsent(cls);
      if (held !== undefined) return held;
    }
    return undefined;
  }

  /** The next message of the journal. */
  private read(cls: number): Held<Message> | undefined {
    const { clock } = this.#options;
    const urgent = cls === ALARM;
    let found: Held<Message> | undefined;
    this.#attempts.make(() => {
      for (let entry = this.#journal.next(cls); entry !== undefined; entry = this.#journal.next(cls)) {
        const { sequence } = entry;
        const stored = entry.kind === "record" ? decodeMessage(entry.payload, urgent) : undefined;
        if (stored !== undefined) {
          const message = this.#owner.revive(stored);
          found = { message, class: cls, sinceTicks: clock.ticks(), sequence, sent: false, arrived: false };
          return;
        }
        if (entry.kind === "record") this.#lost++;
        this.#owner.onGap?.(urgent, entry.kind === "gap" ? entry.lost : 1, sequence);
      }
    });
    return found;
  }

  /** Whether everything is to be sent again, and something is on its way still. */
  private beginAgain(): boolean {
    if (this.#confirmations === undefined || !this.#patience.isOver(this.#options.clock.ticks())) return false;
    if (CLASSES.some((cls) => this.#sent[cls]!.length > 0)) return true;
    this.#patience.begun();
    for (const cls of CLASSES) {
      this.#confirmations.rewind(cls);
      this.#journal.rewind(cls);
      this.#ahead[cls] = undefined;
    }
    this.#stage.rewind();
    return false;
  }

  onWritten(written: readonly Held<Message>[]): void {
    if (written.some(({ message }) => message.unresolved !== undefined)) this.#unresolved = true;
    this.keepOffset();
  }

  private keepOffset(): void {
    const offsetMs = this.#offsetMs;
    if (!this.#unresolved || offsetMs === undefined) return;
    this.#attempts.make(() => {
      this.#journal.note = withOffset(this.#journal.note, this.#options.epoch, offsetMs);
      this.#unresolved = false;
    });
  }
}
