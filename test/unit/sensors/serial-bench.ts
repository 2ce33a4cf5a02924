import { crc16 } from "../../../firmware/data/crc.js";
import { SensorFault } from "../../../firmware/model/sensor.js";
import type { Sensor } from "../../../firmware/model/sensor.js";
import type { SerialDevice } from "../../../simulator/chips/chip.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { SerialLine } from "../../../simulator/io/serial.js";

/** Bytes with their CRC-16, as Modbus RTU frames end. */
export function frame(...bytes: number[]): number[] {
  const crc = crc16(Uint8Array.from(bytes));
  return [...bytes, crc & 0xff, crc >> 8];
}

/** A Modbus unit whose every answer the test writes: it hears eight bytes and says what `answer` gives for them. */
export class ScriptedUnit implements SerialDevice {
  readonly heard: number[][] = [];
  /** Ticks at which requests were complete. */
  readonly heardAt: number[] = [];
  answer: (request: number[], nth: number) => number[] | undefined;
  delayMs = 20;
  /** Silence after which a request begins; less than 3.5 characters, more than one. */
  gapMs = 3;
  readonly #clock: VirtualClock;
  readonly #unit: number;
  #bytes: number[] = [];
  #last = 0;
  #send: (bytes: Uint8Array) => void = () => {};

  constructor(clock: VirtualClock, unit: number, answer: ScriptedUnit["answer"]) {
    this.#clock = clock;
    this.#unit = unit;
    this.answer = answer;
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  say(bytes: number[], delayMs = 0): void {
    this.#clock.schedule(() => this.#send(Uint8Array.from(bytes)), delayMs);
  }

  receive(byte: number, ticks: number): void {
    if (ticks - this.#last > this.gapMs) this.#bytes = [];
    this.#last = ticks;
    this.#bytes.push(byte);
    const request = this.#bytes;
    if (request.length !== 8 || request[0] !== this.#unit) return;
    this.heard.push(request);
    this.heardAt.push(this.#clock.ticks());
    const bytes = this.answer(request, this.heard.length - 1);
    if (bytes) this.say(bytes, this.delayMs);
  }
}

/** A line of 9600 baud at pins 16 and 17. */
export function serialBench(options: { echo?: boolean; halfDuplex?: boolean } = {}) {
  const clock = new VirtualClock();
  const line = new SerialLine({ clock, baud: 9600, ...options });
  return { clock, line, wiring: { io: line.Serial, receive: 16, transmit: 17, baud: 9600 } };
}

/** Samples as the driver asks, until there is a reading or a fault. */
export function outcome<Reading>(clock: VirtualClock, sensor: Sensor<Reading>, limit = 200): Reading | SensorFault {
  for (let calls = 0; calls < limit; calls++) {
    try {
      const reading = sensor.sample();
      if (reading !== undefined) return reading;
    } catch (error) {
      if (error instanceof SensorFault) return error;
      throw error;
    }
    clock.advanceTo(clock.ticks() + Math.max(1, sensor.readyInMs ?? 1));
  }
  throw new Error(`neither reading nor fault after ${limit} calls`);
}
