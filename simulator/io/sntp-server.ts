import type { Clock } from "../../firmware/ports/clock.js";
import type { Endpoint, VirtualDatagrams } from "./udp.js";

/** NTP's port (RFC 5905 §7.2). */
const PORT = 123;
const PACKET_BYTES = 48;
const CLIENT_MODE = 3;
const SERVER_MODE = 4;
/** 1900-01-01 to 1970-01-01 in seconds. */
const EPOCH_S = 2_208_988_800;
const TWO_32 = 4_294_967_296;

export interface SntpServerOptions {
  readonly datagrams: VirtualDatagrams;
  /** Dotted address at which it answers, at port 123. */
  readonly address: string;
  /** The true time. */
  readonly clock: Pick<Clock, "ticks">;
  /** True UTC in ms at tick 0 of `clock`. */
  readonly startUtc: number;
}

/**
 * An NTP server in mode client/server, written from RFC 5905 §7.3 and §9.2. What is wrong with it, if anything, are its
 * public members, which may be changed at any time.
 */
export class SntpServer {
  /** How much its clock is ahead, in ms, and how much faster it runs, in ppm from the start on. */
  offsetMs = 0;
  driftPpm = 0;
  /** Its leap indicator; 3: it is not synchronised itself. */
  leap = 0;
  stratum = 2;
  /** Version number of its answers; 0: that of the request. */
  version = 0;
  mode = SERVER_MODE;
  /** In ms. */
  rootDelayMs = 1;
  rootDispersionMs = 1;
  /** What the way to it, the way back, and its own work take beyond the network's latency, in ms. */
  delayToMs = 0;
  delayBackMs = 0;
  workMs = 0;
  /** Four ASCII characters that it sends instead of the time (RFC 5905 §7.4). */
  kiss: string | undefined;
  silent = false;
  /** Sends every answer so often. */
  copies = 1;
  /** Is given every answer just before it is sent; what it returns is sent instead. */
  forge: ((answer: Uint8Array, request: Uint8Array) => Uint8Array) | undefined;
  /** What answers say of where they come from. */
  answersFrom: Endpoint;
  /** Requests that came, and the true ticks of each. */
  readonly requests: number[] = [];
  readonly #options: SntpServerOptions;
  readonly #unbind: () => void;

  constructor(options: SntpServerOptions) {
    const { datagrams, address } = options;
    this.#options = options;
    this.answersFrom = { address, port: PORT };
    this.#unbind = datagrams.bind(this.answersFrom, (bytes, from) => this.#onRequest(bytes, from));
  }

  close(): void {
    this.#unbind();
  }

  /** UTC as this server has it, so many ms from now. */
  utc(laterMs = 0): number {
    const { clock, startUtc } = this.#options;
    const ticks = clock.ticks() + laterMs;
    return startUtc + ticks * (1 + this.driftPpm * 1e-6) + this.offsetMs;
  }

  #onRequest(request: Uint8Array, from: Endpoint): void {
    if (request.length < PACKET_BYTES || (request[0]! & 7) !== CLIENT_MODE) return;
    this.requests.push(this.#options.clock.ticks());
    if (this.silent) return;
    const plain = this.#answer(request);
    const answer = this.forge === undefined ? plain : this.forge(plain, request);
    const extraMs = this.delayToMs + this.workMs + this.delayBackMs;
    for (let i = 0; i < this.copies; i++) this.#options.datagrams.send(answer, this.answersFrom, from, extraMs);
  }

  #answer(request: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(PACKET_BYTES);
    const view = new DataView(bytes.buffer);
    const version = this.version === 0 ? (request[0]! >> 3) & 7 : this.version;
    bytes[0] = (this.leap << 6) | (version << 3) | this.mode;
    bytes[1] = this.kiss === undefined ? this.stratum : 0;
    bytes[2] = request[2]!;
    bytes[3] = 0xec; // a precision of 2^-20 s
    view.setInt32(4, Math.round((this.rootDelayMs / 1000) * 65_536));
    view.setUint32(8, Math.round((this.rootDispersionMs / 1000) * 65_536));
    for (let i = 0; i < 4; i++) bytes[12 + i] = this.kiss === undefined ? 10 : this.kiss.charCodeAt(i);
    setTimestamp(view, 16, this.utc() - 1000);
    bytes.set(request.subarray(40, 48), 24);
    setTimestamp(view, 32, this.utc(this.delayToMs));
    setTimestamp(view, 40, this.utc(this.delayToMs + this.workMs));
    return bytes;
  }
}

/** NTP timestamp: 32 bits of seconds since 1900 modulo 2^32 (RFC 5905 §6: eras), 32 bits of fraction. */
function setTimestamp(view: DataView, offset: number, utcMs: number): void {
  const seconds = utcMs / 1000 + EPOCH_S;
  const whole = Math.floor(seconds);
  view.setUint32(offset, whole % TWO_32);
  view.setUint32(offset + 4, Math.floor((seconds - whole) * TWO_32));
}
