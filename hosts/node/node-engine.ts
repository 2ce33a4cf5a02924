import type { Network } from "../../firmware/ports/network.js";
import { VirtualClock } from "../../simulator/clock.js";
import { FAREWELL_MS } from "../simulated/engine.js";
import type { Engine, RunningNode, RunningReplay } from "../simulated/engine.js";
import type { SimulationOptions } from "../simulated/options.js";
import { ReplayRun } from "../simulated/replay-run.js";
import { SimulatedNode } from "../simulated/simulated-node.js";
import type { KeptParts } from "../simulated/simulated-node.js";
import { VirtualRun } from "../simulated/virtual-run.js";
import type { Taps } from "../simulated/virtual-run.js";

/** This process's own engine. */
export class NodeEngine implements Engine {
  async runVirtual(options: SimulationOptions, taps: Taps): Promise<RunningNode> {
    const run = new VirtualRun(options, taps);
    run.simulated.start();
    return {
      advanceTo: async (ticks) => run.clock.advanceTo(ticks),
      stop: async () => run.stop(),
    };
  }

  async runReal(options: SimulationOptions, network: Network, kept: KeptParts = {}): Promise<RunningNode> {
    const clock = new VirtualClock(options.startUtc);
    const node = new SimulatedNode(options, clock, network, kept);
    node.start();
    return {
      advanceTo: async (ticks) => clock.advanceTo(ticks),
      stop: async () => {
        node.stop();
        await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
      },
    };
  }

  async runReplay(options: SimulationOptions, channels: readonly string[], taps: Taps): Promise<RunningReplay> {
    const replay = new ReplayRun(options, channels, taps);
    return {
      rows: async (rows) => rows.forEach((row) => replay.row(row)),
      finish: async () => replay.finish(),
    };
  }

  async close(): Promise<void> {}
}
