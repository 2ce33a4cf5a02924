import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const CHECKED = [
  "firmware",
  "simulator",
  "hosts",
  "test",
  "package.json",
  "tsconfig.json",
  "eslint.config.mjs",
  ".dependency-cruiser.mjs",
];

/** Adds one file to a copy of the project and runs one of the scripts that `npm run check` is made of. */
function check(
  script: "check:imports" | "check:lint",
  file: string,
  content: string,
): { code: number; output: string } {
  const copy = mkdtempSync(join(tmpdir(), "millwright-"));
  try {
    for (const name of CHECKED) cpSync(join(repository, name), join(copy, name), { recursive: true });
    symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
    writeFileSync(join(copy, file), content);
    const [tool, ...args] = scriptOf(script).split(" ");
    // Lint is asked about the new file only: the others are checked by `npm run check` itself.
    const words = script === "check:lint" ? [file] : args;
    const { status, stdout, stderr } = spawnSync(join(copy, "node_modules/.bin", tool!), words, {
      cwd: copy,
      encoding: "utf8",
    });
    return { code: status ?? 1, output: stdout + stderr };
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function scriptOf(name: string): string {
  const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  return scripts[name]!;
}

test("npm run check is made of types, lint, imports and format", (t) => {
  const whole = scriptOf("check");
  for (const part of ["check:types", "check:lint", "check:imports", "check:format"])
    t.true(whole.includes(`npm run -s ${part}`));
});

const imports: [rule: string, file: string, content: string][] = [
  ["floor-filters", "firmware/filters/bad.ts", 'export { Alarm } from "../alarms/alarm.js";\n'],
  ["floor-words", "firmware/model/bad.ts", 'export { MedianFilter } from "../filters/median.js";\n'],
  ["floor-sensors", "firmware/sensors/bad.ts", 'export { VirtualClock } from "../../simulator/clock.js";\n'],
  ["floor-telemetry", "firmware/telemetry/bad.ts", 'export { readFileSync } from "node:fs";\n'],
  ["simulator-imports", "simulator/chips/bad.ts", 'export { SHT3x } from "../../firmware/sensors/sht3x.js";\n'],
  ["simulated-imports", "hosts/simulated/bad.ts", 'export { nodeNetwork } from "../node/network.js";\n'],
  ["hosts-by-tests", "simulator/bad.ts", 'export { seeded } from "../hosts/simulated/options.js";\n'],
];
for (const [rule, file, content] of imports) {
  test(`the check fails on an import that breaks the rule ${rule}`, (t) => {
    const { code, output } = check("check:imports", file, content);
    t.not(code, 0);
    t.true(output.includes(`${rule}: ${file}`), output);
  });
}

const lint: [what: string, content: string][] = [
  ["Math.exp", "export const x = Math.exp(1);\n"],
  ["a power operator", "export const x = 2 ** 0.5;\n"],
  ["Date", "export const x = Date.now();\n"],
  ["a regular expression", "export const x = /a/;\n"],
  ["Buffer", "export const x = Buffer.from([]);\n"],
  ["setTimeout", "setTimeout(() => {}, 1);\n"],
  ["console", "console.log(1);\n"],
];
test("the check fails on a private method of the firmware that takes a heap slot in every instance", (t) => {
  const { code, output } = check("check:lint", "firmware/filters/bad.ts", "export class Bad {\n  #method() {}\n}\n");
  t.is(code, 1);
  t.true(output.includes("make it `private`"), output);
});

for (const folder of ["firmware/filters", "simulator/world"]) {
  test(`the check fails on what engines do not share, in ${folder}`, (t) => {
    for (const [what, content] of lint) {
      const { code, output } = check("check:lint", `${folder}/bad.ts`, content);
      t.is(code, 1, `${what}: ${output}`);
      t.true(output.includes("no-restricted"), `${what}: ${output}`);
    }
  });
}
