/**
 * Microchip MCP9808 (I2C): temperature.
 * Datasheet DS25095A (2011); sections below are of that document.
 *
 * The part converts continuously or is shut down; no register tells when a conversion ended. So it is shut down between
 * readings, woken for one, given the time of a conversion and shut down again, which holds the result still (section
 * 5.2.1). Nothing that it sends has a checksum, so the result is read twice. After a brown-out it reads 0 °C as if that
 * were a temperature; therefore the critical limit, which is 0 after a reset and which nothing here needs, is set to a
 * mark that must still be there after the result was read.
 */
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { I2CPort } from "./i2c-port.js";
import type { I2CSensorIO } from "./i2c-port.js";
import { oneOf } from "./options.js";

/** Cel, −40 to 125 (section 1.0). */
export interface MCP9808Sample extends Readonly<Record<string, number>> {
  readonly temperature: number;
}

export interface MCP9808Configuration {
  /** °C per step against duration (section 5.2.4): 30, 65, 130, 250 ms. Default 0.0625. */
  resolution: 0.5 | 0.25 | 0.125 | 0.0625;
}

export interface MCP9808Options extends SensorOptions<I2CSensorIO>, Partial<MCP9808Configuration> {}

/** 7-bit addresses: 0x18 and three pins (section 3.5, table 3-2). */
const ADDRESSES = [0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f];
/** Section 1.0. */
const USUAL_HZ = 400_000;

// Registers of 16 bits, most significant byte first (section 5.1); RESOLUTION has 8.
/** CONFIG (section 5.1.1): SHDN bit 8, alert status bit 4, the rest of no use here; 0 after a reset. */
const CONFIG = 0x01;
const RUN = 0x0000;
const SHUT_DOWN = 0x0100;
const ALERT_STATUS = 0x0010;
/** T_CRIT (section 5.1.2): 11 bits, 0.25 °C per bit, in bits 12:2; 0 after a reset. 125 °C is the mark. */
const CRITICAL = 0x04;
const MARK = 0x07d0;
/** T_A (section 5.1.3): alert flags in bits 15:13, then 13 bits of two's complement, 0.0625 °C per bit. */
const AMBIENT = 0x05;
const CELSIUS_PER_BIT = 0.0625;
/** Section 5.1.4. */
const MANUFACTURER_ID = 0x06;
const MANUFACTURER_MICROCHIP = 0x0054;
/** Section 5.1.5: device in the upper byte, revision in the lower. */
const DEVICE_ID = 0x07;
const DEVICE_MCP9808 = 0x04;
/** Section 5.2.4: 0 to 3 for 0.5 to 0.0625 °C, 3 after a reset. */
const RESOLUTION = 0x08;

/** Section 5.2.4, table 5-1, has typical durations only: a fifth is added to them. */
const CONVERSION_MS: Readonly<Record<MCP9808Configuration["resolution"], number>> = {
  0.5: 36,
  0.25: 78,
  0.125: 156,
  0.0625: 300,
};
/** Operating range (section 1.0), with room for tolerance at its ends. */
const MINIMUM_CELSIUS = -42;
const MAXIMUM_CELSIUS = 127;

const RESOLUTIONS = [0.5, 0.25, 0.125, 0.0625] as const;

// What the next call of sample() does, once `#due` has come.
const IDENTIFY = 0;
const START = 1;
const READ = 2;

export class MCP9808 implements Sensor<MCP9808Sample, MCP9808Configuration> {
  readonly #port: I2CPort;
  readonly #clock: MCP9808Options["clock"];
  readonly #register = new Uint8Array(1);
  readonly #word = new Uint8Array(2);
  readonly #write = new Uint8Array(3);
  readonly #resolution = new Uint8Array(2);
  #configuration: MCP9808Configuration = { resolution: 0.0625 };
  #step = IDENTIFY;
  #due = 0;

