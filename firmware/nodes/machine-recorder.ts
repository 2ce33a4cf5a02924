import { defineNode } from "../define-node.js";
import { NumericInput } from "../sensors/numeric-input.js";

const PORTS = [1, 2, 3, 4, 5, 6, 7, 8];

/** Up to eight channels of one machine, of any range and no filter, and what a detector thinks of them together. */
export const machineRecorder = defineNode({
  name: "machine-recorder",
  sensors: PORTS.map((port) => ({
    name: `recording${port}`,
    driver: NumericInput,
    io: "Numeric",
    wiring: { port },
    periodMs: 1000,
  })),
  detectors: [{ name: "detector", channels: PORTS.map((port) => `machine.value${port}`) }],
  channels: [
    ...PORTS.map(
      (port) =>
        ({
          name: `machine.value${port}`,
          source: `recording${port}`,
          field: "value",
          unit: "1",
          resolution: 0,
          defaults: { report: { kind: "every" } },
        }) as const,
    ),
    {
      name: "machine.anomaly",
      source: "detector",
      field: "score",
      unit: "/",
      resolution: 0,
      defaults: {
        alarms: [{ kind: "unusual", acknowledgement: "automatic", message: "the machine is not as it usually is" }],
        report: { kind: "change", deadband: 0.1, minimumIntervalMs: 0, maximumIntervalMs: 0 },
      },
    },
  ],
});
