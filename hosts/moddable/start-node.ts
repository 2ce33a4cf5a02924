import { SensorNode } from "../../firmware/node.js";
import type { Clock } from "../../firmware/ports/clock.js";
import type { KeyValue } from "../../firmware/ports/storage.js";
import type { System } from "../../firmware/ports/system.js";
import { definition } from "./definition.js";
import { broker, identity } from "./image.js";
import { openIO } from "./io.js";
import { network } from "./network.js";

const CLIENT_KEY = "client";

export interface Host {
  readonly clock: Clock;
  readonly system: System;
  readonly storage: KeyValue;
}

/** Starts the node that this image carries. */
export function startNode({ clock, system, storage }: Host): void {
  const random = () => system.random();
  const node = new SensorNode({
    definition,
    identity,
    broker,
    clientId: clientId(storage, random),
    io: openIO(definition, clock, random),
    network,
    clock,
    system,
    storage,
  });
  node.start();
  trace(`millwright: millwright/${identity.site}/${identity.node} at mqtt://${broker.host}:${broker.port}\n`);
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
