import type { BrokerAddress } from "../../firmware/node.js";
import type { Identity } from "../../firmware/publishing/options.js";
import type { SettingsOverrides } from "../../firmware/settings/settings.js";
import { Random } from "../../simulator/random.js";
import type { NodeName } from "./nodes.js";

/** Everything that makes one simulated node what it is: plain data, so that it can be sent into another engine. */
export interface SimulationOptions {
  readonly node: NodeName;
  readonly seed: number;
  /** UTC milliseconds at tick 0. */
  readonly startUtc: number;
  readonly epoch: number;
  readonly clientId: string;
  readonly identity: Identity;
  readonly settings?: SettingsOverrides;
  readonly broker: BrokerAddress;
}

const YEAR_2026 = 1_767_225_600_000;
const YEAR_S = 31_536_000;

/** Start time, epoch and client id that a seed stands for: used wherever they are not given. */
export function seeded(seed: number): Pick<SimulationOptions, "startUtc" | "epoch" | "clientId"> {
  const random = new Random(seed).fork("options");
  return {
    startUtc: YEAR_2026 + Math.floor(random.next() * YEAR_S) * 1000,
    epoch: Math.floor(random.next() * 1000),
    clientId: clientIdOf(random.integer()),
  };
}

/** An MQTT client identifier of a drawn number, 0 to 2^32 − 1. */
export function clientIdOf(drawn: number, role = ""): string {
  return `millwright-${role}${drawn.toString(16).padStart(8, "0")}`;
}
