import { createWriteStream } from "node:fs";
import { READY_MADE } from "../simulated/nodes.js";
import { seeded } from "../simulated/options.js";
import type { SimulationOptions } from "../simulated/options.js";
import { brokerUrl, choice, integer, run, timeSpan, topicLevel, UsageError } from "./command-line.js";
import type { BrokerUrl, Command, Values } from "./command-line.js";
import { Consumer } from "./consumer.js";
import { decode } from "./decode.js";
import { startEmbeddedBroker } from "./embedded-broker.js";
import { createEngine, ENGINES } from "./engines.js";
import { nodeNetwork } from "./network.js";
import { JsonOutput, LiveOutput, PlainOutput } from "./output.js";
import type { Output } from "./output.js";
import { pace } from "./pace.js";

const DEFAULT_PORT = 1883;

const command: Command = {
  usage: "npm start --",
  about: "Runs the pump room: a simulated machine, the firmware, a broker, and what it publishes, decoded.",
  options: {
    speed: {
      type: "string",
      value: "N|max",
      help: "node time per wall time (1); max: virtual time, as fast as it can go",
    },
    seed: { type: "string", value: "N", help: "seed of the world, of noise and of jitter (1)" },
    for: { type: "string", value: "10m", help: "stop after this much node time" },
    broker: { type: "string", value: "mqtt://host:port", help: "publish to this broker instead of an embedded one" },
    engine: { type: "string", value: "node|xs", help: "the JavaScript engine that the firmware runs on (node)" },
    json: { type: "boolean", help: "no live view: one JSON line per decoded record" },
    plain: {
      type: "boolean",
      help: "no live view: one line of text per decoded record (what happens where there is no terminal)",
    },
    site: { type: "string", value: "NAME", help: "second level of the topics (plant)" },
    node: { type: "string", value: "NAME", help: "third level of the topics (pump-room)" },
    start: {
      type: "string",
      value: "TIME",
      help: "UTC at the start, 2026-11-01T00:00:00Z (now; with --speed max from the seed)",
    },
    epoch: { type: "string", value: "N", help: "boot epoch (from the time; with --speed max from the seed)" },
    "client-id": {
      type: "string",
      value: "ID",
      help: "MQTT client identifier (random; with --speed max from the seed)",
    },
    capture: {
      type: "string",
      value: "FILE",
      help: "with --speed max: write every byte from client to broker to FILE",
    },
  },
};

