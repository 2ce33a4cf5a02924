import type { Clock } from "../../firmware/ports/clock.js";
import { ProtocolViolation } from "./chip.js";

/** The time that a chip has caught up with: it moves when the chip is spoken to, and never back. */
export class ChipTime {
  /** Ticks of the last {@link catchUp}. */
  now: number;
  readonly #part: string;
  readonly #clock: Pick<Clock, "ticks">;

  constructor(part: string, clock: Pick<Clock, "ticks">) {
    this.#part = part;
    this.#clock = clock;
    this.now = clock.ticks();
  }

  /** @returns the ticks now; throws a ProtocolViolation when they are fewer than before */
  catchUp(): number {
    const now = this.#clock.ticks();
    if (now < this.now) throw new ProtocolViolation(`${this.#part}: time ran back from tick ${this.now} to ${now}`);
    this.now = now;
    return now;
  }
}

/** A register, command or byte as datasheets write it: `0x1b`, `0x21b1`. */
export function hex(value: number, digits = 2): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}

/** A value within a range. */
export function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(Math.max(value, minimum), maximum);
}
