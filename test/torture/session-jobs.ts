import { loseBroker } from "./fleet.js";
import type { Outage } from "./fleet.js";
import { dieSilently } from "./half-open.js";
import type { HalfOpenRun } from "./half-open.js";
import { outcome } from "./outcome.js";
import type { Outcome } from "./outcome.js";
import { breakStreams } from "./stream.js";

/** One campaign against the session or a part of one, as plain data. */
export interface SessionJob {
  readonly label?: string;
  readonly campaign: "stream" | "half-open" | "fleet";
  readonly seed: number;
  /** Messages of a session, connections that die, or nodes. */
  readonly count: number;
  readonly shard?: { readonly index: number; readonly count: number };
  /** Only the session of that number. */
  readonly only?: number;
  /** Every so many bytes of the stream. */
  readonly step?: number;
  readonly run?: HalfOpenRun;
  readonly outage?: Outage;
  readonly goneMs?: number;
  readonly acceptsPerS?: number;
}

export function isSessionJob(job: { readonly campaign: string }): job is SessionJob {
  return job.campaign === "stream" || job.campaign === "half-open" || job.campaign === "fleet";
}

export function runSessionJob(job: SessionJob): Outcome {
  const { campaign, count, run = "idle", outage = "process ends", goneMs = 1000 } = job;
  switch (campaign) {
    case "stream":
      return outcome(breakStreams({ ...job, messages: count }));
    case "half-open":
      return outcome(dieSilently({ ...job, deaths: count, run }));
    case "fleet":
      return outcome(loseBroker({ ...job, nodes: count, outage, goneMs }));
  }
}
