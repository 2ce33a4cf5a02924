import type { Engine } from "../simulated/engine.js";
import type { SimulationOptions } from "../simulated/options.js";
import type { KeptParts } from "../simulated/simulated-node.js";
import type { Capture } from "./capture.js";
import { ChannelNames } from "./channel-names.js";
import { decode } from "./decode.js";
import type { Resolutions } from "./decode.js";
import type { Output } from "./output.js";
import { pace } from "./pace.js";
import type { PaceOptions } from "./pace.js";

/** What `npm start` has made of its arguments. */
export interface StartOptions {
  readonly engine: Engine;
  readonly options: SimulationOptions;
  readonly timing: PaceOptions;
  /** Opens what a person sees; `where` says where the node publishes to. */
  readonly output: (where: string) => Output;
  readonly resolutions: Resolutions;
  /** What the node keeps from run to run; without it every run is a new node. */
  readonly kept?: KeptParts | undefined;
}

/** Runs a node in virtual time, with a broker of its own. */
export async function startVirtual(start: StartOptions, capture: Capture | undefined): Promise<void> {
  const { engine, options, timing, resolutions } = start;
  const output = start.output(`virtual time · seed ${options.seed}`);
  const names = new ChannelNames();
  const node = await engine.runVirtual(options, {
    onPublish: (topic, payload, ticks) => {
      const now = (options.startUtc + ticks) / 1000;
      output.show(decode(topic, payload, now, resolutions, names).lines, topic.length + payload.length);
    },
    ...(capture === undefined ? {} : { onTraffic: (bytes) => capture.write(bytes) }),
  });
  await pace(node, timing);
  await node.stop();
  output.close();
  await capture?.close();
}
