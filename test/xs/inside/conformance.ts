import { serve } from "../../../hosts/xs/inside/rpc.js";
import { parts } from "../../conformance/parts.js";
import { sensorSuite } from "../../conformance/suite.js";
import type { Case } from "../../conformance/suite.js";

export interface Conformance {
  titles: { params: { seed: number }; result: string[] };
  run: { params: { index: number }; result: ReturnType<Case["run"]> };
}

let cases: Case[] = [];

serve<Conformance>({
  titles: ({ seed }) => {
    cases = sensorSuite(parts, seed);
    return { result: cases.map((one) => one.title) };
  },
  run: ({ index }) => ({ result: cases[index]!.run() }),
});
