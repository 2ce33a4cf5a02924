import test from "ava";
import type { ExecutionContext } from "ava";
import { createRequire, Module } from "node:module";

const require = createRequire(import.meta.url);

/**
 * A test that needs packages which npm may leave out (optionalDependencies). Where one is missing the test fails in CI,
 * and elsewhere is skipped with the reason in its title. Such tests run one after the other: packages keep globals.
 */
export function optionalTest(
  packages: readonly string[],
  title: string,
  run: (t: ExecutionContext) => Promise<void> | void,
): void {
  const absent = packages.filter((name) => !isInstalled(name));
  if (absent.length === 0) {
    test.serial(title, run);
    return;
  }
  const missing = `not installed: ${absent.join(", ")} (optional; npm install --include=optional)`;
  if (process.env["CI"]) test(title, (t) => t.fail(missing));
  else test.skip(`${title} — ${missing}`, run);
}

/** What the CommonJS package `name` exports; `Exports` says what the caller uses of it. Throws where it is missing. */
export function load<Exports>(name: string): Exports {
  return require(name) as Exports;
}

/** From now on `owner` is given `exports` when it requires `name`, which is not loaded: for packages with native parts. */
export function standIn(owner: string, name: string, exports: unknown): void {
  const path = createRequire(require.resolve(owner)).resolve(name);
  const module = new Module(path);
  module.exports = exports;
  module.loaded = true;
  require.cache[path] = module;
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
