/** A message that waits for the broker, with all that must be known of it after a restart. */
export interface OutboxMessage {
  readonly payload: Uint8Array;
  /** Goes ahead of what is not, and is dropped last: alarms, events, replies. */
  readonly urgent: boolean;
  /** Which of the node's streams, 0 to 255, by a number that stays the same from firmware to firmware. */
  readonly stream: number;
  /** Boot epoch in which it was made, and its number in its stream, as they stand in the payload. */
  readonly epoch: number;
  readonly sequence: number;
  /** Ticks, of its epoch, of what it tells, while its UTC is not in the payload; see `Outbox.offsetMs`. */
  unresolved: number | undefined;
  /** Where in the payload its time stands, 0 to 65,535. */
  readonly timeOffset: number;
}

/** What an outbox tells about itself. */
export interface OutboxHealth {
  /** Messages that the broker, or the consumer, does not have yet; urgent ones first. */
  readonly waiting: readonly [number, number];
  /** Since when the oldest waits, in s of time with power. */
  readonly oldestS: number;
  /** Messages that were dropped, expired or damaged. */
  readonly lost: number;
  /** What a power cut would take now: bytes of payload in memory only, and since when they are, in ms. */
  readonly exposedBytes: number;
  readonly exposedMs: number;
  /** On flash: bytes in use, of how many; `undefined` without flash. */
  readonly flash: FlashHealth | undefined;
}

export interface FlashHealth {
  readonly bytesUsed: number;
  readonly bytes: number;
  readonly badBlocks: number;
  /** Erases of the most worn block, ever. */
  readonly mostWorn: number;
  /** At the rates since the start. `yearsLeft` is Infinity while nothing was erased. */
  readonly writesPerDay: number;
  readonly erasesPerDay: number;
  readonly yearsLeft: number;
  /** What the start found wrong: records, blocks and ends together. */
  readonly damaged: number;
  /** Times that the flash threw. */
  readonly failures: number;
}

/**
 * Messages until they have arrived: with the broker or, where that is the promise, with a consumer, who is sent again what
 * it has not confirmed for long. `peek` and `markSent` hand them on in order, urgent ones first; several may be on
 * their way.
 */
export interface Outbox<Message> {
  /** Messages held, sent or not. */
  readonly length: number;
  /** Messages dropped since the start. */
  readonly dropped: number;
  push(message: Message): void;
  /** The oldest message that has not been sent. */
  peek(): Message | undefined;
  /** The message that `peek` gave is with the session now. */
  markSent(): void;
  /** The broker has it. */
  remove(message: Message): void;
  /** A consumer has everything of a stream up to this number of this epoch. */
  confirm(stream: number, epoch: number, sequence: number): void;
  /** Promise to the consumer: what it has not confirmed is sent again, the oldest first, once nothing is on its way. */
  sendAgain(): void;
  /** In this epoch UTC is ticks plus `offsetMs`. */
  timeKnown(offsetMs: number): void;
  /** UTC less ticks, in ms, in an epoch; `undefined` when that was never known, or is not any more. */
  offsetMs(epoch: number): number | undefined;
  /** Nothing is left in memory only, as far as it can be kept elsewhere: before a restart that is meant. */
  flush(): void;
  health(): OutboxHealth;
}

/** Whose messages they are. */
export interface OutboxOwner<Message extends OutboxMessage> {
  /** Makes the owner's kind of message out of what was on flash. */
  revive(stored: OutboxMessage): Message;
  /**
   * So many are gone where the next message would have been: dropped, expired or damaged. Comes within `peek`; of the same
   * loss again after a restart or when everything is sent again, until what comes after it has arrived. `last` is the
   * journal's number of the last one.
   */
  onGap?(urgent: boolean, lost: number, last: number): void;
}
