import { brokerUrl, run, topicLevel, UsageError } from "./command-line.js";
import type { Command } from "./command-line.js";
import { Acknowledger } from "./acknowledger.js";
import { ChannelNames } from "./channel-names.js";
import { Consumer } from "./consumer.js";
import { decode } from "./decode.js";
import { nodeNetwork } from "./network.js";
import { JsonOutput, PlainOutput } from "./output.js";
import { filtersOf } from "./topics.js";
import { PositionFile } from "./position-state.js";

const command: Command = {
  usage: "npm run listen --",
  about: "Decodes what Millwright nodes publish on a broker, until Ctrl-C.",
  options: {
    broker: { type: "string", value: "mqtt://host:port", help: "the broker (required)" },
    site: { type: "string", value: "NAME", help: "only this site" },
    node: { type: "string", value: "NAME", help: "only nodes of this name" },
    json: { type: "boolean", help: "one JSON line per decoded record" },
    acknowledge: {
      type: "boolean",
      help: "acknowledge to nodes that wait for it what was written out, drop what comes twice, tell what is missing",
    },
    state: {
      type: "string",
      value: "FILE",
      help: "with --acknowledge: keep the place in FILE, so that a restart knows what came before",
    },
  },
};

await run(command, async (values) => {
  const broker = brokerUrl(values, "broker");
  if (broker === undefined) throw new UsageError("--broker is missing; give mqtt://host:port");
  const filters = filtersOf(`${topicLevel(values, "site", "+")}/${topicLevel(values, "node", "+")}`);
  const output = values.json === true ? new JsonOutput() : new PlainOutput();
  const acknowledge = values.acknowledge === true;
  if (!acknowledge && values.state !== undefined) throw new UsageError("--state goes with --acknowledge only");
  const state = values.state === undefined ? undefined : new PositionFile(String(values.state));
  const names = new ChannelNames();
  const show = (topic: string, payload: Uint8Array) =>
    output.show(decode(topic, payload, Date.now() / 1000, undefined, names).lines);
  const common = {
    network: nodeNetwork,
    broker,
    filters,
    onConnected: () => void process.stderr.write(`Listening to ${filters[0]} on ${broker.host}:${broker.port}.\n`),
    onDisconnected: (reason: string) =>
      void process.stderr.write(`No connection to ${broker.host}:${broker.port}: ${reason}; trying again.\n`),
  };
  await new Promise<void>((resolve, reject) => {
    const consumer = acknowledge
      ? new Acknowledger({ ...common, output, state, onFault: reject })
      : new Consumer({
          ...common,
          onMessage: (topic, payload) => show(topic, payload),
        });
    const stop = () => void Promise.resolve(consumer.close()).then(resolve);
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    process.stdout.on("error", stop);
  });
});

process.exit();
