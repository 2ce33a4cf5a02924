import test from "ava";
import type { ExecutionContext } from "ava";
import { bundle } from "../../hosts/xs/bundle.js";
import { findWorker, workerMissing } from "../../hosts/xs/find-worker.js";
import { Rpc } from "../../hosts/xs/rpc.js";
import type { RpcOptions } from "../../hosts/xs/rpc.js";
import { XsWorker } from "../../hosts/xs/worker.js";
import type { XsWorkerOptions } from "../../hosts/xs/worker.js";

/** A test that needs the XS engine. Without it the test fails in CI, and elsewhere is skipped with the reason in its title. */
export function xsTest(title: string, run: (t: ExecutionContext) => Promise<void> | void): void {
  if (findWorker() !== undefined) test(title, run);
  else if (process.env["CI"]) test(title, (t) => t.fail(workerMissing));
  else test.skip(`${title} — ${workerMissing}`, run);
}

/** A worker that ends with the test. */
export async function startWorker(t: ExecutionContext, options: XsWorkerOptions = {}): Promise<XsWorker> {
  const worker = await XsWorker.start(options);
  t.teardown(() => worker.close());
  return worker;
}

/** The bundle of `entry` (a path from the repository's root) inside XS; it ends with the test. */
export async function startRpc(
  t: ExecutionContext,
  entry: string,
  options: Omit<RpcOptions, "code"> = {},
): Promise<Rpc> {
  const rpc = await Rpc.start({ ...options, code: await bundle(entry) });
  t.teardown(() => rpc.close());
  return rpc;
}
