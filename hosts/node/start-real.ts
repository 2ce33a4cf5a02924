import type { BrokerUrl } from "./command-line.js";
import { ChannelNames } from "./channel-names.js";
import { Consumer } from "./consumer.js";
import { decode } from "./decode.js";
import { startEmbeddedBroker } from "./embedded-broker.js";
import { nodeNetwork } from "./network.js";
import { pace } from "./pace.js";
import { filtersOf } from "./topics.js";
import type { StartOptions } from "./start-virtual.js";

export const DEFAULT_PORT = 1883;

/** Runs a node in real time at `broker`, or at an embedded one, and shows what arrives there. */
export async function startReal(start: StartOptions, broker: BrokerUrl | undefined): Promise<void> {
  const { engine, options, timing, resolutions, kept } = start;
  const embedded = broker === undefined ? await startEmbeddedBroker(DEFAULT_PORT) : undefined;
  const address = broker ?? { host: "127.0.0.1", port: embedded!.port };
  if (embedded !== undefined && embedded.port !== DEFAULT_PORT) {
    process.stderr.write(`Port ${DEFAULT_PORT} is taken; the broker listens on 127.0.0.1:${embedded.port}.\n`);
  }
  const at = `mqtt://${address.host}:${address.port}`;
  const { site, node: name } = options.identity;
  const output = start.output(`${at}/millwright/${site}/${name}`);
  const names = new ChannelNames();
  const consumer = new Consumer({
    network: nodeNetwork,
    broker: address,
    filters: filtersOf(`${site}/${name}`),
    onMessage: (topic, payload) =>
      output.show(decode(topic, payload, Date.now() / 1000, resolutions, names).lines, topic.length + payload.length),
    onDisconnected: (reason) => output.note(`No connection to ${at}: ${reason}; trying again.`),
  });
  const node = await engine.runReal({ ...options, broker: address }, nodeNetwork, kept);
  await pace(node, timing);
  await node.stop();
  consumer.close();
  output.close();
  await embedded?.close();
}
