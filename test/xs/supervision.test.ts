import { startRpc, xsTest } from "../support/xs.js";
import { failingNode } from "./failing-node.js";
import type { FailingNode } from "./inside/failing-node.js";

xsTest("a node that fails is restarted and ends in safe mode on XS as here, message by message", async (t) => {
  const xs = (await startRpc(t, "test/xs/inside/failing-node.ts")).caller<FailingNode>();
  const { result } = await xs("run");
  t.deepEqual(result, failingNode());
  t.deepEqual(
    result.flatMap((line) => (/^\d/.test(line) ? [line.replace(/^\d+ /, "")] : [])),
    ["software", "software", "software"],
  );
  t.is(result.at(-1), "safe mode");
});
