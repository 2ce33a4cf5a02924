import { Decoder } from "cbor-x";
import { ChannelNames } from "./channel-names.js";
import type { Decoded, StreamPosition } from "./decoded.js";
import { decodeDense } from "./decode-dense.js";
import { multipleOf, readChannels } from "./dense.js";
import { topicParts } from "./topics.js";
import { absolute } from "./wire-time.js";

/** Epoch and sequence number of a message, where it has them. */
export interface Header {
  readonly epoch: number | undefined;
  readonly sequence: number | undefined;
}

const decoder = new Decoder({ mapsAsObjects: false, useRecords: false });

type CborMap = Map<string | number, unknown>;

const NO_HEADER: Header = Object.freeze({ epoch: undefined, sequence: undefined });

/** A channel's resolution by its name, where the reader knows the node's definition; 0: numbers are as they are. */
export type Resolutions = (name: string) => number | undefined;

/**
 * Takes a message apart. What cannot be read becomes one `unreadable` line: nothing is dropped in silence.
 *
 * @param now UTC seconds, for nodes that do not know the time
 * @param names what is known of the numbers of channels; learns from messages of stream `channels`
 */
export function decode(
  topic: string,
  payload: Uint8Array,
  now: number,
  resolutions: Resolutions = () => undefined,
  names = new ChannelNames(),
): { header: Header; lines: Decoded[] } {
  const { stream } = topicParts(topic);
  try {
    const content: unknown = decoder.decode(payload);
    if (stream === "data") {
      if (Array.isArray(content) && typeof content[0] === "number") return decodeDense(topic, content, now, names);
      return decodeData(topic, content as CborMap[], now, resolutions);
    }
    if (stream === "channels") {
      const { epoch, channels } = readChannels(content);
      names.learn(topic, channels);
      return { header: NO_HEADER, lines: [{ topic, time: now, epoch, channels }] };
    }
    if (stream === "acknowledge") return { header: NO_HEADER, lines: [decodeAcknowledge(topic, content, now)] };
    const map = content as CborMap;
    const header = stream === "resume" ? NO_HEADER : headerOf(map);
    return { header, lines: [{ ...decodeMap(topic, stream, map, now, resolutions), ...uptimeOf(map) }] };
  } catch (error) {
    const line = { topic, time: now, unreadable: `${(error as Error).message} (${payload.length} bytes)` };
    return { header: NO_HEADER, lines: [line] };
  }
}

function decodeData(
  topic: string,
  records: CborMap[],
  now: number,
  resolutions: Resolutions,
): { header: Header; lines: Decoded[] } {
  let baseName = "";
  let baseUnit = "";
  let baseTime = 0;
  const uptime = uptimeOf(records[0]!);
  const lines = records.map((record): Decoded => {
    baseName = (record.get(-2) as string | undefined) ?? baseName;
    baseUnit = (record.get(-4) as string | undefined) ?? baseUnit;
    baseTime = (record.get(-3) as number | undefined) ?? baseTime;
    const name = baseName + ((record.get(0) as string | undefined) ?? "");
    const time = absolute(baseTime + number(record.get(6) ?? 0), now);
    const quality = record.get(3);
    if (typeof quality === "string") return { topic, time, name: name.replace(/\/quality$/, ""), quality, ...uptime };
    const value = rounded(number(record.get(2)), resolutions(name));
    return { topic, time, name, value, unit: (record.get(1) as string | undefined) ?? baseUnit, ...uptime };
  });
  return { header: headerOf(records[0]!), lines };
}

function decodeMap(topic: string, stream: string, map: CborMap, now: number, resolutions: Resolutions): Decoded {
  const text = (key: string) => String(map.get(key) ?? "");
  if (stream === "status") {
    const epoch = number(map.get("ep"));
    return {
      topic,
      time: now,
      status: text("state"),
      firmware: text("firmware"),
      definition: text("definition"),
      epoch,
      ...(map.has("mode") ? { mode: text("mode") } : {}),
    };
  }
  if (stream === "command") return { topic, time: now, command: plain(map) };
  if (stream === "resume") {
    const after = map.has("after") ? { after: position(map.get("after")) } : {};
    return { topic, time: now, resume: text("stream"), ...after, next: position(map.get("next")) };
  }
  const time = absolute(number(map.get("t")), now);
  switch (stream) {
    case "reply": {
      const reply = (map.get("id") as number | null) ?? null;
      if (map.get("ok") === true) return { topic, time, reply, ok: true, result: plain(map.get("result")) };
      return { topic, time, reply, ok: false, error: text("error") };
    }
    case "alarm":
      return map.has("summary") ? decodeFlood(topic, time, map) : decodeAlarm(topic, time, map, resolutions);
    case "waveform":
      return decodeWaveform(topic, time, map);
    case "event":
      return {
        topic,
        time,
        event: text("event"),
        source: text("source"),
        cause: text("cause"),
        detail: text("detail"),
        ...(map.has("count") ? { count: number(map.get("count")) } : {}),
        ...(map.has("last") ? { last: number(map.get("last")) } : {}),
      };
    case "health": {
      const entries = [...map].filter(([key]) => key !== "ep" && key !== "sq" && key !== "t");
      return { topic, time, health: Object.fromEntries(entries) as Record<string, number | string | boolean> };
    }
    default:
      throw new Error(`stream "${stream}" is not one that is known`);
  }
}

