import type { ExecutionContext } from "ava";
import { startRpc, xsTest } from "../support/xs.js";
import type { Twins } from "./inside/twins.js";
import { mathFunctions, mathInputs, mathValues, randomValues } from "./twins.js";

const seed = Number(process.env["SEED"] ?? 20_240_607);
const inputsPerFunction = 20_000;
const entry = "test/xs/inside/twins.ts";

for (const name of Object.keys(mathFunctions)) {
  xsTest(`${name} gives the same bits on Node and XS`, async (t) => {
    t.log(`SEED=${seed} npx ava test/xs/math.test.ts --match '${name} *'`);
    const inputs = mathInputs(name, seed, inputsPerFunction);
    const xs = (await startRpc(t, entry)).caller<Twins>();
    const { bytes } = await xs("math", { name }, new Uint8Array(inputs.buffer));
    same(t, bytes, mathValues(name, inputs), (i) => `${name}(${inputs[2 * i]}, ${inputs[2 * i + 1]})`);
  });
}

xsTest("the seeded generator draws the same numbers on Node and XS", async (t) => {
  t.log(`SEED=${seed} npx ava test/xs/math.test.ts --match '*generator*'`);
  const params = { seed, count: 5_000 };
  const xs = (await startRpc(t, entry)).caller<Twins>();
  const { bytes } = await xs("random", params);
  same(t, bytes, randomValues(params.seed, params.count), (i) => `draw ${i}`);
});

/** Equal bits, but any NaN is as good as another. */
function same(t: ExecutionContext, bytes: Uint8Array, onNode: Float64Array, call: (index: number) => string): void {
  const onXs = new Float64Array(bytes.slice().buffer);
  t.is(onXs.length, onNode.length);
  const differing = onNode.findIndex((value, index) => !Object.is(value, onXs[index]));
  if (differing < 0) t.pass();
  else t.fail(`${call(differing)} is ${onNode[differing]} on Node and ${onXs[differing]} on XS`);
}
