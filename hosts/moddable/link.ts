import { Backoff } from "../../firmware/mqtt/backoff.js";
import type { Clock, Timer } from "../../firmware/ports/clock.js";
import { guarded } from "./guard.js";
import { NetworkInterface } from "./interface.js";

/** From the start of an attempt to an address from DHCP. */
const ATTEMPT_MS = 30_000;
/** Waits between attempts. */
const BACKOFF = { firstMs: 1000, capMs: 60_000 };

export interface LinkOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** There is an address, again. */
  readonly onUp: () => void;
  /** There is none any more. */
  readonly onDown: () => void;
}

/** Connects the board to its network, and connects it again for ever: the SDK does neither by itself. */
export class Link {
  readonly #clock: Clock;
  readonly #onUp: () => void;
  readonly #onDown: () => void;
  readonly #backoff: Backoff;
  #interface: NetworkInterface | undefined;
  #timer: Timer | undefined;
  #upSince: number | undefined;

  constructor({ clock, random, onUp, onDown }: LinkOptions) {
    this.#clock = clock;
    this.#onUp = onUp;
    this.#onDown = onDown;
    this.#backoff = new Backoff(BACKOFF, random);
  }

  /** Strength of the signal in dBm; `undefined` without a connection, or by cable. */
  get rssi(): number | undefined {
    return this.#upSince === undefined ? undefined : this.#interface?.rssi;
  }

  open(): void {
    this.#interface = new NetworkInterface(() => guarded("link", () => this.#look()));
    this.#attempt();
  }

  readonly #attempt = (): void => {
    this.#wake(this.#giveUp, ATTEMPT_MS);
    if (!guarded("link", () => this.#interface!.connect())) this.#wake(this.#attempt, this.#backoff.next());
  };

  readonly #giveUp = (): void => {
    this.#look();
    if (this.#upSince !== undefined) return;
    guarded("link", () => this.#interface!.disconnect());
    this.#wake(this.#attempt, this.#backoff.next());
  };

  #look(): void {
    const { state, address } = this.#interface!;
    const upSince = this.#upSince;
    if (state === "up") {
      if (upSince !== undefined) return;
      trace(`link: up, ${address}\n`);
      this.#upSince = this.#clock.ticks();
      this.#wake(undefined, 0);
      return this.#onUp();
    }
    this.#upSince = undefined;
    if (upSince !== undefined) this.#backoff.lived(this.#clock.ticks() - upSince);
    if (state === "down") {
      trace("link: down\n");
      this.#wake(this.#attempt, this.#backoff.next());
    } else if (upSince !== undefined) this.#wake(this.#giveUp, ATTEMPT_MS);
    if (upSince !== undefined) this.#onDown();
  }

  #wake(callback: (() => void) | undefined, delayMs: number): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.#timer = callback === undefined ? undefined : this.#clock.schedule(callback, delayMs);
  }
}
