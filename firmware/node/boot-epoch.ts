import type { KeyValue } from "../ports/storage.js";

const KEY = "epoch";

/** Counts the node's starts: one more than at the last one, kept across restarts. */
export function nextEpoch(storage: KeyValue): number {
  const last = storage.read(KEY);
  const epoch = typeof last === "number" && last >= 0 ? last + 1 : 0;
  storage.write(KEY, epoch);
  return epoch;
}
