/**
 * Which servers tell the truth: Marzullo's intersection, as RFC 5905 §11.2.1 uses it. Every server is right to within a
 * half-width that physics allows: half the round trip (however the way there and back share it), what the server says of
 * its own error, and the resolution of our ticks. So the truth lies in all intervals of servers that tell it; the point
 * that most intervals hold is taken, when they are more than half of those who answered. Of three, one that is wrong
 * stands alone; of two that differ neither is believed.
 */

/** One opinion of the time. */
export interface TimeSample {
  /** ms since 1970 when the node's ticks were 0, as if they ran right since. */
  readonly base: number;
  /** The truth is at most so far from `base`, in ms. */
  readonly halfWidthMs: number;
  /** Standard deviation that can be expected of it, in ms. */
  readonly sigmaMs: number;
}

export interface Verdict extends TimeSample {
  /** How many agree. */
  readonly votes: number;
}

/** Half-widths are at least this: two good servers may differ by what neither knows of itself. */
export const AGREEMENT_MS = 10;
/** Majorities further apart than this are two different opinions. */
const AMBIGUITY_MS = 4 * AGREEMENT_MS;

/**
 * What more than half of `samples` agree on, or `undefined`. Of those who agree, the most precise one speaks. Where a wide
 * interval joins two others that exclude each other there are two majorities: the one counts whose members overlap by more
 * than twice as much as those of the other, else neither.
 */
export function vote(samples: readonly TimeSample[]): Verdict | undefined {
  let most = 0;
  let low = 0;
  let high = 0;
  let rivalLow = 0;
  let rivalWidth = 0;
  // Where most intervals overlap, one of them begins.
  for (let i = 0; i < samples.length; i++) {
    const point = lowest(samples[i]!);
    let count = 0;
    let end = Infinity;
    for (let j = 0; j < samples.length; j++) {
      const other = samples[j]!;
      if (lowest(other) > point || highest(other) < point) continue;
      count++;
      end = Math.min(end, highest(other));
    }
    const width = end - point;
    if (count > most) rivalWidth = 0;
    if (count > most || (count === most && width > high - low)) {
      if (count === most) {
        rivalLow = low;
        rivalWidth = high - low;
      }
      most = count;
      low = point;
      high = end;
    } else if (count === most && width > rivalWidth && point !== low) {
      rivalLow = point;
      rivalWidth = width;
    }
  }
  if (2 * most <= samples.length) return undefined;
  if (2 * rivalWidth > high - low && Math.abs(rivalLow - low) > AMBIGUITY_MS) return undefined;
  let best: TimeSample | undefined;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    if (lowest(sample) > low || highest(sample) < low) continue;
    if (best === undefined || sample.halfWidthMs < best.halfWidthMs) best = sample;
  }
  const { base, halfWidthMs, sigmaMs } = best!;
  return { base: Math.min(Math.max(base, low), high), halfWidthMs, sigmaMs, votes: most };
}

function lowest({ base, halfWidthMs }: TimeSample): number {
  return base - Math.max(halfWidthMs, AGREEMENT_MS);
}

function highest({ base, halfWidthMs }: TimeSample): number {
  return base + Math.max(halfWidthMs, AGREEMENT_MS);
}
