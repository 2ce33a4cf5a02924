import type { Clock, Timer } from "../../firmware/ports/clock.js";
import type { Pin, Serial, SerialConstructor, SerialOptions } from "../../firmware/ports/io.js";
import { ProtocolViolation } from "../chips/chip.js";
import type { SerialDevice } from "../chips/chip.js";
import { classOf } from "./class-of.js";
import { UART } from "./uart.js";

export interface SerialLineOptions {
  clock: Clock;
  /** Bits per second of every device that does not say its own (default 9600). */
  baud?: number;
  /** Two wires, as RS-485: devices hear each other, and two that talk at once spoil each other's bytes. */
  halfDuplex?: boolean;
  /** The controller hears what it sends: a transceiver whose receiver stays on. */
  echo?: boolean;
  /** Where the line is soldered. An instance opened on other pins hears nothing; absent: any pins are this line. */
  pins?: { receive: Pin; transmit: Pin };
}

/** One byte under way. */
interface Flight {
  byte: number;
  readonly start: number;
  readonly end: number;
  readonly talker: Talker;
}

interface Talker {
  readonly baud: number;
  /** When its last byte will have left. */
  free: number;
  /** Absent: the controller. */
  readonly device: SerialDevice | undefined;
  /** Its transmitter is on this line. */
  readonly wired: boolean;
}

/** A start bit, 8 data bits, no parity, a stop bit: all that ESP32's class has. */
export const BITS_PER_BYTE = 10;

/**
 * The wire between one UART and its devices. `Serial` is the class that firmware gets; see uart.ts for its limits. Bytes
 * take 10 bit times each. Those of one burst may be handed over together when its last one, or the one that makes the
 * UART call back, has arrived; each comes with the time at which it did.
 */
export class SerialLine {
  readonly Serial: SerialConstructor;
  /**
   * What devices found wrong in a byte that they were handed. The exception reaches whoever advances the clock, or the
   * driver that reads or writes; so whoever tests a driver looks here as well.
   */
  readonly violations: ProtocolViolation[] = [];
  /** A fault of the line: gives each byte as it arrives, `undefined` when it is lost. */
  disturb: ((byte: number, toController: boolean) => number | undefined) | undefined;
  readonly #options: SerialLineOptions;
  readonly #clock: Clock;
  readonly #baud: number;
  readonly #talkers = new Map<SerialDevice, Talker>();
  /** In the order in which they end. */
  readonly #flights: Flight[] = [];
  #controller: Talker | undefined;
  #opened: UART | undefined;
  #hears = true;
  #timer: Timer | undefined;
  #delivering = false;

