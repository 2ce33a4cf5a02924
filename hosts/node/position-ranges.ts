import type { StreamPosition, StreamRange } from "./decoded.js";

/** The lowest position there is. */
export const BEGINNING: StreamPosition = Object.freeze({ epoch: 0, sequence: 0 });

/** Below 0 when `a` comes before `b`. */
export function compare(a: StreamPosition, b: StreamPosition): number {
  return a.epoch - b.epoch || a.sequence - b.sequence;
}

export function following({ epoch, sequence }: StreamPosition): StreamPosition {
  return { epoch, sequence: sequence + 1 };
}

function earlier(a: StreamPosition, b: StreamPosition): StreamPosition {
  return compare(a, b) <= 0 ? a : b;
}

function later(a: StreamPosition, b: StreamPosition): StreamPosition {
  return compare(a, b) >= 0 ? a : b;
}

/** Positions of a stream as ranges: in order, neither overlapping nor touching. */
export class PositionRanges {
  #ranges: StreamRange[];

  /** @param ranges in order, apart from each other */
  constructor(ranges: readonly StreamRange[] = []) {
    this.#ranges = [...ranges];
  }

  get list(): readonly StreamRange[] {
    return this.#ranges;
  }

  has(position: StreamPosition): boolean {
    return this.#ranges.some(({ from, to }) => compare(from, position) <= 0 && compare(position, to) < 0);
  }

  add(range: StreamRange): void {
    let { from, to } = range;
    if (compare(from, to) >= 0) return;
    const before: StreamRange[] = [];
    const after: StreamRange[] = [];
    for (const own of this.#ranges) {
      if (compare(own.to, from) < 0) before.push(own);
      else if (compare(own.from, to) > 0) after.push(own);
      else {
        from = earlier(own.from, from);
        to = later(own.to, to);
      }
    }
    this.#ranges = [...before, { from, to }, ...after];
  }

  remove({ from, to }: StreamRange): void {
    this.#ranges = this.#ranges.flatMap((own) =>
      [
        { from: own.from, to: earlier(own.to, from) },
        { from: later(own.from, to), to: own.to },
      ].filter((piece) => compare(piece.from, piece.to) < 0),
    );
  }

  /** The parts of `range` that are not in here. */
  holes({ from, to }: StreamRange): StreamRange[] {
    const found: StreamRange[] = [];
    let at = from;
    for (const own of this.#ranges) {
      if (compare(own.from, to) >= 0) break;
      if (compare(own.from, at) > 0) found.push({ from: at, to: own.from });
      at = later(at, own.to);
    }
    if (compare(at, to) < 0) found.push({ from: at, to });
    return found;
  }

  /** The parts of `range` that are in here. */
  within({ from, to }: StreamRange): StreamRange[] {
    return this.#ranges
      .map((own) => ({ from: later(own.from, from), to: earlier(own.to, to) }))
      .filter((piece) => compare(piece.from, piece.to) < 0);
  }

  /** Forgets the first ones until there are so many. */
  keepLast(most: number): void {
    if (this.#ranges.length > most) this.#ranges = this.#ranges.slice(-most);
  }
}
