import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { READY_MADE } from "../simulated/nodes.js";
import { brokerUrl, run, topicLevel, UsageError } from "./command-line.js";
import type { Command, Values } from "./command-line.js";
import { findDefinition } from "./find-definition.js";
import type { FoundDefinition } from "./find-definition.js";
import { findSdk, withTools } from "./sdk.js";
import type { Sdk } from "./sdk.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const DEFAULT_NODE = "firmware/nodes/pump-room.ts";
/** ESP32 boards that manifests/esp32.json gives Ethernet instead of Wi-Fi. */
const ETHERNET_BOARDS = ["esp32/wt32_eth01", "esp32/ethernet_kit"];

const ESP_IDF_MISSING = `An image for ESP32 also needs ESP-IDF, and $IDF_PATH is not set: install it with "npx xs-dev setup --device esp32".`;

const command: Command = {
  usage: "npm run build --",
  about: `Builds an image with the Moddable SDK: TARGET is lin (the SDK's simulator on Linux) or a board, esp32/nodemcu,
esp32/esp32s3, esp32/esp32c3, esp32/esp32c6 ...`,
  positional: "TARGET",
  options: {
    node: { type: "string", value: "FILE", help: `the node: a file that exports one NodeDefinition (${DEFAULT_NODE})` },
    simulated: {
      type: "boolean",
      help: "simulated buses and parts inside, for a board with nothing on it (lin: always)",
    },
    broker: {
      type: "string",
      value: "mqtt://host:port",
      help: "where to publish (lin: 127.0.0.1:1883, ESP32: broker:1883)",
    },
    site: { type: "string", value: "NAME", help: "second level of the topics (plant)" },
    name: { type: "string", value: "NAME", help: "third level of the topics (the definition's name)" },
    "wifi-ssid": { type: "string", value: "NAME", help: "ESP32: the network to join" },
    "wifi-password": { type: "string", value: "TEXT", help: "ESP32: its password" },
    "time-servers": {
      type: "string",
      value: "HOST,HOST",
      help: "ESP32: SNTP servers (pool.ntp.org,time.cloudflare.com)",
    },
    debug: { type: "boolean", help: "for the SDK's debugger, xsbug" },
    instrument: { type: "boolean", help: "release, with a line of figures (heap, stack, ...) every second" },
    deploy: { type: "boolean", help: "then flash the board, or start the SDK's simulator (lin)" },
  },
};

await run(command, async (values, target) => {
  const image = imageOf(target, values);
  const node = await findDefinition(root, resolve(String(values.node ?? DEFAULT_NODE)));
  if (image.simulated && !Object.hasOwn(READY_MADE, node.name)) {
    throw new UsageError(
      `${node.name} cannot be simulated: there are simulated boards for ${Object.keys(READY_MADE).join(", ")} only`,
    );
  }
  const sdk = findSdk();
  if (image.target.includes("/") && !existsSync(join(sdk.path, "build/devices/esp32/targets", image.target.slice(6)))) {
    throw new UsageError(
      `${image.target} is not a board of the SDK; those are in ${sdk.path}/build/devices/esp32/targets`,
    );
  }
  for (const remark of remarksOn(image, values)) process.stderr.write(`${remark}\n`);
  await build(image, node, values, sdk);
});

interface Image {
  readonly target: string;
  readonly esp32: boolean;
  readonly simulated: boolean;
  /** `config.millwright`: what hosts/moddable/image.ts reads, as far as it is given. */
  readonly configuration: object;
}

/** @throws UsageError for options that are wrong, or do not go together */
function imageOf(target: string | undefined, values: Values): Image {
  if (target === undefined) throw new UsageError(`TARGET is missing: lin, or a board such as esp32/nodemcu`);
  if (!/^(lin|esp32(\/\w+)?)$/.test(target)) {
    throw new UsageError(
      `${target} is not a target; lin is, or a board such as esp32/nodemcu, esp32/esp32s3, esp32/esp32c3`,
    );
  }
  if (values.debug === true && values.instrument === true) {
    throw new UsageError("--debug does not go with --instrument; debug images have the figures too");
  }
  const esp32 = target !== "lin";
  for (const name of ["wifi-ssid", "wifi-password", "time-servers"]) {
    if (!esp32 && values[name] !== undefined) throw new UsageError(`--${name} goes with ESP32 boards only`);
  }
  const ssid = bytes(values, "wifi-ssid", 32);
  const password = bytes(values, "wifi-password", 64);
  if (password !== undefined && ssid === undefined) throw new UsageError("--wifi-password goes with --wifi-ssid only");
  const broker = brokerUrl(values, "broker");
  const servers = values["time-servers"];
  return {
    target,
    esp32,
    simulated: !esp32 || values.simulated === true,
    configuration: {
      ...(values.site === undefined ? {} : { site: topicLevel(values, "site", "") }),
      ...(values.name === undefined ? {} : { name: topicLevel(values, "name", "") }),
      ...(broker === undefined ? {} : { broker }),
      ...(ssid === undefined ? {} : { wifi: { ssid, ...(password === undefined ? {} : { password }) } }),
      ...(servers === undefined ? {} : { timeServers: String(servers).split(",") }),
    },
  };
}

