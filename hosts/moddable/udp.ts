import SdkUDP from "embedded:io/socket/udp";
import type { Datagram, UDP, UDPOptions } from "../../firmware/ports/network.js";
import { guarded } from "./guard.js";

/** The SDK's typings forget that a UDP socket can be closed, and that `read` may have nothing. */
interface SdkSocket {
  read(): Datagram | undefined;
  write(bytes: Uint8Array, address: string, port: number): void;
  close(): void;
}

/**
 * The SDK's datagrams behind the firmware's port. Nothing is called after `close`, and what a callback throws goes no
 * further.
 */
export class SdkDatagrams implements UDP {
  readonly #onReadable: UDPOptions["onReadable"];
  #socket: SdkSocket | undefined;

  /** @throws Error when there is no network, RangeError for a port that is none */
  constructor({ port = 0, onReadable }: UDPOptions) {
    this.#onReadable = onReadable;
    const socket = new SdkUDP({ port, onReadable: (count) => this.#call(count) });
    this.#socket = socket as unknown as SdkSocket;
  }

  read(): Datagram | undefined {
    return this.#requireOpen().read();
  }

  write(bytes: Uint8Array, address: string, port: number): void {
    this.#requireOpen().write(bytes, address, port);
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #requireOpen(): SdkSocket {
    if (this.#socket === undefined) throw new Error("udp: used after close");
    return this.#socket;
  }

  #call(count: number): void {
    const onReadable = this.#onReadable;
    if (this.#socket !== undefined && onReadable !== undefined) guarded("udp", () => onReadable(count));
  }
}
