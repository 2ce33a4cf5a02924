import { PAGE_BYTES, pageAfter } from "./format.js";
import type { JournalState } from "./journal-state.js";

/**
 * Makes sure of where a tail is written to. After a start nobody knows what a write that was cut off has touched, nor
 * does it show: all that it may have touched is programmed to zeros, and the next record goes behind it.
 */
export function settle(state: JournalState, kind: number): void {
  const { partition, tails } = state;
  const tail = tails[kind]!;
  if (tail.settled || tail.block < 0) return;
  const base = state.base(tail.block);
  // A write does not cross a page. One that cannot be seen at all was the first of its commit; of one that can, the
  // next page may be touched, too, or all that a record's header says is to follow.
  let to = pageAfter(tail.end);
  const visible = partition.writtenEnd(base + tail.end, base + partition.dataEnd) - base;
  if (visible > tail.end) to = Math.max(to, pageAfter(visible - 1) + PAGE_BYTES);
  if (tail.reach > tail.end) to = Math.max(to, pageAfter(tail.reach - 1));
  to = Math.min(to, partition.dataEnd);
  partition.zero(base + tail.end, base + to);
  tail.end = to;
  tail.settled = true;
}
