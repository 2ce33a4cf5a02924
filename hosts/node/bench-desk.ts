import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Fleet } from "../simulated/fleet.js";
import { seeded } from "../simulated/options.js";
import type { BenchSection } from "./bench-section.js";

/** Fleets, and how long each is run, in s: so that each makes about the same number of node-seconds. */
const FLEETS: readonly (readonly [nodes: number, seconds: number])[] = [
  [1, 60_000],
  [100, 600],
  [1000, 60],
];
/** The one that the others are measured by. */
const REFERENCE = 100;
/** In which a fleet connects, and the engine learns what it runs. */
const SETTLING_S = 120;
/** All fleets are run one after the other, so often; of each the median counts. */
const ROUNDS = 3;
const START_UTC = Date.UTC(2026, 10, 1);

interface Measured {
  /** Of all threads of this process, in ms. */
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly bytesPerNode: number;
}

function fleetOf(count: number, onPublish: (topic: string) => void): Fleet {
  const options = Array.from({ length: count }, (_, seed) => ({
    node: "pump-room" as const,
    seed,
    ...seeded(seed),
    startUtc: START_UTC,
    identity: { site: "plant", node: `node-${seed}` },
    broker: { host: "192.168.1.10", port: 1883 },
  }));
  return new Fleet(options, { onPublish });
}

/** Once nothing is on the stack, and what a first collection has only found has been given back. */
async function heapBytes(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let i = 0; i < 2; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    collect();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function measure(nodes: number, seconds: number): Promise<Measured> {
  const before = await heapBytes();
  let messages = 0;
  const fleet = fleetOf(nodes, () => messages++);
  fleet.start();
  fleet.advanceTo(SETTLING_S * 1000);
  const settled = messages;
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  fleet.advanceTo((SETTLING_S + seconds) * 1000);
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = performance.now() - wall;
  const bytesPerNode = ((await heapBytes()) - before) / nodes;
  // What does nothing is fast too. The fleet must be there until here.
  const dumb = messages - settled < (nodes * seconds) / 60 || fleet.broker.connected.length < nodes;
  if (dumb) throw new Error(`desk: of ${nodes} nodes not all publish`);
  return { cpuMs: (user + system) / 1000, wallMs, bytesPerNode };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

export const deskSection: BenchSection = {
  name: "desk",
  about:
    "Pump rooms in one process with one broker, in virtual time, median of three rounds: CPU time of a node-second beside that in a fleet of 100, in the same round; and node-seconds per second of the wall clock.",
  columns: ["nodes", "us/node-second", "rival", "rival us", "ratio", "node-seconds/s", "KB/node"],
  async rows() {
    // What is run first pays for what the engine learns.
    await measure(10, 2000);
    const rounds: { measured: Map<number, Measured>; reference: number }[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const measured = new Map<number, Measured>();
      for (const [nodes, seconds] of FLEETS) measured.set(nodes, await measure(nodes, seconds));
      rounds.push({ measured, reference: cost(measured, REFERENCE) });
    }
    return FLEETS.map(([nodes, seconds]) => {
      const of = (figure: (one: Measured) => number) =>
        median(rounds.map(({ measured }) => figure(measured.get(nodes)!)));
      const ratio = median(rounds.map(({ measured, reference }) => cost(measured, nodes) / reference));
      return {
        nodes,
        "us/node-second": Number(median(rounds.map(({ measured }) => cost(measured, nodes))).toFixed(1)),
        rival: `a fleet of ${REFERENCE}`,
        "rival us": Number(median(rounds.map(({ reference }) => reference)).toFixed(1)),
        ratio: Number(ratio.toFixed(2)),
        "node-seconds/s": Math.round((1000 * nodes * seconds) / of(({ wallMs }) => wallMs)),
        // Of a single node it is less than what the engine keeps and gives back of its own accord.
        "KB/node": nodes < REFERENCE ? "-" : Math.round(of(({ bytesPerNode }) => bytesPerNode) / 1024),
      };
    });
  },
};

/** CPU time of a node-second, in us. */
function cost(measured: ReadonlyMap<number, Measured>, fleet: number): number {
  const [nodes, seconds] = FLEETS.find(([size]) => size === fleet)!;
  return (1000 * measured.get(nodes)!.cpuMs) / (nodes * seconds);
}
