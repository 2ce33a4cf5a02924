import type { ExecutionContext } from "ava";
import type { Case } from "../conformance/suite.js";
import type { Conformance, SuiteName } from "../xs/inside/conformance.js";
import { startRpc } from "./xs.js";

/** Runs a conformance suite inside XS and here, case by case: all must pass, with the same tallies. */
export async function conformanceInXs(
  t: ExecutionContext,
  suite: SuiteName,
  seed: number,
  cases: readonly Case[],
): Promise<void> {
  const xs = (await startRpc(t, "test/xs/inside/conformance.ts")).caller<Conformance>();
  const { result: titles } = await xs("titles", { suite, seed });
  t.deepEqual(
    titles,
    cases.map((one) => one.title),
  );
  const failures: string[] = [];
  let readings = 0;
  let faults = 0;
  for (const [index, { title, run }] of cases.entries()) {
    try {
      const { result } = await xs("run", { index });
      readings += result.readings;
      faults += result.faults;
      t.deepEqual(result, run(), title);
    } catch (error) {
      failures.push(`${title}: ${(error as Error).message}`);
    }
  }
  t.log(`${cases.length} cases in XS: ${faults} faults put in, ${readings} right readings`);
  t.deepEqual(failures, []);
}
