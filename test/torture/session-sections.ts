import { OUTAGES } from "./fleet.js";
import { HALF_OPEN_RUNS } from "./half-open.js";
import type { SectionOf } from "./section.js";
import type { SessionJob } from "./session-jobs.js";

const GONE_S = [1, 60, 3600];
/** CONNECTs per second that a broker accepts which does not accept them all. */
const ACCEPTS_PER_S = [50, 20, 10];

/** The campaigns against the session: what the network does to it, and what a fleet of them does to a broker. */
export const SESSION_SECTIONS: readonly SectionOf<SessionJob>[] = [
  {
    name: "stream",
    about: "the TCP stream cut, reset, split, coalesced or delayed at every byte of a session, in both directions",
    nodeCount: 100,
    xsCount: 3,
    jobs: (count, seed, processes) =>
      Array.from({ length: processes }, (_, index) => ({
        campaign: "stream",
        seed,
        count,
        shard: { index, count: processes },
      })),
  },
  {
    name: "half-open",
    about: "connections that die without a word; from death to its detection, in keep alives",
    nodeCount: 60_000,
    xsCount: 240,
    table: true,
    jobs: (count, seed) =>
      HALF_OPEN_RUNS.map((run) => ({
        campaign: "half-open",
        label: run,
        seed,
        count: Math.ceil(count / HALF_OPEN_RUNS.length),
        run,
      })),
  },
  {
    name: "fleet",
    about: "nodes that lose one broker together, and how many knock at a time when it is back",
    nodeCount: 1000,
    xsCount: 20,
    table: true,
    jobs: (count, seed) => [...outages(count, seed), ...busyBrokers(count, seed)],
  },
];

function outages(count: number, seed: number): SessionJob[] {
  return OUTAGES.flatMap((outage) =>
    GONE_S.map((goneS) => ({
      campaign: "fleet",
      label: `${outage}, ${goneS} s`,
      seed,
      count,
      outage,
      goneMs: 1000 * goneS,
    })),
  );
}

function busyBrokers(count: number, seed: number): SessionJob[] {
  return ACCEPTS_PER_S.map((acceptsPerS) => ({
    campaign: "fleet",
    label: `process ends, 60 s; then takes ${acceptsPerS} CONNECTs per second`,
    seed,
    count,
    goneMs: 60_000,
    acceptsPerS,
  }));
}
