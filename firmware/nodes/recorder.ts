import { defineNode } from "../define-node.js";
import { NumericInput } from "../sensors/numeric-input.js";

/** One channel of any range and no filter, and what a detector thinks of it: whatever series of numbers can be put through a node. */
export const recorder = defineNode({
  name: "recorder",
  sensors: [{ name: "recording", driver: NumericInput, io: "Numeric", wiring: { port: 0 }, periodMs: 1000 }],
  detectors: [{ name: "detector", channels: ["recording.value"] }],
  channels: [
    {
      name: "recording.value",
      source: "recording",
      field: "value",
      unit: "1",
      resolution: 0,
      defaults: { report: { kind: "every" } },
    },
    {
      name: "recording.anomaly",
      source: "detector",
      field: "score",
      unit: "/",
      resolution: 0,
      defaults: {
        alarms: [{ kind: "unusual", acknowledgement: "automatic", message: "the value is not as it usually is" }],
        report: { kind: "change", deadband: 0.1, minimumIntervalMs: 0, maximumIntervalMs: 0 },
      },
    },
  ],
});
