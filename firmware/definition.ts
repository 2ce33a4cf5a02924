import type { CalibrationSettings } from "./calibration/calibration.js";
import type { PlausibilitySettings } from "./quality/plausibility.js";
import type { FilterSettings } from "./filters/index.js";
import type { LimitAlarmSettings } from "./alarms/limit.js";
import type { ReportSettings } from "./telemetry/reporter.js";
import type { Clock } from "./ports/clock.js";
import type { IO } from "./ports/io.js";
import type { Sensor } from "./model/sensor.js";

/**
 * A sensor class: ours or the SDK's (ECMA-419 sensor class pattern). It is constructed with `sensor` (the IO class and
 * the wiring), `clock` and whatever else the definition's `options` say.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- every driver has options of its own; the driver checks them
export type SensorClass = new (options: any) => Sensor<any>;

/** A part that is soldered on. */
export interface SensorDefinition {
  readonly name: string;
  readonly driver: SensorClass;
  /** Which IO class the part is on. */
  readonly io: keyof IO;
  /** Pins, address, frequency: what the IO class is constructed with. */
  readonly wiring: Readonly<Record<string, unknown>>;
  /** What the driver is told beyond that. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Time between two samples in ms. */
  readonly periodMs: number;
}

/** What a channel does unless settings say otherwise. */
export interface ChannelDefaults {
  readonly calibration?: CalibrationSettings;
  readonly plausibility?: Partial<PlausibilitySettings>;
  readonly filters?: readonly FilterSettings[];
  readonly alarms?: readonly AlarmDefault[];
  readonly report?: ReportSettings;
}
type AlarmDefault = Pick<LimitAlarmSettings, "kind" | "setpoint"> & Partial<LimitAlarmSettings>;

/** One number over time. */
export interface ChannelDefinition {
  /** Dotted name: `bearing.temperature`. */
  readonly name: string;
  /** Name of the sensor it comes from. */
  readonly sensor: string;
  /** Where in that sensor's reading: `thermometer.temperature`, or `temperature`. */
  readonly field: string;
  /** SenML unit (RFC 8428 §12.1, RFC 8798). */
  readonly unit: string;
  /** The smallest step that means something, in the unit; 0 where numbers are to go as they are. */
  readonly resolution: number;
  readonly defaults?: ChannelDefaults;
}

/** What is on the board. Frozen code, so that it stays in flash; what may change at run time is in settings. */
export interface NodeDefinition {
  readonly name: string;
  readonly sensors: readonly SensorDefinition[];
  readonly channels: readonly ChannelDefinition[];
}

/** Freezes a definition to its leaves, so that a preloaded one stays in flash altogether. */
export function defineNode(definition: NodeDefinition): NodeDefinition {
  freezeAll(definition);
  return definition;
}

function freezeAll(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const member of Object.values(value)) freezeAll(member);
  Object.freeze(value);
}

/** The sensor of a definition, opened on this board's IO. Throws what its driver throws, or an Error when the board lacks the IO. */
export function openSensor(definition: SensorDefinition, io: IO, clock: Clock): Sensor {
  const ioClass = io[definition.io];
  if (ioClass === undefined) throw new Error(`${definition.name}: this board has no ${definition.io}`);
  return new definition.driver({
    ...definition.options,
    sensor: { ...definition.wiring, io: ioClass },
    clock,
  }) as Sensor;
}
