import type { Decoded, Notice, StreamPosition } from "./decoded.js";

/** What an alarm's line says of value, set point, cause and meaning, as far as it says anything. */
export function alarmFacts(line: Extract<Decoded, { alarm: string }>): string {
  const { value, unit, setpoint, by, message } = line;
  const facts = [
    ...(value === undefined ? [] : [`: ${Number(value.toPrecision(6))}${unit === "/" ? "" : ` ${unit}`}`]),
    ...(setpoint === undefined ? [] : [`, setpoint ${setpoint}`]),
    ...(by === "process" ? [] : [`, by ${by}`]),
    ...(message === undefined ? [] : [` – ${message}`]),
  ];
  return facts.join("");
}

const at = ({ epoch, sequence }: StreamPosition) => `number ${sequence} of epoch ${epoch}`;

/** What a consumer has to say of a stream. */
export function noticeText(notice: Notice): string {
  if (notice.kind === "anew") {
    return `the node was erased: epoch ${notice.to} after ${notice.from}; it is taken for a new one`;
  }
  if (notice.kind === "epoch") return `the node has restarted: epoch ${notice.to} after ${notice.from}`;
  const { kind, from, to } = notice;
  const said = { missing: "missing", recovered: "came after all", lost: "lost" }[kind];
  // All of one epoch.
  const count = to.sequence - from.sequence;
  if (count === 1) return `${said}: ${at(from)}`;
  return `${said}: ${count} messages, numbers ${from.sequence} to ${to.sequence - 1} of epoch ${from.epoch}`;
}

/** A decoded line as a person reads it. */
export function plain(line: Decoded): string {
  const time = new Date(line.time * 1000).toISOString().replace(".000Z", "Z");
  return `${line.uptime === undefined ? "" : "before "}${time}  ${said(line)}`;
}

function said(line: Decoded): string {
  if ("alarm" in line) {
    return `${line.name}  ALARM ${line.alarm} ${line.state} (${line.priority})${alarmFacts(line)}`;
  }
  if ("flood" in line) {
    const alarms = line.flood.map(({ name, alarm, state, count }) => `${name} ${alarm} ${count} times, now ${state}`);
    return `ALARM FLOOD, in ${line.seconds} s: ${alarms.join("; ")}`;
  }
  if ("quality" in line) return `${line.name}  quality ${line.quality}`;
  if ("value" in line) return `${line.name}  ${line.value} ${line.unit}`.trimEnd();
  if ("event" in line) {
    const count = line.count === undefined ? "" : `: ${line.count}`;
    return `${line.event} ${line.source}${count} ${line.cause} ${line.detail}`.trimEnd();
  }
  if ("health" in line) {
    const facts = Object.entries(line.health).map(([name, value]) => `${name} ${value}`);
    return `health: ${facts.join(", ")}`;
  }
  if ("channels" in line) {
    return `channels of epoch ${line.epoch}: ${line.channels.map(({ name }, i) => `${i} ${name}`).join(", ")}`;
  }
  if ("status" in line) {
    const mode = line.mode === undefined ? "" : `, ${line.mode} mode`;
    return `${line.topic} is ${line.status} (${line.definition}, epoch ${line.epoch}${mode})`;
  }
  if ("reply" in line) return `reply ${line.reply}: ${line.ok ? JSON.stringify(line.result) : line.error}`;
  if ("command" in line) return `command ${JSON.stringify(line.command)}`;
  if ("notice" in line) return `${line.topic}  ${noticeText(line.notice)}`;
  if ("resume" in line) return `${line.resume} goes on with ${at(line.next)}`;
  if ("acknowledge" in line) {
    const all = line.acknowledge.map((one) => `${one.stream} up to ${at(one)}`);
    return `acknowledged: ${all.join(", ") || "nothing; the node is asked for the rest"}`;
  }
  if ("waveform" in line) {
    const { name, waveform, offset, total, rateHz } = line;
    const end = offset + waveform[0]!.length;
    return `${name}  waveform, samples ${offset} to ${end} of ${total} at ${rateHz} Hz`;
  }
  return `${line.topic} cannot be read: ${line.unreadable}`;
}
