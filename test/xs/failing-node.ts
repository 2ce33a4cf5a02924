/** A node whose sampling fails from the second minute on, in virtual time; runs on Node and inside XS. */
import { seeded } from "../../hosts/simulated/options.js";
import { SimulatedNode } from "../../hosts/simulated/simulated-node.js";
import { Broker } from "../../simulator/broker/broker.js";
import { VirtualClock } from "../../simulator/clock.js";
import { VirtualNetwork } from "../../simulator/io/network.js";
import { Random } from "../../simulator/random.js";
import { misbehaving, poisoned } from "../support/misbehaving.js";

const MINUTE = 60_000;

/** What happened, a line each: resets, messages by stream and minute. */
export function failingNode(): string[] {
  const clock = new VirtualClock(1_790_000_000_000);
  const network = new VirtualNetwork({ clock, random: new Random(1), latencyMs: 20 });
  const streams = new Map<string, number>();
  new Broker({
    clock,
    network,
    onPublish: (_, topic) => {
      const key = `minute ${Math.floor(clock.ticks() / MINUTE)} ${topic}`;
      streams.set(key, (streams.get(key) ?? 0) + 1);
    },
  });
  const machine = new SimulatedNode(
    {
      node: "pump-room",
      seed: 1,
      ...seeded(1),
      identity: { site: "plant", node: "p1" },
      settings: { supervision: { mostRestarts: 2 } },
      broker: { host: "192.168.1.10", port: 1883 },
    },
    clock,
    network.client(),
    {
      wrapDefinition: (own) =>
        misbehaving(own, own.sensors[0]!.name, () => (clock.ticks() > MINUTE ? poisoned() : undefined)),
    },
  );
  machine.start();
  clock.advanceTo(5 * MINUTE);
  const { resets, node } = machine;
  return [
    ...resets.map(({ reason, ticks }) => `${ticks} ${reason}`),
    ...[...streams].map(([key, count]) => `${key}: ${count}`),
    node.safeMode ? "safe mode" : "normal",
  ];
}
