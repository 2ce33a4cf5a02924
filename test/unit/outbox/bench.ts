import { FlashOutbox } from "../../../firmware/outbox/flash-outbox.js";
import type { Outbox, OutboxMessage } from "../../../firmware/outbox/outbox.js";
import { OUTBOX_FIELDS } from "../../../firmware/outbox/settings.js";
import type { OutboxSettings } from "../../../firmware/outbox/settings.js";
import { checkFields } from "../../../firmware/settings/fields.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { FlashModel } from "../../../simulator/io/flash.js";

export const DATA_STREAM = 0;
export const ALARM_STREAM = 1;

export function settingsWith(overrides: Partial<OutboxSettings> = {}): OutboxSettings {
  return { ...(checkFields({}, "outbox", OUTBOX_FIELDS) as unknown as OutboxSettings), ...overrides };
}

/** One board: flash that stays, and starts one after the other of a node on it. */
export class OutboxBench {
  readonly flash: FlashModel;
  readonly overrides: Partial<OutboxSettings>;
  clock = new VirtualClock();
  epoch = 0;
  /** Gaps that were told: class, count and the number of the last. */
  gaps: [string, number, number][] = [];
  outbox: FlashOutbox<OutboxMessage>;
  #sequences: number[] = [0, 0];

  constructor(overrides: Partial<OutboxSettings> = {}, blocks = 16) {
    this.flash = new FlashModel({ blocks });
    this.overrides = overrides;
    this.outbox = this.#start();
  }

  /** A power cut, and a start. What was in memory is gone. */
  restart(overrides: Partial<OutboxSettings> = {}): void {
    this.flash.powerUp();
    this.clock = new VirtualClock();
    this.gaps = [];
    this.outbox = this.#start(overrides);
  }

  /** A message of this epoch with its number as its payload, and `size` bytes long. */
  message(options: { urgent?: boolean; size?: number; unresolved?: number; payload?: Uint8Array } = {}): OutboxMessage {
    const { urgent = false, size = 40, unresolved, payload } = options;
    const stream = urgent ? ALARM_STREAM : DATA_STREAM;
    const sequence = this.#sequences[stream]!++;
    const bytes = payload ?? Uint8Array.from({ length: size }, (_, i) => sequence + 31 * i + this.epoch + 128 * stream);
    return { payload: bytes, urgent, stream, epoch: this.epoch, sequence, unresolved, timeOffset: 7 };
  }

  /** Makes messages and leaves them. */
  push(count: number, options: Parameters<OutboxBench["message"]>[0] = {}): OutboxMessage[] {
    return Array.from({ length: count }, () => {
      const message = this.message(options);
      this.outbox.push(message);
      return message;
    });
  }

  #start(overrides: Partial<OutboxSettings> = {}): FlashOutbox<OutboxMessage> {
    this.epoch++;
    this.#sequences = [0, 0];
    return new FlashOutbox<OutboxMessage>(
      {
        flash: this.flash,
        clock: this.clock,
        settings: settingsWith({ ...this.overrides, ...overrides }),
        epoch: this.epoch,
      },
      {
        revive: (stored) => ({ ...stored, payload: stored.payload.slice() }),
        onGap: (urgent, lost, last) => this.gaps.push([urgent ? "urgent" : "data", lost, last]),
      },
    );
  }
}

/** Hands on what waits, `most` at the most. */
export function send<Message>(outbox: Outbox<Message>, most = Infinity): Message[] {
  const sent: Message[] = [];
  for (let message = outbox.peek(); message !== undefined && sent.length < most; message = outbox.peek()) {
    outbox.markSent();
    sent.push(message);
  }
  return sent;
}

/** `e2 data 17`, and so on. */
export function names(messages: readonly OutboxMessage[]): string[] {
  return messages.map(
    ({ epoch, stream, sequence }) => `e${epoch} ${stream === ALARM_STREAM ? "alarm" : "data"} ${sequence}`,
  );
}
