import { lookup } from "node:dns";
import { connect, isIPv4 } from "node:net";
import type { Socket } from "node:net";
import type { Network, Resolver, TCP, TCPOptions } from "../../firmware/ports/network.js";

/** lwIP's send buffer on ESP32: four segments. */
const SEND_BUFFER_BYTES = 5744;
/** How long the other side may take to close too. */
const LINGER_MS = 2000;
/** Above this the operating system holds the rest back. */
const RECEIVE_BYTES = 65_536;

/** ECMA-419 TCP over `node:net`, with the limits of the device: see the port for what those are. */
class NodeTCP implements TCP {
  readonly #socket: Socket;
  readonly #options: TCPOptions;
  #arrived: Buffer[] = [];
  #available = 0;
  #open = false;
  #closed = false;
  #failed = false;
  #errorTold = false;
  #writable = 0;
  #unsent = 0;

  constructor(options: TCPOptions) {
    const { address, port, nodelay = false } = options;
    if (!isIPv4(address)) throw new Error(`tcp: address ${address} is not a dotted IPv4 address`);
    this.#options = options;
    const socket = connect({ host: address, port, noDelay: nodelay });
    this.#socket = socket;
    socket.on("connect", () => {
      this.#open = true;
      this.#announce();
    });
    socket.on("data", (bytes) => this.#onData(bytes));
    socket.on("end", () => this.#fail());
    socket.on("error", () => this.#fail());
    socket.on("close", () => this.#fail());
  }

  read(byteLength?: number): ArrayBuffer | undefined {
    this.#expectNotClosed();
    if (this.#available === 0) return undefined;
    const count = byteLength ?? this.#available;
    if (!(count > 0 && count <= this.#available))
      throw new Error(`tcp: read of ${byteLength} bytes is not 1 to ${this.#available} (invalid)`);
    const all = this.#arrived.length === 1 ? this.#arrived[0]! : Buffer.concat(this.#arrived);
    this.#arrived = count < all.length ? [all.subarray(count)] : [];
    this.#available -= count;
    if (this.#available === 0) {
      this.#socket.resume();
      if (this.#failed) setImmediate(() => this.#tellError());
    }
    const result = new ArrayBuffer(count);
    new Uint8Array(result).set(all.subarray(0, count));
    return result;
  }

  write(bytes: Uint8Array): void {
    this.#expectNotClosed();
    if (!this.#open) throw new Error("tcp: write before the connection is open (not ready)");
    if (this.#failed) return;
    if (bytes.length > this.#writable)
      throw new Error(`tcp: write of ${bytes.length} bytes, more than the ${this.#writable} announced (would block)`);
    this.#writable -= bytes.length;
    this.#unsent += bytes.length;
    // A copy: the caller's buffer is free again when this returns.
    this.#socket.write(Uint8Array.from(bytes), () => {
      this.#unsent -= bytes.length;
      this.#announce();
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#arrived = [];
    const socket = this.#socket;
    if (!this.#open || this.#failed) return void socket.destroy();
    // What still arrives is read and dropped: closing with unread bytes resets the connection, and the other side would
    // lose what was written last.
    socket.resume();
    socket.end();
    socket.setTimeout(LINGER_MS, () => socket.destroy());
  }

  #announce(): void {
    if (this.#closed || this.#failed) return;
    this.#writable = SEND_BUFFER_BYTES - this.#unsent;
    this.#options.onWritable?.(this.#writable);
  }

  #onData(bytes: Buffer): void {
    if (this.#closed) return;
    this.#arrived.push(bytes);
    this.#available += bytes.length;
    if (this.#available > RECEIVE_BYTES) this.#socket.pause();
    this.#options.onReadable?.(this.#available);
  }

  #fail(): void {
    this.#failed = true;
    if (this.#available === 0) this.#tellError();
  }

  #tellError(): void {
    if (this.#closed || this.#errorTold) return;
    this.#errorTold = true;
    this.#options.onError?.();
  }

  #expectNotClosed(): void {
    if (this.#closed) throw new Error("tcp: the socket is closed");
  }
}

/** ECMA-419 name resolution by the operating system: one IPv4 address. */
class NodeResolver implements Resolver {
  #closed = false;

  constructor(_options: object) {}

  resolve({ host, onResolved, onError }: Parameters<Resolver["resolve"]>[0]): void {
    if (this.#closed) throw new Error("resolver: is closed");
    lookup(host, { family: 4 }, (error, address) => {
      if (this.#closed) return;
      if (error) onError();
      else onResolved(host, address);
    });
  }

  close(): void {
    this.#closed = true;
  }
}

/** The network of this computer. */
export const nodeNetwork: Network = Object.freeze({ TCP: NodeTCP, Resolver: NodeResolver });
