import type { Clock } from "../../firmware/ports/clock.js";
import type { Pin, SPI, SPIConstructor, SPIOptions } from "../../firmware/ports/io.js";
import { ProtocolViolation } from "../chips/chip.js";
import type { SPITarget } from "../chips/chip.js";
import { classOf } from "./class-of.js";

export interface SPIBusOptions {
  clock: Pick<Clock, "ticks">;
  /** Where the bus is soldered. An instance opened on other pins finds nobody there; absent: any pins are this bus. */
  pins?: { clock: Pin; out: Pin; in: Pin };
  /** Sees every transfer after it ended, as a bus analyser would. */
  observe?: (transfer: SPITransfer) => void;
}

export interface SPITransfer {
  ticks: number;
  select: Pin;
  sent: Uint8Array;
  received: Uint8Array;
}

/** What the controller reads where nobody drives the line. */
const NOBODY = 0xff;
/** ESP32's limits: of the SDK's class (modules/io/spi/esp/spi.c) … */
const MAXIMUM_HZ = 40_000_000;
const MAXIMUM_BYTES = 65_535;
/**
 * … and of one DMA transaction: the SDK asks ESP-IDF for 1024 bytes, which gives it one descriptor of 4092. More is
 * refused by ESP-IDF (spi_device_transmit), and the SDK drops that refusal (modules/pins/spi/esp32/modSPI.c).
 */
const TRANSACTION_BYTES = 4092;

interface Opened {
  readonly options: SPIOptions;
}

/**
 * The wires between one controller and its parts. `SPI` is the class that firmware gets; its limits and its messages are
 * those of the SDK's class on ESP32: an instance has its pins to itself, and a part stays selected from the first transfer
 * until `flush(true)`, `close`, or a transfer of another instance. A transfer takes no virtual time.
 */
export class SPIBus {
  readonly SPI: SPIConstructor;
  /**
   * What parts found wrong in what the controller did, also where the controller is not told. The exception reaches the
   * driver too, but a driver is free to take any exception for a bus fault; so whoever tests a driver looks here as well.
   */
  readonly violations: ProtocolViolation[] = [];
  readonly #options: SPIBusOptions;
  readonly #targets = new Map<Pin, SPITarget>();
  readonly #open = new Set<Opened>();
  #active: Opened | undefined;
  // As it was when it was selected, so that it is also the one that is deselected.
  #selected: SPITarget | undefined;

