/** Alarms and detectors as operations, and their rivals: one value in, a second after the one before. */
import { AlarmSystem } from "../../../firmware/alarms/alarm-system.js";
import { ALARM_FIELDS } from "../../../firmware/alarms/index.js";
import type { AlarmSettings } from "../../../firmware/alarms/index.js";
import { AdaptiveDetector } from "../../../firmware/condition/adaptive-detector.js";
import { FusedDetector } from "../../../firmware/condition/fused-detector.js";
import { checkFields } from "../../../firmware/settings/fields.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { MemoryKeyValue } from "../../../simulator/io/key-value.js";
import { Random } from "../../../simulator/random.js";
import { nameOf } from "./beside.js";
import { operations } from "./operations.js";
import * as rivals from "./rivals-judgement.js";

const INPUTS = 64;
const random = new Random(7);
const values = Float64Array.from({ length: INPUTS }, () => 20 + 0.5 * random.normal());
const UTC = 1_767_225_600_000;
/** Values that a z-score is told by: as many as the adaptive detector's longest mean. */
const WINDOW = 200;
/** Rows that Hotelling's T² remembers: as the fused detector. */
const MEMORY = 10_000;
const LIMITS = { lowLow: 1, low: 5, high: 80, highHigh: 90 };
const NORMAL = [
  { kind: "low-low", setpoint: LIMITS.lowLow },
  { kind: "low", setpoint: LIMITS.low },
  { kind: "high-high", setpoint: LIMITS.highHigh },
];
const STALE_MS = 10_000;

const measured: Record<string, () => unknown> = {};

const FEED = "(feed)";

/** What is called here costs what `take` costs less the call itself. */
function feed(name: string, take: Take): void {
  let i = 0;
  let ticks = 0;
  measured[name] = () => {
    i = (i + 1) % INPUTS;
    ticks += 1000;
    take(values[i]!, ticks);
  };
}

type Take = (value: number, ticks: number) => unknown;

function add(judge: string, take: Take, others: Readonly<Record<string, Take>>): void {
  feed(nameOf({ judge }, FEED), take);
  for (const [name, rival] of Object.entries(others)) feed(nameOf({ judge }, FEED, name), rival);
}

function addAlarms(judge: string, others: Readonly<Record<string, Take>>, given: readonly object[]): void {
  const settings = given.map((own) => {
    const fields = ALARM_FIELDS[(own as AlarmSettings).kind];
    return { ...checkFields({}, judge, fields), ...own } as unknown as AlarmSettings;
  });
  const system = new AlarmSystem({
    clock: new VirtualClock(),
    storage: new MemoryKeyValue(),
    settings: { floodLimit: 10, floodWindowMs: 600_000, summaryMs: 60_000 },
    listener: { onTransition: () => {}, onSummary: () => {}, onSnapshotRequest: () => {} },
  });
  const alarms = system.add("channel", settings);
  system.start();
  add(judge, (value, ticks) => alarms.update(value, ticks), others);
}

feed(FEED, () => {});
addAlarms("no alarm", {}, []);
addAlarms("four limits", { "four comparisons": rivals.fourLimits(LIMITS, 0) }, [
  ...NORMAL,
  { kind: "high", setpoint: LIMITS.high },
]);
addAlarms("four limits, one active", { "four comparisons": rivals.fourLimits({ ...LIMITS, high: 15 }, 0) }, [
  ...NORMAL,
  { kind: "high", setpoint: 15 },
]);
addAlarms("deviation", { comparison: rivals.deviation(50, 0, 20) }, [
  { kind: "deviation", setpoint: 50, reference: 20 },
]);
addAlarms("rate of change", { "arrays of values and times": rivals.rateOfChange(50, 0, 60_000) }, [
  { kind: "rate-of-change", setpoint: 50, windowMs: 60_000 },
]);
addAlarms("discrete", { "Math.round, comparison": rivals.discrete(1) }, [{ kind: "discrete", state: 1 }]);
addAlarms("bad quality", { "the time of the value": rivals.badQuality(STALE_MS).update }, [
  { kind: "bad-quality", staleMs: STALE_MS },
]);
addAlarms("event count", { "array of times": rivals.eventCount(50, 3, 600_000) }, [
  { kind: "event-count", setpoint: 50, count: 3, windowMs: 600_000 },
]);

const adaptive = new AdaptiveDetector(new ArrayBuffer(AdaptiveDetector.stateBytes));
add("adaptive detector", (value, ticks) => adaptive.update(value, ticks, UTC + ticks), {
  [`z-score of ${WINDOW} values`]: rivals.zScore(WINDOW),
  "z-score, exponential mean and variance": rivals.zScoreByMemory(WINDOW),
});
const row = new Float64Array(8);
for (const channels of [2, 8]) {
  const present = row.subarray(0, channels);
  const fused = new FusedDetector(new ArrayBuffer(FusedDetector.stateBytes(channels)), channels);
  const zScores = rivals.zScores(channels, WINDOW);
  const hotelling = rivals.hotelling(channels, MEMORY);
  const take: Take = (value, ticks) => {
    present[(ticks / 1000) % channels] = value;
    fused.update(present, ticks, UTC + ticks);
  };
  add(`fused detector, ${channels} channels`, take, {
    [`z-scores of ${WINDOW} values each`]: (value, ticks) => {
      present[(ticks / 1000) % channels] = value;
      zScores(present);
    },
    "Hotelling's T², exponential covariance, Gauss": (value, ticks) => {
      present[(ticks / 1000) % channels] = value;
      hotelling(present);
    },
  });
}
operations(measured);
