import { crc16 } from "../../firmware/data/crc.js";
import type { Clock } from "../../firmware/ports/clock.js";
import { ProtocolViolation } from "./chip.js";
import type { Part, SerialDevice } from "./chip.js";
import * as registers from "./sdm120-registers.js";

export interface SDM120Options {
  clock: Clock;
  /** Address on the line, 1 to 247 (default 1, as delivered). */
  unit?: number;
  /** 1200, 2400, 4800 or 9600 (default 2400, as delivered). */
  baud?: number;
  /** From the end of a request to the start of the response, at least 3.5 characters (default 50; the manual has none). */
  responseDelayMs?: number;
}

/** Functions and exceptions of "MODBUS Application Protocol Specification" V1.1b3, §6 and §7. */
const READ_HOLDING = 3;
const READ_INPUT = 4;
const DIAGNOSTICS = 8;
const WRITE_MULTIPLE = 16;
const EXCEPTION = 0x80;
const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
const ILLEGAL_VALUE = 3;

/** "MODBUS over Serial Line" V1.02, §2.5.1.1: silence that ends a frame, and that spoils one, in characters. */
const FRAME_END = 3.5;
const FRAME_BROKEN = 1.5;
const MAXIMUM_FRAME = 256;
const BROADCAST = 0;
/** 8 data bits, no parity, one stop bit (registers.PARITY 0): the only framing modelled. */
const BITS_PER_CHARACTER = 10;

/**
 * Eastron SDM120-Modbus, a server of Modbus RTU; its registers are in sdm120-registers.ts. Address and rate that were
 * written hold after the next power-up. What is not addressed to it, or has a wrong CRC, it does not answer.
 */