await run(command, async (values) => {
  const speed = speedOf(values);
  const virtual = speed === "max";
  const seed = integer(values, "seed", 1, 0, 0xffffffff);
  const broker = brokerUrl(values, "broker");
  if (virtual && broker !== undefined) {
    throw new UsageError(
      "--broker does not go with --speed max, which has a broker of its own in virtual time; give a number",
    );
  }
  if (!virtual && values.capture !== undefined) throw new UsageError("--capture goes with --speed max only");
  const identity = { site: topicLevel(values, "site", "plant"), node: topicLevel(values, "node", "pump-room") };
  const kind = choice(values, "engine", "node", ENGINES);
  const forMs = timeSpan(values, "for") ?? Infinity;
  const options: SimulationOptions = {
    node: "pump-room",
    seed,
    identity,
    broker: broker ?? { host: "127.0.0.1", port: DEFAULT_PORT },
    ...(virtual ? seeded(seed) : fromNow()),
    ...given(values),
  };
  const engine = await createEngine(kind);
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  // A reader that has seen enough (`| head`) ends the run, quietly.
  process.stdout.on("error", interrupt);
  try {
    const timing = { speed, forMs, signal: abort.signal };
    if (virtual) await startVirtual(options, values, timing);
    else await startReal(options, broker, values, timing);
  } finally {
    await engine.close();
  }

  async function startVirtual(
    options: SimulationOptions,
    values: Values,
    timing: Parameters<typeof pace>[1],
  ): Promise<void> {
    const output = outputFor(values, `Millwright pump room · virtual time · seed ${seed} · ${kind}`);
    const capture = values.capture === undefined ? undefined : createWriteStream(String(values.capture));
    if (capture !== undefined) await opened(capture, String(values.capture));
    const node = await engine.runVirtual(options, {
      onPublish: (topic, payload, ticks) => {
        const now = (options.startUtc + ticks) / 1000;
        output.show(decode(topic, payload, now, resolutionOf).lines, topic.length + payload.length);
      },
      ...(capture === undefined ? {} : { onTraffic: (bytes) => capture.write(bytes) }),
    });
    await pace(node, timing);
    await node.stop();
    output.close();
    if (capture !== undefined) await new Promise((resolve) => capture.end(resolve));
  }

  async function startReal(
    options: SimulationOptions,
    broker: BrokerUrl | undefined,
    values: Values,
    timing: Parameters<typeof pace>[1],
  ): Promise<void> {
    const embedded = broker === undefined ? await startEmbeddedBroker(DEFAULT_PORT) : undefined;
    const address = broker ?? { host: "127.0.0.1", port: embedded!.port };
    if (embedded !== undefined && embedded.port !== DEFAULT_PORT) {
      process.stderr.write(`Port ${DEFAULT_PORT} is taken; the broker listens on 127.0.0.1:${embedded.port}.\n`);
    }
    const where = `mqtt://${address.host}:${address.port}`;
    const output = outputFor(
      values,
      `Millwright pump room · ${where}/millwright/${identity.site}/${identity.node} · ${kind}`,
    );
    const consumer = new Consumer({
      network: nodeNetwork,
      broker: address,
      filter: `millwright/${identity.site}/${identity.node}/#`,
      onMessage: (topic, payload) =>
        output.show(decode(topic, payload, Date.now() / 1000, resolutionOf).lines, topic.length + payload.length),
      onDisconnected: (reason) => output.note(`No connection to ${where}: ${reason}; trying again.`),
    });
    const node = await engine.runReal({ ...options, broker: address }, nodeNetwork);
    await pace(node, timing);
    await node.stop();
    consumer.close();
    output.close();
    await embedded?.close();
  }
});

// Sockets that are still closing do not keep a finished command waiting.
process.exit();

function speedOf(values: Values): number | "max" {
  if (values.speed === undefined) return 1;
  if (values.speed === "max") return "max";
  const speed = Number(values.speed);
  if (!(speed >= 0.01 && speed <= 1000))
    throw new UsageError(`--speed ${values.speed} is not max or a number from 0.01 to 1000`);
  return speed;
}

/** In real time every run is another boot of another client. */
function fromNow(): Pick<SimulationOptions, "startUtc" | "epoch" | "clientId"> {
  const startUtc = Date.now();
  const id = Math.floor(Math.random() * 2 ** 32);
  return { startUtc, epoch: Math.floor(startUtc / 1000), clientId: `millwright-${id.toString(16).padStart(8, "0")}` };
}

function given(values: Values): Partial<SimulationOptions> {
  const startUtc = values.start === undefined ? undefined : Date.parse(String(values.start));
  if (startUtc !== undefined && !(startUtc >= 0)) {
    throw new UsageError(`--start ${values.start} is not a time such as 2026-11-01T00:00:00Z`);
  }
  const clientId = values["client-id"];
  if (clientId !== undefined && !/^[\w-]{1,64}$/.test(String(clientId))) {
    throw new UsageError(`--client-id "${clientId}" is not 1 to 64 letters, digits, dashes or underscores`);
  }
  return {
    ...(startUtc === undefined ? {} : { startUtc }),
    ...(values.epoch === undefined ? {} : { epoch: integer(values, "epoch", 0, 0, 2 ** 53) }),
    ...(clientId === undefined ? {} : { clientId: String(clientId) }),
  };
}

function outputFor(values: Values, title: string): Output {
  if (values.json === true) return new JsonOutput();
  if (values.plain === true || !process.stdout.isTTY) return new PlainOutput();
  return new LiveOutput(title);
}

function resolutionOf(name: string): number | undefined {
  return READY_MADE["pump-room"].definition.channels.find((channel) => channel.name === name)?.resolution;
}

/** Waits until a file can be written to. */
function opened(stream: ReturnType<typeof createWriteStream>, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once("open", () => resolve());
    stream.once("error", (error) => reject(new UsageError(`--capture ${file} cannot be written: ${error.message}`)));
  });
}
