import type { I2CTarget } from "../chips/chip.js";

/**
 * Faults of an I2C line, as decorators around a target: `bus.decorate(0x44, nackAddress)`. The target behind a fault sees
 * what a real one would see, no more.
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
 * A byte is read with the bits of `mask` turned over.
 *
 * @param byteIndex which byte after the start of a read, from 0; the byte and mask hold for the next `times` such reads
 */
export function corruptRead(target: I2CTarget, byteIndex: number, mask: number, times = Infinity): I2CTarget {
  if (!Number.isInteger(mask) || mask < 1 || mask > 0xff) throw new RangeError(`fault: mask ${mask} is not 1 to 255`);
  let left = times;
  let index = 0;
  return {
    start(address, read) {
      index = 0;
      return target.start(address, read);
    },
    write: (byte) => target.write(byte),
    read() {
      const byte = target.read();
      if (index++ !== byteIndex || left <= 0) return byte;
      left--;
      return byte ^ mask;
    },
    stop: () => target.stop(),
  };
}
