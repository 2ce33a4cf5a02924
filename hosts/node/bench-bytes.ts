import { existsSync } from "node:fs";
import path from "node:path";
import mqtt from "mqtt-packet";
import type { SenmlChannel } from "../../firmware/telemetry/senml.js";
import { DENSE, formats, grouped, loadSparkplug } from "./bench-formats.js";
import type { Format, Reading, Sparkplug } from "./bench-formats.js";
import { Unavailable } from "./bench-section.js";
import type { BenchSection } from "./bench-section.js";
import { readRecording } from "./recording.js";

/** A recording of a machine, with the resolution that each of its columns is sent at. */
interface Source {
  readonly name: string;
  /** Below the folder of the data. */
  readonly file: string;
  readonly time: string;
  readonly separator: string;
  /** Units as the recording has them. */
  readonly columns: readonly { column: string; name: string; unit: string; resolution: number }[];
}

const SOURCES: readonly Source[] = [
  {
    name: "NAB machine temperature",
    file: "nab/data/realKnownCause/machine_temperature_system_failure.csv",
    time: "timestamp",
    separator: ",",
    columns: [{ column: "value", name: "Temperature", unit: "Cel", resolution: 0.01 }],
  },
  {
    name: "SKAB valve1/0",
    file: "skab/valve1/0.csv",
    time: "datetime",
    separator: ";",
    columns: [
      { column: "Accelerometer1RMS", name: "Acceleration1", unit: "m/s2", resolution: 0.0001 },
      { column: "Accelerometer2RMS", name: "Acceleration2", unit: "m/s2", resolution: 0.0001 },
      { column: "Current", name: "Current", unit: "A", resolution: 0.01 },
      { column: "Pressure", name: "Pressure", unit: "bar", resolution: 0.01 },
      { column: "Temperature", name: "Temperature", unit: "Cel", resolution: 0.01 },
      { column: "Thermocouple", name: "Thermocouple", unit: "Cel", resolution: 0.01 },
      { column: "Voltage", name: "Voltage", unit: "V", resolution: 0.1 },
      { column: "Volume Flow RateRMS", name: "Flow", unit: "l/min", resolution: 0.01 },
    ],
  },
];
/** Where the data lies unless told: beside the repository. */
const DATA = path.join("..", "shared", "data");
/** Values per message. */
const BATCHES = [1, 10, 60];

/** Bytes per value of one way to send values. */
export interface ByteCost {
  readonly batch: number;
  readonly format: string;
  readonly payload: number;
  /** With the MQTT header and the topic. */
  readonly withMqtt: number;
  /** How many times what the dense profile takes: payload only, and with MQTT. */
  readonly toDense: number;
  readonly toDenseWithMqtt: number;
}

/** Bytes per value of every format at every size of batch. `readings` are in the order in which they were taken. */
export function measureBytes(
  channels: readonly SenmlChannel[],
  readings: readonly Reading[],
  sparkplug?: Sparkplug,
): ByteCost[] {
  const all = formats(channels, Math.max(...BATCHES), sparkplug);
  return BATCHES.flatMap((batch) => {
    const costs = all.map((format) => ({ format: format.name, ...costOf(format, readings, batch) }));
    const dense = costs.find(({ format }) => format === DENSE)!;
    return costs.map((cost) => ({
      batch,
      ...cost,
      toDense: cost.payload / dense.payload,
      toDenseWithMqtt: cost.withMqtt / dense.withMqtt,
    }));
  });
}

function costOf(format: Format, readings: readonly Reading[], batch: number): { payload: number; withMqtt: number } {
  let payload = 0;
  let withMqtt = 0;
  for (let first = 0; first < readings.length; first += batch) {
    for (const message of format.encode(readings.slice(first, first + batch), first / batch)) {
      payload += message.length;
      withMqtt += packetBytes(format, message);
    }
  }
  return { payload: payload / readings.length, withMqtt: withMqtt / readings.length };
}

/** Bytes of the PUBLISH packet. */
function packetBytes({ topic, qos }: Format, payload: Uint8Array): number {
  const packet = { cmd: "publish", topic, qos, dup: false, retain: false, payload: Buffer.from(payload) } as const;
  return mqtt.generate({ ...packet, ...(qos === 0 ? {} : { messageId: 1 }) }).length;
}

/** Order-0 entropy of the differences between the values of each channel, in steps: bytes per value. */
export function entropyOfDifferences(channels: readonly SenmlChannel[], readings: readonly Reading[]): number {
  let bits = 0;
  let values = 0;
  for (const [channel, own] of grouped(readings, (reading) => reading.channel)) {
    const steps = own.map(({ value }) => Math.round(value / channels[channel]!.resolution));
    const counts = new Map<number, number>();
    for (let i = 1; i < steps.length; i++) {
      const difference = steps[i]! - steps[i - 1]!;
      counts.set(difference, (counts.get(difference) ?? 0) + 1);
    }
    for (const count of counts.values()) bits -= count * Math.log2(count / (steps.length - 1));
    values += steps.length - 1;
  }
  return bits / 8 / values;
}

function readingsOf(source: Source, folder: string): Reading[] {
  const { time, separator, columns } = source;
  const file = path.join(folder, source.file);
  const { rows, startUtc } = readRecording(file, { time, separator, values: columns.map(({ column }) => column) });
  return rows.flatMap(({ ticks, values }) =>
    values.flatMap((value, channel) => (value === null ? [] : [{ channel, value, utc: startUtc + ticks }])),
  );
}

const round = (value: number, places: number) => Number(value.toFixed(places));

export const bytesSection: BenchSection = {
  name: "bytes",
  about:
    "Bytes per value on the wire, at so many values per message, of recordings of machines; how many times the dense\n" +
    "profile's. The limit is the order-0 entropy of the differences between values: what no code of single differences\n" +
    "with one table for the whole recording goes below, times and heads not counted.",
  columns: ["recording", "batch", "format", "payload", "× dense", "with MQTT", "× dense with MQTT"],
  async rows({ data } = {}) {
    const folder = data ?? DATA;
    for (const { file } of SOURCES) {
      if (existsSync(path.join(folder, file))) continue;
      const advice = "give the folder that holds nab and skab with --data DIR";
      throw new Unavailable(`the recordings are not there: ${path.join(folder, file)} does not exist; ${advice}`);
    }
    const sparkplug = await loadSparkplug();
    if (sparkplug === undefined)
      process.stderr.write("bytes: sparkplug-payload is not installed; Sparkplug B is left out\n");
    return SOURCES.flatMap((source) => rowsOf(source, folder, sparkplug));
  },
};

function rowsOf(source: Source, folder: string, sparkplug: Sparkplug | undefined): Record<string, string | number>[] {
  const readings = readingsOf(source, folder);
  const limit = entropyOfDifferences(source.columns, readings);
  const costs = measureBytes(source.columns, readings, sparkplug);
  return BATCHES.flatMap((batch) => {
    const own = costs.filter((cost) => cost.batch === batch);
    const dense = own.find(({ format }) => format === DENSE)!;
    return [
      ...own.map((cost) => ({
        recording: source.name,
        batch,
        format: cost.format,
        payload: round(cost.payload, 3),
        "× dense": round(cost.toDense, 2),
        "with MQTT": round(cost.withMqtt, 3),
        "× dense with MQTT": round(cost.toDenseWithMqtt, 2),
      })),
      {
        recording: source.name,
        batch,
        format: "limit: entropy",
        payload: round(limit, 3),
        "× dense": round(limit / dense.payload, 2),
        "with MQTT": "",
        "× dense with MQTT": "",
      },
    ];
  });
}
