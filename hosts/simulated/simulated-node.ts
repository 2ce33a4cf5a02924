import { SensorNode } from "../../firmware/node.js";
import type { KeyValue } from "../../firmware/ports/storage.js";
import type { Network } from "../../firmware/ports/network.js";
import type { Board } from "../../simulator/boards/board.js";
import type { VirtualClock } from "../../simulator/clock.js";
import { MemoryKeyValue } from "../../simulator/io/key-value.js";
import { Random } from "../../simulator/random.js";
import type { World } from "../../simulator/world/world.js";
import { READY_MADE } from "./nodes.js";
import type { SimulationOptions } from "./options.js";

/** The firmware on a simulated board in a simulated world, with whatever network the host has. Time is the owner's. */
export class SimulatedNode {
  readonly clock: VirtualClock;
  readonly board: Board;
  readonly node: SensorNode;

  /**
   * @param wrap puts something before the node's own world (a recording, say); @param storage what an earlier start has
   *   kept; without it the node starts for the first time
   * @throws SettingsError when the settings are not right
   */
  constructor(
    options: SimulationOptions,
    clock: VirtualClock,
    network: Network,
    { wrap = (world) => world, storage }: { wrap?: (world: World) => World; storage?: KeyValue } = {},
  ) {
    const { definition, board, world } = READY_MADE[options.node];
    const random = new Random(options.seed);
    const kept = storage ?? new MemoryKeyValue();
    if (kept.read("epoch") === undefined) kept.write("epoch", options.epoch - 1);
    this.clock = clock;
    this.board = board({ clock, random: random.fork("board"), world: wrap(world(random.fork("world"))) });
    const jitter = random.fork("jitter");
    this.node = new SensorNode({
      definition,
      settings: options.settings,
      identity: options.identity,
      broker: options.broker,
      clientId: options.clientId,
      io: this.board.io,
      network,
      clock,
      system: { resetReason: "power-on", random: () => jitter.next() },
      storage: kept,
    });
  }
}
