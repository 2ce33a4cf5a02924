import { crc32 } from "../data/crc.js";
import { writeUtf8 } from "../data/utf8.js";
import type { KeyValue } from "../ports/storage.js";

/** What is kept of one channel: a row per alarm, its name first. */
export interface KeptChannel {
  readonly channel: string;
  readonly rows: readonly (readonly unknown[])[];
}

/** Format of what is kept; another one is not read. */
const VERSION = "1";
const CRC_DIGITS = 8;
const BODY_AT = VERSION.length + CRC_DIGITS;
/** NVS keeps texts of up to 4,000 bytes. */
const LONGEST_BYTES = 3900;
const KEYS = Object.freeze(["alarms", "alarms1", "alarms2", "alarms3"]);
const NOWHERE = new Uint8Array(0);

/**
 * Alarms on flash. Each key holds a text of its own: the version `1`, the CRC-32 of the rest in eight hexadecimal digits,
 * and JSON: `[["<channel>",["<alarm>",…],["<alarm>",…]],["<channel>",…]]`, with the members of kept-alarm.ts after an
 * alarm's name. A channel may go on in the next key. Only keys whose text has changed are written. Where more than one
 * is used and the power fails between two, an alarm that was to move may be missing: it is then as if newly made.
 */
export class AlarmStore {
  readonly #storage: KeyValue;
  // What each key holds; `undefined`: nothing.
  readonly #texts: (string | undefined)[] = [];

  constructor(storage: KeyValue) {
    this.#storage = storage;
  }

  /** Hands over what is kept, row by row; `false` when some of it is damaged or unknown. Never throws. */
  read(take: (channel: string, row: readonly unknown[]) => boolean): boolean {
    let whole = true;
    for (let i = 0; i < KEYS.length; i++) {
      try {
        const text = this.#storage.read(KEYS[i]!);
        if (text === undefined) continue;
        this.#texts[i] = String(text);
        whole = readText(text, take) && whole;
      } catch {
        whole = false;
      }
    }
    return whole;
  }

  /** Keeps all of this and nothing else; how many rows there was no room for. @throws what the storage throws */
  write(channels: readonly KeptChannel[]): number {
    const parts: string[] = [];
    let body = "";
    let bytes = 0;
    let left = 0;
    for (const { channel, rows } of channels) {
      const opening = `[${JSON.stringify(channel)}`;
      let open = false;
      for (const row of rows) {
        const piece = `,${JSON.stringify(row)}`;
        const size = byteLength(piece) + (open ? 0 : byteLength(opening) + 1);
        // What closes is counted too: "]]" now, or "]" before the next channel.
        if (bytes + size + BODY_AT + 3 > LONGEST_BYTES) {
          parts.push(body + (open ? "]" : ""));
          body = "";
          bytes = 0;
          open = false;
        }
        if (parts.length === KEYS.length) {
          left++;
          continue;
        }
        const text = open ? piece : (body === "" ? "" : ",") + opening + piece;
        body += text;
        bytes += byteLength(text);
        open = true;
      }
      if (open) {
        body += "]";
        bytes++;
      }
    }
    if (body !== "") parts.push(body);
    for (let i = 0; i < KEYS.length; i++) this.writePart(i, parts[i]);
    return left;
  }

  private writePart(i: number, part: string | undefined): void {
    const text = part === undefined ? undefined : sealed(`[${part}]`);
    if (text === this.#texts[i]) return;
    if (text === undefined) this.#storage.delete(KEYS[i]!);
    else this.#storage.write(KEYS[i]!, text);
    this.#texts[i] = text;
  }
}

function readText(text: string | number, take: (channel: string, row: readonly unknown[]) => boolean): boolean {
  if (typeof text !== "string") return false;
  const body = text.slice(BODY_AT);
  // What is not ours does not come as far as the parser, which may be deep in recursion.
  if (text !== sealed(body)) return false;
  const channels: unknown = JSON.parse(body);
  if (!Array.isArray(channels)) return false;
  let whole = true;
  for (const entry of channels as unknown[]) {
    const channel: unknown = Array.isArray(entry) ? entry[0] : undefined;
    if (typeof channel !== "string") {
      whole = false;
      continue;
    }
    const rows = entry as unknown[];
    for (let i = 1; i < rows.length; i++) {
      const row = rows[i];
      if (!Array.isArray(row) || !take(channel, row as unknown[])) whole = false;
    }
  }
  return whole;
}

/** A body behind its version and checksum. */
function sealed(body: string): string {
  const bytes = new Uint8Array(byteLength(body));
  writeUtf8(body, bytes, 0);
  return VERSION + crc32(bytes).toString(16).padStart(CRC_DIGITS, "0") + body;
}

function byteLength(text: string): number {
  return writeUtf8(text, NOWHERE, 0);
}
