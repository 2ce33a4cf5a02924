import { serve } from "../../../hosts/xs/inside/rpc.js";
import { parts } from "../../conformance/parts.js";
import { sharedBusSuite } from "../../conformance/shared-bus.js";
import { sensorSuite } from "../../conformance/suite.js";
import type { Case } from "../../conformance/suite.js";

const suites = { sensor: sensorSuite, "shared-bus": sharedBusSuite };
export type SuiteName = keyof typeof suites;

export interface Conformance {
  titles: { params: { suite: SuiteName; seed: number }; result: string[] };
  run: { params: { index: number }; result: ReturnType<Case["run"]> };
}

let cases: Case[] = [];

serve<Conformance>({
  titles: ({ suite, seed }) => {
    cases = suites[suite](parts, seed);
    return { result: cases.map((one) => one.title) };
  },
  run: ({ index }) => ({ result: cases[index]!.run() }),
});
