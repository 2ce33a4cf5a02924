import { parts } from "../conformance/parts.js";
import { sensorSuite } from "../conformance/suite.js";
import { startRpc, xsTest } from "../support/xs.js";
import type { Conformance } from "./inside/conformance.js";

const seed = Number(process.env["SEED"] ?? 20_240_607);

xsTest("every part passes the conformance suite inside XS, with the same readings as on Node", async (t) => {
  t.timeout(300_000);
  const suite = sensorSuite(parts, seed);
  const xs = (await startRpc(t, "test/xs/inside/conformance.ts")).caller<Conformance>();
  const { result: titles } = await xs("titles", { seed });
  t.deepEqual(
    titles,
    suite.map((one) => one.title),
  );
  const failures: string[] = [];
  for (const [index, { title, run }] of suite.entries()) {
    try {
      const { result } = await xs("run", { index });
      t.deepEqual(result, run(), title);
    } catch (error) {
      failures.push(`${title}: ${(error as Error).message}`);
    }
  }
  t.log(`${suite.length} cases`);
  t.deepEqual(failures, [], `SEED=${seed} npx ava test/xs/conformance.test.ts`);
});
