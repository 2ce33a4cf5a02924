import { measureTelemetry } from "../../hosts/node/bench-telemetry.js";
import type { TelemetryCost } from "../../hosts/node/bench-telemetry.js";
import { startRpc, xsTest } from "../support/xs.js";
import { denseMessages } from "./dense-values.js";
import type { DenseTwin } from "./inside/dense.js";

/** Engine steps that a message may take, of a batch that the bench has. */
const BUDGETS: Readonly<Record<string, number>> = {
  "1 of 1, regular": 1700,
  "2 of 2, regular": 4500,
  "10 of 1, regular": 9500,
  "60 of 1, regular": 36_000,
  "60 of 1, irregular": 56_000,
  "60 of 8, regular": 46_000,
};

xsTest("a dense message takes no heap slot, and keeps within its engine steps", async (t) => {
  const costs = (await measureTelemetry()).filter(({ format }) => format === "dense");
  const nameOf = ({ values, channels, timing }: TelemetryCost) => `${values} of ${channels}, ${timing}`;
  t.deepEqual([...new Set(costs.map(nameOf))], Object.keys(BUDGETS));
  for (const cost of costs) {
    const { steps, slots } = cost;
    const name = nameOf(cost);
    t.is(slots, 0, name);
    t.true(steps <= BUDGETS[name]!, `${name} takes ${steps} steps, not ${BUDGETS[name]} or fewer`);
  }
});

xsTest("the dense profile is written in the same bytes on Node and XS", async (t) => {
  const seed = Number(process.env["SEED"] ?? 20_240_607);
  t.log(`SEED=${seed} npx ava test/xs/dense.test.ts`);
  const onNode = denseMessages(seed, 400);
  const xs = (await startRpc(t, "test/xs/inside/dense.ts")).caller<DenseTwin>();
  const { bytes } = await xs("messages", { seed, count: 400 });
  const differing = onNode.findIndex((byte, i) => byte !== bytes[i]);
  t.is(differing, -1, `byte ${differing} is ${onNode[differing]} on Node and ${bytes[differing]} on XS`);
  t.is(bytes.byteLength, onNode.byteLength);
});