export class SDM120Device implements SerialDevice, Part {
  // A single has 24 bits: half of its last one at the end of each range.
  readonly channels = {
    voltage: { minimum: 176, maximum: 276, tolerance: 2e-5, unit: "V" },
    current: { minimum: 0, maximum: 45, tolerance: 2e-6, unit: "A" },
    activePower: { minimum: -12_420, maximum: 12_420, tolerance: 5e-4, unit: "W" },
    apparentPower: { minimum: 0, maximum: 12_420, tolerance: 5e-4, unit: "VA" },
    reactivePower: { minimum: -12_420, maximum: 12_420, tolerance: 5e-4, unit: "var" },
    powerFactor: { minimum: -1, maximum: 1, tolerance: 3e-8, unit: "/" },
    frequency: { minimum: 45, maximum: 66, tolerance: 4e-6, unit: "Hz" },
    energy: { minimum: 0, maximum: 99_999.9, tolerance: 4e-3, unit: "kWh" },
  };
  readonly #clock: Clock;
  readonly #responseDelayMs: number;
  readonly #values: Record<string, number> = {
    voltage: 230,
    current: 0,
    activePower: 0,
    apparentPower: 0,
    reactivePower: 0,
    powerFactor: 1,
    frequency: 50,
    energy: 0,
  };
  readonly #settings = new Map<number, number>();
  #unit = 0;
  #baud = 0;
  #send: (bytes: Uint8Array) => void = () => {};
  #measure: () => void = () => {};
  readonly #frame = new Uint8Array(MAXIMUM_FRAME);
  #length = 0;
  #broken = false;
  #heardAt = -Infinity;
  // Counts power-ups and bytes heard: what was scheduled before means nothing after.
  #epoch = 0;

  constructor(options: SDM120Options) {
    const { clock, unit = 1, baud = 2400, responseDelayMs = 50 } = options;
    this.#clock = clock;
    this.#responseDelayMs = responseDelayMs;
    if (!registers.METER_ID.valid(unit)) throw new RangeError(`sdm120: unit ${unit} is not 1 to 247`);
    const code = Object.keys(registers.BAUDS).find((key) => registers.BAUDS[Number(key)] === baud);
    if (code === undefined) throw new RangeError(`sdm120: baud ${baud} is not one of 1200, 2400, 4800, 9600`);
    for (const { address, initial } of registers.SETTINGS) this.#settings.set(address, initial);
    this.#settings.set(registers.METER_ID.address, unit);
    this.#settings.set(registers.BAUD.address, Number(code));
    this.powerCycle();
  }

  get baud(): number {
    return this.#baud;
  }

  setChannel(name: string, value: number): void {
    const channel = (this.channels as Part["channels"])[name];
    if (channel === undefined) {
      throw new RangeError(`sdm120: ${name} is not one of ${Object.keys(this.channels).join(", ")}`);
    }
    this.#values[name] = Math.min(Math.max(value, channel.minimum), channel.maximum);
  }

  powerCycle(): void {
    this.#epoch++;
    this.#length = 0;
    this.#broken = false;
    this.#unit = this.#settings.get(registers.METER_ID.address)!;
    this.#baud = registers.BAUDS[this.#settings.get(registers.BAUD.address)!]!;
  }

  connect(send: (bytes: Uint8Array) => void, measure: () => void): void {
    this.#send = send;
    this.#measure = measure;
  }

  receive(byte: number, ticks: number): void {
    const characterMs = (BITS_PER_CHARACTER * 1000) / this.#baud;
    const silenceMs = ticks - characterMs - this.#heardAt;
    this.#heardAt = ticks;
    if (silenceMs >= FRAME_END * characterMs) {
      this.#length = 0;
      this.#broken = false;
    } else if (silenceMs > FRAME_BROKEN * characterMs) this.#broken = true;
    if (this.#length === MAXIMUM_FRAME) this.#broken = true;
    else this.#frame[this.#length++] = byte;
    const epoch = ++this.#epoch;
    this.#at(ticks + FRAME_END * characterMs, () => {
      if (epoch === this.#epoch) this.#onFrame(ticks);
    });
  }

  #at(ticks: number, callback: () => void): void {
    this.#clock.schedule(callback, Math.max(0, Math.ceil(ticks - this.#clock.ticks())));
  }

  #onFrame(endedAt: number): void {
    const frame = this.#frame.slice(0, this.#length);
    const broken = this.#broken;
    this.#length = 0;
    this.#broken = false;
    // With its CRC last, low byte first, the CRC of a whole frame is 0.
    if (broken || frame.length < 4 || crc16(frame) !== 0) return;
    const [unit, code] = frame as unknown as [number, number];
    if (unit !== this.#unit && unit !== BROADCAST) return;
    const body = frame.subarray(2, frame.length - 2);
    const answer = this.#answer(code, body);
    if (unit === BROADCAST) return;
    const response = typeof answer === "number" ? Uint8Array.of(unit, code | EXCEPTION, answer, 0, 0) : answer;
    response[0] = unit;
    const crc = crc16(response, 0, response.length - 2);
    response[response.length - 2] = crc & 0xff;
    response[response.length - 1] = crc >> 8;
    const epoch = this.#epoch;
    this.#at(endedAt + this.#responseDelayMs, () => {
      if (epoch === this.#epoch) this.#send(response);
    });
  }

  /** @returns a response with room for address and CRC, or an exception */
  #answer(code: number, body: Uint8Array): Uint8Array | number {
    if (code === READ_INPUT || code === READ_HOLDING) return this.#read(code, body);
    if (code === WRITE_MULTIPLE) return this.#write(body);
    // Sub-function 0 gives back what it was given (§6.8).
    if (code === DIAGNOSTICS && body.length >= 2 && word(body, 0) === 0) return framed(DIAGNOSTICS, body);
    return ILLEGAL_FUNCTION;
  }

  #read(code: number, body: Uint8Array): Uint8Array | number {
    if (body.length !== 4) return ILLEGAL_VALUE;
    const start = word(body, 0);
    const count = word(body, 2);
    if (count < 2 || count > registers.MAXIMUM_REGISTERS || count % 2 !== 0) return ILLEGAL_VALUE;
    if (start % 2 !== 0) return ILLEGAL_ADDRESS;
    if (code === READ_INPUT) {
      const within = ([first, last]: readonly [number, number]) => start >= first && start + count - 1 <= last;
      if (!registers.INPUT_BLOCKS.some(within)) return ILLEGAL_ADDRESS;
      this.#measure();
    }
    const data = new Uint8Array(1 + 2 * count);
    data[0] = 2 * count;
    const view = new DataView(data.buffer, 1);
    for (let i = 0; i < count; i += 2) {
      const value = code === READ_INPUT ? this.#input(start + i) : this.#settings.get(start + i);
      if (value === undefined) return ILLEGAL_ADDRESS;
      view.setFloat32(2 * i, value);
    }
    return framed(code, data);
  }

  #input(address: number): number {
    if (registers.DEMANDS.includes(address)) {
      throw new ProtocolViolation(`sdm120: the demand at 0x${address.toString(16).padStart(4, "0")} is not modelled`);
    }
    const values = this.#values;
    if (address === registers.VOLTAGE) return values["voltage"]!;
    if (address === registers.CURRENT) return values["current"]!;
    if (address === registers.ACTIVE_POWER) return values["activePower"]!;
    if (address === registers.APPARENT_POWER) return values["apparentPower"]!;
    if (address === registers.REACTIVE_POWER) return values["reactivePower"]!;
    if (address === registers.POWER_FACTOR) return values["powerFactor"]!;
    if (address === registers.FREQUENCY) return values["frequency"]!;
    // Nothing was exported, and no reactive energy counted.
    if (address === registers.IMPORT_ACTIVE_ENERGY || address === registers.TOTAL_ACTIVE_ENERGY) {
      return values["energy"]!;
    }
    return 0;
  }

  /** One parameter at a time. */
  #write(body: Uint8Array): Uint8Array | number {
    if (body.length !== 9 || word(body, 2) !== 2 || body[4] !== 4) return ILLEGAL_VALUE;
    const setting = registers.SETTINGS.find(({ address }) => address === word(body, 0));
    if (setting === undefined) return ILLEGAL_ADDRESS;
    const value = new DataView(body.buffer, body.byteOffset + 5).getFloat32(0);
    if (!setting.valid(value)) return ILLEGAL_VALUE;
    if (setting === registers.PARITY && value !== 0) {
      throw new ProtocolViolation(`sdm120: parity ${value} is not modelled`);
    }
    this.#settings.set(setting.address, value);
    return framed(WRITE_MULTIPLE, body.subarray(0, 4));
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function framed(code: number, data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(data.length + 4);
  frame[1] = code;
  frame.set(data, 2);
  return frame;
}
