import { startRpc, xsTest } from "../support/xs.js";
import type { Twins } from "./inside/twins.js";
import { cborBytes, cborVerdicts } from "./twins.js";

const seed = Number(process.env["SEED"] ?? 20_240_607);
const entry = "test/xs/inside/twins.ts";

xsTest("CborWriter writes the same bytes on Node and XS", async (t) => {
  t.log(`SEED=${seed} npx ava test/xs/cbor.test.ts`);
  const onNode = cborBytes(seed, 5_000);
  const xs = (await startRpc(t, entry)).caller<Twins>();
  const { bytes } = await xs("cbor", { seed, count: 5_000 });
  const differing = onNode.findIndex((byte, index) => byte !== bytes[index]);
  t.is(differing, -1, `byte ${differing} is ${onNode[differing]} on Node and ${bytes[differing]} on XS`);
  t.is(bytes.byteLength, onNode.byteLength);
});

xsTest("decode takes and refuses the same on Node and XS", async (t) => {
  t.log(`SEED=${seed} npx ava test/xs/cbor.test.ts`);
  const message = cborBytes(seed, 200);
  const params = { seed, count: 500 };
  const xs = (await startRpc(t, entry)).caller<Twins>();
  const { result } = await xs("damaged", params, message);
  t.is(result[0], "200 items");
  t.deepEqual(result, cborVerdicts(message, params.seed, params.count));
});
