/**
 * The Moddable SDK's own sensor drivers read our parts over our buses, inside XS. Everything that runs there is in the
 * files beside this one; drivers.ts says where a driver of the SDK departs from its datasheet. They wait in real time.
 */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import test from "ava";
import type { ExecutionContext } from "ava";
import { repository } from "../support/command.js";
import { findSdk } from "../../hosts/node/sdk.js";
import { buildImage, runImage } from "../../hosts/node/sdk-image.js";

interface Line {
  driver: string;
  error?: string;
  quantity: string;
  unit: string;
  truth: number;
  value?: number;
  tolerance: number;
  ok: boolean;
}

const EXPECTED = [
  ...["SHT3x temperature", "SHT3x humidity", "TMP117 temperature", "LIS3DH x", "LIS3DH y", "LIS3DH z"],
  ...["MLX90614 object", "MLX90614 ambient", "BMP280 temperature", "BMP280 pressure", "NTC_Thermistor temperature"],
];
const POINTS = 5;
const IMAGE = { folder: "sdk-drivers", name: "sdk-drivers", manifest: "test/moddable/manifest.json" };

async function sdkDriversReadOurParts(t: ExecutionContext): Promise<void> {
  t.timeout(600_000);
  const sdk = findSdk();
  await buildImage(sdk, IMAGE);
  const done = (lines: readonly string[]) => lines.some((line) => line.includes('"violations"'));
  const told = (await runImage(sdk, IMAGE, done, 60_000)).filter((line) => line.startsWith("{"));
  const { violations } = JSON.parse(told.pop()!) as { violations: string[] };
  const lines = told.map((line) => JSON.parse(line) as Line);

  for (const line of lines) t.true(line.ok, JSON.stringify(line));
  t.deepEqual(violations, []);
  const worst = new Map<string, { count: number; error: number; unit: string }>();
  for (const { driver, quantity, unit, truth, value = NaN } of lines) {
    const { count = 0, error = 0 } = worst.get(`${driver} ${quantity}`) ?? {};
    worst.set(`${driver} ${quantity}`, { count: count + 1, error: Math.max(error, Math.abs(value - truth)), unit });
  }
  t.deepEqual([...worst.keys()], EXPECTED);
  for (const [what, { count, error, unit }] of worst) {
    t.is(count, POINTS, what);
    t.log(`${what}: at most ${error.toPrecision(3)} ${unit} off`);
  }
}

const title = "the Moddable SDK's own drivers read the parts' true values, in XS";
if (process.env["MODDABLE"]) test(title, sdkDriversReadOurParts);
else test.skip(`${title} — needs the Moddable SDK at $MODDABLE`, sdkDriversReadOurParts);

test("the image has everything that its entry point imports, and nothing else of ours", (t) => {
  const folder = "test/moddable";
  const { modules, creation } = JSON.parse(readFileSync(join(repository, folder, "manifest.json"), "utf8")) as {
    modules: Record<string, string>;
    creation: { main: string };
  };
  const ours = Object.keys(modules).filter((name) => !modules[name]!.startsWith("$(MODDABLE)"));
  // The SDK's SMBus imports the second.
  const reached = new Set([creation.main, "embedded:io/i2c"]);
  for (const name of reached) {
    const source = modules[name];
    if (source === undefined) {
      t.fail(`${name} is not in the manifest`);
      continue;
    }
    const text = readFileSync(join(repository, folder, `${source}.ts`), "utf8");
    for (const [, specifier] of text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from "(\.[^"]+)\.js";$/gm)) {
      reached.add(posix.join(posix.dirname(name), specifier!));
    }
  }
  t.deepEqual([...reached].sort(), ours.sort());
});
