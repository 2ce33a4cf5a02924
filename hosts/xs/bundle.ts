import { build } from "esbuild";
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** A rival in a bench, and what it asks of Node, by the files that need nothing of Node. */
const alias = {
  "mqtt-packet": "mqtt-packet/mqtt.js",
  bl: "bl/BufferList.js",
  events: "events/events.js",
  debug: "./hosts/xs/inside/no-debug.cjs",
};
const bundles = new Map<string, Promise<string>>();

/**
 * One script for XS out of a TypeScript entry file and everything it imports. The options never change, because engine
 * steps are counted over what comes out (a line break between statements is a step); the text does not depend on
 * where the repository lies. Bundled once per process.
 * @param entry path of the entry file, absolute or relative to the repository
 * @throws Error (rejection) with esbuild's messages
 */
export function bundle(entry: string): Promise<string> {
  const path = resolve(root, entry);
  let made = bundles.get(path);
  if (made === undefined) {
    made = makeBundle(relative(root, path).split(sep).join("/"));
    bundles.set(path, made);
  }
  return made;
}

async function makeBundle(entry: string): Promise<string> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    alias,
    write: false,
    format: "iife",
    platform: "neutral",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    treeShaking: true,
    sourcemap: false,
    minifyWhitespace: true,
    minifySyntax: false,
    minifyIdentifiers: false,
    keepNames: false,
    logLevel: "silent",
    tsconfigRaw: { compilerOptions: { target: "es2022", strict: true, verbatimModuleSyntax: true } },
  });
  return result.outputFiles[0]!.text;
}
