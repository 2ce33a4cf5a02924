/**
 * Any part with Modbus registers (RTU over a serial line): what to read is given as data. "MODBUS application protocol"
 * V1.1b3; how the line is used is said in modbus-master.ts. The specification knows registers of 16 bits only: how a part
 * puts 32 bits into two of them is the part's affair, so each entry says it.
 */
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { DATA_OFFSET, READ_HOLDING_REGISTERS, READ_INPUT_REGISTERS } from "./modbus-frame.js";
import type { ReadFunction } from "./modbus-frame.js";
import type { ModbusSensorIO } from "./modbus-line.js";
import { ModbusMaster } from "./modbus-master.js";
import type { ModbusConfiguration } from "./modbus-master.js";
import { oneOf, wholeWithin, within } from "./options.js";

export type RegisterType = "u16" | "i16" | "u32" | "i32" | "f32";
/**
 * In which order the bytes A (most significant) to D travel. ABCD: high register first, high byte first, as the
 * specification has 16 bits; CDAB: low register first; BADC and DCBA: the same two with the bytes of each register turned.
 * Of 16 bits the last two are turned, the first two are not.
 */
export type WordOrder = "ABCD" | "CDAB" | "BADC" | "DCBA";

/** One number that a part has in its registers. */
export interface RegisterDefinition {
  /** Its name in the reading. */
  readonly name: string;
  /** As it goes over the line: 0 to 65,535 (the handbooks' 30001 and 40001 are 0). */
  readonly register: number;
  /** 3: holding registers, 4: input registers. */
  readonly function: ReadFunction;
  readonly type: RegisterType;
  /** Default ABCD. */
  readonly wordOrder?: WordOrder;
  /** What one count is worth; default 1. */
  readonly scale?: number;
  /** SenML unit of the scaled number. */
  readonly unit: string;
  /** A scaled number below or above is out of range; default: any finite number is a reading. */
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface ModbusRegistersOptions extends SensorOptions<ModbusSensorIO>, Partial<ModbusConfiguration> {
  readonly registers: readonly RegisterDefinition[];
  /** Registers that nobody asked for are read over, to save a request, when they are no more than this; default 0. */
  readonly maximumGap?: number;
}

interface Request {
  readonly function: ReadFunction;
  readonly register: number;
  count: number;
  readonly entries: Entry[];
}

interface Entry {
  readonly name: string;
  readonly type: RegisterType;
  /** Where in the answer the bytes are, most significant first; of 16 bits the last two count. */
  readonly places: readonly number[];
  readonly scale: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Where in the values. */
  readonly index: number;
}

/** 61 registers: an answer of 127 bytes, which waits in ESP32's FIFO of 128 however late it is fetched. */
const REQUEST_REGISTERS = 61;
/** Who comes back this much later than asked to gets nothing that was begun before. */
const LATE_MS = 1000;

const TYPES = ["u16", "i16", "u32", "i32", "f32"] as const;
const ORDERS = ["ABCD", "CDAB", "BADC", "DCBA"] as const;
const FUNCTIONS = [READ_HOLDING_REGISTERS, READ_INPUT_REGISTERS] as const;

export interface UsualModbus extends ModbusConfiguration {
  readonly baud: number;
}

const USUAL: UsualModbus = Object.freeze({ baud: 9600, timeoutMs: 500, retries: 1, pauseMs: 0 });

export class ModbusRegisters<
  Reading extends Readonly<Record<string, number>> = Readonly<Record<string, number>>,
> implements Sensor<Reading, ModbusConfiguration> {
  readonly #part: string;
  readonly #clock: ModbusRegistersOptions["clock"];
  readonly #master: ModbusMaster;
  readonly #requests: readonly Request[];
  readonly #names: readonly string[];
  readonly #values: Float64Array;
  readonly #word = new DataView(new ArrayBuffer(4));
  #next = 0;
  #due = 0;

  /**
   * The part need not be there yet.
   * @param part the driver's name, with which its errors begin
   * @param usual what holds where `options` say nothing
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: ModbusRegistersOptions, part = "modbus-registers", usual: UsualModbus = USUAL) {
    const { registers, maximumGap = 0, clock } = options;
    if (registers.length === 0) throw new RangeError(`${part}: registers are none, and must be one at least`);
    wholeWithin(part, "maximumGap", maximumGap, 0, REQUEST_REGISTERS);
    this.#part = part;
    this.#clock = clock;
    this.#requests = requestsFor(part, registers, maximumGap);
    this.#names = registers.map(({ name }) => name);
    this.#values = new Float64Array(registers.length);
    this.#master = new ModbusMaster(part, options.sensor, clock, options, usual);
  }

  /** Takes effect with the next request. */
  configure(options: Partial<ModbusConfiguration>): void {
    this.#master.configure(options);
  }

  /**
   * The reading, or `undefined` while requests are under way: one per block of registers, all asked for since the call
   * that began it.
   * @throws SensorFault `bus` for a unit that does not answer or refuses, `checksum` for a damaged answer, `out-of-range`
   * for a number that is none, or outside its range
   */
  sample(): Reading | undefined {
    this.#master.requireOpen();
    if (this.#clock.ticks() > this.#due + LATE_MS) {
      this.#next = 0;
      this.#master.abandon();
    }
    const at = this.#next;
    this.#next = 0;
    const request = this.#requests[at]!;
    const answer = this.#master.read(request.function, request.register, request.count);
    if (answer !== undefined) this.take(answer, request.entries);
    const complete = answer !== undefined && at + 1 === this.#requests.length;
    if (!complete) this.#next = answer === undefined ? at : at + 1;
    this.#due = this.#clock.ticks() + this.#master.readyInMs;
    return complete ? this.reading() : undefined;
  }

  get readyInMs(): number {
    return this.#master.readyInMs;
  }

  close(): void {
    this.#master.close();
  }

  private take(answer: Uint8Array, entries: readonly Entry[]): void {
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!;
      const { minimum, maximum } = entry;
      const value = this.number(answer, entry) * entry.scale;
      if (!(value >= minimum && value <= maximum)) {
        throw new SensorFault(
          "out-of-range",
          `${this.#part}: ${entry.name} ${value} is not in ${minimum} to ${maximum}`,
        );
      }
      this.#values[entry.index] = value;
    }
  }

