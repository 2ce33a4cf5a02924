import UDP from "embedded:io/socket/udp";
import type { Clock, Timer } from "../../firmware/ports/clock.js";
import { guarded } from "./guard.js";
import { network } from "./network.js";

/** RFC 4330 §4: 48 bytes; times are seconds since 1900 and 2^-32 seconds. */
const PACKET_BYTES = 48;
const PORT = 123;
const VERSION_4_CLIENT = 0x23;
const SERVER = 4;
const ORIGINATE = 24;
const TRANSMIT = 40;
const UNIX_EPOCH = 2_208_988_800;
const UNIT = 4_294_967_296;
/** Seconds with the highest bit clear are after 2036-02-07 (§3). */
const ERA = 0x8000_0000;

const ANSWER_MS = 3000;
const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 300_000;
/** At 40 parts per million the clock is at most 0.15 s wrong by then. */
const AGAIN_MS = 3_600_000;

export interface TimeSyncOptions {
  readonly clock: Clock;
  /** Names or addresses of SNTP servers; asked one after the other. */
  readonly servers: readonly string[];
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** It is `utc` (milliseconds since 1970) now. */
  readonly onTime: (utc: number) => void;
}

/** Asks SNTP servers (RFC 4330) for the time: until one answers, and then every hour. */
export class TimeSync {
  readonly #options: TimeSyncOptions;
  #server = 0;
  #retryMs = FIRST_RETRY_MS;
  #timer: Timer | undefined;
  #resolver: { close(): void } | undefined;
  #socket: UDP | undefined;
  #address = "";
  #sentAt = 0;
  readonly #request = new DataView(new ArrayBuffer(PACKET_BYTES));

  constructor(options: TimeSyncOptions) {
    this.#options = options;
  }

  /** Asks now; what was asked before is forgotten. */
  start(): void {
    if (this.#options.servers.length === 0) return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#ask();
  }

  readonly #ask = (): void => {
    this.#close();
    this.#wake(this.#failed, ANSWER_MS);
    const { servers } = this.#options;
    const host = servers[this.#server++ % servers.length]!;
    guarded("time", () => {
      const resolver = new network.Resolver({});
      this.#resolver = resolver;
      resolver.resolve({ host, onResolved: (_host, address) => this.#send(address), onError: this.#failed });
    });
  };

  #send(address: string): void {
    const { clock, random } = this.#options;
    const socket = new UDP({ onReadable: () => guarded("time", () => this.#receive(socket)) });
    this.#socket = socket;
    this.#address = address;
    const request = this.#request;
    request.setUint8(0, VERSION_4_CLIENT);
    // The server sends these back: a nonce, since the time is not known.
    request.setUint32(TRANSMIT, Math.floor(random() * UNIT));
    request.setUint32(TRANSMIT + 4, Math.floor(random() * UNIT));
    this.#sentAt = clock.ticks();
    this.#wake(this.#failed, ANSWER_MS);
    socket.write(request, address, PORT);
  }

  #receive(socket: UDP): void {
    const packet = socket.read();
    if (socket !== this.#socket || packet === undefined || packet.address !== this.#address) return;
    const utc = this.#utcIn(new DataView(packet));
    if (utc === undefined) return;
    const { clock, onTime } = this.#options;
    const travel = (clock.ticks() - this.#sentAt) / 2;
    this.#close();
    this.#retryMs = FIRST_RETRY_MS;
    this.#wake(this.#ask, AGAIN_MS);
    onTime(Math.round(utc + travel));
  }

  /** The server's time in a packet, when it is an answer to the request and the server knows the time (§5). */
  #utcIn(packet: DataView): number | undefined {
    if (packet.byteLength < PACKET_BYTES) return undefined;
    const first = packet.getUint8(0);
    const stratum = packet.getUint8(1);
    const unsynchronised = first >> 6 === 3;
    if ((first & 7) !== SERVER || unsynchronised || stratum < 1 || stratum > 15) return undefined;
    for (let i = 0; i < 8; i++) {
      if (packet.getUint8(ORIGINATE + i) !== this.#request.getUint8(TRANSMIT + i)) return undefined;
    }
    const seconds = packet.getUint32(TRANSMIT);
    const fraction = packet.getUint32(TRANSMIT + 4) / UNIT;
    return (seconds + (seconds < ERA ? UNIT : 0) - UNIX_EPOCH + fraction) * 1000;
  }

  readonly #failed = (): void => {
    this.#close();
    // The next server soon; all of them again later and later.
    const everyServer = this.#server % this.#options.servers.length === 0;
    this.#wake(this.#ask, everyServer ? this.#retryMs : FIRST_RETRY_MS);
    if (everyServer) this.#retryMs = Math.min(2 * this.#retryMs, LAST_RETRY_MS);
  };

  #close(): void {
    this.#resolver?.close();
    const socket = this.#socket;
    this.#resolver = this.#socket = undefined;
    if (socket !== undefined) guarded("time", () => closeSocket(socket));
  }

  #wake(callback: () => void, delayMs: number): void {
    const { clock } = this.#options;
    if (this.#timer !== undefined) clock.cancel(this.#timer);
    this.#timer = clock.schedule(callback, delayMs);
  }
}

/** The SDK's typings forget that a UDP socket can be closed. */
function closeSocket(socket: object): void {
  (socket as { close(): void }).close();
}
