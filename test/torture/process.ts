/** A process of its own for the jobs that its parent sends. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { killBroker } from "./broker.js";
import { outcome, runJob } from "./campaigns.js";
import type { Job, Outcome } from "./campaigns.js";
import { month } from "./month.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

process.on("message", (job: Job) => {
  process.send!(run(job));
});

function run(job: Job): Outcome {
  if (job.campaign === "broker") return outcome(killBroker({ ...job, kills: job.count }));
  if (job.campaign === "month") return outcome(month({ ...job, days: job.count, heapBytes }));
  return runJob(job, () => performance.now());
}

function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
