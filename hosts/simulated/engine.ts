import type { Network } from "../../firmware/ports/network.js";
import type { KeptParts } from "./simulated-node.js";
import type { SimulationOptions } from "./options.js";
import type { ReplayRow } from "./replay-run.js";
import type { Taps } from "./virtual-run.js";

/** A simulated node that runs, on whatever engine. Time passes when `advanceTo` says so. */
export interface RunningNode {
  /** Runs what is due up to `ticks` (ms since the start). */
  advanceTo(ticks: number): Promise<void>;
  /** Says goodbye to the broker and lets go of everything. */
  stop(): Promise<void>;
}

/** A recording that runs through a node. */
export interface RunningReplay {
  rows(rows: readonly ReplayRow[]): Promise<void>;
  finish(): Promise<void>;
}

/** A JavaScript engine that nodes can run on. */
export interface Engine {
  /** With a broker of its own, in virtual time. */
  runVirtual(options: SimulationOptions, taps: Taps): Promise<RunningNode>;
  /**
   * Over the host's network.
   *
   * @param kept what outlives the node; only this process's own engine takes it
   */
  runReal(options: SimulationOptions, network: Network, kept?: KeptParts): Promise<RunningNode>;
  /** A recording in place of the world's quantities behind `channels`, row by row, in virtual time. */
  runReplay(options: SimulationOptions, channels: readonly string[], taps: Taps): Promise<RunningReplay>;
  close(): Promise<void>;
}

/** How long a node that was told to stop may take to say goodbye, in ms. */
export const FAREWELL_MS = 200;
