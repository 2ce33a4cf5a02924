import type { SerialDevice } from "../chips/chip.js";
import type { Random } from "../random.js";
import { flipped, probabilityOf } from "./arguments.js";

/**
 * Faults of a serial line. What befalls every byte of a line is a {@link Disturbance}: `line.disturb = silence`. What
 * befalls one device is a decorator around it, put in before it is attached: `line.attach(disturbed(device, silence))`.
 */

/** A byte as it arrives, or `undefined` when it is lost. */
export type Disturbance = (byte: number, toController: boolean) => number | undefined;

/** Nothing arrives. */
export const silence: Disturbance = () => undefined;

/** Every bit is turned over with this probability, 0 to 1. */
export function flipBits(random: Random, probability: number): Disturbance {
  probabilityOf(probability);
  return (byte) => flipped(byte, random, probability);
}

/** Every byte is lost with this probability, 0 to 1. */
export function dropBytes(random: Random, probability: number): Disturbance {
  probabilityOf(probability);
  return (byte) => (random.next() < probability ? undefined : byte);
}

/** Only what the controller is to hear is disturbed; or, with `false`, only what it sends. */
export function oneWay(disturbance: Disturbance, toController = true): Disturbance {
  return (byte, way) => (way === toController ? disturbance(byte, way) : byte);
}

/** A device of which all that it sends and hears is disturbed. */
export function disturbed(device: SerialDevice, disturbance: Disturbance): SerialDevice {
  return sending(
    device,
    (bytes) => {
      const left: number[] = [];
      for (const sent of bytes) {
        const byte = disturbance(sent, true);
        if (byte !== undefined) left.push(byte);
      }
      return left;
    },
    (byte) => disturbance(byte, false),
  );
}

/**
 * A device whose transmitter makes garbage when it switches on: before what it sends come, with this probability, 1 to
 * `longest` bytes of anything.
 */
export function garbage(device: SerialDevice, random: Random, probability: number, longest = 4): SerialDevice {
  probabilityOf(probability);
  if (!Number.isInteger(longest) || longest < 1) throw new RangeError(`fault: longest ${longest} is not 1 or more`);
  return sending(device, (bytes) => {
    if (random.next() >= probability) return bytes;
    const before: number[] = [];
    for (let i = Math.floor(random.next() * longest); i >= 0; i--) before.push(random.integer() & 0xff);
    return [...before, ...bytes];
  });
}

function sending(
  device: SerialDevice,
  change: (bytes: Uint8Array) => Iterable<number>,
  hear: (byte: number) => number | undefined = (byte) => byte,
): SerialDevice {
  return {
    // Absent where the device's is: `undefined` is what the line then takes for it.
    get baud() {
      return device.baud as number;
    },
    connect(send, measure) {
      device.connect?.((bytes) => {
        const left = Uint8Array.from(change(bytes));
        if (left.length > 0) send(left);
      }, measure);
    },
    receive(byte, ticks) {
      const heard = hear(byte);
      if (heard !== undefined) device.receive(heard, ticks);
    },
  };
}
