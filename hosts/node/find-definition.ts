import { build } from "esbuild";
import { existsSync } from "node:fs";
import { relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { NodeDefinition } from "../../firmware/definition.js";
import { composeSettings } from "../../firmware/settings/settings.js";
import { UsageError } from "./command-line.js";

export interface FoundDefinition {
  /** The definition's own name. */
  readonly name: string;
  /** Path of the file, relative to the repository, with slashes. */
  readonly file: string;
  /** Under which name the file exports it. */
  readonly exported: string;
  /** The file and every file that it imports, like `file`. */
  readonly files: readonly string[];
}

/**
 * The one node definition that a file exports.
 * @throws UsageError when there is none, SettingsError when its settings are not right
 */
export async function findDefinition(root: string, path: string): Promise<FoundDefinition> {
  const file = relative(root, path).split(sep).join("/");
  if (!existsSync(path)) throw new UsageError(`--node ${file} is not there`);
  if (file.startsWith("../") || !file.endsWith(".ts")) {
    throw new UsageError(`--node ${file} is not a .ts file inside this repository, where its imports can be found`);
  }
  const exports = Object.entries((await import(pathToFileURL(path).href)) as Record<string, unknown>);
  const found = exports.filter((entry): entry is [string, NodeDefinition] => isDefinition(entry[1]));
  if (found.length !== 1) {
    throw new UsageError(`--node ${file} exports ${found.length} node definitions; it must export one`);
  }
  const [exported, definition] = found[0]!;
  composeSettings(definition);
  return { name: definition.name, file, exported, files: await importsOf(root, file) };
}

function isDefinition(value: unknown): value is NodeDefinition {
  if (typeof value !== "object" || value === null) return false;
  const { name, sensors, channels } = value as Partial<NodeDefinition>;
  return typeof name === "string" && Array.isArray(sensors) && Array.isArray(channels);
}

async function importsOf(root: string, file: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [file],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "neutral",
    logLevel: "silent",
  });
  const files = Object.keys(metafile.inputs);
  const foreign = files.find((input) => input.startsWith("../") || input.includes("node_modules/"));
  if (foreign !== undefined) throw new UsageError(`--node ${file} needs ${foreign}, which cannot go into an image`);
  return files;
}
