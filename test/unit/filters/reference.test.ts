import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { ExecutionContext } from "ava";
import { createFilter, filterProblem } from "../../../firmware/filters/index.js";
import type { FilterSettings } from "../../../firmware/filters/index.js";

interface Reference {
  readonly inputs: Record<string, { readonly ticks: number[]; readonly values: number[] }>;
  readonly cases: readonly {
    readonly input: string;
    readonly settings: FilterSettings;
    readonly outputs: (number | null)[];
  }[];
}

const folder = dirname(fileURLToPath(import.meta.url));
const script = join(folder, "reference.py");
const reference = JSON.parse(readFileSync(join(folder, "reference.json"), "utf8")) as Reference;

/** Two numbers are the same to nine digits; near 0, to nine digits of the largest that there is. */
function same(one: number, other: number, largest: number): boolean {
  return Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(one), Math.abs(other), 1e-3 * largest);
}

const largestOf = (values: readonly (number | null)[]) => Math.max(...values.map((value) => Math.abs(value ?? 0)));

for (const kind of new Set(reference.cases.map((one) => one.settings.kind))) {
  test(`${kind} gives what SciPy gives`, (t) => {
    for (const { input, settings, outputs } of reference.cases.filter((one) => one.settings.kind === kind)) {
      t.is(filterProblem(settings), undefined);
      const { ticks, values } = reference.inputs[input]!;
      const filter = createFilter(settings);
      const largest = largestOf(outputs);
      for (let i = 0; i < values.length; i++) {
        const output = filter.update(values[i]!, ticks[i]!);
        const expected = outputs[i]!;
        const right = expected === null ? Number.isNaN(output) : same(output, expected, largest);
        if (!right) t.fail(`${JSON.stringify(settings)} of ${input}[${i}]: ${output} is not ${expected}`);
      }
    }
  });
}

/** A Python that has SciPy: the one in the path, or Debian's (python3-scipy). */
const python = ["python3", "/usr/bin/python3"].find(
  (command) => spawnSync(command, ["-c", "import scipy"]).status === 0,
);
const title = "reference.json is what reference.py makes";
const missing = "needs Python with SciPy: apt-get install python3-scipy";

function regenerate(t: ExecutionContext): void {
  const { status, stdout, stderr } = spawnSync(python!, [script], { encoding: "utf8", maxBuffer: 1 << 24 });
  t.is(status, 0, stderr);
  const made = JSON.parse(stdout) as Reference;
  t.deepEqual(made.inputs, reference.inputs);
  t.deepEqual(
    made.cases.map(({ input, settings }) => ({ input, settings })),
    reference.cases.map(({ input, settings }) => ({ input, settings })),
  );
  // Another SciPy may differ in the last digits.
  made.cases.forEach(({ settings, outputs }, index) => {
    const stored = reference.cases[index]!.outputs;
    const largest = largestOf(stored);
    outputs.forEach((output, i) => {
      const before = stored[i]!;
      const right = output === null || before === null ? output === before : same(output, before, largest);
      if (!right) t.fail(`${JSON.stringify(settings)}[${i}]: ${output} is not ${before}`);
    });
  });
}

if (python !== undefined) test(title, regenerate);
else if (process.env["CI"]) test(title, (t) => t.fail(missing));
else test.skip(`${title} — ${missing}`, regenerate);
