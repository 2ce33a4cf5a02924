import { defineNode } from "../definition.js";
import { NumericInput } from "../sensors/numeric-input.js";

/** One channel of any range and no filter: whatever series of numbers can be put through a node. */
export const recorder = defineNode({
  name: "recorder",
  sensors: [{ name: "recording", driver: NumericInput, io: "Numeric", wiring: { port: 0 }, periodMs: 1000 }],
  channels: [
    {
      name: "recording.value",
      sensor: "recording",
      field: "value",
      unit: "1",
      resolution: 0,
      defaults: { report: { kind: "every" } },
    },
  ],
});
