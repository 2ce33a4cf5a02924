import { SensorFault } from "../model/sensor.js";
import type { Clock } from "../ports/clock.js";
import type { PulseCount, PulseCountConstructor, PulseCountOptions } from "../ports/io.js";
import { wholeWithin, within } from "./options.js";

/** The `sensor` option of a part that pulses. */
export interface PulseSensorIO extends PulseCountOptions {
  io: PulseCountConstructor;
}

export interface PulseConfiguration {
  /**
   * The shortest time over which a rate is taken, in ms; default 1000. A rate is known to one pulse per time since the
   * reading before: for 1 % of it, there must be a hundred pulses in between.
   */
  windowMs: number;
  /** The fastest that the part pulses, in Hz; default 500. Faster is no reading. */
  maximumHz: number;
}

/**
 * ESP32's counter has 16 bits and starts again at 0 after 32,767; the SDK does not notice (modules/io/pulsecount/esp32).
 * It is emptied by every read: as long as no more pulses come between two, none is lost.
 */
const HARDWARE_PULSES = 32_767;

/** Counts pulses of one part, and says how many and how fast. */
export class PulseInput {
  /** Pulses since the start, over restarts of the counter. */
  pulses = 0;
  /** Pulses per second, from the last reading to this one. */
  rateHz = 0;
  readonly #part: string;
  readonly #clock: Pick<Clock, "ticks">;
  #io: PulseCount | undefined;
  #configuration: PulseConfiguration;
  #count = 0;
  #since: number;

  /**
   * @param part the driver's name, with which its errors begin
   * @throws RangeError for options outside their range, before anything is opened; what the IO class throws
   */
  constructor(
    part: string,
    sensor: PulseSensorIO,
    clock: Pick<Clock, "ticks">,
    { windowMs = 1000, maximumHz = 500 }: Partial<PulseConfiguration>,
  ) {
    this.#part = part;
    this.#clock = clock;
    this.#configuration = checked(part, windowMs, maximumHz);
    const { io: PulseCountIO, ...wiring } = sensor;
    this.#io = new PulseCountIO(wiring);
    this.#since = clock.ticks();
  }

  configure({
    windowMs = this.#configuration.windowMs,
    maximumHz = this.#configuration.maximumHz,
  }: Partial<PulseConfiguration>): void {
    this.requireOpen();
    this.#configuration = checked(this.#part, windowMs, maximumHz);
  }

  /** Throws an Error when the input is closed. */
  requireOpen(): PulseCount {
    if (this.#io === undefined) throw new Error(`${this.#part}: closed`);
    return this.#io;
  }

  get readyInMs(): number {
    this.requireOpen();
    return Math.max(0, this.#since + this.#configuration.windowMs - this.#clock.ticks());
  }

  /**
   * Brings `pulses` and `rateHz` up to now; false until a window is over.
   * @throws SensorFault `bus` when the counter cannot be read or was set by somebody else, `out-of-range` when it came
   * to more pulses than the part gives, or could have lost some because it was not read for so long
   */
  update(): boolean {
    const io = this.requireOpen();
    const now = this.#clock.ticks();
    const elapsedMs = now - this.#since;
    const { windowMs, maximumHz } = this.#configuration;
    if (elapsedMs < windowMs) return false;
    const count = this.read(io);
    // The counter has 32 bits with a sign: the difference is right across its end too.
    const pulses = (count - this.#count) | 0;
    this.#count = count;
    this.#since = now;
    if (pulses < 0) throw new SensorFault("bus", `${this.#part}: the counter was set back by ${-pulses}`);
    if (pulses * 1000 > maximumHz * elapsedMs + 1000) {
      throw new SensorFault("out-of-range", `${this.#part}: ${pulses} pulses in ${elapsedMs} ms are too many`);
    }
    this.pulses += pulses;
    if (elapsedMs * maximumHz > HARDWARE_PULSES * 1000) {
      const limitMs = Math.floor((HARDWARE_PULSES * 1000) / maximumHz);
      throw new SensorFault(
        "out-of-range",
        `${this.#part}: not asked for ${elapsedMs} ms, the counter holds ${limitMs}`,
      );
    }
    this.rateHz = (pulses * 1000) / elapsedMs;
    return true;
  }

  private read(io: PulseCount): number {
    try {
      return io.read();
    } catch (error) {
      throw new SensorFault("bus", `${this.#part}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Harmless when repeated. */
  close(): void {
    const io = this.#io;
    this.#io = undefined;
    io?.close();
  }
}

function checked(part: string, windowMs: number, maximumHz: number): PulseConfiguration {
  return {
    windowMs: wholeWithin(part, "windowMs", windowMs, 10, 3_600_000),
    // The filter's longest glitch is 12.8 µs: a pulse must be longer, and its pause too.
    maximumHz: within(part, "maximumHz", maximumHz, 0.001, 39_000),
  };
}
