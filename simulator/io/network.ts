import type { Clock } from "../../firmware/ports/clock.js";
import type { Network, Resolver, TCPOptions } from "../../firmware/ports/network.js";
import type { Random } from "../random.js";
import { classOf } from "./class-of.js";
import { transitMs } from "./pipe.js";
import type { Link } from "./pipe.js";
import { VirtualSocket } from "./socket.js";
import type { SocketSizes } from "./socket.js";
import { VirtualDatagrams } from "./udp.js";

export type { VirtualSocket } from "./socket.js";

export interface VirtualNetworkOptions extends Partial<SocketSizes> {
  readonly clock: Clock;
  readonly random: Random;
  /** One way, in ms (default 5). */
  readonly latencyMs?: number;
  /** Up to so many ms more, drawn for each segment (default 0). */
  readonly jitterMs?: number;
  /**
   * Probability, 0 to below 1, that something is lost (default 0): a TCP segment is sent again, a delay and never a gap;
   * a datagram is gone.
   */
  readonly loss?: number;
}

/** How long a connection to a host that does not answer is tried (lwIP: about that). */
const CONNECT_GIVES_UP_MS = 75_000;
/** A name server that does not answer (SDK: five attempts, a second apart, to each of two servers). */
const RESOLVE_GIVES_UP_MS = 10_000;

type Answer = (address: string | undefined) => void;
type Listener = (socket: VirtualSocket) => void;

/** What the classes of one device know of it and of the network. */
interface Device {
  readonly tap: ((bytes: Uint8Array) => void) | undefined;
  readonly sizes: SocketSizes;
  /** Of all devices. */
  readonly sockets: Set<VirtualSocket>;
  link(address: string): Link;
  connect(socket: VirtualSocket, link: Link, options: TCPOptions): void;
  resolve(host: string, answer: Answer): void;
}

/**
 * A network in virtual time: TCP with latency, jitter and loss between clients made by {@link client} and whoever
 * listens, datagrams, and names. A TCP listener answers at every address that is not down.
 */
export class VirtualNetwork {
  /** What the name server knows: host name to dotted address. */
  readonly names = new Map<string, string>();
  /** `false`: the name server does not answer. */
  answersNames = true;
  /** Where whatever speaks UDP is bound. */
  readonly datagrams: VirtualDatagrams;
  readonly #options: VirtualNetworkOptions;
  readonly #sizes: SocketSizes;
  readonly #listeners = new Map<number, Listener>();
  readonly #down = new Set<string>();
  readonly #clients = new Set<VirtualSocket>();
  #devices = 0;

  constructor(options: VirtualNetworkOptions) {
    const { loss = 0, sendBufferBytes = 5744, windowBytes = 5744 } = options;
    if (!(loss >= 0 && loss < 1)) throw new RangeError(`network: loss ${loss} is not 0 to below 1`);
    this.#options = options;
    const { clock, random, latencyMs = 5, jitterMs = 0 } = options;
    const isUp = (address: string) => !this.#down.has(address);
    this.datagrams = new VirtualDatagrams({ clock, random, latencyMs, jitterMs, loss, isUp });
    this.#sizes = { sendBufferBytes, windowBytes: Math.max(windowBytes, 1460) };
  }

  /**
   * The network classes of one device.
   *
   * @param tap sees every byte the device writes to TCP, in order
   */
  client(tap?: (bytes: Uint8Array) => void): Network {
    const device: Device = {
      tap,
      sizes: this.#sizes,
      sockets: this.#clients,
      link: (address) => this.#link(address),
      connect: (socket, link, options) => this.#connect(socket, link, options),
      resolve: (host, answer) => this.#resolve(host, answer),
    };
    const number = ++this.#devices;
    return {
      UDP: this.datagrams.device(`10.255.${number >> 8}.${number & 255}`),
      TCP: classOf(DeviceSocket, device),
      Resolver: classOf(DeviceResolver, device),
    };
  }

