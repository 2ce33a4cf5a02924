import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What to tell a person when {@link findWorker} finds nothing. */
export const workerMissing =
  "The XS engine is not built: `npm install` needs a C compiler and make (and Node 20 or 22) for @agoric/xsnap.";

const platforms: Partial<Record<NodeJS.Platform, string>> = { linux: "lin", darwin: "mac" };

/** The path of @agoric/xsnap's worker binary, or `undefined` where it was not built. */
export function findWorker(): string | undefined {
  const platform = platforms[process.platform];
  if (platform === undefined) return undefined;
  const inPackage = join("xsnap-native", "xsnap", "build", "bin", platform, "release", "xsnap-worker");
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const binary = join(folder, "node_modules", "@agoric", "xsnap", inPackage);
    if (existsSync(binary)) return binary;
    if (dirname(folder) === folder) return undefined;
  }
}
