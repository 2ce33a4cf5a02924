import { encode } from "cbor-x";
import type { Flash, KeyValue } from "../../firmware/ports/storage.js";
import type { SettingsOverrides } from "../../firmware/settings/settings.js";
import { ChannelNames } from "../../hosts/node/channel-names.js";
import { decode } from "../../hosts/node/decode.js";
import type { Decoded } from "../../hosts/node/decoded.js";
import { topicParts } from "../../hosts/node/topics.js";
import { READY_MADE, resolutionsOf } from "../../hosts/simulated/nodes.js";
import type { NodeName } from "../../hosts/simulated/nodes.js";
import { seeded } from "../../hosts/simulated/options.js";
import { SimulatedNode } from "../../hosts/simulated/simulated-node.js";
import type { PumpRoomBoard } from "../../simulator/boards/pump-room.js";
import { Broker } from "../../simulator/broker/broker.js";
import { VirtualClock } from "../../simulator/clock.js";
import { MemoryKeyValue } from "../../simulator/io/key-value.js";
import { VirtualNetwork } from "../../simulator/io/network.js";
import { Random } from "../../simulator/random.js";

export const START_UTC = Date.UTC(2026, 10, 1);

interface Options {
  /** Ticks at which the node learns the time. */
  synchronisedAt?: number;
  settings?: SettingsOverrides;
  /** What the node keeps; that of another one makes this its next start. */
  storage?: KeyValue;
  /** Where messages wait: that of another node, none, or one of its own. */
  flash?: Flash | "none";
}

/** A ready-made node with its broker in virtual time, and what the broker has accepted, decoded. */
export function virtualNode(name: NodeName, { synchronisedAt = 0, settings = {}, storage, flash }: Options = {}) {
  const clock = new VirtualClock(START_UTC, synchronisedAt);
  const network = new VirtualNetwork({ clock, random: new Random(1), latencyMs: 20 });
  const messages: { stream: string; epoch?: number; sequence?: number; at: number }[] = [];
  const lines: Decoded[] = [];
  const topics: string[] = [];
  const names = new ChannelNames();
  const resolutions = resolutionsOf(READY_MADE[name].definition);
  const broker = new Broker({
    clock,
    network,
    onPublish: (_, topic, payload) => {
      const now = (START_UTC + clock.ticks()) / 1000;
      const { header, lines: decoded } = decode(topic, payload, now, resolutions, names);
      topics.push(topic);
      messages.push({ stream: topicParts(topic).stream, ...header, at: clock.ticks() });
      lines.push(...decoded);
    },
  });
  const kept = storage ?? new MemoryKeyValue();
  const { node, board } = new SimulatedNode(
    {
      node: name,
      seed: 1,
      ...seeded(1),
      startUtc: START_UTC,
      identity: { site: "plant", node: "p1" },
      settings,
      broker: { host: "192.168.1.10", port: 1883 },
    },
    clock,
    network.client(),
    { storage: kept, flash },
  );
  return { clock, network, broker, topics, messages, lines, board, node, storage: kept };
}

export function pumpRoom(options: Options = {}) {
  const room = virtualNode("pump-room", options);
  return { ...room, board: room.board as PumpRoomBoard };
}

/** Sends a command and gives the node's reply. */
export function ask(room: ReturnType<typeof virtualNode>, command: object): Decoded & { ok: boolean } {
  room.broker.publish({ topic: "millwright/plant/p1/command", payload: encode(command), qos: 1, retain: false });
  room.clock.advanceTo(room.clock.ticks() + 500);
  return room.lines.findLast((line) => "reply" in line) as Decoded & { ok: boolean };
}
