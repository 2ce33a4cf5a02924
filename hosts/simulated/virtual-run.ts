import { VirtualClock } from "../../simulator/clock.js";
import { Broker } from "../../simulator/broker/broker.js";
import { VirtualNetwork } from "../../simulator/io/network.js";
import { Random } from "../../simulator/random.js";
import type { World } from "../../simulator/world/world.js";
import { SimulatedNode } from "./simulated-node.js";
import type { SimulationOptions } from "./options.js";

/** What an owner sees of a run. */
export interface Taps {
  /** The broker accepted a message. */
  onPublish(topic: string, payload: Uint8Array, ticks: number): void;
  /** Bytes from client to broker, in order. */
  onTraffic?(bytes: Uint8Array): void;
}

/** Between node and broker, in ms. */
const LATENCY_MS = 20;
const JITTER_MS = 10;
/** Time in which a farewell reaches the broker. */
const FAREWELL_MS = 1000;

/** One simulated node with a network and a broker of its own, in virtual time: the same options give the same bytes. */
export class VirtualRun {
  readonly clock: VirtualClock;
  readonly broker: Broker;
  readonly simulated: SimulatedNode;

  /** @param shared somebody else's broker, in place of one of its own; that one tells its own owner what it accepts */
  constructor(options: SimulationOptions, taps: Taps, wrap?: (world: World) => World, shared?: Broker) {
    const clock = new VirtualClock(options.startUtc);
    const network = new VirtualNetwork({
      clock,
      random: new Random(options.seed).fork("network"),
      latencyMs: LATENCY_MS,
      jitterMs: JITTER_MS,
      loss: 0,
    });
    shared?.join({ clock, network });
    this.broker =
      shared ??
      new Broker({
        clock,
        network,
        port: options.broker.port,
        onPublish: (_client, topic, payload) => taps.onPublish(topic, payload, clock.ticks()),
      });
    this.clock = clock;
    this.simulated = new SimulatedNode(options, clock, network.client(taps.onTraffic), wrap && { wrap });
  }

  stop(): void {
    this.simulated.stop();
    this.clock.advanceTo(this.clock.ticks() + FAREWELL_MS);
  }
}
