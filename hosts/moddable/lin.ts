import { MemoryKeyValue } from "../../simulator/io/key-value.js";
import { Random } from "../../simulator/random.js";
import { SdkClock } from "./clock.js";
import { startNode } from "./start-node.js";

/** The SDK's simulator on Linux: simulated buses, the computer's own network and time. Every start is another boot. */
export default function main(): void {
  const now = Date.now();
  const clock = new SdkClock();
  clock.synchronise(now);
  const storage = new MemoryKeyValue();
  storage.write("epoch", Math.floor(now / 1000) - 1);
  // The SDK never seeds Math.random here.
  const generator = new Random(now);
  startNode({ clock, storage, system: { resetReason: "power-on", random: () => generator.next() } });
}
