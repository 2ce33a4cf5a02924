import { FlashModel } from "../../simulator/io/flash.js";
import { openHost } from "./lin.js";
import { startNode } from "./start-node.js";

/** As `npm start` has it: 256 KB. */
const BLOCKS = 64;
/** The SDK prints the figures of an image with instrumentation every second. */
const LATE_MS = 6000;

/**
 * As lin.ts, with flash, and the node starts late: what XS's heap holds before that is the engine's and the simulated
 * parts', and what comes then is the node's. `npm run bench -- memory` builds and runs this.
 */
export default function main(): void {
  const flash = new FlashModel({ blocks: BLOCKS });
  // All of it is there from the start, so that it is not taken for the node's.
  void flash.image;
  const host = { ...openHost(), flash };
  host.clock.schedule(() => startNode(host), LATE_MS);
}
