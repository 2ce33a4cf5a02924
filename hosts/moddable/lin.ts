import { MemoryKeyValue } from "../../simulator/io/key-value.js";
import { Random } from "../../simulator/random.js";
import { SdkClock } from "./clock.js";
import { definition } from "./definition.js";
import { openIO } from "./io.js";
import { startNode } from "./start-node.js";
import type { Host } from "./start-node.js";

/** The SDK's simulator on Linux: simulated buses, the computer's own network and time. Every start is another boot. */
export function openHost(): Host {
  const now = Date.now();
  const clock = new SdkClock();
  clock.synchronise(now);
  const storage = new MemoryKeyValue();
  storage.write("epoch", Math.floor(now / 1000) - 1);
  // The SDK never seeds Math.random here.
  const generator = new Random(now);
  const random = () => generator.next();
  const io = openIO(definition, clock, random);
  return { clock, storage, io, system: { resetReason: "power-on", random } };
}

export default function main(): void {
  startNode(openHost());
}