function decodeAlarm(topic: string, time: number, map: CborMap, resolutions: Resolutions): Decoded {
  const text = (key: string) => String(map.get(key) ?? "");
  const given = (key: "kind" | "class" | "message") => (map.has(key) ? { [key]: text(key) } : {});
  return {
    topic,
    time,
    name: text("n"),
    alarm: text("alarm"),
    ...given("kind"),
    state: text("state"),
    from: text("from"),
    by: text("by"),
    priority: text("priority"),
    ...given("class"),
    ...given("message"),
    ...(map.has("v") ? { value: rounded(number(map.get("v")), resolutions(text("n"))) } : {}),
    ...(map.has("setpoint") ? { setpoint: number(map.get("setpoint")) } : {}),
    unit: text("u"),
  };
}

function decodeFlood(topic: string, time: number, map: CborMap): Decoded {
  const flood = (map.get("summary") as CborMap[]).map((entry) => {
    const text = (key: string) => String(entry.get(key) ?? "");
    const count = number(entry.get("count"));
    return { name: text("n"), alarm: text("alarm"), state: text("state"), priority: text("priority"), count };
  });
  return { topic, time, flood, seconds: number(map.get("seconds")) };
}

function decodeWaveform(topic: string, time: number, map: CborMap): Decoded {
  const of = (key: string) => number(map.get(key));
  const samples = map.get("samples");
  if (!(samples instanceof Int16Array)) throw new Error("samples are not 16-bit integers");
  const axes = of("axes");
  const scale = of("scale");
  const waveform = Array.from({ length: axes }, (_, axis) =>
    Array.from({ length: samples.length / axes }, (__, i) =>
      Number((samples[i * axes + axis]! * scale).toPrecision(6)),
    ),
  );
  return {
    topic,
    time,
    name: String(map.get("source")),
    waveform,
    id: of("id"),
    offset: of("offset"),
    total: of("total"),
    rateHz: of("rate"),
    start: of("start"),
    resumed: of("resumed"),
    trigger: of("trigger"),
    gap: map.get("gap") === true,
    ...(map.get("n") === "" ? {} : { raisedBy: { name: String(map.get("n")), alarm: String(map.get("alarm")) } }),
  };
}

function decodeAcknowledge(topic: string, content: unknown, now: number): Decoded {
  const acknowledge = (content as CborMap[]).map((entry) => ({
    stream: String(entry.get("stream")),
    epoch: number(entry.get("ep")),
    sequence: number(entry.get("sq")),
  }));
  return { topic, time: now, acknowledge };
}

function position(value: unknown): StreamPosition {
  if (!Array.isArray(value) || value.length !== 2) throw new Error("a position is not an epoch and a number");
  return { epoch: number(value[0]), sequence: number(value[1]) };
}

/** Where the time is not known: seconds after the start of the epoch. */
function uptimeOf(map: CborMap): { uptime?: number } {
  return map.has("up") ? { uptime: number(map.get("up")) } : {};
}

/** CBOR maps as objects. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([key, member]) => [String(key), plain(member)]));
}

function headerOf(map: CborMap): Header {
  return { epoch: map.get("ep") as number | undefined, sequence: map.get("sq") as number | undefined };
}

/** A number as cbor-x gives it: decimal fractions and large integers made plain. */
function number(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  throw new Error(`${String(value)} is not a number`);
}

/**
 * The number that was meant: the nearest multiple of the resolution; where that is not known, the shortest decimal that
 * is the same single-precision number (73.97, not 73.97000122070312).
 */
function rounded(value: number, resolution: number | undefined): number {
  if (resolution === 0 || Number.isInteger(value)) return value;
  if (resolution !== undefined) return multipleOf(resolution, Math.round(value / resolution));
  if (Math.fround(value) !== value) return value;
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}
