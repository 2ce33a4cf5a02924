import type { ExecutionContext } from "ava";
import type { Rpc } from "../../hosts/xs/rpc.js";
import { startRpc, xsTest } from "../support/xs.js";
import type { Host, Inside } from "./inside/rpc.js";

const entry = "test/xs/inside/rpc.ts";

async function start(t: ExecutionContext, shout: (text: string) => string = (text) => text.toUpperCase()) {
  const prepare = (rpc: Rpc): void =>
    rpc.serve<Host>({
      started: () => ({ result: 100 }),
      shout: ({ text }, bytes) => ({ result: shout(text), bytes: bytes.map((byte) => byte + 1) }),
    });
  return (await startRpc(t, entry, { prepare })).caller<Inside>();
}

xsTest("a request carries JSON and bytes, and so does its answer", async (t) => {
  const xs = await start(t);
  const sum = await xs("add", { a: 1, b: 2.5 });
  t.is(sum.result, 103.5);
  t.is(sum.bytes.byteLength, 0);
  t.true(sum.meter.compute > 0);
  const { result, bytes } = await xs("reverse", undefined, Uint8Array.of(1, 2, 3));
  t.is(result, undefined);
  t.deepEqual([...bytes], [3, 2, 1]);
});

xsTest("the script asks the host while a request runs", async (t) => {
  const xs = await start(t);
  const { result, bytes } = await xs("ask", { times: 3, text: "grün 😀 \u0000 \u2028" }, Uint8Array.of(7));
  t.is(result, "GRÜN 😀 \u0000 \u2028");
  t.deepEqual([...bytes], [8]);
});

xsTest("errors keep name and message on their way out and in", async (t) => {
  const xs = await start(t, () => {
    throw new TypeError("no voice");
  });
  await t.throwsAsync(xs("fail", { message: "4 is not 1 to 3" }), { name: "RangeError", message: "4 is not 1 to 3" });
  await t.throwsAsync(xs("ask", { times: 1, text: "" }), { name: "TypeError", message: "no voice" });
  t.is((await xs("add", { a: 1, b: 2 })).result, 103);
});

xsTest("a method that nobody serves, or that is served twice, is named", async (t) => {
  const rpc = await startRpc(t, entry, {
    prepare: (rpc) => rpc.serve<Host>({ started: () => ({ result: 0 }), shout: () => {} }),
  });
  await t.throwsAsync(rpc.request("nonsense"), { message: 'rpc: nobody serves "nonsense"' });
  t.throws(() => rpc.serve({ shout: () => {} }), { message: 'rpc: "shout" is served already' });
});

xsTest("a script that throws at its top level rejects the start with what it threw", async (t) => {
  await t.throwsAsync(startRpc(t, entry), { message: 'Error: rpc: nobody serves "started"' });
});
