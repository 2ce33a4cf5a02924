import type { OutboxMessage } from "../outbox/outbox.js";
import { QUEUED_STREAMS } from "./streams.js";
import type { StreamPosition } from "../telemetry/messages.js";

/** Whether a message of a stream follows what was sent of it before, and if not, what is known of the place between. */
export class StreamOrder {
  readonly #last: (StreamPosition | undefined)[] = QUEUED_STREAMS.map(() => undefined);
  readonly #told: (StreamPosition | undefined)[] = QUEUED_STREAMS.map(() => undefined);

  follows({ stream, epoch, sequence }: OutboxMessage): boolean {
    const last = this.#last[stream];
    if (last !== undefined && last.epoch === epoch && last.sequence + 1 === sequence) return true;
    const told = this.#told[stream];
    return told !== undefined && told.epoch === epoch && told.sequence === sequence;
  }

  /** The last message before this one; `undefined` when this is the oldest that is held. */
  before({ stream, epoch, sequence }: OutboxMessage): StreamPosition | undefined {
    const last = this.#last[stream];
    if (last === undefined || last.epoch > epoch) return undefined;
    return last.epoch === epoch && last.sequence >= sequence ? undefined : last;
  }

  sent({ stream, epoch, sequence }: OutboxMessage): void {
    this.#last[stream] = { epoch, sequence };
    this.#told[stream] = undefined;
  }

  /** It was told that this one does not follow. */
  told({ stream, epoch, sequence }: OutboxMessage): void {
    this.#told[stream] = { epoch, sequence };
  }
}
