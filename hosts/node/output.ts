import { View } from "./view.js";
import type { Decoded } from "./decode.js";

/** Where decoded messages are shown. */
export interface Output {
  /** @param bytes size of the message that these lines came in: topic and payload */
  show(lines: readonly Decoded[], bytes: number): void;
  /** Something that the person in front should know and no node has published. */
  note(text: string): void;
  close(): void;
}

const toStderr = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** One JSON line per decoded line. */
export class JsonOutput implements Output {
  show(lines: readonly object[]): void {
    let text = "";
    for (const line of lines) text += `${JSON.stringify(line)}\n`;
    process.stdout.write(text);
  }

  note = toStderr;

  close(): void {}
}

/** One line of text per decoded line. */
export class PlainOutput implements Output {
  show(lines: readonly Decoded[]): void {
    for (const line of lines) process.stdout.write(`${plain(line)}\n`);
  }

  note = toStderr;

  close(): void {}
}

/** The live view, redrawn a few times a second. */
export class LiveOutput implements Output {
  readonly #view: View;
  readonly #timer: NodeJS.Timeout;

  constructor(title: string) {
    this.#view = new View(title);
    // The alternate screen, without a cursor.
    process.stdout.write("\x1b[?1049h\x1b[?25l");
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), 250);
  }

  show(lines: readonly Decoded[], bytes: number): void {
    this.#view.add(lines, bytes);
  }

  note(text: string): void {
    this.#view.note(text);
  }

  close(): void {
    clearInterval(this.#timer);
    // What was last seen stays on the screen.
    process.stdout.write(`\x1b[?25h\x1b[?1049l${this.#view.lines().join("\n")}\n`);
  }

  #draw(): void {
    const lines = this.#view.lines().slice(0, process.stdout.rows);
    process.stdout.write(`\x1b[H${lines.map((line) => `${line}\x1b[K`).join("\n")}\x1b[J`);
  }
}

/** A decoded line as a person reads it. */
export function plain(line: Decoded): string {
  const at = new Date(line.time * 1000).toISOString().replace(".000Z", "Z");
  if ("alarm" in line) {
    const { name, alarm, state, priority, value, unit, setpoint } = line;
    return `${at}  ${name}  ALARM ${alarm} ${state} (${priority}): ${value} ${unit}, setpoint ${setpoint}`;
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
  return `${at}  ${line.topic} cannot be read: ${line.unreadable}`;
}
