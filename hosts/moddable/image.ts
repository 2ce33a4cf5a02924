import config from "mc/config";
import type { BrokerAddress } from "../../firmware/node.js";
import type { Identity } from "../../firmware/publishing/options.js";
import { definition } from "./definition.js";

/** What was said when the image was built: `config.millwright` of the manifests. */
interface ImageConfiguration {
  readonly site: string;
  /** Empty: the definition's name. */
  readonly name: string;
  readonly broker: BrokerAddress;
  /** Absent: no Wi-Fi. */
  readonly wifi?: { readonly ssid: string; readonly password?: string };
  readonly timeServers?: readonly string[];
}

const configuration = config.millwright as ImageConfiguration;

export const identity: Identity = {
  site: configuration.site,
  node: configuration.name === "" ? definition.name : configuration.name,
};
export const broker = configuration.broker;
export const wifi = configuration.wifi;
/** Whom to ask for the time, instead of those that the settings name by default. */
export const timeServers = configuration.timeServers;
