import { View } from "./view.js";
import type { Decoded } from "./decoded.js";
import { plain } from "./plain.js";

/** Where decoded messages are shown. */
export interface Output {
  /** @param bytes size of the message that these lines came in: topic and payload */
  show(lines: readonly Decoded[], bytes: number): void;
  /** What a consumer that acknowledges has to say of what came, or did not. */
  notice(line: Decoded): void;
  /** Something that the person in front should know and no node has published. */
  note(text: string): void;
  close(): void;
}

/** Resolves when everything that was written so far is out of this process's hands. */
export function written(): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write("", (error) => (error ? reject(error) : resolve()));
  });
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

  notice(line: Decoded): void {
    this.show([line]);
  }

  note = toStderr;

  close(): void {}
}

/** One line of text per decoded line. */
export class PlainOutput implements Output {
  show(lines: readonly Decoded[]): void {
    for (const line of lines) process.stdout.write(`${plain(line)}\n`);
  }

  notice(line: Decoded): void {
    toStderr(plain(line));
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

  notice(line: Decoded): void {
    this.#view.note(plain(line));
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
