/**
 * Melexis MLX90614 (SMBus): temperature of an object by its infrared radiation, and that of the part itself.
 * Datasheet 3901090614, revision 008 (February 2013), and application note 390119061402, revision 004 (January 2008),
 * for SMBus; sections below are of the datasheet.
 *
 * The part measures continuously; a reading is of the last 250 ms. Every word carries a packet error code. Nothing in it
 * can be set without wearing its EEPROM, so emissivity and filters are what the part was programmed to; and a brown-out
 * leaves no mark but that there is no temperature yet. The part has no identity either: its EEPROM must hold the address
 * to which it answered.
 */
import { crc8, POLYNOMIAL_SMBUS } from "../data/crc.js";
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { I2CPort } from "./i2c-port.js";
import type { I2CSensorIO } from "./i2c-port.js";

/** As ECMA's description of the part has it. Cel: −70 to 382 of the object, −40 to 125 of the part (section 5). */
export interface MLX90614Sample extends Readonly<Record<string, number>> {
  /** Of the object in the first zone. */
  readonly temperature: number;
  readonly ambientTemperature: number;
}

export type MLX90614Options = SensorOptions<I2CSensorIO>;

/** 7-bit address as delivered (section 8.3.3); any other can be programmed. */
const USUAL_ADDRESS = 0x5a;
/** Section 8.4.7: 10 to 100 kHz. */
const USUAL_HZ = 100_000;

// Commands of 8 bits (section 8.4, "Commands"): 000x xxxx reads RAM, 001x xxxx EEPROM. A word comes least significant byte first.
/** Ta and Tobj1: bit 15 marks an error, then 15 bits of 0.02 K. */
const AMBIENT = 0x06;
const OBJECT = 0x07;
const ERROR_FLAG = 0x8000;
const KELVIN_PER_BIT = 0.02;
const ZERO_CELSIUS = 273.15;
/** EEPROM 0x0E: the SMBus address in bits 6:0. */
const ADDRESS = 0x2e;

/** Section 6: the first valid data come 250 ms after power-on. With factory filters a measurement takes less than half. */
const MEASURE_MS = 250;
/** Operating ranges (section 5), with room for tolerance at their ends. */
const OBJECT_CELSIUS = { minimum: -72, maximum: 384 };
const AMBIENT_CELSIUS = { minimum: -42, maximum: 128 };

// What the next call of sample() does, once `#due` has come.
const START = 0;
const READ = 1;

export class MLX90614 implements Sensor<MLX90614Sample> {
  readonly #port: I2CPort;
  readonly #clock: MLX90614Options["clock"];
  readonly #address: number;
  readonly #command = new Uint8Array(1);
  // A word and its error code, behind what the code covers beside them: address, command, address to be read from.
  readonly #packet = new Uint8Array(6);
  readonly #answer = this.#packet.subarray(3);
  #step = START;
  #due = 0;

  /**
   * The part need not be there yet: the bus is first used by `sample`.
   * @throws what the IO class throws, as for an address that no part can have
   */
  constructor(options: MLX90614Options) {
    this.#clock = options.clock;
    this.#address = options.sensor.address ?? USUAL_ADDRESS;
    this.#packet[0] = this.#address << 1;
    this.#packet[2] = (this.#address << 1) | 1;
    this.#port = new I2CPort("mlx90614", options.sensor, [this.#address], USUAL_HZ);
  }

  /** There is nothing to set. */
  configure(): void {
    this.#port.requireOpen();
  }

  /**
   * The reading, or `undefined` until it can be of the time since an earlier call.
   * @throws SensorFault `bus` for a part that refuses, is another part or has not measured yet; `checksum`;
   * `out-of-range` for what the part marks as an error or cannot measure
   */
  sample(): MLX90614Sample | undefined {
    this.#port.requireOpen();
    if (this.#clock.ticks() < this.#due) return undefined;
    const step = this.#step;
    this.#step = START;
    if (step === READ) return this.read();
    const address = this.readWord(ADDRESS, "address") & 0x7f;
    if (address !== this.#address) {
      throw new SensorFault(
        "bus",
        `mlx90614: its address 0x${address.toString(16)} is not 0x${this.#address.toString(16)}`,
      );
    }
    this.#step = READ;
    // One tick more than the time itself, because the tick in which it began was under way already.
    this.#due = this.#clock.ticks() + MEASURE_MS + 1;
    return undefined;
  }

  get readyInMs(): number {
    this.#port.requireOpen();
    return Math.max(0, this.#due - this.#clock.ticks());
  }

  close(): void {
    this.#port.close();
  }

  private read(): MLX90614Sample {
    const ambient = this.readWord(AMBIENT, "ambient temperature");
    const object = this.readWord(OBJECT, "object temperature");
    return {
      temperature: celsius(object, "object temperature", OBJECT_CELSIUS),
      ambientTemperature: celsius(ambient, "ambient temperature", AMBIENT_CELSIUS),
    };
  }

  /** Section 8.4.3: the error code is a CRC-8 over all bytes of the transaction, addresses included. */
  private readWord(command: number, name: string): number {
    const packet = this.#packet;
    this.#command[0] = packet[1] = command;
    this.#port.writeRead(this.#command, this.#answer);
    if (crc8(packet, 0, 5, POLYNOMIAL_SMBUS, 0) !== packet[5]) {
      throw new SensorFault("checksum", `mlx90614: checksum of ${name} does not match`);
    }
    return packet[3]! | (packet[4]! << 8);
  }
}

function celsius(word: number, name: string, range: { minimum: number; maximum: number }): number {
  if (word === 0) throw new SensorFault("bus", `mlx90614: has not measured the ${name} yet`);
  if (word & ERROR_FLAG) throw new SensorFault("out-of-range", `mlx90614: ${name} is marked as an error`);
  const value = word * KELVIN_PER_BIT - ZERO_CELSIUS;
  if (value >= range.minimum && value <= range.maximum) return value;
  throw new SensorFault("out-of-range", `mlx90614: ${name} ${value} is not in ${range.minimum} to ${range.maximum}`);
}
