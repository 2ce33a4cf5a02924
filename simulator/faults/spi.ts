import type { SPITarget } from "../chips/chip.js";
import type { Random } from "../random.js";
import { flipped, probabilityOf, wholeNumber } from "./arguments.js";

/**
 * Faults of an SPI line, as decorators around a target: `bus.decorate(5, (target) => stuckInput(target, 1))`. The target
 * sees all that the controller sends; what is wrong is what the controller gets.
 */

/** Every bit of the controller's input (MISO) is turned over with this probability, 0 to 1. */
export function flipBits(target: SPITarget, random: Random, probability: number): SPITarget {
  probabilityOf(probability);
  return changed(target, (byte) => flipped(byte, random, probability));
}

/** The controller's input (MISO) is stuck: every byte reads 0x00 or 0xff. */
export function stuckInput(target: SPITarget, level: 0 | 1): SPITarget {
  return changed(target, () => (level === 1 ? 0xff : 0x00));
}

/**
 * The part loses its power in the middle of a transaction, and has it back at once: after `afterBytes` bytes since it was
 * selected nobody drives the line, and the rest reads 0xff until it is selected anew. Once.
 *
 * @param part what is powered, as a rule the target itself
 */
export function brownOut(target: SPITarget, part: { powerCycle(): void }, afterBytes: number): SPITarget {
  wholeNumber("afterBytes", afterBytes);
  let done = false;
  let silent = false;
  let index = 0;
  return {
    ...(target.timing && { timing: target.timing }),
    select() {
      index = 0;
      target.select();
    },
    transfer(byte) {
      if (!done && index++ === afterBytes) {
        done = silent = true;
        part.powerCycle();
      }
      return silent ? 0xff : target.transfer(byte);
    },
    deselect() {
      // The part has not seen that it was selected.
      if (!silent) target.deselect();
      silent = false;
    },
  };
}

function changed(target: SPITarget, change: (byte: number) => number): SPITarget {
  return {
    ...(target.timing && { timing: target.timing }),
    select: () => target.select(),
    transfer: (byte) => change(target.transfer(byte)),
    deselect: () => target.deselect(),
  };
}
