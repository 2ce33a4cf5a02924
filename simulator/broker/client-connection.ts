import type { Clock, Timer } from "../../firmware/ports/clock.js";
import type { VirtualSocket } from "../io/network.js";
import { PacketStream } from "./packet-stream.js";
import { ProtocolError } from "./packets.js";
import type { ClientPacket } from "./packets.js";

/** A client that does not read is cut off when so many bytes wait for it. */
const WAITING_LIMIT = 1_048_576;
/** A connection that sends no CONNECT is closed. */
const CONNECT_WITHIN_MS = 10_000;

export interface ConnectionOwner {
  onPacket(connection: ClientConnection, packet: ClientPacket): void;
  /** The connection is over, for `reason`; called once, from the network or the clock or inside `close`. */
  onClosed(connection: ClientConnection, reason: string): void;
}

/** One client's connection: packets in, bytes out as the socket takes them, and the clock of its keep alive. */
export class ClientConnection {
  readonly #socket: VirtualSocket;
  readonly clock: Clock;
  readonly #owner: ConnectionOwner;
  readonly #stream: PacketStream;
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #timer: Timer;
  #silenceMs = CONNECT_WITHIN_MS;
  #lastReceived: number;
  #closed = false;

  constructor(socket: VirtualSocket, clock: Clock, owner: ConnectionOwner, maximumPacketBytes?: number) {
    this.#socket = socket;
    this.clock = clock;
    this.#owner = owner;
    this.#stream = new PacketStream(maximumPacketBytes);
    this.#lastReceived = clock.ticks();
    this.#timer = clock.schedule(this.#onTimer, CONNECT_WITHIN_MS);
    socket.onReadable = () => this.#onReadable();
    socket.onWritable = () => this.#drain();
    socket.onError = () => this.close("lost");
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Silence of more than one and a half intervals closes the connection (MQTT 3.1.1 §3.1.2.10); 0: never. */
  keepAlive(seconds: number): void {
    this.#silenceMs = seconds > 0 ? 1500 * seconds : Infinity;
    this.clock.cancel(this.#timer);
    if (seconds > 0) this.#timer = this.clock.schedule(this.#onTimer, this.#silenceMs);
  }

  send(bytes: Uint8Array): void {
    if (this.#closed) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#drain();
    if (this.#waitingBytes > WAITING_LIMIT) this.close("too slow");
  }

  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.clock.cancel(this.#timer);
    this.#socket.close();
    this.#owner.onClosed(this, reason);
  }

  /** Breaks off without a farewell, as a broker that was killed. */
  reset(): void {
    this.#socket.reset();
    this.close("broker stopped");
  }

  #onReadable(): void {
    const bytes = this.#socket.read();
    if (bytes === undefined) return;
    this.#lastReceived = this.clock.ticks();
    try {
      this.#stream.push(new Uint8Array(bytes), (packet) => {
        this.#owner.onPacket(this, packet);
        return !this.#closed;
      });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.close(error.message);
    }
  }

  #drain(): void {
    while (!this.#closed && this.#waiting.length > 0 && this.#socket.writable > 0) {
      const head = this.#waiting[0]!;
      const count = Math.min(head.length, this.#socket.writable);
      this.#socket.write(head.subarray(0, count));
      this.#waitingBytes -= count;
      if (count === head.length) this.#waiting.shift();
      else this.#waiting[0] = head.subarray(count);
    }
  }

  readonly #onTimer = (): void => {
    const left = this.#lastReceived + this.#silenceMs - this.clock.ticks();
    if (left > 0) this.#timer = this.clock.schedule(this.#onTimer, left);
    else this.close("silent");
  };
}
