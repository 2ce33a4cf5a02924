import type { Network, Resolver, TCP, TCPOptions } from "../../firmware/ports/network.js";

/**
 * A network within the process, for one connection at a time. It calls back whenever it likes, from inside the calls
 * of the other side too, as no host should: what stands on it must not depend on its manners.
 */
export class FakeNetwork {
  /** What the client wrote, one entry per write. */
  readonly received: string[] = [];
  readonly #arrived: number[] = [];
  #client: TCPOptions | undefined;
  #writable = 0;
  opened = 0;
  closed = 0;
  /** Called after each write of the client. */
  onWrite: () => void = () => {};

  readonly classes: Network;

  constructor(hosts: Record<string, string>, capacity = 1000) {
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const network = this;
    this.classes = {
      TCP: class implements TCP {
        constructor(options: TCPOptions) {
          if (options.address !== "10.0.0.7") throw new Error(`fake: no route to ${options.address}`);
          network.opened++;
          network.#client = options;
          network.#writable = capacity;
          queueMicrotask(() => options.onWritable?.(capacity));
        }
        read(byteLength = network.#arrived.length): ArrayBuffer | undefined {
          if (network.#arrived.length === 0) return undefined;
          if (byteLength > network.#arrived.length) throw new Error("fake: not so much has arrived");
          return Uint8Array.from(network.#arrived.splice(0, byteLength)).buffer;
        }
        write(bytes: Uint8Array): void {
          if (bytes.length > network.#writable) throw new Error("fake: too much");
          network.#writable -= bytes.length;
          network.received.push(Buffer.from(bytes).toString());
          network.onWrite();
        }
        close(): void {
          network.closed++;
          network.#client = undefined;
        }
      },
      Resolver: class implements Resolver {
        resolve(request: Parameters<Resolver["resolve"]>[0]): void {
          const address = hosts[request.host];
          if (address) request.onResolved(request.host, address);
          else request.onError();
        }
        close(): void {}
      },
    };
  }

  /** Bytes from the other side. */
  send(text: string): void {
    this.#arrived.push(...Buffer.from(text));
    this.#client?.onReadable?.(this.#arrived.length);
  }

  /** Room for so many bytes again. */
  drain(bytes: number): void {
    this.#writable = bytes;
    this.#client?.onWritable?.(bytes);
  }

  /** The other side closes. */
  hangUp(): void {
    this.#client?.onError?.();
  }
}
