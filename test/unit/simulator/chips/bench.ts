import type { I2CTarget } from "../../../../simulator/chips/chip.js";
import type { I2C } from "../../../../firmware/ports/io.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { I2CBus } from "../../../../simulator/io/i2c.js";
import { Random } from "../../../../simulator/random.js";

/** A chip on a bus of its own, spoken to in bytes. */
export class ChipBench<Chip extends I2CTarget> {
  readonly clock = new VirtualClock();
  readonly chip: Chip;
  readonly #i2c: I2C;

  constructor(model: (surroundings: { clock: VirtualClock; random: Random }) => Chip, seed = 1) {
    this.chip = model({ clock: this.clock, random: new Random(seed) });
    const bus = new I2CBus({ clock: this.clock });
    bus.attach(0x44, this.chip);
    this.#i2c = new bus.I2C({ data: 21, clock: 22, hz: 100_000, address: 0x44 });
  }

  wait(ms: number): void {
    this.clock.advanceTo(this.clock.ticks() + ms);
  }

  write(...bytes: number[]): void {
    this.#i2c.write(Uint8Array.from(bytes));
  }

  read(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.#i2c.read(bytes);
    return bytes;
  }

  writeRead(bytes: number[], length: number): Uint8Array {
    const into = new Uint8Array(length);
    this.#i2c.writeRead(Uint8Array.from(bytes), into);
    return into;
  }
}
