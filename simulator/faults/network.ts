import type { Clock } from "../../firmware/ports/clock.js";
import type { Network, TCP, TCPOptions } from "../../firmware/ports/network.js";
import { VirtualSocket } from "../io/socket.js";
import { notNegative, wholeNumber } from "./arguments.js";

/**
 * What befalls one connection, from a byte of one of its directions on:
 * - `cut`: this byte and everything after it vanish, both ways, and neither end is told;
 * - `reset`: this byte and everything after it vanish, and both ends are told after `ms`;
 * - `split`: the next `bytes` bytes arrive one by one;
 * - `coalesce`: what follows arrives in one piece every `ms`;
 * - `delay`: what follows arrives `ms` later, in its pieces.
 */
export interface StreamFault {
  readonly kind: "cut" | "reset" | "split" | "coalesce" | "delay";
  /** As the device sees it. */
  readonly direction: "sent" | "received";
  /** Bytes of that direction that pass unharmed. */
  readonly at: number;
  /** Default 50. */
  readonly ms?: number;
  /** Default: all. */
  readonly bytes?: number;
}

export interface StreamFaultOptions {
  readonly clock: Clock;
  /** What befalls the device's TCP connection of this number, counted from 0. */
  readonly fault: (connection: number) => StreamFault | undefined;
  /** Sees what the device writes, before anything befalls it. */
  readonly onWritten?: (connection: number, bytes: Uint8Array) => void;
  /** Sees what the device reads. */
  readonly onRead?: (connection: number, bytes: Uint8Array) => void;
}

/** The classes of a device in a `VirtualNetwork`, whose connections suffer faults at exact bytes of their streams. */
export function faultyNetwork(network: Network, options: StreamFaultOptions): Network {
  let connections = 0;
  return {
    ...network,
    TCP: class implements TCP {
      readonly #stream: FaultyStream;

      constructor(tcp: TCPOptions) {
        this.#stream = new FaultyStream(network, tcp, connections++, options);
      }

      read(byteLength?: number): ArrayBuffer | undefined {
        return this.#stream.read(byteLength);
      }

      write(bytes: Uint8Array): void {
        this.#stream.write(bytes);
      }

      close(): void {
        this.#stream.close();
      }
    },
  };
}

/** One direction: bytes go in as they come and come out in pieces, each at its time. */
class Lane {
  readonly #clock: Clock;
  readonly #fault: StreamFault | undefined;
  readonly #deliver: (piece: Uint8Array) => void;
  readonly #onBroken: () => void;
  #passed = 0;
  #broken = false;
  /** Pieces and bytes that have gone in and not come out. */
  #flying = 0;
  #held = 0;
  #clump: number[] = [];

  constructor(
    clock: Clock,
    fault: StreamFault | undefined,
    deliver: (piece: Uint8Array) => void,
    onBroken: () => void,
  ) {
    this.#clock = clock;
    this.#fault = fault;
    this.#deliver = deliver;
    this.#onBroken = onBroken;
  }

  get empty(): boolean {
    return this.#flying === 0;
  }

  get held(): number {
    return this.#held;
  }

  push(bytes: Uint8Array): void {
    if (this.#broken) return;
    const { kind, at = Infinity, bytes: count = Infinity, ms = 50 } = this.#fault ?? {};
    const harmless = Math.max(0, Math.min(bytes.length, at - this.#passed));
    let next = harmless;
    if (harmless > 0) this.#send(bytes.subarray(0, harmless), 0);
    if (kind === "cut" || kind === "reset") {
      if (this.#passed === at) {
        this.#broken = true;
        this.#onBroken();
      }
      return;
    }
    while (kind === "split" && next < bytes.length && this.#passed < at + count)
      this.#send(bytes.subarray(next, ++next), 0);
    if (next === bytes.length) return;
    if (kind === "delay") this.#send(bytes.subarray(next), ms);
    else if (kind === "coalesce") this.#gather(bytes.subarray(next), ms);
    else this.#send(bytes.subarray(next), 0);
  }

  #send(piece: Uint8Array, delayMs: number): void {
    this.#passed += piece.length;
    this.#held += piece.length;
    this.#flying++;
    const copy = piece.slice();
    this.#clock.schedule(() => this.#arrive(copy), delayMs);
  }

  #gather(bytes: Uint8Array, ms: number): void {
    this.#passed += bytes.length;
    this.#held += bytes.length;
    if (this.#clump.length === 0) {
      this.#flying++;
      this.#clock.schedule(() => {
        const piece = Uint8Array.from(this.#clump);
        this.#clump = [];
        this.#arrive(piece);
      }, ms);
    }
    for (const byte of bytes) this.#clump.push(byte);
  }

  #arrive(piece: Uint8Array): void {
    this.#flying--;
    this.#held -= piece.length;
    this.#deliver(piece);
  }
}

