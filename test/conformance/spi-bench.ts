import type { SPI, SPIConstructor, SPIOptions } from "../../firmware/ports/io.js";
import type { Part, SPITarget } from "../../simulator/chips/chip.js";
import { VirtualClock } from "../../simulator/clock.js";
import { SPIBus } from "../../simulator/io/spi.js";
import { Random } from "../../simulator/random.js";
import { throwing } from "./bench.js";
import type { Bench, LineFault, Surroundings } from "./bench.js";

const WHOLE_LINE = 0xff;
const SELECT = 5;

/**
 * One part on an SPI bus of its own. Events are the bytes: the first of a command is one that was written, the others were
 * read. Nobody can refuse anything here; a part that lost its power leaves the line high.
 */
export class SPIBench<Chip extends SPITarget & Part> implements Bench, SPITarget {
  readonly clock = new VirtualClock();
  readonly wiring;
  chip: Chip;
  fault: LineFault | undefined;
  open = 0;
  readonly #bus = new SPIBus({ clock: this.clock });
  readonly #reads: boolean[] = [];
  #plugged = true;
  #first = true;
  // The part lost its power in the middle of a command, or was not there when it began.
  #silent = false;

  constructor(seed: number, model: (surroundings: Surroundings) => Chip) {
    this.chip = model({ clock: this.clock, random: new Random(seed) });
    this.#bus.attach(SELECT, this);
    this.wiring = { clock: 18, out: 23, in: 19, select: SELECT, io: this.#counting() };
  }

  #counting(): SPIConstructor {
    const tally = (change: number) => void (this.open += change);
    return class extends (this.#bus.SPI as new (options: SPIOptions) => SPI) {
      #closed = false;
      constructor(options: SPIOptions) {
        super(options);
        tally(1);
      }
      override close(): void {
        if (!this.#closed) tally(-1);
        this.#closed = true;
        super.close();
      }
    };
  }

  refusing(error: Error): { io: unknown } {
    return { ...this.wiring, io: throwing(error) };
  }

  get events(): number {
    return this.#reads.length;
  }

  wasRead(event: number): boolean {
    return this.#reads[event]!;
  }

  get violations(): readonly Error[] {
    return this.#bus.violations;
  }

  plug(): void {
    this.chip.powerCycle();
    this.#plugged = true;
  }

  unplug(): void {
    this.#plugged = false;
  }

  exchange(chip: Part): void {
    this.chip = chip as Chip;
  }

  get timing() {
    return this.chip.timing!;
  }

  select(): void {
    this.#first = true;
    this.#silent = !this.#plugged;
    if (!this.#silent) this.chip.select();
  }

  transfer(byte: number): number {
    const { fault } = this;
    const due = this.#reads.push(!this.#first) - 1 === fault?.at;
    if (due && fault.kind === "brown-out" && !this.#silent) {
      this.chip.powerCycle();
      this.#silent = true;
    }
    this.#first = false;
    if (this.#silent) return WHOLE_LINE;
    const answer = this.chip.transfer(byte);
    return due && fault.kind === "flip" ? answer ^ fault.mask : answer;
  }

  deselect(): void {
    if (!this.#silent) this.chip.deselect();
  }
}