/** A text of 1 to `most` bytes of UTF-8, or `undefined` where the option is not given. */
function bytes(values: Values, name: string, most: number): string | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const length = Buffer.byteLength(String(text));
  if (length < 1 || length > most) throw new UsageError(`--${name} has ${length} bytes; it must have 1 to ${most}`);
  return String(text);
}

function* remarksOn({ target, esp32 }: Image, values: Values): Generator<string> {
  if (!esp32) return;
  if (values["wifi-ssid"] === undefined && !ETHERNET_BOARDS.includes(target)) {
    yield "Without --wifi-ssid the image joins no network.";
  }
  if (values.broker === undefined) yield "Without --broker the image looks for one at mqtt://broker:1883.";
}

async function build(image: Image, node: FoundDefinition, values: Values, sdk: Sdk): Promise<void> {
  const { target, esp32, simulated } = image;
  const folder = join(root, "build", `${target.replace("/", "-")}${esp32 && simulated ? "-simulated" : ""}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "definition.ts"), definitionSource(node));
  writeFileSync(join(folder, "manifest.json"), `${JSON.stringify(manifest(image, node), undefined, 2)}\n`);

  const kind = values.debug === true ? "debug" : values.instrument === true ? "instrument" : "release";
  const flag = { debug: ["-d"], instrument: ["-i"], release: [] }[kind];
  const environment = withTools(sdk);
  const mcconfig = (goal: string) =>
    spawned(
      "mcconfig",
      [...flag, "-m", "-p", target, "-t", goal, "-o", folder, join(folder, "manifest.json")],
      environment,
    );
  // Not the goal `all`: on lin that ends every simulator that runs on this machine.
  const code = await mcconfig("build");
  if (code !== 0) {
    throw new Error(esp32 && !process.env.IDF_PATH ? ESP_IDF_MISSING : `mcconfig ended with exit code ${code}.`);
  }
  if (esp32) {
    if (values.deploy !== true) process.stdout.write("Built. The same command with --deploy flashes the board.\n");
    else if ((await mcconfig("deploy")) !== 0) throw new Error("The board could not be flashed.");
    return;
  }
  const simulator = [
    join(sdk.path, "build", "simulators"),
    join(folder, "bin", "lin", "mc", kind, "millwright", "mc.so"),
  ];
  if (values.deploy === true) await spawned("mcsim", simulator, environment);
  else process.stdout.write(`Built. It runs with: ${join(sdk.tools, "mcsim")} ${simulator.join(" ")}\n`);
}

/** What takes the place of hosts/moddable/definition.ts. */
function definitionSource({ file, exported }: FoundDefinition): string {
  const specifier = `../../${file.replace(/\.ts$/, ".js")}`;
  return `import type { NodeDefinition } from "../../firmware/definition.js";
import { ${exported} } from "${specifier}";

export const definition: NodeDefinition = ${exported};
`;
}

/** The manifest of one image: the target's, what is said on the command line, and the definition's own files. */
function manifest({ target, esp32, simulated, configuration }: Image, node: FoundDefinition): object {
  const own = node.files.filter((file) => !file.startsWith("firmware/"));
  return {
    include: [
      ...(target === "lin" ? ["../../manifests/lin.json"] : ["../../manifests/esp32.json"]),
      ...(esp32 && simulated ? ["../../manifests/simulated.json"] : []),
    ],
    config: { millwright: configuration },
    modules: {
      "~": "../../hosts/moddable/definition",
      "hosts/moddable/definition": "./definition",
      // Names mirror folders, so that relative imports find them.
      ...Object.fromEntries(own.map((file) => [file.replace(/\.ts$/, ""), `../../${file.replace(/\.ts$/, "")}`])),
    },
  };
}

function spawned(tool: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(tool, args, { stdio: "inherit", env, cwd: root });
    child.on("error", failed);
    child.on("close", (code) => done(code ?? 1));
  });
}
