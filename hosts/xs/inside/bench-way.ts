/** The whole way of one value as an operation, beside the same arithmetic written inline. */
import { AlarmSystem } from "../../../firmware/alarms/alarm-system.js";
import { ALARM_FIELDS } from "../../../firmware/alarms/index.js";
import type { AlarmSettings } from "../../../firmware/alarms/index.js";
import type { ChannelDefinition } from "../../../firmware/definition.js";
import { ChannelPipeline } from "../../../firmware/measurement/pipeline.js";
import { PLAUSIBILITY_FIELDS } from "../../../firmware/quality/plausibility.js";
import type { PlausibilitySettings } from "../../../firmware/quality/plausibility.js";
import { checkFields } from "../../../firmware/settings/fields.js";
import type { ChannelSettings } from "../../../firmware/settings/settings.js";
import { Batch } from "../../../firmware/telemetry/batch.js";
import type { ReportSettings } from "../../../firmware/telemetry/reporter.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { MemoryKeyValue } from "../../../simulator/io/key-value.js";
import { Random } from "../../../simulator/random.js";
import { operations } from "./operations.js";

const INPUTS = 64;
const GAIN = 1.02;
const OFFSET = -0.3;
const TIME_CONSTANT_MS = 10_000;
const LIMITS = { "low-low": 1, low: 5, high: 80, "high-high": 90 } as const;

const random = new Random(7);
const readings = Float64Array.from({ length: INPUTS }, () => 20 + 0.5 * random.normal());
const measured: Record<string, () => unknown> = {};

/** Takes a reading a second; what is given to `add` costs what its `process` costs, less the call itself. */
interface Taker {
  process(reading: number, ticks: number): void;
}

function add(name: string, taker: Taker): void {
  let i = 0;
  let ticks = 0;
  measured[name] = () => {
    i = (i + 1) % INPUTS;
    ticks += 1000;
    taker.process(readings[i]!, ticks);
  };
}

function pipeline(report: ReportSettings): ChannelPipeline {
  const settings = {
    calibration: { kind: "gain", gain: GAIN, offset: OFFSET, date: "", by: "", reference: "", points: [] },
    plausibility: checkFields({}, "plausibility", PLAUSIBILITY_FIELDS) as unknown as PlausibilitySettings,
    filters: [
      { kind: "median", samples: 5 },
      { kind: "exponential", timeConstantMs: TIME_CONSTANT_MS },
    ],
    alarms: Object.entries(LIMITS).map(([kind, setpoint]) => {
      const fields = ALARM_FIELDS[kind as AlarmSettings["kind"]];
      return { ...checkFields({}, kind, fields), kind, setpoint } as unknown as AlarmSettings;
    }),
    report,
  } as unknown as ChannelSettings;
  const system = new AlarmSystem({
    clock: new VirtualClock(),
    storage: new MemoryKeyValue(),
    settings: { floodLimit: 10, floodWindowMs: 600_000, summaryMs: 60_000 },
    listener: { onTransition: () => {}, onSummary: () => {}, onSnapshotRequest: () => {} },
  });
  const alarms = system.add("channel", settings.alarms);
  system.start();
  const definition = { name: "channel", unit: "Cel", resolution: 0.01 } as ChannelDefinition;
  const batch = new Batch(INPUTS);
  return new ChannelPipeline(0, definition, settings, alarms, {
    onValue(channel, value, ticks) {
      batch.push(channel.index, value, ticks);
      if (batch.full) batch.clear();
    },
    onQuality: () => {},
  });
}

/** As one writes it down who needs just this: no calibration, no quality, no delays, no deadbands, one rate. */
class Inline implements Taker {
  readonly last = [0, 0, 0, 0, 0];
  readonly sorted = [0, 0, 0, 0, 0];
  readonly gain = 1 - Math.exp(-1000 / TIME_CONSTANT_MS);
  next = 0;
  smoothed = NaN;
  alarm = "";

  process(reading: number): void {
    this.last[this.next] = reading;
    this.next = (this.next + 1) % this.last.length;
    this.judge(this.median());
  }

  median(): number {
    const { last, sorted } = this;
    for (let i = 0; i < last.length; i++) {
      const value = last[i]!;
      let j = i;
      for (; j > 0 && sorted[j - 1]! > value; j--) sorted[j] = sorted[j - 1]!;
      sorted[j] = value;
    }
    return sorted[2]!;
  }

  judge(median: number): void {
    if (Number.isNaN(this.smoothed)) this.smoothed = median;
    this.smoothed += this.gain * (median - this.smoothed);
    if (this.smoothed <= LIMITS["low-low"]) this.alarm = "low-low";
    else if (this.smoothed <= LIMITS.low) this.alarm = "low";
    else if (this.smoothed >= LIMITS["high-high"]) this.alarm = "high-high";
    else if (this.smoothed >= LIMITS.high) this.alarm = "high";
    else this.alarm = "";
  }
}

/** The same with what the language brings. */
class InlineWithSort extends Inline {
  override median(): number {
    return [...this.last].sort((a, b) => a - b)[2]!;
  }
}

add("(feed)", { process: () => {} });
add("every value sent", pipeline({ kind: "every" }));
add("changes sent", pipeline({ kind: "change", deadband: 0.5, minimumIntervalMs: 1000, maximumIntervalMs: 60_000 }));
add("inline", new Inline());
add("inline, with sort()", new InlineWithSort());
operations(measured);