  private number(answer: Uint8Array, { type, places }: Entry): number {
    const word = this.#word;
    for (let i = 0; i < 4; i++) word.setUint8(i, answer[places[i]!]!);
    switch (type) {
      case "u16":
        return word.getUint16(2);
      case "i16":
        return word.getInt16(2);
      case "u32":
        return word.getUint32(0);
      case "i32":
        return word.getInt32(0);
      case "f32":
        return word.getFloat32(0);
    }
  }

  private reading(): Reading {
    const reading: Record<string, number> = {};
    for (let i = 0; i < this.#names.length; i++) reading[this.#names[i]!] = this.#values[i]!;
    return reading as Reading;
  }
}

/** As few requests as there can be, in the order of functions and registers. */
function requestsFor(part: string, registers: readonly RegisterDefinition[], maximumGap: number): Request[] {
  const places = registers.map((definition, index) => ({ definition, index, words: words(part, definition) }));
  places.sort((a, b) => a.definition.function - b.definition.function || a.definition.register - b.definition.register);
  const requests: Request[] = [];
  let last: Request | undefined;
  for (const { definition, index, words } of places) {
    const { register, name, type, scale = 1 } = definition;
    if (registers.findIndex((other) => other.name === name) !== index) {
      throw new RangeError(`${part}: name "${name}" is given twice`);
    }
    const gap = last === undefined ? Infinity : register - (last.register + last.count);
    const end = last === undefined ? 0 : Math.max(last.count, register - last.register + words);
    if (last?.function !== definition.function || gap > maximumGap || end > REQUEST_REGISTERS) {
      last = { function: definition.function, register, count: words, entries: [] };
      requests.push(last);
    } else {
      last.count = end;
    }
    const { minimum = -Number.MAX_VALUE, maximum = Number.MAX_VALUE } = definition;
    const at = placesOf(definition, DATA_OFFSET + 2 * (register - last.register));
    last.entries.push({ name, type, places: at, scale, minimum, maximum, index });
  }
  return requests;
}

/** Registers that a number takes; throws RangeError for a definition that is not right. */
function words(part: string, definition: RegisterDefinition): number {
  const { name, scale = 1 } = definition;
  const type = oneOf(part, `${name} type`, definition.type, TYPES);
  const count = type === "u16" || type === "i16" ? 1 : 2;
  oneOf(part, `${name} function`, definition.function, FUNCTIONS);
  oneOf(part, `${name} wordOrder`, definition.wordOrder ?? "ABCD", ORDERS);
  wholeWithin(part, `${name} register`, definition.register, 0, 0x10000 - count);
  within(part, `${name} scale`, scale, -1e12, 1e12);
  return count;
}

/** Where bytes A to D are; for 16 bits, where A would be is read and not used. */
function placesOf({ type, wordOrder = "ABCD" }: RegisterDefinition, offset: number): number[] {
  const turned = wordOrder === "BADC" || wordOrder === "DCBA" ? 1 : 0;
  const high = offset + turned;
  const low = offset + 1 - turned;
  if (type === "u16" || type === "i16") return [high, low, high, low];
  const lowFirst = wordOrder === "CDAB" || wordOrder === "DCBA";
  return lowFirst ? [high + 2, low + 2, high, low] : [high, low, high + 2, low + 2];
}
