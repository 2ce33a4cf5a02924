import { Encoder } from "cbor-x";
import { CborWriter } from "../../firmware/data/cbor.js";
import { Batch } from "../../firmware/telemetry/batch.js";
import { DenseWriter } from "../../firmware/telemetry/dense.js";
import type { SenmlChannel } from "../../firmware/telemetry/senml.js";
import { SenmlWriter } from "../../firmware/telemetry/senml-writer.js";

/** A value on its way, by the place of its channel. */
export interface Reading {
  readonly channel: number;
  readonly value: number;
  /** UTC milliseconds. */
  readonly utc: number;
}

/** A way to put values into MQTT messages. */
export interface Format {
  readonly name: string;
  readonly topic: string;
  readonly qos: 0 | 1;
  /** The payloads of the messages that these readings take; `sequence` counts the calls. */
  encode(readings: readonly Reading[], sequence: number): Uint8Array[];
}

/** What everything is compared with. */
export const DENSE = "dense";
const EPOCH = 7;
const SITE = "plant";
const NODE = "pump-room";
const DATA = `millwright/${SITE}/${NODE}/data`;
const LONGEST = 65_536;

const utf8 = new TextEncoder();

/** Readings by what `key` says of them, in the order in which it first says it. */
export function grouped(readings: readonly Reading[], key: (reading: Reading) => number): Map<number, Reading[]> {
  const groups = new Map<number, Reading[]>();
  for (const reading of readings) {
    const group = groups.get(key(reading));
    if (group === undefined) groups.set(key(reading), [reading]);
    else group.push(reading);
  }
  return groups;
}

/** A value with as many decimal places as its resolution has. */
function rounded(reading: Reading, channels: readonly SenmlChannel[]): number {
  const { resolution } = channels[reading.channel]!;
  return Number((Math.round(reading.value / resolution) * resolution).toPrecision(12));
}

/** Every way that is compared, for these channels, batches of at most `capacity`. */
export function formats(
  channels: readonly SenmlChannel[],
  capacity: number,
  sparkplug: Sparkplug | undefined,
): Format[] {
  const value = (reading: Reading) => rounded(reading, channels);
  return [
    tasmota(channels, value),
    senmlJson(channels, value),
    ...(sparkplug === undefined ? [] : [sparkplugB(sparkplug, value)]),
    senmlCborX(channels, value),
    senml(channels, capacity),
    dense(DENSE, DATA, channels, capacity),
    dense("dense, short topic", `m/${SITE}/${NODE}/d`, channels, capacity),
  ];
}

/** As Tasmota tells of its sensors: a JSON object for each moment. */
function tasmota(channels: readonly SenmlChannel[], value: (reading: Reading) => number): Format {
  return {
    name: "JSON as of Tasmota",
    topic: `tele/${NODE}/SENSOR`,
    qos: 0,
    encode(readings) {
      return [...grouped(readings, ({ utc }) => utc)].map(([utc, own]) => {
        const values = own.map((reading) => [channels[reading.channel]!.name, value(reading)]);
        const Time = new Date(utc).toISOString().slice(0, 19);
        return utf8.encode(JSON.stringify({ Time, ANALOG: Object.fromEntries(values) as object }));
      });
    },
  };
}

/** Readings by channel, as SenML packs have them, each with what its record begins with. */
function records(readings: readonly Reading[]): { reading: Reading; first: boolean; seconds: number }[] {
  const base = readings[0]!.utc;
  return [...grouped(readings, ({ channel }) => channel).values()].flatMap((own) =>
    own.map((reading, i) => ({ reading, first: i === 0, seconds: (reading.utc - base) / 1000 })),
  );
}

/** RFC 8428 §5, without anything of ours. */
function senmlJson(channels: readonly SenmlChannel[], value: (reading: Reading) => number): Format {
  return {
    name: "SenML JSON",
    topic: DATA,
    qos: 1,
    encode(readings) {
      const pack = records(readings).map(({ reading, first, seconds }, i) => {
        const { name, unit } = channels[reading.channel]!;
        return {
          ...(first ? { bn: name } : {}),
          ...(i === 0 ? { bt: readings[0]!.utc / 1000 } : {}),
          ...(first ? { bu: unit } : {}),
          ...(seconds === 0 ? {} : { t: seconds }),
          v: value(reading),
        };
      });
      return [utf8.encode(JSON.stringify(pack))];
    },
  };
}

/** What cbor-x makes of the same records that the node sends. */
function senmlCborX(channels: readonly SenmlChannel[], value: (reading: Reading) => number): Format {
  const encoder = new Encoder({ mapsAsObjects: false, useRecords: false });
  return {
    name: "SenML CBOR by cbor-x",
    topic: DATA,
    qos: 1,
    encode(readings, sequence) {
      const pack = records(readings).map(({ reading, first, seconds }, i) => {
        const { name, unit } = channels[reading.channel]!;
        const record = new Map<number | string, number | string>();
        if (i === 0)
          record
            .set(-3, readings[0]!.utc / 1000)
            .set("ep", EPOCH)
            .set("sq", sequence);
        if (first) record.set(-2, name).set(-4, unit);
        if (seconds !== 0) record.set(6, seconds);
        return record.set(2, value(reading));
      });
      return [encoder.encode(pack)];
    },
  };
}

/** A batch as the publisher holds it, ticks being milliseconds since 1970. */
function fill(batch: Batch, readings: readonly Reading[]): void {
  batch.clear();
  for (const { channel, value, utc } of readings) batch.push(channel, value, utc);
}

function senml(channels: readonly SenmlChannel[], capacity: number): Format {
  const buffer = new Uint8Array(LONGEST);
  const writer = new CborWriter(buffer);
  const batch = new Batch(capacity);
  const senml = new SenmlWriter(writer, buffer, channels);
  return {
    name: "SenML CBOR",
    topic: DATA,
    qos: 1,
    encode(readings, sequence) {
      fill(batch, readings);
      writer.length = 0;
      senml.values(batch, { epoch: EPOCH, sequence }, readings[0]!.utc / 1000);
      return [writer.bytes()];
    },
  };
}

function dense(name: string, topic: string, channels: readonly SenmlChannel[], capacity: number): Format {
  const buffer = new Uint8Array(LONGEST);
  const writer = new CborWriter(buffer);
  const batch = new Batch(capacity);
  const dense = new DenseWriter(writer, buffer, channels, capacity);
  return {
    name,
    topic,
    qos: 1,
    encode(readings, sequence) {
      fill(batch, readings);
      writer.length = 0;
      dense.values(batch, { epoch: EPOCH, sequence }, readings[0]!.utc / 1000);
      return [writer.bytes()];
    },
  };
}

export interface Sparkplug {
  get(namespace: string): { encodePayload(payload: object): Uint8Array };
}

/** The package that encodes Sparkplug B; `undefined`: it is not installed. */
export async function loadSparkplug(): Promise<Sparkplug | undefined> {
  const name: string = "sparkplug-payload";
  try {
    return (await import(name)) as Sparkplug;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Metrics by alias. */
function sparkplugB({ get }: Sparkplug, value: (reading: Reading) => number): Format {
  const payloads = get("spBv1.0");
  return {
    name: "Sparkplug B",
    topic: `spBv1.0/${SITE}/NDATA/${NODE}`,
    qos: 0,
    encode(readings, sequence) {
      const metrics = readings.map((reading) => ({
        alias: reading.channel,
        timestamp: reading.utc,
        type: "Float",
        value: value(reading),
      }));
      return [payloads.encodePayload({ timestamp: readings.at(-1)!.utc, metrics, seq: sequence % 256 })];
    },
  };
}
