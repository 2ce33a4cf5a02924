/**
 * Streams whose messages wait in the outbox. Their places are their numbers on flash: new ones go to the end, and none is
 * taken out.
 */
export const QUEUED_STREAMS = Object.freeze(["data", "alarm", "event", "waveform", "reply"] as const);

export type QueuedStream = (typeof QUEUED_STREAMS)[number];

/** A stream's number; −1 when its messages do not wait. */
export function streamNumber(stream: string): number {
  for (let i = 0; i < QUEUED_STREAMS.length; i++) if (QUEUED_STREAMS[i] === stream) return i;
  return -1;
}

/** Messages of these go ahead of the others. */
export function isUrgent(stream: QueuedStream): boolean {
  return stream !== "data" && stream !== "waveform";
}
