import { VirtualClock } from "../../../simulator/clock.js";
import { ReplayRun } from "../../simulated/replay-run.js";
import { SimulatedNode } from "../../simulated/simulated-node.js";
import { VirtualRun } from "../../simulated/virtual-run.js";
import type { Taps } from "../../simulated/virtual-run.js";
import type { NodeMethods, TapCalls } from "../node-methods.js";
import { network } from "./network.js";
import { callHost, serve } from "./rpc.js";

const call = callHost<TapCalls>();

/** What runs in this machine. */
interface Running {
  advanceTo(ticks: number): void;
  stop(): void;
  replay?: ReplayRun;
}

let running: Running | undefined;

function theNode(): Running {
  if (running === undefined) throw new Error("xs: no node has been started");
  return running;
}

function taps(traffic: boolean): Taps {
  return {
    onPublish: (topic, payload, ticks) => void call("publish", { topic, ticks }, payload),
    ...(traffic ? { onTraffic: (bytes: Uint8Array) => void call("traffic", undefined, bytes) } : {}),
  };
}

serve<NodeMethods>({
  "node.virtual": ({ options, traffic }) => {
    const run = new VirtualRun(options, taps(traffic));
    run.simulated.start();
    running = { advanceTo: (ticks) => run.clock.advanceTo(ticks), stop: () => run.stop() };
  },
  "node.real": ({ options }) => {
    const clock = new VirtualClock(options.startUtc);
    const node = new SimulatedNode(options, clock, network);
    node.start();
    running = { advanceTo: (ticks) => clock.advanceTo(ticks), stop: () => node.stop() };
  },
  "node.replay": ({ options, channels, traffic }) => {
    const replay = new ReplayRun(options, channels, taps(traffic));
    running = { advanceTo: () => {}, stop: () => replay.finish(), replay };
  },
  "node.advance": ({ ticks }) => theNode().advanceTo(ticks),
  "node.rows": ({ rows }) => {
    const { replay } = theNode();
    if (replay === undefined) throw new Error("xs: this node replays nothing");
    for (const row of rows) replay.row(row);
  },
  "node.stop": () => theNode().stop(),
});
