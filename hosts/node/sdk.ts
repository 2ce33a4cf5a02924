import { existsSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const TOOLS_FOLDER = { darwin: "mac", win32: "win" }[process.platform as string] ?? "lin";

const SDK_MISSING = `Building an image needs the Moddable SDK, and $MODDABLE is not set.
Install it with "npx xs-dev setup", and for ESP32 boards also with "npx xs-dev setup --device esp32".
Then open a new terminal and type this again. By hand: https://github.com/Moddable-OpenSource/moddable.`;

/** The Moddable SDK on this machine. */
export interface Sdk {
  readonly path: string;
  /** Where mcconfig and mcsim are. */
  readonly tools: string;
}

/** @throws Error that says what to install */
export function findSdk(): Sdk {
  const path = process.env.MODDABLE;
  if (path === undefined || path === "") throw new Error(SDK_MISSING);
  const own = join(path, "build", "bin", TOOLS_FOLDER, "release");
  const folders = [...(process.env.PATH ?? "").split(delimiter), own];
  const mcconfig = process.platform === "win32" ? "mcconfig.exe" : "mcconfig";
  const tools = folders.find((folder) => folder !== "" && existsSync(join(folder, mcconfig)));
  if (tools === undefined) {
    throw new Error(`There is no mcconfig on PATH, nor in ${own}: build the SDK's tools, or mend $MODDABLE.`);
  }
  return { path, tools };
}

/** The environment in which mcconfig finds the SDK's other tools, and this repository's tsc where there is no other. */
export function withTools({ tools }: Sdk): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: [tools, process.env.PATH ?? "", join(root, "node_modules", ".bin")].join(delimiter),
  };
}
