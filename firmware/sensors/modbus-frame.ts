/**
 * Frames of Modbus RTU for the two functions that read registers. "MODBUS over serial line" V1.02 (20 December 2006) for
 * the frame, "MODBUS application protocol" V1.1b3 (26 April 2012) for what is in it; sections below are of these.
 */
import { crc16 } from "../data/crc.js";

/** Application protocol, sections 6.3 and 6.4. */
export const READ_HOLDING_REGISTERS = 3;
export const READ_INPUT_REGISTERS = 4;
export type ReadFunction = typeof READ_HOLDING_REGISTERS | typeof READ_INPUT_REGISTERS;

/** Serial line, section 2.5.1: a frame is 256 bytes at most. */
export const MAXIMUM_FRAME_BYTES = 256;
/** Application protocol, sections 6.3 and 6.4: 1 to 125 registers in one request. */
export const MAXIMUM_REGISTERS = 125;
/** Serial line, section 2.2: individual addresses. */
export const MAXIMUM_UNIT = 247;
/** Unit, function, register (16 bits), count (16 bits), CRC (16 bits, low byte first; all else high byte first). */
export const REQUEST_BYTES = 8;
/** Unit, function, byte count, … registers of 16 bits, CRC. */
export const DATA_OFFSET = 3;
/** Application protocol, section 7: unit, function + 0x80, exception code, CRC. */
export const EXCEPTION_BYTES = 5;
const EXCEPTION_FLAG = 0x80;

// What examine() finds; numbers, so that nothing is allocated.
/** The frame is not complete, or not the answer. */
export const INCOMPLETE = 0;
/** The answer, with a right checksum: the registers begin at {@link DATA_OFFSET}. */
export const ANSWER = 1;
/** A refusal with a right checksum: its code is the byte at {@link DATA_OFFSET} − 1. */
export const EXCEPTION = 2;
/** As long as it should be, but its checksum is wrong. */
export const DAMAGED = 3;

/** Bytes of the answer to a request for `count` registers. */
export function answerBytes(count: number): number {
  return DATA_OFFSET + 2 * count + 2;
}

/** Writes a request into the first {@link REQUEST_BYTES} of `into`. */
export function writeRequest(into: Uint8Array, unit: number, code: number, register: number, count: number): void {
  into[0] = unit;
  into[1] = code;
  into[2] = register >> 8;
  into[3] = register & 0xff;
  into[4] = count >> 8;
  into[5] = count & 0xff;
  const crc = crc16(into, 0, 6);
  into[6] = crc & 0xff;
  into[7] = crc >> 8;
}

/**
 * What the first `length` bytes are to one who asked `unit` for `count` registers with function `code`. Bytes after the
 * end of the answer are disregarded: transceivers add one when they let go of the line.
 */
export function examine(bytes: Uint8Array, length: number, unit: number, code: number, count: number): number {
  if (length < EXCEPTION_BYTES || bytes[0] !== unit) return INCOMPLETE;
  if (bytes[1] === (code | EXCEPTION_FLAG)) return checked(bytes, EXCEPTION_BYTES) ? EXCEPTION : DAMAGED;
  if (bytes[1] !== code || bytes[2] !== 2 * count) return INCOMPLETE;
  const wanted = answerBytes(count);
  if (length < wanted) return INCOMPLETE;
  return checked(bytes, wanted) ? ANSWER : DAMAGED;
}

/** Whether the first `length` bytes are a frame of anybody: four bytes or more that end in their checksum. */
export function checked(bytes: Uint8Array, length: number): boolean {
  if (length < 4) return false;
  const crc = crc16(bytes, 0, length - 2);
  return bytes[length - 2] === (crc & 0xff) && bytes[length - 1] === crc >> 8;
}

/** Application protocol, section 7. */
export const SERVER_DEVICE_BUSY = 6;
const EXCEPTIONS: Readonly<Record<number, string>> = Object.freeze({
  1: "illegal function",
  2: "illegal data address",
  3: "illegal data value",
  4: "server device failure",
  5: "acknowledge",
  6: "server device busy",
  8: "memory parity error",
  10: "gateway path unavailable",
  11: "gateway target device failed to respond",
});

/** `exception 2 (illegal data address)`. */
export function exceptionText(code: number): string {
  return `exception ${code} (${EXCEPTIONS[code] ?? "not in the specification"})`;
}
