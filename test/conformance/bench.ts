import type {
  Analog,
  AnalogConstructor,
  AnalogOptions,
  I2C,
  I2CConstructor,
  I2COptions,
  Numeric,
  NumericConstructor,
  NumericOptions,
} from "../../firmware/ports/io.js";
import type { AnalogSource, I2CTarget, Part } from "../../simulator/chips/chip.js";
import { VirtualClock } from "../../simulator/clock.js";
import { AnalogBank } from "../../simulator/io/analog.js";
import { I2CBus } from "../../simulator/io/i2c.js";
import { NumericBank } from "../../simulator/io/numeric.js";
import type { NumberSource } from "../../simulator/io/numeric.js";
import { Random } from "../../simulator/random.js";

/** What a chip model is built from. */
export interface Surroundings {
  clock: VirtualClock;
  random: Random;
}

/** What happens to the line at one of its events (a start, a byte either way, a conversion of the ADC). */
export type LineFault =
  { kind: "refuse"; at: number } | { kind: "brown-out"; at: number } | { kind: "flip"; at: number; mask: number };

/** One part on its own bus, and what a tester would do to it by hand. Runs on any engine. */
export interface Bench {
  readonly clock: VirtualClock;
  readonly chip: Part;
  /** The driver's `sensor` option. */
  readonly wiring: { io: unknown };
  /** The same, with an IO class whose constructor throws `error`. */
  refusing(error: Error): { io: unknown };
  /** Events of the line so far; of a byte event, whether it was read. */
  readonly events: number;
  wasRead(event: number): boolean;
  /** IO instances open now. */
  readonly open: number;
  /** The one fault to come, or none. */
  fault: LineFault | undefined;
  plug(): void;
  unplug(): void;
  /** Another part of the same kind takes the first one's place, without a moment of silence between. */
  exchange(chip: Part): void;
  /** What the chip had to complain about in the driver. */
  readonly violations: readonly Error[];
}

/** A part with a FIFO, as the list of parts tells of it. */
export interface BlockUnderTest {
  /** Of the rate that the driver is told to set. */
  readonly nominalHz: number;
  /** Samples that the FIFO holds. */
  readonly capacity: number;
  /** A bench whose part feels the signal on its x axis, in m/s² over seconds. */
  bench(seed: number, signal: (axis: number, seconds: number) => number): Bench;
}

const WHOLE_LINE = 0xff;

export class I2CBench<Chip extends I2CTarget & Part> implements Bench, I2CTarget {
  readonly clock = new VirtualClock();
  readonly wiring;
  chip: Chip;
  fault: LineFault | undefined;
  open = 0;
  readonly #bus = new I2CBus({ clock: this.clock });
  readonly #kinds: string[] = [];
  #plugged = true;
  // Between a start that the part acknowledged and the stop.
  #begun = false;
  // The part lost its power in the middle of a transaction: until the stop nobody holds the line.
  #silent = false;
  // A byte was refused: that the part then sees half a command is not the driver's doing.
  #halved = false;

  constructor(address: number, seed: number, model: (surroundings: Surroundings) => Chip) {
    this.chip = model({ clock: this.clock, random: new Random(seed) });
    this.#bus.attach(address, this);
    this.wiring = { data: 21, clock: 22, hz: 100_000, address, io: this.#counting() };
  }

  #counting(): I2CConstructor {
    const tally = (change: number) => void (this.open += change);
    return class extends (this.#bus.I2C as new (options: I2COptions) => I2C) {
      #closed = false;
      constructor(options: I2COptions) {
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
    return this.#kinds.length;
  }

  wasRead(event: number): boolean {
    return this.#kinds[event] === "read";
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

  start(address: number, read: boolean): boolean {
    if (!this.#plugged || this.#event("start") || this.#silent) return false;
    this.#begun = true;
    return this.chip.start(address, read);
  }

  write(byte: number): boolean {
    this.#halved = this.#event("write") !== undefined;
    if (this.#halved || this.#silent) return false;
    return this.chip.write(byte);
  }

  read(): number {
    const fault = this.#event("read");
    if (this.#silent) return WHOLE_LINE;
    const byte = this.chip.read();
    return fault?.kind === "flip" ? byte ^ fault.mask : byte;
  }

  stop(): void {
    const [silent, halved] = [this.#silent, this.#halved];
    this.#begun = this.#silent = this.#halved = false;
    if (silent || !this.#plugged) return;
    try {
      this.chip.stop();
    } catch (error) {
      if (!halved) throw error;
    }
  }

  #event(kind: string): LineFault | undefined {
    const { fault } = this;
    if (this.#kinds.push(kind) - 1 !== fault?.at) return undefined;
    if (fault.kind === "brown-out") {
      this.chip.powerCycle();
      // Before the first start the part is simply new; later it has not seen how the transaction began.
      this.#silent = this.#begun;
      return undefined;
    }
    return fault;
  }
}

export class AnalogBench<Chip extends AnalogSource & Part> implements Bench {
  readonly clock = new VirtualClock();
  readonly wiring;
  chip: Chip;
  fault: LineFault | undefined;
  open = 0;
  events = 0;
  readonly violations: readonly Error[] = [];
  readonly #bank: AnalogBank;
  readonly #pin = 34;

  constructor(seed: number, model: (surroundings: Surroundings) => Chip) {
    const random = new Random(seed);
    this.chip = model({ clock: this.clock, random: random.fork("chip") });
    this.#bank = new AnalogBank({ random: random.fork("adc") });
    this.plug();
    this.wiring = { pin: this.#pin, esp32: { calibrated: true, attenuation: 12 } as const, io: this.#counting() };
  }

  #counting(): AnalogConstructor {
    const tally = (change: number) => void (this.open += change);
    const fails = () => this.events++ === this.fault?.at;
    return class extends (this.#bank.Analog as new (options: AnalogOptions) => Analog) {
      #closed = false;
      constructor(options: AnalogOptions) {
        super(options);
        tally(1);
      }
      override read(): number | undefined {
        return fails() ? undefined : super.read();
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

  wasRead(): boolean {
    return true;
  }

  plug(): void {
    this.#bank.attach(this.#pin, { millivolts: () => this.chip.millivolts() });
  }

  unplug(): void {
    this.#bank.detach(this.#pin);
  }

  exchange(chip: Part): void {
    this.chip = chip as Chip;
  }
}

export class NumericBench<Source extends NumberSource & Part> implements Bench {
  readonly clock = new VirtualClock();
  readonly wiring;
  chip: Source;
  fault: LineFault | undefined;
  open = 0;
  readonly events = 0;
  readonly violations: readonly Error[] = [];
  readonly #bank = new NumericBank();
  readonly #port = 0;

  constructor(source: Source) {
    this.chip = source;
    this.plug();
    this.wiring = { port: this.#port, io: this.#counting() };
  }

  #counting(): NumericConstructor {
    const tally = (change: number) => void (this.open += change);
    return class extends (this.#bank.Numeric as new (options: NumericOptions) => Numeric) {
      #closed = false;
      constructor(options: NumericOptions) {
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

  wasRead(): boolean {
    return true;
  }

  plug(): void {
    this.#bank.attach(this.#port, { number: () => this.chip.number() });
  }

  unplug(): void {
    this.#bank.detach(this.#port);
  }

  exchange(chip: Part): void {
    this.chip = chip as Source;
  }
}

/** An IO class whose constructor throws. */
export function throwing(error: Error): new () => unknown {
  return class {
    constructor() {
      throw error;
    }
  };
}
