import type { Clock } from "../../firmware/ports/clock.js";
import type { Datagram, UDP, UDPConstructor, UDPOptions } from "../../firmware/ports/network.js";
import type { Random } from "../random.js";
import { classOf } from "./class-of.js";

/** What datagrams meet on their way. */
export interface DatagramPath {
  readonly clock: Clock;
  readonly random: Random;
  /** One way, in ms. */
  readonly latencyMs: number;
  /** Up to so many ms more, drawn for each datagram: one may overtake another. */
  readonly jitterMs: number;
  /** Probability, 0 to below 1, that a datagram never arrives. */
  readonly loss: number;
  /** Whether the host at this address can be reached now. */
  isUp(address: string): boolean;
}

/** One end of a datagram's way. */
export interface Endpoint {
  /** Dotted IPv4 address. */
  readonly address: string;
  readonly port: number;
}

/** Is given a copy of what arrives, and who says that it sent it. */
export type DatagramListener = (bytes: Uint8Array, from: Endpoint) => void;

/** Ports that are drawn from for sockets without one of their own (RFC 6335 §6). */
const FIRST_DYNAMIC_PORT = 49_152;
const DYNAMIC_PORTS = 16_384;
/** What waits to be read, as the SDK's class on lin has it; the oldest goes first. */
const MOST_WAITING = 100;
/** Ethernet's 1500 less the headers of IPv4 and UDP: more would come in fragments. */
const LONGEST_DATAGRAM = 1472;

/** Datagrams in virtual time: they take their time, overtake each other, get lost, and can lie about where they are from. */
export class VirtualDatagrams {
  readonly #path: DatagramPath;
  readonly #bound = new Map<string, DatagramListener>();

  constructor(path: DatagramPath) {
    this.#path = path;
  }

  /** Takes what is sent to an endpoint, until the function it returns is called. */
  bind(endpoint: Endpoint, listener: DatagramListener): () => void {
    const key = keyOf(endpoint);
    if (this.#bound.has(key)) throw new Error(`udp: ${key} is taken`);
    this.#bound.set(key, listener);
    return () => {
      if (this.#bound.get(key) === listener) this.#bound.delete(key);
    };
  }

  /**
   * Sends a copy of `bytes`.
   *
   * @param from what the datagram says of where it is from: anything, for whoever forges it
   * @param extraMs so much later than the network alone would have it
   */
  send(bytes: Uint8Array, from: Endpoint, to: Endpoint, extraMs = 0): void {
    const { clock, random, latencyMs, jitterMs, loss } = this.#path;
    const delay = latencyMs + (jitterMs > 0 ? Math.floor(random.next() * jitterMs) : 0) + extraMs;
    if (loss > 0 && random.next() < loss) return;
    const copy = bytes.slice();
    clock.schedule(() => {
      if (this.#path.isUp(to.address) && this.#path.isUp(from.address)) this.#bound.get(keyOf(to))?.(copy, from);
    }, delay);
  }

  /** The UDP class of one device, which has `address`. */
  device(address: string): UDPConstructor {
    return classOf(VirtualUDP, {
      clock: this.#path.clock,
      bind: (port, listener) => this.#bindDevice(address, port, listener),
      send: (bytes, port, to) => this.send(bytes, { address, port }, to),
    });
  }

  #bindDevice(address: string, port: number, listener: DatagramListener) {
    let bound = port;
    while (bound === 0 || (port === 0 && this.#bound.has(keyOf({ address, port: bound }))))
      bound = FIRST_DYNAMIC_PORT + Math.floor(this.#path.random.next() * DYNAMIC_PORTS);
    return { port: bound, unbind: this.bind({ address, port: bound }, listener) };
  }
}

/** What a socket knows of the device that it is on. */
interface Device {
  readonly clock: Clock;
  bind(port: number, listener: DatagramListener): { readonly port: number; readonly unbind: () => void };
  send(bytes: Uint8Array, port: number, to: Endpoint): void;
}

class VirtualUDP implements UDP {
  readonly #device: Device;
  readonly #options: UDPOptions;
  readonly #port: number;
  readonly #unbind: () => void;
  readonly #waiting: Datagram[] = [];
  #announced = false;
  #closed = false;

  constructor(device: Device, options: UDPOptions) {
    this.#device = device;
    this.#options = options;
    const { port = 0 } = options;
    if (!(Number.isInteger(port) && port >= 0 && port < 65_536))
      throw new RangeError(`udp: port ${port} is not 0 to 65535`);
    const bound = device.bind(port, (bytes, from) => this.#arrived(bytes, from));
    this.#port = bound.port;
    this.#unbind = bound.unbind;
  }

  read(): Datagram | undefined {
    this.#expectNotClosed();
    return this.#waiting.shift();
  }

  write(bytes: Uint8Array, to: string, port: number): void {
    this.#expectNotClosed();
    expectEndpoint(to, port);
    if (bytes.length > LONGEST_DATAGRAM)
      throw new Error(`udp: a datagram of ${bytes.length} bytes is longer than ${LONGEST_DATAGRAM}`);
    this.#device.send(bytes, this.#port, { address: to, port });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting.length = 0;
    this.#unbind();
  }

  #arrived(bytes: Uint8Array, { address: sender, port }: Endpoint): void {
    const datagram = new ArrayBuffer(bytes.length);
    new Uint8Array(datagram).set(bytes);
    this.#waiting.push(Object.assign(datagram, { address: sender, port }));
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    if (this.#announced) return;
    this.#announced = true;
    this.#device.clock.schedule(() => {
      this.#announced = false;
      if (!this.#closed && this.#waiting.length > 0) this.#options.onReadable?.(this.#waiting.length);
    }, 0);
  }

  #expectNotClosed(): void {
    if (this.#closed) throw new Error("udp: the socket is closed");
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}

function expectEndpoint(address: string, port: number): void {
  const parts = address.split(".");
  const byte = (part: string) => part.length > 0 && part.length < 4 && Number(part) >= 0 && Number(part) < 256;
  if (parts.length !== 4 || !parts.every(byte)) throw new Error(`udp: ${address} is not a dotted IPv4 address`);
  if (!(Number.isInteger(port) && port > 0 && port < 65_536))
    throw new RangeError(`udp: port ${port} is not 1 to 65535`);
}
