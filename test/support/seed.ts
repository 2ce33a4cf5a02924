import type { ExecutionContext } from "ava";
import test from "ava";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "../../simulator/random.js";

/**
 * Runs a randomised test with a seed of its own, or with `MILLWRIGHT_SEED`; when it fails, the log shows the line that
 * runs it again.
 */
export function seeded(t: ExecutionContext, run: (random: Random, seed: number) => void): void {
  const seed = Number(process.env["MILLWRIGHT_SEED"] ?? Math.floor(Math.random() * 2 ** 32));
  try {
    run(new Random(seed), seed);
  } catch (error) {
    const file = relative(process.cwd(), fileURLToPath(test.meta.file));
    t.log(`MILLWRIGHT_SEED=${seed} npx ava ${file} --match '${t.title.replaceAll("'", "'\\''")}'`);
    throw error;
  }
}
