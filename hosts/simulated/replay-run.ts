import { RecordingWorld } from "../../simulator/world/recording.js";
import { READY_MADE } from "./nodes.js";
import type { SimulationOptions } from "./options.js";
import { VirtualRun } from "./virtual-run.js";
import type { Taps } from "./virtual-run.js";

/** One row of a recording: when it was taken, in ms after the replay's start, and the physical quantities then. */
export interface ReplayRow {
  readonly ticks: number;
  /** One for each replayed channel; `null`: the recording has none, and no sample is taken. */
  readonly values: readonly (number | null)[];
}

/** From the start of the node to the first row, so that it is connected by then. */
export const LEAD_MS = 1000;
/** From the last row to the end, so that everything has been delivered. */
const TAIL_MS = 60_000;

/**
 * A recording drives the quantities behind some channels; the node takes one sample of each per row. Everything from the sensor to
 * the broker runs for real, in virtual time.
 */
export class ReplayRun {
  readonly #run: VirtualRun;
  readonly #sensors: readonly string[];
  #world: RecordingWorld | undefined;

  /** @throws Error when the node has no such channel, SettingsError when the settings are not right */
  constructor(options: SimulationOptions, channels: readonly string[], taps: Taps) {
    const { definition } = READY_MADE[options.node];
    this.#sensors = channels.map((channel) => {
      const found = definition.channels.find((candidate) => candidate.name === channel);
      if (found === undefined) throw new Error(`${options.node} has no channel ${channel}`);
      return found.source;
    });
    this.#run = new VirtualRun(options, taps, (world) => (this.#world = new RecordingWorld(world, channels)));
    this.#run.simulated.connect();
  }

  /** Rows come in the order of their ticks. */
  row({ ticks, values }: ReplayRow): void {
    this.#run.clock.advanceTo(LEAD_MS + ticks);
    values.forEach((value, place) => this.#world!.set(place, value ?? NaN));
    values.forEach((value, place) => {
      if (value !== null) this.#run.simulated.node.sample(this.#sensors[place]!);
    });
  }

  finish(): void {
    this.#run.simulated.node.flush();
    this.#run.clock.advanceTo(this.#run.clock.ticks() + TAIL_MS);
    this.#run.stop();
  }
}
