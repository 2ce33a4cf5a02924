import type { SimulationOptions } from "../simulated/options.js";
import type { ReplayRow } from "../simulated/replay-run.js";

/** What inside/main.ts serves: one node a machine, of one of three kinds, then its time. */
export interface NodeMethods {
  "node.virtual": { params: { options: SimulationOptions; traffic: boolean } };
  "node.real": { params: { options: SimulationOptions } };
  "node.replay": { params: { options: SimulationOptions; channels: readonly string[]; traffic: boolean } };
  "node.advance": { params: { ticks: number } };
  "node.rows": { params: { rows: readonly ReplayRow[] } };
  "node.stop": { params?: undefined };
}

/** What inside/main.ts tells the host while it runs; both carry bytes. */
export interface TapCalls {
  publish: { params: { topic: string; ticks: number } };
  traffic: { params?: undefined };
}
