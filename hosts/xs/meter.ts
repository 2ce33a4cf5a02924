/** What the engine counted during one call. */
export interface Meter {
  /** Engine steps; they wrap at 2^32. */
  compute: number;
  /** Heap slots in use at the end of the call, garbage included. */
  currentHeapCount: number;
}

export interface Metered {
  meter: Meter;
  /** The bytes that the script returned; empty unless it returned an ArrayBuffer. */
  reply: Uint8Array;
}

const SEPARATOR = 1;
const none: Meter = { compute: 0, currentHeapCount: 0 };

/** Splits a good answer of the worker, `.<meter as JSON>\x01<reply>`; the time stamps in it are left alone. */
export function readMetered(message: Uint8Array): Metered {
  const separator = message.indexOf(SEPARATOR, 1);
  if (separator < 0) return { meter: none, reply: message.subarray(1) };
  return {
    meter: {
      compute: numberAfter(message, '"compute":', separator),
      currentHeapCount: numberAfter(message, '"currentHeapCount":', separator),
    },
    reply: message.subarray(separator + 1),
  };
}

function numberAfter(message: Uint8Array, name: string, end: number): number {
  const found = Buffer.from(message.buffer, message.byteOffset, end).indexOf(name, 0, "latin1");
  if (found < 0) throw new Error(`XS worker: its answer carries no ${name.slice(1, -2)}`);
  let value = 0;
  for (let at = found + name.length; at < end; at++) {
    const digit = message[at]! - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}
