/** Alarms and detectors as operations: one value in, a second after the one before. */
import { AlarmSystem } from "../../../firmware/alarms/alarm-system.js";
import { ALARM_FIELDS } from "../../../firmware/alarms/index.js";
import type { AlarmSettings } from "../../../firmware/alarms/index.js";
import { AdaptiveDetector } from "../../../firmware/condition/adaptive-detector.js";
import { FusedDetector } from "../../../firmware/condition/fused-detector.js";
import { checkFields } from "../../../firmware/settings/fields.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { MemoryKeyValue } from "../../../simulator/io/key-value.js";
import { Random } from "../../../simulator/random.js";
import { operations } from "./operations.js";

const INPUTS = 64;
const random = new Random(7);
const values = Float64Array.from({ length: INPUTS }, () => 20 + 0.5 * random.normal());
const UTC = 1_767_225_600_000;
const FOUR_LIMITS = [
  { kind: "low-low", setpoint: 1 },
  { kind: "low", setpoint: 5 },
  { kind: "high", setpoint: 80 },
  { kind: "high-high", setpoint: 90 },
];

const measured: Record<string, () => unknown> = {};

/** What is called here costs what `take` costs less the call itself. */
function feed(name: string, take: (value: number, ticks: number) => void): void {
  let i = 0;
  let ticks = 0;
  measured[name] = () => {
    i = (i + 1) % INPUTS;
    ticks += 1000;
    take(values[i]!, ticks);
  };
}

function addAlarms(name: string, given: readonly { readonly kind: string }[]): void {
  const settings = given.map((own) => {
    const fields = ALARM_FIELDS[own.kind as AlarmSettings["kind"]];
    return { ...checkFields({}, name, fields), ...own } as unknown as AlarmSettings;
  });
  const system = new AlarmSystem({
    clock: new VirtualClock(),
    storage: new MemoryKeyValue(),
    settings: { floodLimit: 10, floodWindowMs: 600_000, summaryMs: 60_000 },
    listener: { onTransition: () => {}, onSummary: () => {}, onSnapshotRequest: () => {} },
  });
  const alarms = system.add("channel", settings);
  system.start();
  feed(name, (value, ticks) => alarms.update(value, ticks));
}

feed("(feed)", () => {});
addAlarms("no alarm", []);
addAlarms("four limits", FOUR_LIMITS);
addAlarms("four limits, one active", [
  { kind: "high", setpoint: 15 },
  ...FOUR_LIMITS.filter((own) => own.kind !== "high"),
]);
addAlarms("deviation", [{ kind: "deviation", setpoint: 50, reference: 20 } as { kind: string }]);
addAlarms("rate of change", [{ kind: "rate-of-change", setpoint: 50 } as { kind: string }]);
addAlarms("discrete", [{ kind: "discrete", state: 1 } as { kind: string }]);
addAlarms("bad quality", [{ kind: "bad-quality", staleMs: 10_000 } as { kind: string }]);
addAlarms("event count", [{ kind: "event-count", setpoint: 50 } as { kind: string }]);

const adaptive = new AdaptiveDetector(new ArrayBuffer(AdaptiveDetector.stateBytes));
feed("adaptive detector", (value, ticks) => adaptive.update(value, ticks, UTC + ticks));
const row = new Float64Array(8);
for (const channels of [2, 8]) {
  const fused = new FusedDetector(new ArrayBuffer(FusedDetector.stateBytes(channels)), channels);
  const present = row.subarray(0, channels);
  feed(`fused detector, ${channels} channels`, (value, ticks) => {
    present[(ticks / 1000) % channels] = value;
    fused.update(present, ticks, UTC + ticks);
  });
}
operations(measured);
