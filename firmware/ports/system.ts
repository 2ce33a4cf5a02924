/** Facts about the machine the node runs on, and its randomness. */
export interface System {
  /** What made the node start, in the host's words: `power-on`, `software`, `watchdog`, `brown-out` … */
  readonly resetReason: string;
  /** Uniform in [0, 1): for jitter and identifiers, not for keys. */
  random(): number;
}