  /**
   * The part need not be there yet: it is looked for by `sample`, every time until it answers.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: MCP9808Options) {
    this.apply(options);
    this.#clock = options.clock;
    this.#port = new I2CPort("mcp9808", options.sensor, ADDRESSES, USUAL_HZ);
  }

  /** Takes effect with the next conversion. */
  configure(options: Partial<MCP9808Configuration>): void {
    this.#port.requireOpen();
    this.apply(options);
  }

  /**
   * The reading, or `undefined` while the part needs time. It is of the time since an earlier call started the
   * conversion.
   * @throws SensorFault `bus` for a part that refuses, is another part, was reset or says two things at once;
   * `out-of-range` for a temperature that the part cannot measure
   */
  sample(): MCP9808Sample | undefined {
    this.#port.requireOpen();
    if (this.#clock.ticks() < this.#due) return undefined;
    const step = this.#step;
    this.#step = IDENTIFY;
    if (step === READ) return this.read();
    if (step === IDENTIFY) this.initialise();
    this.convert();
    return undefined;
  }

  get readyInMs(): number {
    this.#port.requireOpen();
    return Math.max(0, this.#due - this.#clock.ticks());
  }

  close(): void {
    this.#port.close();
  }

  private apply({ resolution = this.#configuration.resolution }: Partial<MCP9808Configuration>): void {
    this.#configuration = { resolution: oneOf("mcp9808", "resolution", resolution, RESOLUTIONS) };
  }

  private readWord(register: number): number {
    this.#register[0] = register;
    this.#port.writeRead(this.#register, this.#word);
    return (this.#word[0]! << 8) | this.#word[1]!;
  }

  private writeWord(register: number, word: number): void {
    const bytes = this.#write;
    bytes[0] = register;
    bytes[1] = word >> 8;
    bytes[2] = word & 0xff;
    this.#port.write(bytes);
  }

  private initialise(): void {
    const manufacturer = this.readWord(MANUFACTURER_ID);
    if (manufacturer !== MANUFACTURER_MICROCHIP) {
      throw new SensorFault("bus", `mcp9808: manufacturer id 0x${manufacturer.toString(16)} is not 0x54`);
    }
    const device = this.readWord(DEVICE_ID) >> 8;
    if (device !== DEVICE_MCP9808) {
      throw new SensorFault("bus", `mcp9808: device id 0x${device.toString(16)} is not 0x4`);
    }
    this.writeWord(CONFIG, SHUT_DOWN);
    this.writeWord(CRITICAL, MARK);
  }

  private convert(): void {
    const { resolution } = this.#configuration;
    this.#resolution[0] = RESOLUTION;
    this.#resolution[1] = RESOLUTIONS.indexOf(resolution);
    this.#port.write(this.#resolution);
    this.writeWord(CONFIG, RUN);
    this.#step = READ;
    // One tick more than the time itself, because the tick in which it began was under way already.
    this.#due = this.#clock.ticks() + CONVERSION_MS[resolution] + 1;
  }

  private read(): MCP9808Sample {
    this.writeWord(CONFIG, SHUT_DOWN);
    const raw = this.readWord(AMBIENT) & 0x1fff;
    const again = this.readWord(AMBIENT) & 0x1fff;
    if ((this.readWord(CONFIG) & ~ALERT_STATUS) !== SHUT_DOWN) {
      throw new SensorFault("bus", "mcp9808: does not shut down");
    }
    // Last, so that no reset came before now.
    if (this.readWord(CRITICAL) !== MARK) throw new SensorFault("bus", "mcp9808: was reset during a conversion");
    this.#step = START;
    if (raw !== again) throw new SensorFault("bus", "mcp9808: two readings of the temperature differ");
    const temperature = ((raw << 19) >> 19) * CELSIUS_PER_BIT;
    if (temperature < MINIMUM_CELSIUS || temperature > MAXIMUM_CELSIUS) {
      throw new SensorFault(
        "out-of-range",
        `mcp9808: temperature ${temperature} is not in ${MINIMUM_CELSIUS} to ${MAXIMUM_CELSIUS}`,
      );
    }
    return { temperature };
  }
}
