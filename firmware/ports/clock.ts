/** A pending call made by {@link Clock.schedule}; opaque to its holder. */
export type Timer = object;

/**
 * Time, as the host supplies it. Callbacks never run inside `schedule`, and two callbacks due at the same tick run in
 * the order in which they were scheduled.
 */
export interface Clock {
  /** Milliseconds since the node started; integer, monotonic, never wraps within a node's life. */
  ticks(): number;
  /** Milliseconds since 1970-01-01T00:00:00Z, or `undefined` until the node was first synchronised. */
  utc(): number | undefined;
  /**
   * Calls `callback` once, `delayMs` (integer, 0 or more) from now; with an owner, as a method of that. A method and its
   * owner take no slot of the heap on XS, where a closure takes nine and more.
   */
  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner): Timer;
  /** Takes a pending call back; harmless when it has run already. */
  cancel(timer: Timer): void;
}

/** A clock that knows the past as well: whether it learned the time before or after it. */
export interface TimeKeeper extends Clock {
  /** UTC at these ticks of the present start, in ms since 1970; `undefined` while it is not known. */
  utcAt(ticks: number): number | undefined;
}
