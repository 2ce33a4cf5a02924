import type { Clock, Timer } from "../ports/clock.js";
import type { TCP, TCPConstructor } from "../ports/network.js";
import { PacketReader } from "./packet-reader.js";
import { MqttError } from "./packets.js";
import type { Packet } from "./packets.js";

/**
 * Room in the send buffer that messages never take: so many bytes of acknowledgements can always be queued. At most
 * this much less a PUBACK is read at a time, and 7 bytes read (the shortest PUBLISH that is acknowledged) make 4.
 */
const ACKNOWLEDGEMENT_ROOM = 512;
const PUBACK_BYTES = 4;

export interface ConnectionOptions {
  readonly TCP: TCPConstructor;
  readonly address: string;
  readonly port: number;
  /** From {@link sendBuffer}; shared by one connection after the other. */
  readonly buffer: Uint8Array;
  readonly maximumPacketBytes: number;
  readonly clock: Clock;
}

/** Called from the platform's callbacks, or from the clock; an exception ends the connection with its message. */
export interface ConnectionListener {
  /** The socket is open: send CONNECT. */
  onOpen(): void;
  onPacket(packet: Packet): void;
  /** Everything that arrived has been handed over, or there is room for more to send. */
  onSettled(): void;
  /** The socket is gone; nothing else is called afterwards. Never called inside a method, nor after `close`. */
  onLost(reason: string): void;
}

/** A send buffer for packets of up to `maximumPacketBytes`. */
export function sendBuffer(maximumPacketBytes: number): Uint8Array {
  return new Uint8Array(maximumPacketBytes + ACKNOWLEDGEMENT_ROOM);
}

/**
 * One TCP connection that carries packets: what is written is queued in one buffer and leaves as the socket takes it,
 * what arrives is read only as fast as the answers to it can be queued.
 */
export class Connection {
  readonly buffer: Uint8Array;
  readonly #clock: Clock;
  readonly #listener: ConnectionListener;
  readonly #reader: PacketReader;
  #tcp: TCP | undefined;
  #loss: Timer | undefined;
  #open = false;
  // buffer[#start … #end) waits to be sent.
  #start = 0;
  #end = 0;
  #writable = 0;
  #unread = 0;
  #lastSent: number;
  #lastReceived: number;
  #bytesSent = 0;
  #bytesReceived = 0;

  /** Throws what the TCP constructor throws. */
  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.buffer = options.buffer;
    this.#clock = options.clock;
    this.#listener = listener;
    this.#reader = new PacketReader(options.maximumPacketBytes);
    this.#lastSent = this.#lastReceived = options.clock.ticks();
    this.#tcp = new options.TCP({
      address: options.address,
      port: options.port,
      nodelay: true,
      onReadable: (bytes) => this.guard(this.onReadable, bytes),
      onWritable: (bytes) => this.guard(this.onWritable, bytes),
      onError: () => this.fail("the connection was refused, reset or closed by the broker"),
    });
  }

  /** Nothing waits to be sent and the socket takes more. */
  get ready(): boolean {
    return this.#open && this.#start === this.#end && this.#writable > 0;
  }

  /** Nothing waits to be sent. */
  get flushed(): boolean {
    return this.#start === this.#end;
  }

  /** Ticks when bytes were last given to the socket and taken from it. */
  get lastSent(): number {
    return this.#lastSent;
  }
  get lastReceived(): number {
    return this.#lastReceived;
  }
  get bytesSent(): number {
    return this.#bytesSent;
  }
  get bytesReceived(): number {
    return this.#bytesReceived;
  }

  /** Where in `buffer` a packet of `bytes` is to be written; throws {@link MqttError} when there is no room. */
  reserve(bytes: number): number {
    if (this.#end + bytes > this.buffer.length) {
      this.buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
      if (this.#end + bytes > this.buffer.length)
        throw new MqttError(`mqtt: no room for ${bytes} bytes after the ${this.#end} that wait to be sent`);
    }
    return this.#end;
  }

  /** Sends the packet that was written from what `reserve` returned up to `end`: now as far as possible, then later. */
  commit(end: number): void {
    this.#end = end;
    this.flush();
  }

  /** Lets go of the socket; idempotent, and nothing is called any more. */
  close(): void {
    const tcp = this.#tcp;
    this.#tcp = undefined;
    if (this.#loss !== undefined) this.#clock.cancel(this.#loss);
    this.#open = false;
    this.#start = this.#end = this.#unread = 0;
    try {
      tcp?.close();
    } catch {
      // A socket that does not close has been let go of all the same.
    }
  }

  private onReadable(bytes: number): void {
    this.#unread = bytes;
    this.pull();
    if (this.#tcp !== undefined) this.#listener.onSettled();
  }

  private onWritable(bytes: number): void {
    this.#writable = bytes;
    if (!this.#open) {
      this.#open = true;
      this.#listener.onOpen();
      return;
    }
    this.flush();
    this.pull();
    if (this.#tcp !== undefined) this.#listener.onSettled();
  }

  private flush(): void {
    const waiting = this.#end - this.#start;
    const count = waiting < this.#writable ? waiting : this.#writable;
    if (count === 0 || this.#tcp === undefined) return;
    try {
      this.#tcp.write(this.buffer.subarray(this.#start, this.#start + count));
    } catch {
      this.fail("the socket refused to send");
      return;
    }
    this.#writable -= count;
    this.#start += count;
    this.#bytesSent += count;
    this.#lastSent = this.#clock.ticks();
    if (this.#start === this.#end) this.#start = this.#end = 0;
  }

  private pull(): void {
    while (this.#unread > 0 && this.#tcp !== undefined) {
      const free = this.buffer.length - (this.#end - this.#start);
      const room = (free < ACKNOWLEDGEMENT_ROOM ? free : ACKNOWLEDGEMENT_ROOM) - PUBACK_BYTES;
      if (room <= 0) return;
      const chunk = this.#tcp.read(this.#unread < room ? this.#unread : room);
      if (chunk === undefined || chunk.byteLength === 0) return;
      this.#unread -= chunk.byteLength;
      this.#bytesReceived += chunk.byteLength;
      this.#lastReceived = this.#clock.ticks();
      this.#reader.push(new Uint8Array(chunk));
      for (;;) {
        const packet = this.#reader.next();
        if (packet === undefined) break;
        this.#listener.onPacket(packet);
        if (this.#tcp === undefined) return;
      }
    }
  }

  /** Runs a platform callback: on a device, an exception that leaves one ends the program. */
  private guard(callback: (bytes: number) => void, bytes: number): void {
    if (this.#tcp === undefined) return;
    try {
      callback.call(this, bytes);
    } catch (error) {
      this.fail(error instanceof Error ? error.message : "an exception that is no Error");
    }
  }

  /** Closes the socket now and tells the listener from the clock. */
  private fail(reason: string): void {
    if (this.#tcp === undefined) return;
    this.close();
    this.#loss = this.#clock.schedule(() => this.#listener.onLost(reason), 0);
  }
}
