import { RecordingWorld } from "../../simulator/world/recording.js";
import { READY_MADE } from "./nodes.js";
import type { SimulationOptions } from "./options.js";
import { VirtualRun } from "./virtual-run.js";
import type { Taps } from "./virtual-run.js";

/** One row of a recording: when it was taken, in ms after the replay's start, and the physical quantity then. */
export interface ReplayRow {
  readonly ticks: number;
  readonly value: number;
}

/** From the start of the node to the first row, so that it is connected by then. */
export const LEAD_MS = 1000;
/** From the last row to the end, so that everything has been delivered. */
const TAIL_MS = 60_000;

/**
 * A recording drives the quantity behind one channel; the node takes one sample per row. Everything from the sensor to
 * the broker runs for real, in virtual time.
 */
export class ReplayRun {
  readonly #run: VirtualRun;
  readonly #sensor: string;
  #world: RecordingWorld | undefined;

  /** @throws Error when the node has no such channel, SettingsError when the settings are not right */
  constructor(options: SimulationOptions, channel: string, taps: Taps) {
    const { definition } = READY_MADE[options.node];
    const found = definition.channels.find((candidate) => candidate.name === channel);
    if (found === undefined) throw new Error(`${options.node} has no channel ${channel}`);
    this.#sensor = found.sensor;
    this.#run = new VirtualRun(options, taps, (world) => (this.#world = new RecordingWorld(world, channel)));
    this.#run.simulated.node.connect();
  }

  /** Rows come in the order of their ticks. */
  row({ ticks, value }: ReplayRow): void {
    this.#run.clock.advanceTo(LEAD_MS + ticks);
    this.#world!.set(value);
    this.#run.simulated.node.sample(this.#sensor);
  }

  finish(): void {
    this.#run.simulated.node.flush();
    this.#run.clock.advanceTo(this.#run.clock.ticks() + TAIL_MS);
    this.#run.stop();
  }
}
