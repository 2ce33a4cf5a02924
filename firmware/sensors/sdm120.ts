/**
 * Eastron SDM120-Modbus (also SDM120M): single-phase energy meter, 45 A. RS-485, Modbus RTU; leaves the factory as unit 1
 * at 2,400 baud, no parity, one stop bit.
 * "Eastron SDM120-Modbus Smart Meter Modbus Protocol Implementation" V2.4, section 1.3.1 (input registers).
 *
 * Every number is an IEEE 754 single in two input registers, high word first (function 4). A request may hold 40 numbers;
 * registers between the numbers read as zero. The three requests have different lengths on purpose: an answer to one of
 * them that comes too late can never be taken for the answer to another.
 */
import type { ModbusSensorIO } from "./modbus-line.js";
import { ModbusRegisters } from "./modbus-registers.js";
import type { RegisterDefinition, UsualModbus } from "./modbus-registers.js";
import type { ModbusConfiguration } from "./modbus-master.js";
import type { SensorOptions } from "../model/sensor.js";

/** Power and energy count from the line to the load; import and export are what went either way. */
export interface SDM120Sample extends Readonly<Record<string, number>> {
  /** V */
  readonly voltage: number;
  /** A */
  readonly current: number;
  /** W */
  readonly activePower: number;
  /** VA */
  readonly apparentPower: number;
  /** var */
  readonly reactivePower: number;
  /** −1 to 1 */
  readonly powerFactor: number;
  /** Hz */
  readonly frequency: number;
  /** kWh */
  readonly importEnergy: number;
  /** kWh */
  readonly exportEnergy: number;
  /** kWh: import and export together. */
  readonly energy: number;
}

export interface SDM120Options extends SensorOptions<ModbusSensorIO>, Partial<ModbusConfiguration> {}

const USUAL: UsualModbus = Object.freeze({ baud: 2400, timeoutMs: 500, retries: 1, pauseMs: 60 });
/** Two registers per number, six from one to the next. */
const GAP = 4;

/** An input register pair. The range is what the meter can show, with room: 230 V, 45 A, 50 or 60 Hz, 999,999.9 kWh. */
function input(name: string, register: number, unit: string, minimum: number, maximum: number): RegisterDefinition {
  return Object.freeze({ name, register, function: 4, type: "f32", unit, minimum, maximum });
}

const REGISTERS: readonly RegisterDefinition[] = Object.freeze([
  input("voltage", 0x0000, "V", 0, 500),
  input("current", 0x0006, "A", -100, 100),
  input("activePower", 0x000c, "W", -50_000, 50_000),
  input("apparentPower", 0x0012, "VA", -50_000, 50_000),
  input("reactivePower", 0x0018, "var", -50_000, 50_000),
  input("powerFactor", 0x001e, "/", -1.001, 1.001),
  input("frequency", 0x0046, "Hz", 0, 100),
  input("importEnergy", 0x0048, "kWh", 0, 10_000_000),
  input("exportEnergy", 0x004a, "kWh", 0, 10_000_000),
  input("energy", 0x0156, "kWh", 0, 10_000_000),
]);

export class SDM120 extends ModbusRegisters<SDM120Sample> {
  /**
   * The meter need not be there yet.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: SDM120Options) {
    super({ ...options, registers: REGISTERS, maximumGap: GAP }, "sdm120", USUAL);
  }
}
