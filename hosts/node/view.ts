import type { Decoded } from "./decoded.js";
import { alarmFacts } from "./plain.js";

const SPARK = "▁▂▃▄▅▆▇█";
const SPARK_LENGTH = 32;
const EVENTS_SHOWN = 6;

interface Row {
  name: string;
  unit: string;
  value: number;
  quality: string;
  alarms: Map<string, string>;
  history: number[];
}

const PRIORITY_COLOURS: Record<string, string> = {
  critical: "\x1b[97;41m",
  high: "\x1b[91m",
  medium: "\x1b[93m",
  low: "\x1b[36m",
};
const BOLD = "\x1b[1m";
const DIM = "\x1b[2m";
const RED = "\x1b[91m";
const GREEN = "\x1b[32m";
const RESET = "\x1b[0m";

/** Alarm states in which the process is not as it should be, or nobody has seen that it was not. */
const ACTIVE = ["unacknowledged", "acknowledged", "latched-unacknowledged", "latched-acknowledged"];

/** The live view: one line a channel, the last events below. It draws what was decoded, nothing else. */
export class View {
  readonly #title: string;
  readonly #rows = new Map<string, Row>();
  readonly #events: string[] = [];
  #messages = 0;
  #bytes = 0;
  #values = 0;
  #lastTime = 0;

  /** @param title what runs, and where it publishes to */
  constructor(title: string) {
    this.#title = title;
  }

  /** @param bytes size of the message that these lines came in: topic and payload */
  add(lines: readonly Decoded[], bytes: number): void {
    this.#messages++;
    this.#bytes += bytes;
    for (const line of lines) this.#addLine(line);
  }

  #addLine(line: Decoded): void {
    this.#lastTime = Math.max(this.#lastTime, line.time);
    const at = clockTime(line.time);
    if ("alarm" in line) {
      const row = this.#row(line.name);
      const active = ACTIVE.includes(line.state);
      if (active) row.alarms.set(line.alarm, line.priority);
      else row.alarms.delete(line.alarm);
      const colour = active ? (PRIORITY_COLOURS[line.priority] ?? "") : GREEN;
      const facts = alarmFacts(line).replace(/^[:,] /, "");
      this.#event(`${at}  ${colour}${line.name} ${line.alarm} ${line.state}${RESET}  ${DIM}${facts}${RESET}`);
    } else if ("flood" in line) {
      const changes = line.flood.reduce((sum, { count }) => sum + count, 0);
      this.#event(`${at}  ${RED}flood of ${changes} alarms${RESET}  ${DIM}in ${line.seconds} s${RESET}`);
    } else if ("quality" in line) {
      this.#row(line.name).quality = line.quality;
      this.#event(`${at}  ${line.name} is ${line.quality === "good" ? GREEN : RED}${line.quality}${RESET}`);
    } else if ("value" in line) {
      const row = this.#row(line.name);
      this.#values++;
      row.value = line.value;
      row.unit = line.unit;
      row.history.push(line.value);
      if (row.history.length > SPARK_LENGTH) row.history.shift();
    } else if ("event" in line) {
      this.#event(`${at}  ${line.event} ${BOLD}${line.source}${RESET} ${line.cause} ${DIM}${line.detail}${RESET}`);
    } else if ("status" in line) {
      const colour = line.status === "online" ? GREEN : RED;
      this.#event(`${at}  node is ${colour}${line.status}${RESET} ${DIM}epoch ${line.epoch}${RESET}`);
    } else if ("unreadable" in line) {
      this.#event(`${at}  ${RED}unreadable${RESET} on ${line.topic}: ${line.unreadable}`);
    }
  }

  /** A remark among the events. */
  note(text: string): void {
    this.#event(`${clockTime(Date.now() / 1000)}  ${DIM}${text}${RESET}`);
  }

  /** The whole view as lines of text with ANSI colours. */
  lines(): string[] {
    const rows = [...this.#rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const width = Math.max(20, ...rows.map((row) => row.name.length + 2));
    const head = `${"channel".padEnd(width)}${"value".padStart(10)}  ${"unit".padEnd(6)}${"quality".padEnd(14)}${"alarm".padEnd(12)}`;
    return [
      `${BOLD}${this.#title}${RESET}`,
      `${DIM}${dateTime(this.#lastTime)}   ${this.#messages} messages, ${this.#values} values, ${this.#bytes} bytes published${RESET}`,
      "",
      `${DIM}${head}last ${SPARK_LENGTH} reports${RESET}`,
      ...rows.map((row) => {
        const good = row.quality === "good";
        const value = good ? shown(row.value) : "—";
        const quality = `${good ? GREEN : RED}${row.quality.padEnd(14)}${RESET}`;
        return `${row.name.padEnd(width)}${BOLD}${value.padStart(10)}${RESET}  ${row.unit.padEnd(6)}${quality}${alarmCell(row)}${spark(row.history)}`;
      }),
      "",
      ...this.#events,
    ];
  }

  #row(name: string): Row {
    let row = this.#rows.get(name);
    if (row === undefined) {
      row = { name, unit: "", value: NaN, quality: "good", alarms: new Map(), history: [] };
      this.#rows.set(name, row);
    }
    return row;
  }

  #event(text: string): void {
    this.#events.push(text);
    if (this.#events.length > EVENTS_SHOWN) this.#events.shift();
  }
}

/** The worst active alarm of a row, in its priority's colour. */
function alarmCell(row: Row): string {
  for (const priority of ["critical", "high", "medium", "low"]) {
    for (const [alarm, own] of row.alarms) {
      if (own !== priority) continue;
      const shortened = alarm.slice(0, 11);
      return `${PRIORITY_COLOURS[priority]}${shortened}${RESET}${" ".repeat(12 - shortened.length)}`;
    }
  }
  return "·".padEnd(12);
}

/** A spark line from the lowest to the highest of the values; a flat one in the middle. */
export function spark(values: readonly number[]): string {
  const lowest = Math.min(...values);
  const span = Math.max(...values) - lowest;
  return values.map((value) => SPARK[span === 0 ? 3 : Math.round(((value - lowest) / span) * 7)]).join("");
}

function shown(value: number): string {
  if (Number.isNaN(value)) return "…";
  return Math.abs(value) >= 1000 ? value.toFixed(0) : value.toFixed(2);
}

function dateTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}

function clockTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}