  constructor(options: SerialLineOptions) {
    const { baud = 9600 } = options;
    if (!(baud > 0 && baud <= 20_000_000)) throw new RangeError(`serial: baud ${baud} is not 1 to 20000000`);
    this.#options = options;
    this.#clock = options.clock;
    this.#baud = baud;
    this.Serial = classOf(SerialLine.#Port, this);
  }

  static readonly #Port = class implements Serial {
    readonly #line: SerialLine;
    readonly #uart: UART;
    #closed = false;

    constructor(line: SerialLine, options: SerialOptions) {
      this.#line = line;
      this.#uart = line.#open(options, this);
    }

    get format(): string {
      return "buffer";
    }

    set format(format: string) {
      if (format !== "buffer") throw new RangeError(`serial: format ${format} is not buffer`);
    }

    read(): ArrayBuffer | undefined;
    read(into: Uint8Array): number | undefined;
    read(into?: Uint8Array): number | ArrayBuffer | undefined {
      this.#check();
      this.#line.#catchUp();
      const count = Math.min(this.#uart.readable, into?.length ?? Infinity);
      if (this.#uart.readable === 0) return undefined;
      if (count === 0) throw new Error("invalid");
      const bytes = into ?? new Uint8Array(count);
      this.#uart.read(bytes, count);
      this.#line.#arm();
      return into === undefined ? (bytes.buffer as ArrayBuffer) : count;
    }

    write(bytes: Uint8Array | ArrayBuffer): void {
      this.#check();
      this.#line.#catchUp();
      const sent = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
      this.#uart.write(sent.length);
      this.#line.#transmit(this.#line.#controller!, sent);
    }

    close(): void {
      if (this.#closed) return;
      this.#closed = true;
      this.#line.#catchUp();
      this.#uart.close();
      this.#line.#opened = undefined;
    }

    #check(): void {
      if (this.#closed) throw new Error("serial: used after close");
    }
  };

  get halfDuplex(): boolean {
    return this.#options.halfDuplex === true;
  }

  /** Bytes that came when the receiver's FIFO was full, and were lost, since the port was last opened. */
  get overruns(): number {
    return this.#opened?.overruns ?? 0;
  }

  /**
   * Solders a device to the line.
   *
   * @param measure sets the device's channels to what holds now
   * Throws RangeError when the device is on the line already.
   */
  attach(device: SerialDevice, measure: () => void = () => {}): void {
    if (this.#talkers.has(device)) throw new RangeError("serial: the device is on this line already");
    const baud = this.#baud;
    const talker = {
      get baud() {
        return device.baud ?? baud;
      },
      free: 0,
      device,
      wired: true,
    };
    this.#talkers.set(device, talker);
    device.connect?.((bytes) => {
      this.#catchUp();
      if (this.#talkers.get(device) === talker) this.#transmit(talker, bytes);
    }, measure);
  }

  /** Takes a device off; what it has sent still arrives. Throws RangeError when it is not on the line. */
  detach(device: SerialDevice): void {
    this.#catchUp();
    if (!this.#talkers.delete(device)) throw new RangeError("serial: the device is not on this line");
  }

  // In the SDK's order (modules/io/serial/esp32/serial.c); two instances on one line are always the same pins.
  #open(options: SerialOptions, instance: Serial): UART {
    const { receive, transmit, baud, port = 0, format = "buffer" } = options;
    if (receive === undefined && transmit === undefined) throw new Error("invalid");
    if (this.#opened !== undefined) throw new Error("in use");
    if (!(port === 0 || port === 1 || port === 2)) throw new RangeError(`invalid port: ${port} is not 0, 1 or 2`);
    if (!(baud > 0 && baud <= 20_000_000)) throw new RangeError(`invalid baud: ${baud} is not 1 to 20000000`);
    if (format !== "buffer") throw new RangeError(`invalid format: ${String(format)} is not buffer`);
    this.#catchUp();
    const { pins } = this.#options;
    const free = this.#controller?.free ?? 0;
    this.#controller = { baud, free, device: undefined, wired: !pins || pins.transmit === transmit };
    this.#hears = !pins || pins.receive === receive;
    this.#opened = new UART(this.#clock, options, instance);
    return this.#opened;
  }

  #transmit(talker: Talker, bytes: Uint8Array): void {
    const byteMs = (BITS_PER_BYTE * 1000) / talker.baud;
    for (let i = 0; i < bytes.length; i++) {
      const start = Math.max(talker.free, this.#clock.ticks());
      const flight = { byte: bytes[i]!, start, end: start + byteMs, talker };
      talker.free = flight.end;
      let at = this.#flights.length;
      if (this.#options.halfDuplex) this.#collide(flight);
      while (at > 0 && this.#flights[at - 1]!.end > flight.end) at--;
      this.#flights.splice(at, 0, flight);
    }
    this.#arm();
  }

  /** Two talkers at once: a 0 of either wins, as far as anybody can tell. */
  #collide(flight: Flight): void {
    for (const other of this.#flights) {
      if (other.talker === flight.talker || other.end <= flight.start || other.start >= flight.end) continue;
      other.byte = flight.byte = other.byte & flight.byte;
    }
  }

  /** Hands over everything that has arrived by now. */
  #catchUp(): void {
    // A device that answers at once has not heard the rest yet.
    if (this.#delivering) return;
    const now = this.#clock.ticks();
    const flights = this.#flights;
    this.#delivering = true;
    try {
      while (flights.length > 0 && flights[0]!.end <= now) this.#deliver(flights.shift()!);
    } finally {
      this.#delivering = false;
    }
    if (!flights.some(({ talker }) => talker.device || this.#options.echo)) this.#opened?.fallSilent();
  }

  #deliver(flight: Flight): void {
    const { talker, end } = flight;
    const uart = this.#opened;
    const toController = talker.device !== undefined;
    const byte = this.disturb ? this.disturb(flight.byte, toController) : flight.byte;
    const own = talker === this.#controller;
    if (own) uart?.sent();
    if (byte === undefined) return;
    if (uart && this.#hears && (toController || (own && this.#options.echo))) {
      uart.hear(received(byte, talker.baud, uart.options.baud), end);
    }
    if (toController ? !this.#options.halfDuplex : !talker.wired) return;
    for (const [device, { baud }] of this.#talkers) {
      if (device === talker.device) continue;
      try {
        device.receive(received(byte, talker.baud, baud), end);
      } catch (error) {
        if (error instanceof ProtocolViolation) this.violations.push(error);
        throw error;
      }
    }
  }

  /** Wakes up for the last byte under way, or for an earlier one that makes the UART call back. */
  #arm(): void {
    if (this.#timer) this.#clock.cancel(this.#timer);
    this.#timer = undefined;
    const flights = this.#flights;
    if (flights.length === 0) return;
    let index = 0;
    if (this.#opened) {
      const { untilFull, untilEmpty } = this.#opened;
      let [heard, sent] = [0, 0];
      for (; index < flights.length - 1; index++) {
        if (flights[index]!.talker === this.#controller) sent++;
        else heard++;
        if (heard === untilFull || sent === untilEmpty) break;
      }
    } else index = flights.length - 1;
    const delayMs = Math.max(0, Math.ceil(flights[index]!.end - this.#clock.ticks()));
    this.#timer = this.#clock.schedule(this.#onDue, delayMs);
  }

  readonly #onDue = (): void => {
    this.#timer = undefined;
    this.#catchUp();
    this.#arm();
  };
}

/**
 * What a receiver at one rate makes of a byte sent at another: the levels in the middle of each of its own bits, counted
 * from the start bit's edge. The same byte as long as the rates differ by less than half a bit in nine and a half.
 */
export function received(byte: number, sentBaud: number, receivedBaud: number): number {
  if (sentBaud === receivedBaud) return byte;
  const frame = (byte << 1) | 0x200;
  let result = 0;
  for (let bit = 0; bit < 8; bit++) {
    const sampled = Math.floor(((bit + 1.5) * sentBaud) / receivedBaud);
    // After the stop bit the line idles at 1.
    if (sampled >= BITS_PER_BYTE || (frame >> sampled) & 1) result |= 1 << bit;
  }
  return result;
}