  /** Answers connections to `port`, until the function it returns is called. */
  listen(port: number, onConnection: Listener): () => void {
    if (this.#listeners.has(port)) throw new Error(`network: port ${port} is taken`);
    this.#listeners.set(port, onConnection);
    return () => this.#listeners.delete(port);
  }

  /** The host at `address` cannot be reached: bytes under way are held up until it is {@link up}. */
  down(address: string): void {
    this.#down.add(address);
  }

  up(address: string): void {
    this.#down.delete(address);
  }

  /** Makes every present connection half-open: bytes vanish both ways and neither end is told. */
  cut(): void {
    for (const socket of this.#clients) socket.cut();
  }

  /** Breaks every present connection; the devices learn of it. */
  reset(): void {
    for (const socket of [...this.#clients]) {
      socket.cut();
      this.#options.clock.schedule(() => socket.fail(), 0);
    }
  }

  #link(address: string): Link {
    expectDotted(address);
    const { clock, random, latencyMs = 5, jitterMs = 0, loss = 0 } = this.#options;
    return { clock, random, latencyMs, jitterMs, loss, isUp: () => !this.#down.has(address) };
  }

  #connect(client: VirtualSocket, link: Link, { port }: TCPOptions): void {
    if (!(Number.isInteger(port) && port > 0 && port < 65_536))
      throw new RangeError(`tcp: port ${port} is not 1 to 65535`);
    const { clock } = link;
    const started = clock.ticks();
    let retryMs = 1000;
    const attempt = () => {
      const listener = this.#listeners.get(port);
      if (!link.isUp()) {
        if (clock.ticks() - started >= CONNECT_GIVES_UP_MS) return client.fail();
        clock.schedule(attempt, retryMs);
        retryMs *= 2;
      } else if (listener === undefined || !this.#clients.has(client)) client.fail();
      else {
        const server = new VirtualSocket(link, this.#sizes);
        VirtualSocket.connect(client, server);
        listener(server);
        client.announce();
      }
    };
    clock.schedule(attempt, transitMs(link) + transitMs(link));
  }

  #resolve(host: string, answer: Answer): void {
    const { clock, latencyMs = 5 } = this.#options;
    if (!this.answersNames) clock.schedule(() => answer(undefined), RESOLVE_GIVES_UP_MS);
    else clock.schedule(() => answer(this.names.get(host)), 2 * latencyMs);
  }
}

class DeviceSocket extends VirtualSocket {
  readonly #sockets: Set<VirtualSocket>;

  constructor(device: Device, options: TCPOptions) {
    const link = device.link(options.address);
    super(link, device.sizes);
    this.onReadable = options.onReadable;
    this.onWritable = options.onWritable;
    this.onError = options.onError;
    this.tap = device.tap;
    this.#sockets = device.sockets;
    device.connect(this, link, options);
    device.sockets.add(this);
  }

  override close(): void {
    this.#sockets.delete(this);
    super.close();
  }
}

class DeviceResolver implements Resolver {
  readonly #device: Device;
  #closed = false;

  constructor(device: Device, _options: object) {
    this.#device = device;
  }

  resolve(request: Parameters<Resolver["resolve"]>[0]): void {
    if (this.#closed) throw new Error("resolver: is closed");
    const { host, onResolved, onError } = request;
    this.#device.resolve(host, (address) => {
      if (this.#closed) return;
      if (address === undefined) onError();
      else onResolved(host, address);
    });
  }

  close(): void {
    this.#closed = true;
  }
}

function expectDotted(address: string): void {
  const parts = address.split(".");
  const good = parts.length === 4 && parts.every((part) => isDigits(part) && part.length < 4 && Number(part) < 256);
  if (!good) throw new Error(`tcp: address ${address} is not a dotted IPv4 address`);
}

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text[index]! < "0" || text[index]! > "9") return false;
  return text.length > 0;
}
