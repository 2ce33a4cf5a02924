import type { TCP } from "../../firmware/ports/network.js";
import { Pipe } from "./pipe.js";
import type { Link } from "./pipe.js";

export interface SocketSizes {
  /** What a socket takes before the far end has it: 5744 or 2920 with lwIP. */
  readonly sendBufferBytes: number;
  /** What arrives before it is read. */
  readonly windowBytes: number;
}

/** Closed or reset by the far end, or never opened: {@link VirtualSocket.fail}. */
type Standing = "opening" | "open" | "failed" | "closed";

/**
 * One end of a connection, with the manners of lwIP under Moddable's TCP class: `write` takes all or throws "would
 * block", `read` of more than there is throws "invalid", the error comes after the last byte was read, and writing to a
 * connection that has failed does nothing. Callbacks come from the clock only.
 */
export class VirtualSocket implements TCP {
  onReadable: ((bytes: number) => void) | undefined;
  onWritable: ((bytes: number) => void) | undefined;
  onError: (() => void) | undefined;
  /** Is given a copy of what is written, as it is written. */
  tap: ((bytes: Uint8Array) => void) | undefined;
  readonly #link: Link;
  readonly #sizes: SocketSizes;
  #standing: Standing = "opening";
  #peer: VirtualSocket | undefined;
  #out: Pipe | undefined;
  #in: Pipe | undefined;
  /** Bytes of the send buffer in use, and those that may still be written by the last announcement. */
  #unacknowledged = 0;
  #writable = 0;
  #ended = false;
  #errorTold = false;

  constructor(link: Link, sizes: SocketSizes) {
    this.#link = link;
    this.#sizes = sizes;
  }

  /** Joins two sockets; the caller announces what can be written. */
  static connect(client: VirtualSocket, server: VirtualSocket): void {
    client.#join(server);
    server.#join(client);
    client.#in = server.#out;
    server.#in = client.#out;
  }

  /** Bytes that can be written now. */
  get writable(): number {
    return this.#writable;
  }

  read(byteLength?: number): ArrayBuffer | undefined {
    this.#expectNotClosed();
    const available = this.#in?.available ?? 0;
    if (available === 0) return undefined;
    const count = byteLength ?? available;
    if (!(count > 0 && count <= available))
      throw new Error(`tcp: read of ${byteLength} bytes is not 1 to ${available} (invalid)`);
    const bytes = this.#in!.read(count);
    if (this.#in!.available === 0 && this.#ended) this.#link.clock.schedule(() => this.#tellError(), 0);
    return bytes;
  }

  write(bytes: Uint8Array): void {
    this.#expectNotClosed();
    if (this.#standing === "opening") throw new Error("tcp: write before the connection is open (not ready)");
    if (this.#standing === "failed") return;
    if (bytes.length > this.#writable)
      throw new Error(`tcp: write of ${bytes.length} bytes, more than the ${this.#writable} announced (would block)`);
    this.#writable -= bytes.length;
    this.#unacknowledged += bytes.length;
    this.tap?.(bytes.slice());
    this.#out!.write(bytes);
  }

  /** Ends the connection once everything written has arrived. Idempotent. */
  close(): void {
    if (this.#standing === "open") this.#out!.end();
    this.#standing = "closed";
  }

  /** Ends the connection at once: what has not arrived is lost, and the far end learns of it. */
  reset(): void {
    if (this.#standing === "open") {
      this.cut();
      const peer = this.#peer!;
      this.#link.clock.schedule(() => peer.fail(), this.#link.latencyMs);
    }
    this.#standing = "closed";
  }

  /** From now on nothing arrives in either direction, and neither end is told: a half-open connection. */
  cut(): void {
    this.#out?.cut();
    this.#in?.cut();
  }

  /** Refused, reset, or gone. From the clock. */
  fail(): void {
    if (this.#standing === "closed" || this.#standing === "failed") return;
    this.#ended = true;
    this.#standing = "failed";
    if ((this.#in?.available ?? 0) === 0) this.#tellError();
  }

  /** Announces what can be written. From the clock. */
  announce(): void {
    if (this.#standing !== "open") return;
    this.#writable = this.#sizes.sendBufferBytes - this.#unacknowledged;
    this.onWritable?.(this.#writable);
  }

  #join(peer: VirtualSocket): void {
    this.#peer = peer;
    this.#standing = "open";
    this.#writable = this.#sizes.sendBufferBytes;
    this.#out = new Pipe(
      this.#link,
      this.#sizes.windowBytes,
      (ended) => peer.#onArrival(ended),
      (bytes) => {
        this.#unacknowledged -= bytes;
        this.announce();
      },
    );
  }

  #onArrival(ended: boolean): void {
    if (this.#standing === "closed") {
      // Nobody takes these bytes any more: a reset, as TCP answers.
      if (!ended) this.#link.clock.schedule(() => this.#peer!.fail(), this.#link.latencyMs);
      return;
    }
    if (ended) return this.fail();
    if (this.#standing === "open") this.onReadable?.(this.#in!.available);
  }

  #tellError(): void {
    if (this.#errorTold || this.#standing === "closed") return;
    this.#errorTold = true;
    this.onError?.();
  }

  #expectNotClosed(): void {
    if (this.#standing === "closed") throw new Error("tcp: the socket is closed");
  }
}
