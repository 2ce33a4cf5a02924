import type { Clock, Timer } from "../../firmware/ports/clock.js";
import type { Network, Resolver, TCP, TCPOptions, UDP, UDPOptions } from "../../firmware/ports/network.js";
import type { Power, VirtualClock } from "../clock.js";
import { classOf } from "../io/class-of.js";

/** Sockets that can vanish without a word, as those of a machine that has lost its power do. */
interface Vanishing {
  cut?(): void;
}

interface Closable {
  vanish(): void;
}

/** What the sockets of a machine know of its power. */
interface Machine {
  readonly network: Network;
  readonly isOn: () => boolean;
  readonly open: Set<Closable>;
}

/**
 * The time between two resets of a machine: its clock begins at tick 0 with it, and when it ends nothing that the program
 * had scheduled or opened comes back to it.
 */
export class PowerCycle implements Power {
  /** As the program has it. */
  readonly clock: Clock;
  /** As parts of the same board have it: their time goes on as the owner's, as long as the power does. */
  readonly boardClock: Clock;
  /** As the program has it. */
  readonly network: Network;
  readonly #open = new Set<Closable>();
  #on = true;

  constructor(clock: VirtualClock, network: Network) {
    const isOn = () => this.#on;
    this.clock = new PoweredClock(clock, clock.ticks(), this);
    this.boardClock = new PoweredClock(clock, 0, this);
    this.network = poweredNetwork({ network, isOn, open: this.#open });
  }

  get on(): boolean {
    return this.#on;
  }

  /** The power is gone, or the machine resets. Connections are half-open then: nobody has said goodbye. Idempotent. */
  end(): void {
    if (!this.#on) return;
    this.#on = false;
    for (const one of this.#open) one.vanish();
    this.#open.clear();
  }
}

class PoweredClock implements Clock {
  readonly #clock: VirtualClock;
  readonly #startTicks: number;
  readonly #power: Power;

  constructor(clock: VirtualClock, startTicks: number, power: Power) {
    this.#clock = clock;
    this.#startTicks = startTicks;
    this.#power = power;
  }

  ticks(): number {
    return this.#clock.ticks() - this.#startTicks;
  }

  utc(): number | undefined {
    return this.#clock.utc();
  }

  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner): Timer {
    return this.#clock.schedule(callback, delayMs, owner, this.#power);
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

function poweredNetwork(machine: Machine): Network {
  return {
    TCP: classOf(PoweredTCP, machine),
    Resolver: classOf(PoweredResolver, machine),
    ...(machine.network.UDP && { UDP: classOf(PoweredUDP, machine) }),
  };
}

class PoweredTCP implements TCP, Closable {
  readonly #open: Set<Closable>;
  readonly #socket: TCP & Vanishing;

  constructor({ network, isOn, open }: Machine, options: TCPOptions) {
    this.#open = open;
    this.#socket = new network.TCP({
      ...options,
      onReadable: whileOn(isOn, options.onReadable),
      onWritable: whileOn(isOn, options.onWritable),
      onError: whileOn(isOn, options.onError),
    } as TCPOptions);
    open.add(this);
  }

  read(byteLength?: number): ArrayBuffer | undefined {
    return this.#socket.read(byteLength);
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  close(): void {
    this.#open.delete(this);
    this.#socket.close();
  }

  vanish(): void {
    this.#socket.cut?.();
    this.close();
  }
}

class PoweredResolver implements Resolver, Closable {
  readonly #machine: Machine;
  readonly #resolver: Resolver;

  constructor(machine: Machine, options: object) {
    this.#machine = machine;
    this.#resolver = new machine.network.Resolver(options);
    machine.open.add(this);
  }

  resolve({ host, onResolved, onError }: Parameters<Resolver["resolve"]>[0]): void {
    const { isOn } = this.#machine;
    this.#resolver.resolve({ host, onResolved: whileOn(isOn, onResolved)!, onError: whileOn(isOn, onError)! });
  }

  close(): void {
    this.#machine.open.delete(this);
    this.#resolver.close();
  }

  vanish(): void {
    this.close();
  }
}

class PoweredUDP implements UDP, Closable {
  readonly #open: Set<Closable>;
  readonly #socket: UDP & Vanishing;

  constructor({ network, isOn, open }: Machine, options: UDPOptions) {
    this.#open = open;
    this.#socket = new network.UDP!({ ...options, onReadable: whileOn(isOn, options.onReadable) } as UDPOptions);
    open.add(this);
  }

  read(): ReturnType<UDP["read"]> {
    return this.#socket.read();
  }

  write(bytes: Uint8Array, address: string, port: number): void {
    this.#socket.write(bytes, address, port);
  }

  close(): void {
    this.#open.delete(this);
    this.#socket.close();
  }

  vanish(): void {
    this.#socket.cut?.();
    this.close();
  }
}
