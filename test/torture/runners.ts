import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bundle } from "../../hosts/xs/bundle.js";
import { Rpc } from "../../hosts/xs/rpc.js";
import type { Torture } from "../xs/inside/torture.js";
import type { Job, Outcome } from "./campaigns.js";

/** Runs one job after the other. */
export interface Runner {
  run(job: Job): Promise<Outcome>;
  close(): Promise<void>;
}

/** A process of Node.js. */
export function nodeRunner(): Promise<Runner> {
  const child = fork(fileURLToPath(new URL("process.ts", import.meta.url)), { execArgv: ["--import", "tsx"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return Promise.resolve({
    run: (job) =>
      new Promise<Outcome>((resolve, reject) => {
        const fail = (code: number | null): void => reject(new Error(`torture: a process ended with code ${code}`));
        child.once("exit", fail);
        child.once("message", (outcome: Outcome) => {
          child.off("exit", fail);
          resolve(outcome);
        });
        child.send(job);
      }),
    async close() {
      child.disconnect();
      await ended;
    },
  });
}

/** An XS machine. */
export async function xsRunner(): Promise<Runner> {
  const rpc = await Rpc.start({ code: await bundle("test/xs/inside/torture.ts") });
  const call = rpc.caller<Torture>();
  return { run: async (job) => (await call("run", job)).result, close: () => rpc.close() };
}

/** Runs jobs on so many runners at a time; the outcomes are in the jobs' order. */
export async function runAll(jobs: readonly Job[], count: number, start: () => Promise<Runner>): Promise<Outcome[]> {
  const outcomes = new Array<Outcome>(jobs.length);
  const waiting = jobs.map((_, index) => index);
  const work = async (): Promise<void> => {
    const runner = await start();
    try {
      for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) outcomes[i] = await runner.run(jobs[i]!);
    } finally {
      await runner.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, jobs.length) }, work));
  return outcomes;
}
