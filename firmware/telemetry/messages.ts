import type { CborWriter } from "../data/cbor.js";
import type { AlarmSummary, AlarmTransition } from "../model/alarm.js";
import type { MessageHeader, SenmlChannel } from "./senml.js";

// The streams that are not SenML: one CBOR map each, text keys, header first (wire.cddl).

/** Members that every such message begins with; returns where its time stands (always a double). */
function open(writer: CborWriter, members: number, header: MessageHeader, time: number): number {
  writer.map(3 + members);
  writer.text("ep");
  writer.integer(header.epoch);
  writer.text("sq");
  writer.integer(header.sequence);
  writer.text("t");
  const timeOffset = writer.length;
  writer.double(time);
  return timeOffset;
}

/** A change of an alarm's state. What says nothing is left out: no number, no class, no message. */
export function writeAlarm(
  writer: CborWriter,
  transition: AlarmTransition,
  { unit, resolution }: SenmlChannel,
  header: MessageHeader,
  time: number,
): number {
  const { alarm, kind, value, setpoint, message } = transition;
  const named = alarm !== kind;
  const classed = transition.class !== "";
  const said = message !== "";
  const measured = value === value;
  const limited = setpoint === setpoint;
  const timeOffset = open(writer, 7 + +named + +classed + +said + +measured + +limited, header, time);
  writer.text("n");
  writer.text(transition.channel);
  writer.text("alarm");
  writer.text(alarm);
  if (named) {
    writer.text("kind");
    writer.text(kind);
  }
  writer.text("state");
  writer.text(transition.state);
  writer.text("from");
  writer.text(transition.from);
  writer.text("by");
  writer.text(transition.by);
  writer.text("priority");
  writer.text(transition.priority);
  if (classed) {
    writer.text("class");
    writer.text(transition.class);
  }
  if (said) {
    writer.text("message");
    writer.text(message);
  }
  if (measured) {
    writer.text("v");
    writer.decimal(value, resolution);
  }
  if (limited) {
    writer.text("setpoint");
    writer.number(setpoint);
  }
  writer.text("u");
  writer.text(unit);
  return timeOffset;
}

/** So many alarms of a summary fit into one message. */
export const SUMMARY_ALARMS = 12;

/** What a flood of alarms held: up to {@link SUMMARY_ALARMS} of a summary's alarms, from the given one on. */
export function writeAlarmSummary(
  writer: CborWriter,
  summary: AlarmSummary,
  from: number,
  header: MessageHeader,
  time: number,
): number {
  const to = Math.min(from + SUMMARY_ALARMS, summary.alarms.length);
  const timeOffset = open(writer, 2, header, time);
  writer.text("seconds");
  writer.number((summary.toTicks - summary.fromTicks) / 1000);
  writer.text("summary");
  writer.array(to - from);
  for (let i = from; i < to; i++) {
    const { channel, alarm, state, priority, transitions } = summary.alarms[i]!;
    writer.map(5);
    writer.text("n");
    writer.text(channel);
    writer.text("alarm");
    writer.text(alarm);
    writer.text("state");
    writer.text(state);
    writer.text("priority");
    writer.text(priority);
    writer.text("count");
    writer.integer(transitions);
  }
  return timeOffset;
}

/** Something that happened to the node itself, to one of its sensors or channels. */
export interface NodeEvent {
  readonly event:
    | "sensor-fault"
    | "sensor-recovered"
    | "channel-fault"
    | "channel-recovered"
    | "records-lost"
    | "time-synchronised"
    | "time-step"
    | "time-lost"
    | "time-refused"
    | "stage-restarted"
    | "crash"
    | "safe-mode";
  /** Name of the sensor, channel or stage; of lost records "urgent" or "data"; where the node crashed. */
  readonly source: string;
  readonly cause: string;
  /** What the driver said, for a person. */
  readonly detail: string;
  /** How many restarts, failed starts or lost records there were; of the latter also the number of the last one where they were kept. */
  readonly count?: number;
  readonly last?: number;
}

