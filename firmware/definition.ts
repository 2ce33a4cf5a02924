import type { CalibrationSettings } from "./calibration/calibration.js";
import type { VibrationSettings } from "./condition/settings.js";
import type { PlausibilitySettings } from "./quality/plausibility.js";
import type { FilterSettings } from "./filters/index.js";
import type { AlarmSettings } from "./alarms/index.js";
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
  /** Time between two samples in ms; where analyses work on its blocks, between two records. */
  readonly periodMs: number;
}

/** What is worked out of one axis of a sensor that measures in blocks. Each of its results is a field for a channel. */
export interface AnalysisDefinition {
  readonly name: string;
  /** Name of the sensor; its driver is a `BlockSensor`. */
  readonly sensor: string;
  readonly axis: "x" | "y" | "z";
  readonly defaults?: Partial<VibrationSettings>;
}

/**
 * Learns what is normal and says in its field `score`, 0 to 1, how unusual the present is: of one channel, or of 2 to 8
 * that belong to one machine.
 */
export interface DetectorDefinition {
  readonly name: string;
  /** Names of the channels, by whose values after their filters it judges. */
  readonly channels: readonly string[];
}

/** What a channel does unless settings say otherwise. */
export interface ChannelDefaults {
  readonly calibration?: CalibrationSettings;
  readonly plausibility?: Partial<PlausibilitySettings>;
  readonly filters?: readonly FilterSettings[];
  readonly alarms?: readonly AlarmDefault[];
  readonly report?: ReportSettings;
}
/** An alarm's kind, and what of its settings is not as usual. */
type Sparse<Settings> = Settings extends { kind: infer Kind } ? { kind: Kind } & Partial<Settings> : never;
type AlarmDefault = Sparse<AlarmSettings>;

/** One number over time. */
export interface ChannelDefinition {
  /** Dotted name: `bearing.temperature`. */
  readonly name: string;
  /** Name of the sensor, analysis or detector it comes from. */
  readonly source: string;
  /** Where in what that gives: `thermometer.temperature`, or `temperature`. */
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
  readonly analyses?: readonly AnalysisDefinition[];
  readonly detectors?: readonly DetectorDefinition[];
  readonly channels: readonly ChannelDefinition[];
  /** The settings that come of all the defaults; `defineNode` adds them, and settings.ts knows their shape. */
  readonly settings?: object;
}

/**
 * That every name which a definition refers to is there, and none of them twice.
 *
 * @throws Error naming the first that is not
 */
export function requireSources({ name, sensors, analyses = [], detectors = [], channels }: NodeDefinition): void {
  const blocks = analyses.map(({ sensor }) => sensor);
  const sources = [...sensors, ...analyses, ...detectors].map((source) => source.name);
  const require = (found: boolean, what: string): void => {
    if (!found) throw new Error(`${name}: ${what}`);
  };
  const once = (names: readonly string[], what: string): void =>
    names.forEach((entry, i) => require(names.indexOf(entry) === i, `${what} ${entry} is there twice`));
  once(sources, "sensor, analysis or detector");
  once(
    channels.map((channel) => channel.name),
    "channel",
  );
  for (const analysis of analyses) {
    const known = sensors.some((sensor) => sensor.name === analysis.sensor);
    require(known, `analysis ${analysis.name} names sensor ${analysis.sensor}, which is not there`);
  }
  for (const detector of detectors) {
    const { length } = detector.channels;
    require(length >= 1 && length <= 8, `detector ${detector.name} watches ${length} channels; 1 to 8 are right`);
    for (const watched of detector.channels) {
      const channel = channels.find((candidate) => candidate.name === watched);
      require(channel !== undefined, `detector ${detector.name} names channel ${watched}, which is not there`);
      const circular = detectors.some((candidate) => candidate.name === channel?.source);
      require(!circular, `detector ${detector.name} watches ${watched}, which is a detector's; name what is measured`);
    }
  }
  for (const { name: channel, source } of channels) {
    require(sources.includes(source), `channel ${channel} names source ${source}, which is not there`);
    require(!blocks.includes(
      source,
    ), `channel ${channel} names sensor ${source}, whose blocks go to an analysis; name that`);
  }
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
