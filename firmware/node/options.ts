import type { NodeDefinition } from "../definition.js";
import type { Clock } from "../ports/clock.js";
import type { IO } from "../ports/io.js";
import type { Network } from "../ports/network.js";
import type { Flash, KeyValue } from "../ports/storage.js";
import type { System } from "../ports/system.js";
import type { Identity } from "../publishing/options.js";
import type { SettingsOverrides } from "../settings/settings.js";

export const FIRMWARE_VERSION = "0.1.0";

/** Where the node publishes to. */
export interface BrokerAddress {
  /** Name or dotted IPv4 address. */
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
}

/** What a host gives a node. */
export interface SensorNodeOptions {
  readonly definition: NodeDefinition;
  readonly settings?: SettingsOverrides;
  readonly identity: Identity;
  readonly broker: BrokerAddress;
  readonly clientId: string;
  readonly io: IO;
  readonly network: Network;
  /** Where its `utc()` is known, that is the node's time; elsewhere the node asks the servers of its settings. */
  readonly clock: Clock;
  readonly system: System;
  readonly storage: KeyValue;
  /** A partition of its own, where messages wait for the broker; without it they wait in memory. */
  readonly flash?: Flash | undefined;
}
