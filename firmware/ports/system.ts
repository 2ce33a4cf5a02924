/** Facts about the machine the node runs on, its randomness, and what keeps it alive. */
export interface System {
  /** What made the node start, in the host's words: `power-on`, `software`, `watchdog`, `brown-out`, `panic` … */
  readonly resetReason: string;
  /** Uniform in [0, 1): for jitter and identifiers, not for keys. */
  random(): number;
  /** Starts the machine anew, at once or as soon as this call has returned. Absent where a host cannot. */
  restart?(): void;
  /**
   * Says that all is well. A machine with a watchdog restarts by itself when that was not said for some time, from the
   * first call on. Absent where there is none.
   */
  feedWatchdog?(): void;
  /** The node is stopped on purpose, and the machine goes on: nobody feeds the watchdog until the next call of that. */
  stopWatchdog?(): void;
  /** What the engine's heap holds now, garbage included. Absent, or `undefined`, where the engine does not say. */
  heap?(): Heap | undefined;
  /** Strength of the radio's signal in dBm; `undefined` without a connection or a radio. */
  rssi?(): number | undefined;
}

/** Bytes in use. */
export interface Heap {
  /** Objects, properties, numbers in closures: XS's slots. */
  readonly slots: number;
  /** Texts, buffers, byte code: XS's chunks. */
  readonly chunks: number;
}

/** What ended a program, and where. */
export interface Crash {
  readonly reason: string;
  readonly place: string;
}
