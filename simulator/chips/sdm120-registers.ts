/**
 * Eastron SDM120-Modbus, single-phase energy meter. "SDM120Modbus Smart Meter Modbus Protocol Implementation" V2.4: every
 * parameter is an IEEE 754 single in two registers, the high word first, each high byte first. Requests begin at the
 * first register of a parameter and end with the last of one.
 */

/** Input registers (function 4): address of the high word, unit. What lies between two of one block reads as 0. */
export const VOLTAGE = 0x0000; // V
export const CURRENT = 0x0006; // A
export const ACTIVE_POWER = 0x000c; // W
export const APPARENT_POWER = 0x0012; // VA
export const REACTIVE_POWER = 0x0018; // var
export const POWER_FACTOR = 0x001e;
export const FREQUENCY = 0x0046; // Hz
export const IMPORT_ACTIVE_ENERGY = 0x0048; // kWh
export const EXPORT_ACTIVE_ENERGY = 0x004a; // kWh
export const IMPORT_REACTIVE_ENERGY = 0x004c; // kvarh
export const EXPORT_REACTIVE_ENERGY = 0x004e; // kvarh
export const TOTAL_ACTIVE_ENERGY = 0x0156; // kWh, import and export
export const TOTAL_REACTIVE_ENERGY = 0x0158; // kvarh, import and export

/** Demands: averages over a quarter of an hour and their maxima, which the model has not. W; A from 0x0102. */
export const DEMANDS: readonly number[] = [0x0054, 0x0056, 0x0058, 0x005a, 0x005c, 0x005e, 0x0102, 0x0108];

/** Where input registers are: first and last. */
export const INPUT_BLOCKS: readonly (readonly [number, number])[] = [
  [0x0000, 0x005f],
  [0x0102, 0x0109],
  [0x0156, 0x0159],
];

/** One setting (functions 3 and 16), kept without power. */
export interface Setting {
  readonly address: number;
  readonly initial: number;
  valid(value: number): boolean;
}

const oneOf = (...values: number[]) => ({ valid: (value: number) => values.includes(value) });

/** Width of the pulse output's pulses in ms. */
export const PULSE_WIDTH: Setting = { address: 0x000c, initial: 100, ...oneOf(60, 100, 200) };
/** Parity and stop bits: 0 none and one, 1 even, 2 odd, 3 none and two. */
export const PARITY: Setting = { address: 0x0012, initial: 0, ...oneOf(0, 1, 2, 3) };
/** Address of the meter. */
export const METER_ID: Setting = {
  address: 0x0014,
  initial: 1,
  valid: (value) => Number.isInteger(value) && value >= 1 && value <= 247,
};
/** A code of {@link BAUDS}. */
export const BAUD: Setting = { address: 0x001c, initial: 0, ...oneOf(0, 1, 2, 5) };
/** What the first pulse output counts: 1 import, 2 import and export, 4 export. */
export const PULSE_OUTPUT: Setting = { address: 0x0056, initial: 4, ...oneOf(1, 2, 4) };

export const SETTINGS: readonly Setting[] = [PULSE_WIDTH, PARITY, METER_ID, BAUD, PULSE_OUTPUT];

/** Bits per second by code. */
export const BAUDS: Readonly<Record<number, number>> = { 0: 2400, 1: 4800, 2: 9600, 5: 1200 };

/** Registers that one request may read: 40 parameters. */
export const MAXIMUM_REGISTERS = 80;
