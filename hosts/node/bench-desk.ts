import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Broker } from "../../simulator/broker/broker.js";
import { VirtualClock } from "../../simulator/clock.js";
import { VirtualNetwork } from "../../simulator/io/network.js";
import { Random } from "../../simulator/random.js";
import { seeded } from "../simulated/options.js";
import { SimulatedNode } from "../simulated/simulated-node.js";
import type { BenchSection } from "./bench-section.js";

/** Fleets, and how long each is run, in s: so that each makes about the same number of node-seconds. */
const FLEETS: readonly (readonly [nodes: number, seconds: number])[] = [
  [1, 100_000],
  [100, 1000],
  [1000, 100],
];
/** In which a fleet connects, and the engine learns what it runs. */
const SETTLING_S = 60;
const START_UTC = Date.UTC(2026, 10, 1);

/** One process, one clock, one broker, and so many pump rooms. */
class Fleet {
  readonly #clock = new VirtualClock(START_UTC);
  readonly #nodes: SimulatedNode[];

  constructor(count: number) {
    const clock = this.#clock;
    const network = new VirtualNetwork({ clock, random: new Random(1), latencyMs: 20, jitterMs: 10 });
    new Broker({ clock, network });
    this.#nodes = Array.from({ length: count }, (_, i) => {
      const options = {
        node: "pump-room" as const,
        seed: i,
        ...seeded(i),
        startUtc: START_UTC,
        identity: { site: "plant", node: `node-${i}` },
        settings: {},
        broker: { host: "192.168.1.10", port: 1883 },
      };
      return new SimulatedNode(options, clock, network.client());
    });
    for (const { node } of this.#nodes) node.start();
  }

  /** Node-seconds per second. */
  run(seconds: number): number {
    const from = performance.now();
    this.#clock.advanceTo(this.#clock.ticks() + 1000 * seconds);
    return (this.#nodes.length * seconds * 1000) / (performance.now() - from);
  }
}

function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function measure(nodes: number, seconds: number) {
  const before = heapBytes();
  const fleet = new Fleet(nodes);
  fleet.run(SETTLING_S);
  const speed = fleet.run(seconds);
  const perNode = (heapBytes() - before) / nodes / 1024;
  // The fleet must be there until here.
  fleet.run(0);
  return { nodes, speed, perNode };
}

export const deskSection: BenchSection = {
  name: "desk",
  about:
    "Pump rooms in one process on one core, in virtual time, with a broker: node-seconds per second, beside a fleet of 100.",
  columns: ["nodes", "node-seconds/s", "ratio", "KB/node"],
  rows() {
    // What is run first pays for what the engine learns.
    measure(10, 1000);
    const fleets = FLEETS.map(([nodes, seconds]) => measure(nodes, seconds));
    const hundred = fleets.find(({ nodes }) => nodes === 100)!.speed;
    return Promise.resolve(
      fleets.map(({ nodes, speed, perNode }) => ({
        nodes,
        "node-seconds/s": Math.round(speed),
        ratio: Math.round((100 * speed) / hundred) / 100,
        "KB/node": Math.round(perNode),
      })),
    );
  },
};
