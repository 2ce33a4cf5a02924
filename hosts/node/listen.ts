import { brokerUrl, run, topicLevel, UsageError } from "./command-line.js";
import type { Command } from "./command-line.js";
import { Consumer } from "./consumer.js";
import { decode } from "./decode.js";
import { nodeNetwork } from "./network.js";
import { JsonOutput, PlainOutput } from "./output.js";

const command: Command = {
  usage: "npm run listen --",
  about: "Decodes what Millwright nodes publish on a broker, until Ctrl-C.",
  options: {
    broker: { type: "string", value: "mqtt://host:port", help: "the broker (required)" },
    site: { type: "string", value: "NAME", help: "only this site" },
    node: { type: "string", value: "NAME", help: "only nodes of this name" },
    json: { type: "boolean", help: "one JSON line per decoded record" },
  },
};

await run(command, async (values) => {
  const broker = brokerUrl(values, "broker");
  if (broker === undefined) throw new UsageError("--broker is missing; give mqtt://host:port");
  const filter = `millwright/${topicLevel(values, "site", "+")}/${topicLevel(values, "node", "+")}/#`;
  const output = values.json === true ? new JsonOutput() : new PlainOutput();
  await new Promise<void>((resolve) => {
    const consumer = new Consumer({
      network: nodeNetwork,
      broker,
      filter,
      onMessage: (topic, payload) => output.show(decode(topic, payload, Date.now() / 1000).lines),
      onConnected: () => process.stderr.write(`Listening to ${filter} on ${broker.host}:${broker.port}.\n`),
      onDisconnected: (reason) =>
        process.stderr.write(`No connection to ${broker.host}:${broker.port}: ${reason}; trying again.\n`),
    });
    const stop = () => {
      consumer.close();
      resolve();
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    process.stdout.on("error", stop);
  });
});

process.exit();
