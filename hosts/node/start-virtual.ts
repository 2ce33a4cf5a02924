import { createWriteStream } from "node:fs";
import type { WriteStream } from "node:fs";
import type { Engine } from "../simulated/engine.js";
import type { SimulationOptions } from "../simulated/options.js";
import { UsageError } from "./command-line.js";
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
}

/**
 * Runs a node in virtual time, with a broker of its own.
 *
 * @param captureFile takes every byte from client to broker
 */
export async function startVirtual(start: StartOptions, captureFile: string | undefined): Promise<void> {
  const { engine, options, timing, resolutions } = start;
  const capture = captureFile === undefined ? undefined : await openCapture(captureFile);
  const output = start.output(`virtual time · seed ${options.seed}`);
  const node = await engine.runVirtual(options, {
    onPublish: (topic, payload, ticks) => {
      const now = (options.startUtc + ticks) / 1000;
      output.show(decode(topic, payload, now, resolutions).lines, topic.length + payload.length);
    },
    ...(capture === undefined ? {} : { onTraffic: (bytes) => capture.write(bytes) }),
  });
  await pace(node, timing);
  await node.stop();
  output.close();
  if (capture !== undefined) await new Promise((resolve) => capture.end(resolve));
}

/**
 * A file for bytes from client to broker.
 *
 * @throws UsageError (rejection) when it cannot be written
 */
export function openCapture(file: string): Promise<WriteStream> {
  const stream = createWriteStream(file);
  return new Promise((resolve, reject) => {
    stream.once("open", () => resolve(stream));
    stream.once("error", (error) => reject(new UsageError(`--capture ${file} cannot be written: ${error.message}`)));
  });
}
