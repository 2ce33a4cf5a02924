import type { I2CTarget } from "../chips/chip.js";
import { LineTimeout } from "../io/i2c.js";
import type { Random } from "../random.js";
import { flipped, probabilityOf, wholeNumber } from "./arguments.js";

/**
 * Faults of an I2C line, as decorators around a target: `bus.decorate(0x44, nackAddress)`. The target behind a fault sees
 * what a real one would see, no more. What befalls the whole bus are methods of it: `bus.stickData`, `bus.stickClock`.
 */

/** The target does not acknowledge its address, for the next `times` starts. */
export function nackAddress(target: I2CTarget, times = Infinity): I2CTarget {
  let left = times;
  let refused = false;
  return {
    start(address, read) {
      refused = left > 0;
      if (refused) left--;
      return !refused && target.start(address, read);
    },
    write: (byte) => target.write(byte),
    read: () => target.read(),
    stop() {
      if (!refused) target.stop();
      refused = false;
    },
  };
}

/**
 * A byte of a write is not acknowledged, because it did not reach the target as it was sent.
 *
 * @param byteIndex which byte after the start of a write, from 0; holds for the next `times` such writes
 */
export function nackByte(target: I2CTarget, byteIndex: number, times = Infinity): I2CTarget {
  wholeNumber("byteIndex", byteIndex);
  let left = times;
  let index = 0;
  return {
    start(address, read) {
      index = 0;
      return target.start(address, read);
    },
    write(byte) {
      if (index++ !== byteIndex || left <= 0) return target.write(byte);
      left--;
      return false;
    },
    read: () => target.read(),
    stop: () => target.stop(),
  };
}

/**
 * The target stretches the clock until the controller's patience is over. It has seen what came before. (The time that
 * the controller waits does not pass: a transaction takes none.)
 *
 * @param byteIndex before which byte, written or read, after a start, from 0; holds for the next `times` such bytes
 */
export function timeout(target: I2CTarget, byteIndex = 0, times = Infinity): I2CTarget {
  wholeNumber("byteIndex", byteIndex);
  let left = times;
  let index = 0;
  const stretch = (): void => {
    if (index++ !== byteIndex || left <= 0) return;
    left--;
    throw new LineTimeout("the clock is stretched");
  };
  return {
    start(address, read) {
      index = 0;
      return target.start(address, read);
    },
    write(byte) {
      stretch();
      return target.write(byte);
    },
    read() {
      stretch();
      return target.read();
    },
    stop: () => target.stop(),
  };
}

/**
 * A byte is read with the bits of `mask` turned over.
 *
 * @param byteIndex which byte after the start of a read, from 0; the byte and mask hold for the next `times` such reads
 */
export function corruptRead(target: I2CTarget, byteIndex: number, mask: number, times = Infinity): I2CTarget {
  if (!Number.isInteger(mask) || mask < 1 || mask > 0xff) throw new RangeError(`fault: mask ${mask} is not 1 to 255`);
  let left = times;
  return reading(target, (byte, index) => {
    if (index !== byteIndex || left <= 0) return byte;
    left--;
    return byte ^ mask;
  });
}

/**
 * Every `length`th byte of a read is wrong: the checksums of what comes in pieces of that many bytes, the last its
 * checksum (Sensirion's words and SMBus' Read Word: 3). What they cover is left as it is.
 *
 * @param times for how many checksums
 */
export function wrongChecksum(target: I2CTarget, length = 3, times = Infinity): I2CTarget {
  if (!Number.isInteger(length) || length < 2) throw new RangeError(`fault: length ${length} is not 2 or more`);
  let left = times;
  return reading(target, (byte, index) => {
    if (index % length !== length - 1 || left <= 0) return byte;
    left--;
    return byte ^ 0xff;
  });
}

/**
 * Every bit that is read is turned over with this probability, 0 to 1. What is written is not touched: what a part does
 * that was told something else, only its datasheet could say.
 */
export function flipBits(target: I2CTarget, random: Random, probability: number): I2CTarget {
  probabilityOf(probability);
  return reading(target, (byte) => flipped(byte, random, probability));
}

/**
 * The part loses its power in the middle of a read, and has it back at once: after `afterBytes` bytes nobody holds the
 * line, and the rest reads 0xff. Once.
 *
 * @param part what is powered, as a rule the target itself
 */
export function brownOut(target: I2CTarget, part: { powerCycle(): void }, afterBytes: number): I2CTarget {
  wholeNumber("afterBytes", afterBytes);
  let done = false;
  let silent = false;
  let index = 0;
  return {
    start(address, read) {
      index = 0;
      return !silent && target.start(address, read);
    },
    write: (byte) => !silent && target.write(byte),
    read() {
      if (!done && index++ === afterBytes) {
        done = silent = true;
        part.powerCycle();
      }
      return silent ? 0xff : target.read();
    },
    stop() {
      // The part has not seen how the transaction began.
      if (!silent) target.stop();
      silent = false;
    },
  };
}

/** A target of which every byte read goes through `change`, with its index after the start. */
function reading(target: I2CTarget, change: (byte: number, index: number) => number): I2CTarget {
  let index = 0;
  return {
    start(address, read) {
      index = 0;
      return target.start(address, read);
    },
    write: (byte) => target.write(byte),
    read: () => change(target.read(), index++),
    stop: () => target.stop(),
  };
}
