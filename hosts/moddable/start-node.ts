import { SensorNode } from "../../firmware/node.js";
import type { Clock } from "../../firmware/ports/clock.js";
import type { Flash, KeyValue } from "../../firmware/ports/storage.js";
import type { System } from "../../firmware/ports/system.js";
import { definition } from "./definition.js";
import { broker, identity, timeServers } from "./image.js";
import { openIO } from "./io.js";
import { network } from "./network.js";

const CLIENT_KEY = "client";

export interface Host {
  readonly clock: Clock;
  readonly system: System;
  readonly storage: KeyValue;
  /** Where messages wait; without it they wait in memory. */
  readonly flash?: Flash | undefined;
}

/** Starts the node that this image carries. */
export function startNode({ clock, system, storage, flash }: Host): SensorNode {
  const random = () => system.random();
  const node = new SensorNode({
    definition,
    settings: timeServers === undefined ? {} : { time: { servers: timeServers.join(",") } },
    identity,
    broker,
    clientId: clientId(storage, random),
    io: openIO(definition, clock, random),
    network,
    clock,
    system,
    storage,
    flash,
  });
  node.start();
  trace(`millwright: millwright/${identity.site}/${identity.node} at mqtt://${broker.host}:${broker.port}\n`);
  return node;
}

/** Drawn at the first start, and kept: a broker takes two clients of one name for one. */
function clientId(storage: KeyValue, random: () => number): string {
  const kept = storage.read(CLIENT_KEY);
  if (typeof kept === "string") return kept;
  const drawn = `millwright-${Math.floor(random() * 4_294_967_296)
    .toString(16)
    .padStart(8, "0")}`;
  storage.write(CLIENT_KEY, drawn);
  return drawn;
}