export function writeEvent(writer: CborWriter, event: NodeEvent, header: MessageHeader, time: number): number {
  const { count, last } = event;
  const timeOffset = open(writer, 4 + +(count !== undefined) + +(last !== undefined), header, time);
  writer.text("event");
  writer.text(event.event);
  writer.text("source");
  writer.text(event.source);
  writer.text("cause");
  writer.text(event.cause);
  writer.text("detail");
  writer.text(event.detail);
  if (count !== undefined) {
    writer.text("count");
    writer.integer(count);
  }
  if (last !== undefined) {
    writer.text("last");
    writer.integer(last);
  }
  return timeOffset;
}

/** How the node does: counts since it started, by name. */
export type Health = Readonly<Record<string, number | string | boolean>>;

export function writeHealth(writer: CborWriter, health: Health, header: MessageHeader, time: number): number {
  const names = Object.keys(health);
  const timeOffset = open(writer, names.length, header, time);
  for (let i = 0; i < names.length; i++) {
    const value = health[names[i]!]!;
    writer.text(names[i]!);
    if (typeof value === "number") writer.number(value);
    else if (typeof value === "boolean") writer.boolean(value);
    else writer.text(value);
  }
  return timeOffset;
}

/** What came of a command. `result` is plain data: numbers, texts, booleans, lists and objects of them. */
export type Reply =
  | { readonly id: number | undefined; readonly ok: true; readonly result: unknown }
  | { readonly id: number | undefined; readonly ok: false; readonly error: string };

/** Throws RangeError when the result is longer than the writer's memory. */
export function writeReply(writer: CborWriter, reply: Reply, header: MessageHeader, time: number): number {
  const timeOffset = open(writer, 3, header, time);
  writer.text("id");
  writePlain(writer, reply.id);
  writer.text("ok");
  writer.boolean(reply.ok);
  writer.text(reply.ok ? "result" : "error");
  writePlain(writer, reply.ok ? reply.result : reply.error);
  return timeOffset;
}

/** Plain data; what is undefined is null. */
function writePlain(writer: CborWriter, value: unknown): void {
  if (typeof value === "number") writer.number(value);
  else if (typeof value === "string") writer.text(value);
  else if (typeof value === "boolean") writer.boolean(value);
  else if (Array.isArray(value)) {
    writer.array(value.length);
    for (let i = 0; i < value.length; i++) writePlain(writer, value[i]);
  } else if (typeof value === "object" && value !== null) {
    const names = Object.keys(value);
    writer.map(names.length);
    for (let i = 0; i < names.length; i++) {
      writer.text(names[i]!);
      writePlain(writer, (value as Record<string, unknown>)[names[i]!]);
    }
  } else writer.null();
}

/** The retained word on whether the node is there; `offline` is also its last will. No time: the will is written in advance. */
export function writeStatus(
  writer: CborWriter,
  state: "online" | "offline",
  epoch: number,
  firmware: string,
  definition: string,
  safeMode = false,
): void {
  writer.map(safeMode ? 5 : 4);
  writer.text("ep");
  writer.integer(epoch);
  writer.text("state");
  writer.text(state);
  writer.text("firmware");
  writer.text(firmware);
  writer.text("definition");
  writer.text(definition);
  if (!safeMode) return;
  writer.text("mode");
  writer.text("safe");
}

/** Where a stream stands: a message of it by epoch and sequence number. */
export interface StreamPosition {
  readonly epoch: number;
  readonly sequence: number;
}

/** What is sent next of a stream, where it does not follow what was sent before: nothing between the two is held. */
export function writeResume(
  writer: CborWriter,
  epoch: number,
  stream: string,
  after: StreamPosition | undefined,
  next: StreamPosition,
): void {
  writer.map(after === undefined ? 3 : 4);
  writer.text("ep");
  writer.integer(epoch);
  writer.text("stream");
  writer.text(stream);
  if (after !== undefined) {
    writer.text("after");
    writePosition(writer, after);
  }
  writer.text("next");
  writePosition(writer, next);
}

function writePosition(writer: CborWriter, { epoch, sequence }: StreamPosition): void {
  writer.array(2);
  writer.integer(epoch);
  writer.integer(sequence);
}
