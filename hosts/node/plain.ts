import type { Decoded } from "./decoded.js";

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

/** A decoded line as a person reads it. */
export function plain(line: Decoded): string {
  const at = new Date(line.time * 1000).toISOString().replace(".000Z", "Z");
  if ("alarm" in line) {
    return `${at}  ${line.name}  ALARM ${line.alarm} ${line.state} (${line.priority})${alarmFacts(line)}`;
  }
  if ("flood" in line) {
    const alarms = line.flood.map(({ name, alarm, state, count }) => `${name} ${alarm} ${count} times, now ${state}`);
    return `${at}  ALARM FLOOD, in ${line.seconds} s: ${alarms.join("; ")}`;
  }
  if ("quality" in line) return `${at}  ${line.name}  quality ${line.quality}`;
  if ("value" in line) return `${at}  ${line.name}  ${line.value} ${line.unit}`;
  if ("event" in line) return `${at}  ${line.event} ${line.source} ${line.cause} ${line.detail}`.trimEnd();
  if ("health" in line) {
    const facts = Object.entries(line.health).map(([name, value]) => `${name} ${value}`);
    return `${at}  health: ${facts.join(", ")}`;
  }
  if ("status" in line) return `${at}  ${line.topic} is ${line.status} (${line.definition}, epoch ${line.epoch})`;
  if ("reply" in line) return `${at}  reply ${line.reply}: ${line.ok ? JSON.stringify(line.result) : line.error}`;
  if ("command" in line) return `${at}  command ${JSON.stringify(line.command)}`;
  if ("waveform" in line) {
    const { name, waveform, offset, total, rateHz } = line;
    const end = offset + waveform[0]!.length;
    return `${at}  ${name}  waveform, samples ${offset} to ${end} of ${total} at ${rateHz} Hz`;
  }
  return `${at}  ${line.topic} cannot be read: ${line.unreadable}`;
}