  constructor(options: SPIBusOptions) {
    this.#options = options;
    this.SPI = classOf(SPIBus.#Controller, this);
  }

  static readonly #Controller = class implements SPI {
    readonly #bus: SPIBus;
    readonly #opened: Opened;

    constructor(bus: SPIBus, options: SPIOptions) {
      this.#bus = bus;
      bus.#opening(options);
      this.#opened = { options: { ...options } };
      bus.#open.add(this.#opened);
    }

    get format(): string {
      return "buffer";
    }

    set format(format: string) {
      if (format !== "buffer") throw new RangeError(`spi: format ${format} is not buffer`);
    }

    transfer(bytes: Uint8Array | ArrayBuffer): void {
      this.#bus.#check(this.#opened);
      this.#bus.#transfer(this.#opened, bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
    }

    flush(deselect = false): void {
      this.#bus.#check(this.#opened);
      if (deselect) this.#bus.#activate(undefined);
    }

    close(): void {
      if (this.#bus.#active === this.#opened) this.#bus.#activate(undefined);
      this.#bus.#open.delete(this.#opened);
    }
  };

  /** Solders a part whose select line (active low) is `selectPin`. Throws RangeError when the pin is taken. */
  attach(selectPin: Pin, target: SPITarget): void {
    if (this.#targets.has(selectPin)) throw new RangeError(`spi: select pin ${selectPin} is taken`);
    this.#targets.set(selectPin, target);
  }

  /** Takes a part off; what is then read is 0xff. Throws RangeError when there is none. */
  detach(selectPin: Pin): void {
    if (!this.#targets.delete(selectPin)) throw new RangeError(`spi: nobody at select pin ${selectPin}`);
  }

  /**
   * Puts something between the bus and a part, from its next selection on.
   *
   * @returns takes it out again (and whatever was put in after it)
   */
  decorate(selectPin: Pin, decorator: (target: SPITarget) => SPITarget): () => void {
    const target = this.#targets.get(selectPin);
    if (target === undefined) throw new RangeError(`spi: nobody at select pin ${selectPin}`);
    this.#targets.set(selectPin, decorator(target));
    return () => {
      this.#targets.set(selectPin, target);
    };
  }

  // In the SDK's order and with its errors. ESP32's `port` is left to the host.
  #opening(options: SPIOptions): void {
    const { clock, hz, out, in: input, select, active = 0, mode = 0 } = options;
    if (clock === undefined) throw new Error("spi: clock is missing");
    this.#expectFree(clock);
    if (!(hz >= 1 && hz <= MAXIMUM_HZ)) throw new RangeError(`invalid hz: ${hz} is not 1 to ${MAXIMUM_HZ}`);
    for (const pin of [out, input, select]) if (pin !== undefined) this.#expectFree(pin);
    if (active !== 0 && active !== 1) throw new RangeError(`invalid active: ${String(active)} is not 0 or 1`);
    if (![0, 1, 2, 3].includes(mode)) throw new RangeError(`invalid mode: ${String(mode)} is not 0, 1, 2 or 3`);
    if (out === undefined && input === undefined) throw new Error("in or out required");
  }

  #expectFree(pin: Pin): void {
    for (const { options } of this.#open) {
      if ([options.clock, options.out, options.in, options.select].includes(pin)) throw new Error(`in use: pin ${pin}`);
    }
  }

  #check(opened: Opened): void {
    if (!this.#open.has(opened)) throw new Error("spi: used after close");
  }

  /** Selects the part of `opened`, and nobody else. */
  #activate(opened: Opened | undefined): void {
    if (opened === this.#active) return;
    const before = this.#selected;
    this.#selected = undefined;
    this.#active = opened;
    if (before) this.#guard(() => before.deselect());
    const next = opened && this.#targetOf(opened.options);
    if (!next) return;
    this.#selected = next;
    this.#guard(() => next.select());
  }

  #targetOf(options: SPIOptions): SPITarget | undefined {
    const { pins } = this.#options;
    if (pins && (pins.clock !== options.clock || pins.out !== options.out || pins.in !== options.in)) return undefined;
    // Selected by the other level it is deselected exactly while bytes go over the line.
    return options.active === 1 ? undefined : this.#targets.get(options.select);
  }

  #transfer(opened: Opened, bytes: Uint8Array): void {
    if (bytes.length > MAXIMUM_BYTES) throw new RangeError("unsupported byteLength");
    this.#activate(opened);
    if (bytes.length > TRANSACTION_BYTES) {
      const found = `spi: ${bytes.length} bytes are not sent, more than the ${TRANSACTION_BYTES} of one transaction`;
      this.violations.push(new ProtocolViolation(found));
      return;
    }
    const { observe, clock } = this.#options;
    const sent = observe && bytes.slice();
    const target = this.#selected;
    if (target) this.#guard(() => exchange(target, opened.options, bytes));
    else bytes.fill(NOBODY);
    if (sent) observe({ ticks: clock.ticks(), select: opened.options.select, sent, received: bytes.slice() });
  }

  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (error instanceof ProtocolViolation) this.violations.push(error);
      throw error;
    }
  }
}

function exchange(target: SPITarget, { hz, mode }: SPIOptions, bytes: Uint8Array): void {
  const { timing } = target;
  if (timing && !timing.modes.includes(mode)) {
    throw new ProtocolViolation(`spi: the part does not understand mode ${mode}, but ${timing.modes.join(" and ")}`);
  }
  if (timing && hz > timing.maximumHz) {
    throw new ProtocolViolation(`spi: ${hz} Hz is more than the part's ${timing.maximumHz} Hz`);
  }
  for (let i = 0; i < bytes.length; i++) bytes[i] = target.transfer(bytes[i]!) & 0xff;
}
