import type { Clock, Timer } from "../ports/clock.js";
import type { Datagram, Network, Resolver, UDP, UDPConstructor } from "../ports/network.js";
import { NTP_PORT, PACKET_BYTES, readAnswer, writeRequest } from "./ntp-packet.js";
import type { Kiss, NtpTime } from "./ntp-packet.js";
import type { TimeSample } from "./vote.js";

/** What became of a question. `unanswered`: no name, no network, nothing that could be used in time. `barred`: not asked. */
export type Outcome = TimeSample | Kiss | "unanswered" | "barred";

const RESOLVE_MS = 10_000;
const ANSWER_MS = 3000;
/** So many datagrams that are no answer are looked at: whoever floods the port gets no more of our time. */
const MOST_STRANGERS = 16;
/** Our ticks are whole milliseconds, and two of them are read. */
const TICK_MS = 1;
const UNIT = 4_294_967_296;

export interface ExchangeOptions {
  readonly network: Network & { readonly UDP: UDPConstructor };
  readonly clock: Pick<Clock, "ticks" | "schedule" | "cancel">;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface ExchangeOwner {
  /** Whether the server at this address may be asked. */
  mayAsk(address: string): boolean;
  /** Called once for each `ask` that is not closed, never from inside it. `address` is empty when there is none. */
  onOutcome(outcome: Outcome, address: string): void;
}

/**
 * One question to one SNTP server at a time: name, request, answer. An answer counts when it comes from the address and
 * port that was asked, in time, repeats 64 bits drawn for this request, and did not take too long on its way.
 */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #owner: ExchangeOwner;
  readonly #request = new DataView(new ArrayBuffer(PACKET_BYTES));
  readonly #bytes = new Uint8Array(this.#request.buffer);
  roundTripLimitMs = 1000;
  #resolver: Resolver | undefined;
  #socket: UDP | undefined;
  #timer: Timer | undefined;
  #address = "";
  #sentAt = 0;
  #strangers = 0;

  constructor(options: ExchangeOptions, owner: ExchangeOwner) {
    this.#options = options;
    this.#owner = owner;
  }

  /** Asks `host`, a name or a dotted address; what was asked before is forgotten. Never throws. */
  ask(host: string): void {
    this.close();
    this.#address = "";
    this.wake(RESOLVE_MS);
    try {
      if (isAddress(host)) this.send(host);
      else this.resolve(host);
    } catch {
      this.wake(0);
    }
  }

  /** Forgets the question. Idempotent. */
  close(): void {
    const { clock } = this.#options;
    if (this.#timer !== undefined) clock.cancel(this.#timer);
    const resolver = this.#resolver;
    const socket = this.#socket;
    this.#timer = this.#resolver = this.#socket = undefined;
    try {
      resolver?.close();
      socket?.close();
    } catch {
      // What does not close has been let go of all the same.
    }
  }

  private resolve(host: string): void {
    const resolver = new this.#options.network.Resolver({});
    this.#resolver = resolver;
    resolver.resolve({
      host,
      onResolved: (_host, address) => {
        if (this.#resolver !== resolver) return;
        try {
          this.send(address);
        } catch {
          this.wake(0);
        }
      },
      onError: () => {
        if (this.#resolver === resolver) this.finish("unanswered");
      },
    });
  }

  private send(address: string): void {
    const { network, clock, random } = this.#options;
    this.#address = address;
    if (!this.#owner.mayAsk(address)) return this.wake(0, this.onBarred);
    const socket: UDP = new network.UDP({ onReadable: () => this.receive(socket) });
    this.#socket = socket;
    this.#strangers = 0;
    // Not 0, which says that there is none.
    writeRequest(this.#request, Math.floor(random() * UNIT), Math.floor(random() * (UNIT - 1)) + 1);
    this.wake(ANSWER_MS);
    this.#sentAt = clock.ticks();
    socket.write(this.#bytes, address, NTP_PORT);
  }

  private receive(socket: UDP): void {
    const now = this.#options.clock.ticks();
    while (socket === this.#socket) {
      let datagram: Datagram | undefined;
      try {
        datagram = socket.read();
      } catch {
        datagram = undefined;
      }
      if (datagram === undefined) return;
      const outcome = this.outcomeOf(datagram, now);
      if (outcome !== undefined) this.finish(outcome);
      else if (++this.#strangers >= MOST_STRANGERS) this.finish("unanswered");
    }
  }

  /** `undefined`: not the answer, which may still come. */
  private outcomeOf(datagram: Datagram, now: number): Outcome | undefined {
    if (datagram.address !== this.#address || datagram.port !== NTP_PORT) return undefined;
    const answer = readAnswer(new DataView(datagram), this.#request);
    if (answer === undefined) return undefined;
    if (answer === "unfit") return "unanswered";
    return typeof answer === "string" ? answer : this.sample(answer, now);
  }

  /** RFC 5905 §8: offset ((T2 − T1) + (T3 − T4)) / 2 and delay (T4 − T1) − (T3 − T2), with T1 and T4 in ticks. */
  private sample({ receivedUtc, transmittedUtc, rootDistanceMs }: NtpTime, now: number): Outcome {
    const travelMs = now - this.#sentAt - (transmittedUtc - receivedUtc);
    // A server that says it had the request for longer than the whole exchange took is not to be believed.
    if (travelMs < -2 * TICK_MS || travelMs > this.roundTripLimitMs) return "unanswered";
    const roundTripMs = Math.max(travelMs, 0);
    return {
      base: (receivedUtc - this.#sentAt + (transmittedUtc - now)) / 2,
      halfWidthMs: roundTripMs / 2 + rootDistanceMs + TICK_MS,
      sigmaMs: TICK_MS + roundTripMs / 8,
    };
  }

  private finish(outcome: Outcome): void {
    this.close();
    this.#owner.onOutcome(outcome, this.#address);
  }

  private wake(delayMs: number, callback = this.onTimeout): void {
    const { clock } = this.#options;
    if (this.#timer !== undefined) clock.cancel(this.#timer);
    this.#timer = clock.schedule(callback, delayMs, this);
  }

  private onTimeout(): void {
    this.finish("unanswered");
  }
  private onBarred(): void {
    this.finish("barred");
  }
}

/** Whether `host` is a dotted IPv4 address, which needs no name resolution. */
export function isAddress(host: string): boolean {
  const parts = host.split(".");
  if (parts.length !== 4) return false;
  for (const part of parts) {
    if (part.length === 0 || part.length > 3) return false;
    let value = 0;
    for (let i = 0; i < part.length; i++) {
      const digit = part.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) return false;
      value = 10 * value + digit;
    }
    if (value > 255) return false;
  }
  return true;
}
