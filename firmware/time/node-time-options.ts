import type { Clock } from "../ports/clock.js";
import type { Network } from "../ports/network.js";
import type { KeyValue } from "../ports/storage.js";
import type { TimeSettings } from "./settings.js";

/** `floor`: only that a time has passed. `host`: the host's own clock knew it. */
export type TimeSource = "none" | "floor" | "host" | "sntp" | "gnss";

/**
 * Why an answer was not taken. `disagreement`: no majority; `alone`: only one server said so, and it would move the
 * clock; `floor`: it lies before what has passed; `gnss`: the receiver says something else than the servers.
 */
export type TimeRefusal = "disagreement" | "alone" | "floor" | "gnss";

/** What a node is told of its time; each call is made from the clock or the network, after the state has changed. */
export interface TimeListener {
  /** UTC is known, for the first time or again after `onLost`. */
  onSynchronised?(source: TimeSource): void;
  /** UTC was set by so many ms; negative: back. What was stamped before is not mended. */
  onStep?(byMs: number): void;
  /** There was no good source for so long that UTC may be further off than is right. It is still given out. */
  onLost?(uncertaintyMs: number): void;
  /** `differenceMs`: what it would have moved the clock by; NaN where there is no such number. Once for each new reason. */
  onRefused?(reason: TimeRefusal, differenceMs: number): void;
}

export interface NodeTimeOptions {
  /** The host's: ticks and timers. Where its `utc()` is known, nothing else is asked. */
  readonly clock: Clock;
  readonly network: Network;
  readonly storage: KeyValue;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly settings: TimeSettings;
  readonly listener?: TimeListener;
}
