import { readUtf8, writeUtf8 } from "../data/utf8.js";
import { MqttError } from "./packets.js";

/* Strings of MQTT (§1.5.3): UTF-8 of at most 65,535 bytes, without U+0000. */

const MAXIMUM_BYTES = 65_535;

/** Bytes that `text` takes. Throws {@link MqttError}, with `what` as the subject, when MQTT cannot carry it. */
export function textBytes(text: string, what: string): number {
  if (text.includes("\0")) throw new MqttError(`mqtt: ${what} contains U+0000`);
  // Not a module's constant: that one is in flash on a board, where writing to it throws, even beyond its end.
  const bytes = writeUtf8(text, new Uint8Array(0), 0);
  if (bytes > MAXIMUM_BYTES) throw new MqttError(`mqtt: ${what} takes ${bytes} bytes, more than ${MAXIMUM_BYTES}`);
  return bytes;
}

/** `text` as bytes of its own. Throws as {@link textBytes} does. */
export function encodeText(text: string, what: string): Uint8Array {
  const bytes = new Uint8Array(textBytes(text, what));
  writeUtf8(text, bytes, 0);
  return bytes;
}

/** The string in `bytes` from `start` up to `end`. Throws {@link MqttError} when it is not UTF-8 or contains U+0000. */
export function readText(bytes: Uint8Array, start: number, end: number, what: string): string {
  const text = readUtf8(bytes, start, end);
  if (text === undefined) throw new MqttError(`mqtt: ${what} is not UTF-8`);
  if (text.includes("\0")) throw new MqttError(`mqtt: ${what} contains U+0000`);
  return text;
}
