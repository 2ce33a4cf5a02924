/** Benches for parts on serial lines, counters and digital inputs; see bench.ts for the others. */
import type {
  Digital,
  DigitalConstructor,
  DigitalOptions,
  PulseCount,
  PulseCountConstructor,
  PulseCountOptions,
  Serial,
  SerialConstructor,
  SerialOptions,
} from "../../firmware/ports/io.js";
import type { DigitalSource, Part, PulseSource, SerialDevice } from "../../simulator/chips/chip.js";
import { VirtualClock } from "../../simulator/clock.js";
import { DigitalBank } from "../../simulator/io/digital.js";
import { PulseBank } from "../../simulator/io/pulse-count.js";
import { SerialLine } from "../../simulator/io/serial.js";
import type { SerialLineOptions } from "../../simulator/io/serial.js";
import { Random } from "../../simulator/random.js";
import type { Bench, LineFault, Surroundings } from "./bench.js";

/** How long a device that lost its power says nothing of what it had begun. */
const SILENT_MS = 200;

/** Events are the bytes, either way. */
export class SerialBench<Chip extends SerialDevice & Part> implements Bench {
  readonly clock = new VirtualClock();
  readonly wiring;
  chip: Chip;
  fault: LineFault | undefined;
  open = 0;
  readonly #line: SerialLine;
  readonly #read: boolean[] = [];
  #plugged = false;
  #silentUntil = -1;
  #noise: ((bytes: Uint8Array) => void) | undefined;

  constructor(
    seed: number,
    model: (surroundings: Surroundings) => Chip,
    options: Omit<SerialLineOptions, "clock"> & { baud: number },
  ) {
    this.#line = new SerialLine({ ...options, clock: this.clock });
    this.#line.disturb = (byte, toController) => this.#pass(byte, toController);
    this.chip = model({ clock: this.clock, random: new Random(seed) });
    this.plug();
    this.wiring = { receive: 16, transmit: 17, baud: options.baud, io: this.#counting() };
  }

  #counting(): SerialConstructor {
    const tally = (change: number) => void (this.open += change);
    return class extends (this.#line.Serial as new (options: SerialOptions) => Serial) {
      #closed = false;
      constructor(options: SerialOptions) {
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
    return this.#read.length;
  }

  wasRead(event: number): boolean {
    return this.#read[event]!;
  }

  get violations(): readonly Error[] {
    return this.#line.violations;
  }

  plug(): void {
    if (this.#plugged) return;
    this.#plugged = true;
    this.chip.powerCycle();
    this.#line.attach(this.chip);
  }

  unplug(): void {
    if (this.#plugged) this.#line.detach(this.chip);
    this.#plugged = false;
  }

  exchange(chip: Part): void {
    if (this.#plugged) this.#line.detach(this.chip);
    this.chip = chip as Chip;
    if (this.#plugged) this.#line.attach(this.chip);
  }

  /** Somebody else puts bytes on the controller's wire. */
  disturb(bytes: Uint8Array): void {
    if (this.#noise === undefined) {
      const connect = (send: (bytes: Uint8Array) => void) => void (this.#noise = send);
      this.#line.attach({ connect, receive: () => {} });
    }
    this.#noise!(bytes);
  }

  #pass(byte: number, toController: boolean): number | undefined {
    const { fault } = this;
    const event = this.#read.push(toController) - 1;
    if (toController && this.clock.ticks() <= this.#silentUntil) return undefined;
    if (event !== fault?.at) return byte;
    if (fault.kind === "flip") return byte ^ fault.mask;
    if (fault.kind === "brown-out") {
      this.#silentUntil = this.clock.ticks() + SILENT_MS;
      this.chip.powerCycle();
    }
    return undefined;
  }
}

/** A counter on pin 25. While there is a fault it cannot be read. */
export class PulseBench<Chip extends PulseSource & Part> implements Bench {
  readonly clock = new VirtualClock();
  readonly wiring;
  chip: Chip;
  fault: LineFault | undefined;
  open = 0;
  events = 0;
  readonly violations: readonly Error[] = [];
  readonly #bank = new PulseBank();
  readonly #pin = 25;

  constructor(seed: number, model: (surroundings: Surroundings) => Chip) {
    this.chip = model({ clock: this.clock, random: new Random(seed) });
    this.plug();
    this.wiring = { signal: this.#pin, io: this.#counting() };
  }

  #counting(): PulseCountConstructor {
    const tally = (change: number) => void (this.open += change);
    const reading = () => {
      this.events++;
      if (this.fault !== undefined) throw new Error("read failed");
    };
    return class extends (this.#bank.PulseCount as new (options: PulseCountOptions) => PulseCount) {
      #closed = false;
      constructor(options: PulseCountOptions) {
        super(options);
        tally(1);
      }
      override read(): number {
        reading();
        return super.read();
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
    this.#bank.attach(this.#pin, this.chip);
  }

  unplug(): void {
    this.#bank.detach(this.#pin);
  }

  exchange(chip: Part): void {
    this.unplug();
    this.chip = chip as Chip;
    this.plug();
  }
}

/** A digital input on pin 13. While there is a fault it cannot be read. */
export class DigitalBench<Chip extends DigitalSource & Part> implements Bench {
  readonly clock = new VirtualClock();
  readonly wiring;
  chip: Chip;
  fault: LineFault | undefined;
  open = 0;
  events = 0;
  readonly violations: readonly Error[] = [];
  readonly #bank = new DigitalBank({ clock: this.clock });
  readonly #pin = 13;

  constructor(seed: number, model: (surroundings: Surroundings) => Chip) {
    this.chip = model({ clock: this.clock, random: new Random(seed) });
    this.plug();
    this.wiring = { pin: this.#pin, io: this.#counting() };
  }

  #counting(): DigitalConstructor {
    const tally = (change: number) => void (this.open += change);
    const reading = () => {
      this.events++;
      if (this.fault !== undefined) throw new Error("read failed");
    };
    return class extends (this.#bank.Digital as new (options: DigitalOptions) => Digital) {
      #closed = false;
      constructor(options: DigitalOptions) {
        super(options);
        tally(1);
      }
      override read(): 0 | 1 {
        reading();
        return super.read();
      }
      override close(): void {
        if (!this.#closed) tally(-1);
        this.#closed = true;
        super.close();
      }
    } as unknown as DigitalConstructor;
  }

  refusing(error: Error): { io: unknown } {
    return { ...this.wiring, io: throwing(error) };
  }

  wasRead(): boolean {
    return true;
  }

  plug(): void {
    this.#bank.attach(this.#pin, this.chip);
  }

  unplug(): void {
    this.#bank.detach(this.#pin);
  }

  exchange(chip: Part): void {
    this.unplug();
    this.chip = chip as Chip;
    this.plug();
  }
}

function throwing(error: Error): new () => unknown {
  return class {
    constructor() {
      throw error;
    }
  };
}
