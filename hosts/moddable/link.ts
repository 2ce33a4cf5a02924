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
}

/** Connects the board to its network, and connects it again for ever: the SDK does neither by itself. */
export class Link {
  readonly #clock: Clock;
  readonly #onUp: () => void;
  readonly #backoff: Backoff;
  #interface: NetworkInterface | undefined;
  #timer: Timer | undefined;
  #upSince: number | undefined;

  constructor({ clock, random, onUp }: LinkOptions) {
    this.#clock = clock;
    this.#onUp = onUp;
    this.#backoff = new Backoff(BACKOFF, random);
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
    if (state === "up" && this.#upSince === undefined) {
      trace(`link: up, ${address}\n`);
      this.#upSince = this.#clock.ticks();
      this.#wake(undefined, 0);
      this.#onUp();
    } else if (state === "down") {
      trace("link: down\n");
      if (this.#upSince !== undefined) this.#backoff.lived(this.#clock.ticks() - this.#upSince);
      this.#upSince = undefined;
      this.#wake(this.#attempt, this.#backoff.next());
    }
  }

  #wake(callback: (() => void) | undefined, delayMs: number): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer);
    this.#timer = callback === undefined ? undefined : this.#clock.schedule(callback, delayMs);
  }
}
