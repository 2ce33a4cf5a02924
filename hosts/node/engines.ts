import { findWorker, workerMissing } from "../xs/find-worker.js";
import { XsEngine } from "../xs/engine.js";
import type { Engine } from "../simulated/engine.js";
import { NodeEngine } from "./node-engine.js";

export const ENGINES = ["node", "xs"] as const;

/** @throws Error that says what to install, when the engine is not there */
export async function createEngine(kind: (typeof ENGINES)[number]): Promise<Engine> {
  if (kind === "node") return new NodeEngine();
  const worker = findWorker();
  if (worker === undefined) throw new Error(workerMissing);
  return XsEngine.start(worker);
}
