import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { ExecutionContext } from "ava";
import { Decimator } from "../../../firmware/signal/decimator.js";
import { RealFFT } from "../../../firmware/signal/fft.js";
import { applyWindow, WINDOWS } from "../../../firmware/signal/window.js";
import type { WindowKind } from "../../../firmware/signal/window.js";

interface Reference {
  readonly samples: number[];
  readonly spectrum: number[];
  readonly windows: Record<WindowKind, number[]>;
  readonly block: number[];
  readonly decimated: Record<string, number[]>;
}

const folder = dirname(fileURLToPath(import.meta.url));
const script = join(folder, "reference.py");
const reference = JSON.parse(readFileSync(join(folder, "reference.json"), "utf8")) as Reference;

/** The same to eleven digits of the largest that there is. */
function same(t: ExecutionContext, values: ArrayLike<number>, expected: readonly number[], what: string): void {
  t.is(values.length, expected.length, what);
  const most = Math.max(...expected.map(Math.abs));
  const differing = expected.findIndex((value, i) => !(Math.abs(values[i]! - value) <= 1e-11 * most));
  t.is(differing, -1, `${what}[${differing}] is ${values[differing]}, not ${expected[differing]}`);
}

test("a spectrum is NumPy's", (t) => {
  const data = Float64Array.from(reference.samples);
  new RealFFT(data.length).transform(data);
  same(t, data, reference.spectrum, "spectrum");
});

for (const kind of Object.keys(WINDOWS) as WindowKind[]) {
  test(`${kind} has SciPy's weights`, (t) => {
    const weights = new Float64Array(reference.windows[kind].length).fill(1);
    applyWindow(weights, kind);
    same(t, weights, reference.windows[kind], kind);
  });
}

for (const [factor, expected] of Object.entries(reference.decimated)) {
  test(`decimation by ${factor} gives what SciPy's firwin and lfilter give`, (t) => {
    const outputs = new Float64Array(expected.length);
    const samples = Int16Array.from(reference.block);
    t.is(new Decimator(Number(factor)).push(samples, 0, 1, samples.length, outputs, 0), expected.length);
    same(t, outputs, expected, `by ${factor}`);
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
  t.deepEqual(made.samples, reference.samples);
  t.deepEqual(made.block, reference.block);
  // Another SciPy may differ in the last digits.
  same(t, reference.spectrum, made.spectrum, "spectrum");
  const lists = (of: Reference) => Object.entries({ ...of.windows, ...of.decimated });
  t.deepEqual(
    lists(made).map(([name]) => name),
    lists(reference).map(([name]) => name),
  );
  lists(made).forEach(([name, values], i) => same(t, lists(reference)[i]![1], values, name));
}

if (python !== undefined) test(title, regenerate);
else if (process.env["CI"]) test(title, (t) => t.fail(missing));
else test.skip(`${title} — ${missing}`, regenerate);
