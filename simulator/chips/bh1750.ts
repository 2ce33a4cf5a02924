import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import { ProtocolViolation } from "./chip.js";
import type { I2CTarget, Part, PartChannel } from "./chip.js";
import { ChipTime, clamp, hex } from "./chip-time.js";

/*
 * ROHM BH1750FVI, I2C 0x23 or 0x5C. Technical note 09046EBT01, revision B (April 2009), "Instruction Set Architecture" (p. 5).
 * Each write is one opecode of 8 bits, each read the 16 bits of the data register, the most significant byte first (p. 10).
 */
const POWER_DOWN = 0x00;
const POWER_ON = 0x01;
/** Clears the data register; not accepted in power down. */
const RESET = 0x07;
/** 01000_MT[7,6,5] and 011_MT[4,3,2,1,0]: the measurement time register's halves. */
const CHANGE_TIME_HIGH = 0x40;
const CHANGE_TIME_LOW = 0x60;
const TIME_DEFAULT = 69;
const TIME_LOWEST = 31;
const TIME_HIGHEST = 254;

interface Mode {
  readonly continuous: boolean;
  /** At most, at the default measurement time (p. 2). */
  readonly durationMs: number;
  /** Counts per lx at the default measurement time: 1.2 typically (p. 2), twice that in H-resolution mode 2 (p. 11). */
  readonly countsPerLux: number;
  /** At the default measurement time. */
  readonly stepLux: number;
}
const highResolution = (continuous: boolean): Mode => {
  return { continuous, durationMs: 180, countsPerLux: 1.2, stepLux: 1 / 1.2 };
};
const highResolution2 = (continuous: boolean): Mode => {
  return { continuous, durationMs: 180, countsPerLux: 2.4, stepLux: 1 / 2.4 };
};
const lowResolution = (continuous: boolean): Mode => {
  return { continuous, durationMs: 24, countsPerLux: 1.2, stepLux: 4 };
};
const MODES: ReadonlyMap<number, Mode> = new Map([
  [0x10, highResolution(true)],
  [0x11, highResolution2(true)],
  [0x13, lowResolution(true)],
  [0x20, highResolution(false)],
  [0x21, highResolution2(false)],
  [0x23, lowResolution(false)],
]);

/** 65,532 counts: 65,535 may stand for any brighter light, and noise must not get there. */
const MAXIMUM_LUX = 54_610;
/** Standard deviation in counts; assumed, the technical note gives none. */
const NOISE_COUNTS = 0.3;

export interface BH1750ChipOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
}

/**
 * ROHM BH1750FVI. A channel value holds from one `setChannel` to the next; a measurement takes what holds when it ends. The
 * data register reads 0 until the first measurement after power-up has ended, and there is no flag that tells.
 */
export class BH1750Chip implements I2CTarget, Part {
  readonly #time: ChipTime;
  readonly #random: Random;
  #lux = 100;
  #powered = false;
  #timeRegister = TIME_DEFAULT;
  #mode: Mode | undefined;
  // Of the measurement that runs; MTreg may be changed while it does (p. 11).
  #measuredTime = TIME_DEFAULT;
  #due = Infinity;
  #data = 0;
  #commanded = false;
  #sending = 0;
  #sent = 0;
  #tolerance = toleranceOf(MODES.get(0x20)!, TIME_DEFAULT);

  constructor(options: BH1750ChipOptions) {
    this.#time = new ChipTime("bh1750", options.clock);
    this.#random = options.random;
  }

