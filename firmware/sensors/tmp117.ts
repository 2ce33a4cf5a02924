/**
 * Texas Instruments TMP117 (I2C): temperature.
 * Datasheet SNOSD82D (revised September 2022); sections below are of that document.
 *
 * One-shot mode: every reading is asked for, and the part shuts down in between (section 7.4.3). Nothing that it sends has
 * a checksum, so a result is read twice. A reset brings the configuration back from EEPROM: continuous conversion unless
 * somebody stored something else, and in any case no conversion that is ready, which is how a brown-out is noticed.
 */
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { I2CPort } from "./i2c-port.js";
import type { I2CSensorIO } from "./i2c-port.js";
import { oneOf } from "./options.js";

/** Cel, −55 to 150 (section 6.3). */
export interface TMP117Sample extends Readonly<Record<string, number>> {
  readonly temperature: number;
}

export interface TMP117Configuration {
  /** Conversions that the part averages into one reading (section 7.3.2), 15.5 ms each; default 8. */
  averaging: 1 | 8 | 32 | 64;
}

export interface TMP117Options extends SensorOptions<I2CSensorIO>, Partial<TMP117Configuration> {}

/** 7-bit addresses: ADD0 to ground, V+, SDA, SCL (section 7.5.3.1.2, table 7-2). */
const ADDRESSES = [0x48, 0x49, 0x4a, 0x4b];
/** Fast mode (section 6.7). */
const USUAL_HZ = 400_000;

// Registers of 16 bits, most significant byte first (section 7.6).
/** Temp_Result: two's complement, 7.8125 m°C per bit; −256 °C after a reset until the first conversion is complete. */
const TEMPERATURE = 0x00;
const CELSIUS_PER_BIT = 0.0078125;
const RESET_TEMPERATURE = 0x8000;
/** Configuration: Data_Ready bit 13, EEPROM_Busy bit 12, MOD bits 11:10, CONV bits 9:7, AVG bits 6:5, alerts below. */
const CONFIGURATION = 0x01;
const DATA_READY = 0x2000;
const MODE = 0x0c00;
const MODE_SHUTDOWN = 0x0400;
const MODE_ONE_SHOT = 0x0c00;
/** AVG and what else of the configuration a driver writes, less MOD. */
const SETTINGS = 0x03fc;
/** Device_ID: revision in bits 15:12, then 0x117. */
const DEVICE_ID = 0x0f;
const DEVICE_ID_BITS = 0x0fff;
const DEVICE_ID_TMP117 = 0x117;

/** Section 6.5: one conversion takes 13 to 17.5 ms, 15.5 ms typically. */
const CONVERSION_MS = 17.5;
/** A part that still converts this long after its longest duration does not work. */
const GRACE_MS = 50;
/** Operating range (section 6.3), with room for tolerance at its ends. */
const MINIMUM_CELSIUS = -57;
const MAXIMUM_CELSIUS = 152;

const AVERAGINGS = [1, 8, 32, 64] as const;

// What the next call of sample() does, once `#due` has come.
const IDENTIFY = 0;
const START = 1;
const READ = 2;

export class TMP117 implements Sensor<TMP117Sample, TMP117Configuration> {
  readonly #port: I2CPort;
  readonly #clock: TMP117Options["clock"];
  readonly #register = new Uint8Array(1);
  readonly #word = new Uint8Array(2);
  readonly #write = new Uint8Array(3);
  #averaging: TMP117Configuration["averaging"] = 8;
  // What the configuration, less MOD, must read back as.
  #settings = 0;
  #step = IDENTIFY;
  #due = 0;
  #deadline = 0;

  /**
   * The part need not be there yet: it is looked for by `sample`, every time until it answers.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: TMP117Options) {
    this.apply(options);
    this.#clock = options.clock;
    this.#port = new I2CPort("tmp117", options.sensor, ADDRESSES, USUAL_HZ);
  }

  /** Takes effect with the next conversion. */
  configure(options: Partial<TMP117Configuration>): void {
    this.#port.requireOpen();
    this.apply(options);
  }

  /**
   * The reading, or `undefined` while the part needs time. It is of the moment at which an earlier call started the
   * conversion.
   * @throws SensorFault `bus` for a part that refuses, is another part, was reset or says two things at once;
   * `out-of-range` for a temperature that the part cannot measure
   */
  sample(): TMP117Sample | undefined {
    this.#port.requireOpen();
    if (this.#clock.ticks() < this.#due) return undefined;
    const step = this.#step;
    this.#step = IDENTIFY;
    if (step === READ) return this.read();
    if (step === IDENTIFY) this.identify();
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

  private apply({ averaging = this.#averaging }: Partial<TMP117Configuration>): void {
    this.#averaging = oneOf("tmp117", "averaging", averaging, AVERAGINGS);
  }

  private readWord(register: number): number {
    this.#register[0] = register;
    this.#port.writeRead(this.#register, this.#word);
    return (this.#word[0]! << 8) | this.#word[1]!;
  }

  private identify(): void {
    const id = this.readWord(DEVICE_ID) & DEVICE_ID_BITS;
    if (id !== DEVICE_ID_TMP117) throw new SensorFault("bus", `tmp117: device id 0x${id.toString(16)} is not 0x117`);
  }

  private convert(): void {
    const averaging = this.#averaging;
    this.#settings = AVERAGINGS.indexOf(averaging) << 5;
    const configuration = MODE_ONE_SHOT | this.#settings;
    const bytes = this.#write;
    bytes[0] = CONFIGURATION;
    bytes[1] = configuration >> 8;
    bytes[2] = configuration & 0xff;
    this.#port.write(bytes);
    this.#step = READ;
    // One tick more than the time itself, because the tick in which it began was under way already.
    this.#due = this.#clock.ticks() + Math.ceil(averaging * CONVERSION_MS) + 1;
    this.#deadline = this.#due + GRACE_MS;
  }

  private read(): TMP117Sample | undefined {
    const before = this.readWord(CONFIGURATION);
    if ((before & SETTINGS) !== this.#settings) throw lost();
    if ((before & MODE) === MODE_ONE_SHOT) return this.waitOn();
    // Reading the configuration cleared Data_Ready: it is set once per conversion.
    if ((before & MODE) !== MODE_SHUTDOWN || (before & DATA_READY) === 0) throw lost();
    const raw = this.readWord(TEMPERATURE);
    const again = this.readWord(TEMPERATURE);
    // Still as this conversion left it: no reset came before now.
    const after = this.readWord(CONFIGURATION);
    if ((after & (MODE | SETTINGS)) !== (MODE_SHUTDOWN | this.#settings)) throw lost();
    if (raw === RESET_TEMPERATURE) throw lost();
    this.#step = START;
    if (raw !== again) throw new SensorFault("bus", "tmp117: two readings of the temperature differ");
    const temperature = ((raw << 16) >> 16) * CELSIUS_PER_BIT;
    if (temperature < MINIMUM_CELSIUS || temperature > MAXIMUM_CELSIUS) {
      throw new SensorFault(
        "out-of-range",
        `tmp117: temperature ${temperature} is not in ${MINIMUM_CELSIUS} to ${MAXIMUM_CELSIUS}`,
      );
    }
    return { temperature };
  }

  /** Looks again in a millisecond, or gives up. */
  private waitOn(): undefined {
    const now = this.#clock.ticks();
    if (now > this.#deadline) throw new SensorFault("bus", "tmp117: a conversion does not end");
    this.#step = READ;
    this.#due = now + 1;
    return undefined;
  }
}

function lost(): SensorFault {
  return new SensorFault("bus", "tmp117: was reset during a conversion");
}
