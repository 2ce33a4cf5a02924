import type { Clock } from "../../firmware/ports/clock.js";
import type { IO, Pin } from "../../firmware/ports/io.js";
import type {
  AnalogSource,
  DigitalSource,
  I2CTarget,
  Part,
  PulseSource,
  SerialDevice,
  SPITarget,
} from "../chips/chip.js";
import { AnalogBank } from "../io/analog.js";
import { DigitalBank } from "../io/digital.js";
import { I2CBus } from "../io/i2c.js";
import { NumericBank } from "../io/numeric.js";
import type { NumberSource } from "../io/numeric.js";
import { PulseBank } from "../io/pulse-count.js";
import { SerialLines } from "../io/serial-lines.js";
import type { SerialPins } from "../io/serial-lines.js";
import { SPIBus } from "../io/spi.js";
import type { Random } from "../random.js";
import type { World } from "../world/world.js";

export interface BoardOptions {
  clock: Clock;
  random: Random;
  world: World;
}

/** Which quantity of the world each channel of a part feels. */
export type Feeling = Readonly<Record<string, string>>;

/**
 * Parts soldered to the buses and pins of one microcontroller, standing in a world. A part feels the world of the tick at
 * which it is spoken to: the board brings the world there, and the part's channels with it.
 */
export class Board {
  readonly io: IO;
  /** The buses themselves, for faults and analysers. */
  readonly i2c: I2CBus;
  readonly spi: SPIBus;
  readonly analog: AnalogBank;
  readonly numeric = new NumericBank();
  readonly serial: SerialLines;
  readonly pulses = new PulseBank();
  readonly digital: DigitalBank;
  readonly #clock: Pick<Clock, "ticks">;
  readonly #world: World;
  readonly #parts = new Map<string, Part>();

  constructor(options: BoardOptions, i2cPins?: { data: Pin; clock: Pin }, spiPins?: { clock: Pin; out: Pin; in: Pin }) {
    this.#clock = options.clock;
    this.#world = options.world;
    this.i2c = new I2CBus({ clock: options.clock, ...(i2cPins && { pins: i2cPins }) });
    this.spi = new SPIBus({ clock: options.clock, ...(spiPins && { pins: spiPins }) });
    this.analog = new AnalogBank({ random: options.random.fork("analog") });
    this.serial = new SerialLines(options.clock);
    this.digital = new DigitalBank({ clock: options.clock });
    this.io = {
      I2C: this.i2c.I2C,
      SPI: this.spi.SPI,
      Analog: this.analog.Analog,
      Numeric: this.numeric.Numeric,
      Serial: this.serial.Serial,
      PulseCount: this.pulses.PulseCount,
      Digital: this.digital.Digital,
    };
  }

  /** By the name that it was soldered under. */
  get parts(): ReadonlyMap<string, Part> {
    return this.#parts;
  }

  /** Throws RangeError when there is none of that name. */
  part(name: string): Part {
    const part = this.#parts.get(name);
    if (part === undefined) throw new RangeError(`board: ${name} is not one of ${[...this.#parts.keys()].join(", ")}`);
    return part;
  }

  solderI2C(name: string, address: number, chip: I2CTarget & Part, feels: Feeling): void {
    const feel = this.#add(name, chip, feels);
    this.i2c.attach(address, {
      start(address, read) {
        feel();
        return chip.start(address, read);
      },
      write: (byte) => chip.write(byte),
      read: () => chip.read(),
      stop: () => chip.stop(),
    });
  }

  solderSPI(name: string, selectPin: Pin, chip: SPITarget & Part, feels: Feeling): void {
    const feel = this.#add(name, chip, feels);
    this.spi.attach(selectPin, {
      ...(chip.timing && { timing: chip.timing }),
      select() {
        feel();
        chip.select();
      },
      transfer: (byte) => chip.transfer(byte),
      deselect: () => chip.deselect(),
    });
  }

  solderAnalog(name: string, pin: Pin, source: AnalogSource & Part, feels: Feeling): void {
    const feel = this.#add(name, source, feels);
    this.analog.attach(pin, {
      millivolts() {
        feel();
        return source.millivolts();
      },
    });
  }

  solderNumeric(name: string, port: number, source: NumberSource & Part, feels: Feeling): void {
    const feel = this.#add(name, source, feels);
    this.numeric.attach(port, {
      number() {
        feel();
        return source.number();
      },
    });
  }

  /** Onto the line at these pins, with whatever is on it already. It feels the world whenever it measures. */
  solderSerial(name: string, pins: SerialPins, device: SerialDevice & Part, feels: Feeling): void {
    this.serial.at(pins).attach(device, this.#add(name, device, feels));
  }

  solderPulse(name: string, pin: Pin, source: PulseSource & Part, feels: Feeling): void {
    const feel = this.#add(name, source, feels);
    this.pulses.attach(pin, {
      pulses() {
        feel();
        return source.pulses();
      },
    });
  }

  /** It feels the world when its level is asked for, and every 10 ms while somebody waits for an edge. */
  solderDigital(name: string, pin: Pin, source: DigitalSource & Part, feels: Feeling): void {
    const feel = this.#add(name, source, feels);
    this.digital.attach(pin, {
      level() {
        feel();
        return source.level();
      },
      changesAt: () => source.changesAt?.() ?? Infinity,
      connect: (changed) => source.connect?.(changed),
    });
  }

  /** @returns lets the part feel the world as it is at this tick */
  #add(name: string, part: Part, feels: Feeling): () => void {
    if (this.#parts.has(name)) throw new RangeError(`board: there is a part ${name} already`);
    for (const [channel, quantity] of Object.entries(feels)) {
      if (!(channel in part.channels)) throw new RangeError(`board: ${name} has no channel ${channel}`);
      if (!this.#world.quantities.includes(quantity)) {
        throw new RangeError(`board: ${name} feels ${quantity}, which this world has not`);
      }
    }
    this.#parts.set(name, part);
    const channels = Object.entries(feels);
    return () => {
      this.#world.advance(this.#clock.ticks());
      for (const [channel, quantity] of channels) part.setChannel(channel, this.#world.read(quantity));
    };
  }
}