  /** 0 to 65,532 counts at 1.2 a lx. Tolerance: half a step of the mode last commanded, and six standard deviations. */
  get channels(): Readonly<Record<"illuminance", PartChannel>> {
    return { illuminance: { minimum: 0, maximum: MAXIMUM_LUX, tolerance: this.#tolerance, unit: "lx" } };
  }

  setChannel(name: string, value: number): void {
    this.#advance();
    if (name !== "illuminance") throw new RangeError(`bh1750: ${name} is not illuminance`);
    this.#lux = Math.max(value, 0);
  }

  powerCycle(): void {
    this.#advance();
    this.#powered = this.#commanded = false;
    this.#timeRegister = TIME_DEFAULT;
    this.#mode = undefined;
    this.#due = Infinity;
    this.#data = 0;
  }

  start(_address: number, read: boolean): boolean {
    this.#advance();
    this.#commanded = false;
    if (read) {
      this.#sending = this.#data;
      this.#sent = 0;
    }
    return true;
  }

  write(byte: number): boolean {
    this.#advance();
    if (this.#commanded) throw new ProtocolViolation("bh1750: a second opecode without a stop condition (p. 10)");
    this.#commanded = true;
    this.#execute(byte);
    return true;
  }

  read(): number {
    if (this.#sent > 1) throw new ProtocolViolation("bh1750: read past the two bytes that there are (p. 10)");
    return (this.#sending >> (8 - 8 * this.#sent++)) & 0xff;
  }

  stop(): void {
    this.#commanded = false;
  }

  #execute(opcode: number): void {
    const mode = MODES.get(opcode);
    if (mode) this.#measure(mode);
    else if (opcode === POWER_DOWN || opcode === POWER_ON) {
      this.#powered = opcode === POWER_ON;
      this.#mode = undefined;
      this.#due = Infinity;
    } else if (opcode === RESET) {
      if (this.#powered) this.#data = 0;
    } else if ((opcode & 0xf8) === CHANGE_TIME_HIGH) {
      this.#timeRegister = ((opcode & 0x07) << 5) | (this.#timeRegister & 0x1f);
    } else if ((opcode & 0xe0) === CHANGE_TIME_LOW) {
      this.#timeRegister = (this.#timeRegister & 0xe0) | (opcode & 0x1f);
    } else throw new ProtocolViolation(`bh1750: unknown opecode ${hex(opcode)} (p. 5)`);
  }

  /** The power on command may be left out (p. 4). */
  #measure(mode: Mode): void {
    if (this.#timeRegister < TIME_LOWEST || this.#timeRegister > TIME_HIGHEST) {
      throw new ProtocolViolation(`bh1750: measurement time ${this.#timeRegister} is not 31 to 254 (p. 11)`);
    }
    this.#powered = true;
    this.#mode = mode;
    this.#tolerance = toleranceOf(mode, this.#timeRegister);
    this.#begin(this.#time.now);
  }

  #begin(at: number): void {
    this.#measuredTime = clamp(this.#timeRegister, TIME_LOWEST, TIME_HIGHEST);
    this.#due = at + this.#durationMs();
  }

  #durationMs(): number {
    return (this.#mode!.durationMs * this.#measuredTime) / TIME_DEFAULT;
  }

  #advance(): void {
    const now = this.#time.catchUp();
    if (now < this.#due) return;
    this.#convert();
    if (this.#mode!.continuous) {
      // Of all that ended since, only the last can still be read.
      const durationMs = this.#durationMs();
      this.#begin(this.#due + Math.floor((now - this.#due) / durationMs) * durationMs);
    } else {
      // A one time measurement ends in power down, and the data register keeps what it has.
      this.#powered = false;
      this.#mode = undefined;
      this.#due = Infinity;
    }
  }

  #convert(): void {
    const { countsPerLux, stepLux } = this.#mode!;
    const sensitivity = (countsPerLux * this.#measuredTime) / TIME_DEFAULT;
    const step = stepLux * countsPerLux;
    const counts = this.#lux * sensitivity + NOISE_COUNTS * this.#random.normal();
    this.#data = clamp(Math.round(Math.round(counts / step) * step), 0, 0xffff);
  }
}

/** In lx: half a step and, where the step is several counts, half a count; and six standard deviations. */
function toleranceOf({ countsPerLux, stepLux }: Mode, time: number): number {
  const counts = (stepLux * countsPerLux) / 2 + (stepLux * countsPerLux > 1.01 ? 0.5 : 0) + 6 * NOISE_COUNTS;
  return (counts / countsPerLux) * (TIME_DEFAULT / time);
}
