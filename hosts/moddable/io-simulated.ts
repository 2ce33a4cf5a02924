import type { NodeDefinition } from "../../firmware/definition.js";
import type { Clock } from "../../firmware/ports/clock.js";
import type { IO } from "../../firmware/ports/io.js";
import { Random } from "../../simulator/random.js";
import { READY_MADE } from "../simulated/nodes.js";

/**
 * Simulated buses with the parts of a ready-made node, in its world: a board with nothing on it runs that node.
 * @throws Error when there is no ready-made board for this definition
 */
export function openIO({ name }: NodeDefinition, clock: Clock, random: () => number): IO {
  const { board, world } = READY_MADE[name as keyof typeof READY_MADE] ?? {};
  if (board === undefined || world === undefined) {
    throw new Error(`there is no simulated board for ${name}; there are ${Object.keys(READY_MADE).join(", ")}`);
  }
  const seed = new Random(Math.floor(random() * 4_294_967_296));
  return board({ clock, random: seed.fork("board"), world: world(seed.fork("world")) }).io;
}
