import type { Network, Resolver, TCP, TCPOptions } from "../../../firmware/ports/network.js";
import type { SocketCalls, SocketEvents } from "../socket-methods.js";
import { callHost, serve } from "./rpc.js";

const host = callHost<SocketCalls>();
const sockets = new Map<number, HostSocket>();
const resolvers = new Map<number, HostResolver>();
let lastId = 0;

type ResolveRequest = Parameters<Resolver["resolve"]>[0];

/** A TCP socket of the host (served there by hosts/xs/sockets.ts). */
class HostSocket implements TCP {
  readonly #id = ++lastId;
  readonly #options: TCPOptions;
  #bytesRead = 0;
  #bytesWritten = 0;
  #writableTotal = 0;
  #closed = false;

  constructor(options: TCPOptions) {
    const { address, port, nodelay } = options;
    this.#options = options;
    host("socket.open", { id: this.#id, address, port, ...(nodelay === undefined ? {} : { nodelay }) });
    sockets.set(this.#id, this);
  }

  read(byteLength?: number): ArrayBuffer | undefined {
    this.#checkOpen();
    const { bytes } = host("socket.read", { id: this.#id, ...(byteLength === undefined ? {} : { byteLength }) });
    if (bytes.byteLength === 0) return undefined;
    this.#bytesRead += bytes.byteLength;
    return bytes.slice().buffer as ArrayBuffer;
  }

  write(bytes: Uint8Array): void {
    this.#checkOpen();
    const writable = this.#writableTotal - this.#bytesWritten;
    if (bytes.byteLength > writable) {
      throw new RangeError(`tcp: ${bytes.byteLength} bytes are more than the ${writable} that can be written`);
    }
    host("socket.write", { id: this.#id }, bytes);
    this.#bytesWritten += bytes.byteLength;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    sockets.delete(this.#id);
    host("socket.close", { id: this.#id });
  }

  readable(total: number): void {
    const bytes = total - this.#bytesRead;
    if (bytes > 0) this.#options.onReadable?.(bytes);
  }

  writable(total: number): void {
    this.#writableTotal = total;
    const bytes = total - this.#bytesWritten;
    if (bytes > 0) this.#options.onWritable?.(bytes);
  }

  failed(): void {
    this.#options.onError?.();
  }

  #checkOpen(): void {
    if (this.#closed) throw new Error("tcp: the socket is closed");
  }
}

/** A resolver of the host. */
class HostResolver implements Resolver {
  readonly #id = ++lastId;
  readonly #requests = new Map<number, ResolveRequest>();
  #closed = false;

  constructor(_options: object) {
    host("resolver.open", { id: this.#id });
    resolvers.set(this.#id, this);
  }

  resolve(request: ResolveRequest): void {
    if (this.#closed) throw new Error("resolver: closed");
    const number = ++lastId;
    host("resolver.resolve", { id: this.#id, request: number, host: request.host });
    this.#requests.set(number, request);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    resolvers.delete(this.#id);
    host("resolver.close", { id: this.#id });
  }

  take(number: number): ResolveRequest | undefined {
    const request = this.#requests.get(number);
    this.#requests.delete(number);
    return request;
  }
}

// An event for what was closed meanwhile finds nobody.
serve<SocketEvents>({
  "socket.readable": ({ id, total }) => sockets.get(id)?.readable(total),
  "socket.writable": ({ id, total }) => sockets.get(id)?.writable(total),
  "socket.error": ({ id }) => sockets.get(id)?.failed(),
  "resolver.resolved": ({ id, request, host, address }) => resolvers.get(id)?.take(request)?.onResolved(host, address),
  "resolver.error": ({ id, request }) => resolvers.get(id)?.take(request)?.onError(),
});

/** The host's network, as ECMA-419 classes inside XS. */
export const network: Network = { TCP: HostSocket, Resolver: HostResolver };
