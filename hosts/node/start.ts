import { READY_MADE, resolutionsOf } from "../simulated/nodes.js";
import { clientIdOf, seeded } from "../simulated/options.js";
import type { SimulationOptions } from "../simulated/options.js";
import { openCapture } from "./capture.js";
import { brokerUrl, choice, integer, run, timeSpan, topicLevel, UsageError } from "./command-line.js";
import type { Command, Values } from "./command-line.js";
import { createEngine, ENGINES } from "./engines.js";
import { FlashFile } from "./flash-file.js";
import { JsonOutput, LiveOutput, PlainOutput } from "./output.js";
import type { Output } from "./output.js";
import { DEFAULT_PORT, startReal } from "./start-real.js";
import { startVirtual } from "./start-virtual.js";

/** Ready-made nodes that live in a world of their own. */
const MACHINES = ["pump-room", "pump-drive"] as const;

const PROMISES = ["broker", "consumer"] as const;

const command: Command = {
  usage: "npm start --",
  about: "Runs a ready-made node: a simulated machine, the firmware, a broker, and what it publishes, decoded.",
  options: {
    definition: {
      type: "string",
      value: MACHINES.join("|"),
      help: "which one: a pump room, or the drive of a pump with its vibration (pump-room)",
    },
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
    node: { type: "string", value: "NAME", help: "third level of the topics (as the definition)" },
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
    promise: {
      type: "string",
      value: PROMISES.join("|"),
      help: "keep messages until the broker has them (default), or until listen --acknowledge does",
    },
    flash: {
      type: "string",
      value: "FILE",
      help: "keep the node's flash in FILE and its settings beside it, so that the next run is its next start",
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
  if (virtual && values.flash !== undefined) {
    throw new UsageError("--flash does not go with --speed max, where every run is the same start of the same node");
  }
  const definition = choice(values, "definition", "pump-room", MACHINES);
  const identity = { site: topicLevel(values, "site", "plant"), node: topicLevel(values, "node", definition) };
  const kind = choice(values, "engine", "node", ENGINES);
  if (kind !== "node" && values.flash !== undefined) throw new UsageError("--flash goes with --engine node only");
  const forMs = timeSpan(values, "for") ?? Infinity;
  const options: SimulationOptions = {
    node: definition,
    seed,
    identity,
    broker: broker ?? { host: "127.0.0.1", port: DEFAULT_PORT },
    ...(virtual ? seeded(seed) : fromNow()),
    ...given(values),
  };
  const kept = values.flash === undefined ? undefined : new FlashFile(String(values.flash));
  const engine = await createEngine(kind);
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  // A reader that has seen enough (`| head`) ends the run, quietly.
  process.stdout.on("error", interrupt);
  const timing = { speed, forMs, signal: abort.signal };
  const output = (where: string): Output => outputFor(values, `Millwright ${definition} · ${where} · ${kind}`);
  const resolutions = resolutionsOf(READY_MADE[definition].definition);
  const start = { engine, options, timing, output, resolutions, kept: kept && { flash: kept, storage: kept.storage } };
  try {
    if (virtual) await startVirtual(start, await openCapture(values));
    else await startReal(start, broker);
  } finally {
    await engine.close();
    kept?.close();
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
  return { startUtc, epoch: Math.floor(startUtc / 1000), clientId: clientIdOf(id) };
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
    ...(values.epoch === undefined ? {} : { epoch: integer(values, "epoch", 0, 0, 2 ** 32 - 1) }),
    ...(clientId === undefined ? {} : { clientId: String(clientId) }),
    ...(values.promise === undefined
      ? {}
      : { settings: { outbox: { promise: choice(values, "promise", "broker", PROMISES) } } }),
  };
}

function outputFor(values: Values, title: string): Output {
  if (values.json === true) return new JsonOutput();
  if (values.plain === true || !process.stdout.isTTY) return new PlainOutput();
  return new LiveOutput(title);
}
