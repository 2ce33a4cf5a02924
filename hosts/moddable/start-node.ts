import { SensorNode } from "../../firmware/node.js";
import type { Clock } from "../../firmware/ports/clock.js";
import type { IO } from "../../firmware/ports/io.js";
import type { Flash, KeyValue } from "../../firmware/ports/storage.js";
import type { System } from "../../firmware/ports/system.js";
import { definition } from "./definition.js";
import { broker, identity, timeServers } from "./image.js";
import { network } from "./network.js";

const CLIENT_KEY = "client";

export interface Host {
  readonly clock: Clock;
  readonly system: System;
  readonly storage: KeyValue;
  readonly io: IO;
  /** Where messages wait; without it they wait in memory. */
  readonly flash?: Flash | undefined;
}

/** Starts the node that this image carries. */
export function startNode({ clock, system, storage, io, flash }: Host): SensorNode {
  const node = new SensorNode({
    definition,
    settings: timeServers === undefined ? {} : { time: { servers: timeServers.join(",") } },
    identity,
    broker,
    clientId: clientId(storage, system),
    io,
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
function clientId(storage: KeyValue, system: System): string {
  const kept = storage.read(CLIENT_KEY);
  if (typeof kept === "string") return kept;
  const drawn = `millwright-${Math.floor(system.random() * 4_294_967_296)
    .toString(16)
    .padStart(8, "0")}`;
  storage.write(CLIENT_KEY, drawn);
  return drawn;
}