class FaultyStream {
  readonly #options: StreamFaultOptions;
  readonly #tcp: TCPOptions;
  readonly #number: number;
  readonly #fault: StreamFault | undefined;
  readonly #inner: VirtualSocket;
  readonly #sent: Lane;
  readonly #received: Lane;
  /** What has arrived and was not read. */
  #arrived = new Uint8Array(0);
  #writable = 0;
  #dead = false;
  #failed = false;
  #told = false;
  #closed = false;
  #innerClosed = false;

  constructor(network: Network, tcp: TCPOptions, number: number, options: StreamFaultOptions) {
    const { clock } = options;
    const fault = options.fault(number);
    if (fault !== undefined) {
      wholeNumber("at", fault.at);
      notNegative("ms", fault.ms ?? 0);
      notNegative("bytes", fault.bytes ?? 0);
    }
    this.#options = options;
    this.#tcp = tcp;
    this.#number = number;
    this.#fault = fault;
    const of = (direction: StreamFault["direction"]) => (fault?.direction === direction ? fault : undefined);
    const onBroken = () => this.#break();
    this.#sent = new Lane(clock, of("sent"), (piece) => this.#pass(piece), onBroken);
    this.#received = new Lane(clock, of("received"), (piece) => this.#onArrival(piece), onBroken);
    this.#inner = new network.TCP({
      ...tcp,
      onReadable: () => this.#pull(),
      onWritable: () => this.#announce(),
      onError: () => this.#fail(),
    }) as VirtualSocket;
    if (!(this.#inner instanceof VirtualSocket)) throw new Error("network: faults need sockets of a VirtualNetwork");
  }

  read(byteLength = this.#arrived.length): ArrayBuffer | undefined {
    this.#expectNotClosed();
    if (this.#arrived.length === 0) return undefined;
    if (!(byteLength > 0 && byteLength <= this.#arrived.length))
      throw new Error(`tcp: read of ${byteLength} bytes is not 1 to ${this.#arrived.length} (invalid)`);
    const bytes = this.#arrived.slice(0, byteLength);
    this.#arrived = this.#arrived.subarray(byteLength);
    this.#options.onRead?.(this.#number, bytes);
    if (this.#failed) this.#options.clock.schedule(() => this.#tell(), 0);
    return bytes.buffer;
  }

  write(bytes: Uint8Array): void {
    this.#expectNotClosed();
    if (bytes.length > this.#writable)
      throw new Error(`tcp: write of ${bytes.length} bytes, more than the ${this.#writable} announced (would block)`);
    this.#writable -= bytes.length;
    this.#options.onWritten?.(this.#number, bytes.slice());
    if (!this.#dead) this.#sent.push(bytes);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // The farewell of a connection that is dead does not arrive either.
    if (this.#dead) this.#inner.cut();
    this.#closeSent();
  }

  /** What is on its way still arrives before the end of the stream. */
  #closeSent(): void {
    if (!this.#sent.empty && !this.#dead) return;
    this.#innerClosed = true;
    this.#inner.close();
  }

  #pass(piece: Uint8Array): void {
    if (this.#innerClosed) return;
    this.#inner.write(piece);
    if (this.#closed) this.#closeSent();
  }

  #pull(): void {
    if (this.#closed) return;
    const bytes = this.#inner.read();
    if (bytes !== undefined && !this.#dead) this.#received.push(new Uint8Array(bytes));
  }

  #onArrival(piece: Uint8Array): void {
    if (this.#closed) return;
    const all = new Uint8Array(this.#arrived.length + piece.length);
    all.set(this.#arrived);
    all.set(piece, this.#arrived.length);
    this.#arrived = all;
    this.#tcp.onReadable?.(all.length);
    this.#tell();
  }

  #announce(): void {
    if (this.#closed || this.#dead) return;
    this.#writable = Math.max(0, this.#inner.writable - this.#sent.held);
    if (this.#writable > 0) this.#tcp.onWritable?.(this.#writable);
  }

  #break(): void {
    this.#dead = true;
    if (this.#fault!.kind === "cut") return;
    this.#options.clock.schedule(() => {
      if (this.#closed) return;
      this.#innerClosed = true;
      this.#inner.reset();
      this.#inner.close();
      this.#fail();
    }, this.#fault!.ms ?? 50);
  }

  #fail(): void {
    this.#failed = true;
    this.#tell();
  }

  /** The error comes once, after everything that arrived was read. */
  #tell(): void {
    if (!this.#failed || this.#told || this.#closed) return;
    if (this.#arrived.length > 0 || !this.#received.empty) return;
    this.#told = true;
    this.#tcp.onError?.();
  }

  #expectNotClosed(): void {
    if (this.#closed) throw new Error("tcp: the socket is closed");
  }
}
