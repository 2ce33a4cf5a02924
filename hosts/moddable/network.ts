import SdkTCP from "embedded:io/socket/tcp";
import SdkTimer from "timer";
import type { Network, Resolver, TCP, TCPOptions } from "../../firmware/ports/network.js";
import { guarded } from "./guard.js";
import { SdkDatagrams } from "./udp.js";

/**
 * The SDK's socket behind the firmware's port. Nothing is called after `close` (the SDK's socket on lin does), what a
 * callback throws ends this connection instead of the program, and what the SDK leaves open is made an exception.
 */
class SdkSocket implements TCP {
  readonly #options: TCPOptions;
  #socket: SdkTCP | undefined;
  #readable = 0;
  #writable = 0;

  /** @throws Error when there is no network, or no address in `address` */
  constructor(options: TCPOptions) {
    this.#options = options;
    this.#socket = new SdkTCP({
      address: options.address,
      port: options.port,
      nodelay: options.nodelay ?? false,
      onReadable: (bytes) => {
        this.#readable = bytes;
        this.#call(options.onReadable, bytes);
      },
      onWritable: (bytes) => {
        this.#writable = bytes;
        this.#call(options.onWritable, bytes);
      },
      onError: () => this.#fail(),
    });
  }

  read(byteLength = this.#readable): ArrayBuffer | undefined {
    const socket = this.#requireOpen();
    const bytes = byteLength < this.#readable ? byteLength : this.#readable;
    if (bytes <= 0) return undefined;
    this.#readable -= bytes;
    return socket.read(bytes) as ArrayBuffer | undefined;
  }

  write(bytes: Uint8Array): void {
    const socket = this.#requireOpen();
    if (bytes.byteLength > this.#writable) {
      throw new RangeError(
        `tcp: ${bytes.byteLength} bytes are more than the ${this.#writable} that can be written now`,
      );
    }
    // The SDK answers nothing when the connection is already lost; onError follows.
    const left = socket.write(bytes) as unknown;
    if (left === undefined) throw new Error("tcp: the connection is lost");
    this.#writable -= bytes.byteLength;
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #requireOpen(): SdkTCP {
    if (this.#socket === undefined) throw new Error("tcp: used after close");
    return this.#socket;
  }

  #call(callback: ((bytes: number) => void) | undefined, bytes: number): void {
    if (this.#socket === undefined || callback === undefined) return;
    if (!guarded("tcp", () => callback(bytes))) this.#fail();
  }

  #fail(): void {
    if (this.#socket === undefined) return;
    const { onError } = this.#options;
    this.#readable = this.#writable = 0;
    if (onError !== undefined) guarded("tcp", onError);
  }
}

/** Names through the SDK's `System.resolve`: lwIP with DHCP's servers on ESP32, the system's own way on lin. */
class SystemResolver implements Resolver {
  #closed = false;

  resolve({ host, onResolved, onError }: Parameters<Resolver["resolve"]>[0]): void {
    if (this.#closed) throw new Error("resolver: used after close");
    const answer = (address: string | undefined) => {
      if (this.#closed) return;
      guarded("resolver", () => (address === undefined ? onError() : onResolved(host, address)));
    };
    // On lin the SDK finds no address where the first one is IPv6; RFC 6761 §6.3 says what this name is anyway.
    if (host === "localhost") SdkTimer.set(() => answer("127.0.0.1"));
    else System.resolve(host, (_name, address) => answer(address));
  }

  close(): void {
    this.#closed = true;
  }
}

export const network: Network = { TCP: SdkSocket, Resolver: SystemResolver, UDP: SdkDatagrams };
