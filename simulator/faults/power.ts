import type { Clock, Timer } from "../../firmware/ports/clock.js";
import type { Network, Resolver, TCP, TCPOptions, UDP, UDPOptions } from "../../firmware/ports/network.js";

/** Sockets that can vanish without a word, as those of a machine that has lost its power do. */
interface Vanishing {
  cut?(): void;
}

/**
 * The time between two resets of a machine: its clock begins at tick 0 with it, and when it ends nothing that the program
 * had scheduled or opened comes back to it.
 */
export class PowerCycle {
  /** As the program has it. */
  readonly clock: Clock;
  /** As parts of the same board have it: their time goes on as the owner's, as long as the power does. */
  readonly boardClock: Clock;
  /** As the program has it. */
  readonly network: Network;
  readonly #open = new Set<{ close(): void }>();
  #on = true;

  constructor(clock: Clock, network: Network) {
    const isOn = () => this.#on;
    this.clock = new PoweredClock(clock, clock.ticks(), isOn);
    this.boardClock = new PoweredClock(clock, 0, isOn);
    this.network = poweredNetwork(network, isOn, this.#open);
  }

  get on(): boolean {
    return this.#on;
  }

  /** The power is gone, or the machine resets. Connections are half-open then: nobody has said goodbye. Idempotent. */
  end(): void {
    if (!this.#on) return;
    this.#on = false;
    for (const socket of this.#open) {
      (socket as Vanishing).cut?.();
      socket.close();
    }
    this.#open.clear();
  }
}

class PoweredClock implements Clock {
  readonly #clock: Clock;
  readonly #startTicks: number;
  readonly #isOn: () => boolean;

  constructor(clock: Clock, startTicks: number, isOn: () => boolean) {
    this.#clock = clock;
    this.#startTicks = startTicks;
    this.#isOn = isOn;
  }

  ticks(): number {
    return this.#clock.ticks() - this.#startTicks;
  }

  utc(): number | undefined {
    return this.#clock.utc();
  }

  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner): Timer {
    return this.#clock.schedule(() => {
      if (this.#isOn()) callback.call(owner as Owner);
    }, delayMs);
  }

  cancel(timer: Timer): void {
    this.#clock.cancel(timer);
  }
}

/** A callback that is not made any more when the power is off. */
function whileOn<Given extends unknown[]>(
  isOn: () => boolean,
  callback: ((...given: Given) => void) | undefined,
): ((...given: Given) => void) | undefined {
  if (callback === undefined) return undefined;
  return (...given) => {
    if (isOn()) callback(...given);
  };
}

function poweredNetwork({ TCP, UDP, Resolver }: Network, isOn: () => boolean, open: Set<{ close(): void }>): Network {
  return {
    TCP: class extends TCP implements TCP {
      constructor(options: TCPOptions) {
        super({
          ...options,
          onReadable: whileOn(isOn, options.onReadable),
          onWritable: whileOn(isOn, options.onWritable),
          onError: whileOn(isOn, options.onError),
        } as TCPOptions);
        open.add(this);
      }

      override close(): void {
        open.delete(this);
        super.close();
      }
    },
    Resolver: class implements Resolver {
      readonly #resolver = new Resolver({});

      constructor() {
        open.add(this);
      }

      resolve({ host, onResolved, onError }: Parameters<Resolver["resolve"]>[0]): void {
        this.#resolver.resolve({
          host,
          onResolved: whileOn(isOn, onResolved)!,
          onError: whileOn(isOn, onError)!,
        });
      }

      close(): void {
        open.delete(this);
        this.#resolver.close();
      }
    },
    ...(UDP === undefined
      ? {}
      : {
          UDP: class extends UDP implements UDP {
            constructor(options: UDPOptions) {
              super({ ...options, onReadable: whileOn(isOn, options.onReadable) } as UDPOptions);
              open.add(this);
            }

            override close(): void {
              open.delete(this);
              super.close();
            }
          },
        }),
  };
}
