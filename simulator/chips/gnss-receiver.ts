import type { Clock } from "../../firmware/ports/clock.js";
import { ProtocolViolation } from "./chip.js";
import type { Part, SerialDevice } from "./chip.js";
import { gga, gll, gsa, rmc, vtg } from "./nmea.js";
import type { Epoch } from "./nmea.js";

export interface GNSSReceiverOptions {
  clock: Clock;
  /** UTC milliseconds at tick 0 (default 2025-06-15T15:06:40Z). */
  startUtc?: number;
  /** Bits per second (default 9600, as u-blox's up to M8). */
  baud?: number;
  /** `GN` for several systems (default), `GP` for GPS alone. */
  talker?: string;
  /** From power-on to the first fix (default 1000: a hot start). */
  firstFixMs?: number;
  /** From the full second to its first character, in ms (default 50). */
  latencyMs?: number;
  /** Mean sea level above the ellipsoid, in m (default 48). */
  separation?: number;
}

/** Sentences of one second, in the order in which u-blox's receivers send them; GSV (satellites in view) is switched off. */
const SENTENCES = [rmc, vtg, gga, gsa, gll];
const BITS_PER_CHARACTER = 10;
const PERIOD_MS = 1000;

/**
 * A GNSS receiver that writes NMEA 0183 once every full second of UTC; see nmea.ts for its sentences. It has no noise: it
 * is where its channels say. Before its first fix it does not know the time; when a fix is lost the time goes on.
 */
export class GNSSReceiver implements SerialDevice, Part {
  // Half of the last digit: 1e-5 minutes, 0.1 m, 0.001 knots, 0.01°.
  readonly channels = {
    latitude: { minimum: -90, maximum: 90, tolerance: 8.5e-8, unit: "lat" },
    longitude: { minimum: -180, maximum: 180, tolerance: 8.5e-8, unit: "lon" },
    altitude: { minimum: -500, maximum: 50_000, tolerance: 0.0501, unit: "m" },
    speed: { minimum: 0, maximum: 500, tolerance: 0.00026, unit: "m/s" },
    // SenML has radians only; every receiver and chart has degrees.
    course: { minimum: 0, maximum: 359.99, tolerance: 0.00501, unit: "deg" },
  };
  readonly baud: number;
  readonly #clock: Clock;
  readonly #startUtc: number;
  readonly #talker: string;
  readonly #firstFixMs: number;
  readonly #latencyMs: number;
  readonly #separation: number;
  #send: ((bytes: Uint8Array) => void) | undefined;
  #measure: () => void = () => {};
  #latitude = 0;
  #longitude = 0;
  #altitude = 0;
  #speed = 0;
  #course = 0;
  #quality: 0 | 1 | 2 = 1;
  #satellites = 9;
  #hdop = 1;
  #poweredAt: number;
  #timeKnown = false;
  /** Counts power-ups: what was scheduled before one is not sent after it. */
  #life = 0;

  constructor(options: GNSSReceiverOptions) {
    const { clock, startUtc = 1_750_000_000_000, baud = 9600, talker = "GN" } = options;
    const { firstFixMs = 1000, latencyMs = 50, separation = 48 } = options;
    if (!(startUtc >= 0)) throw new RangeError(`gnss: startUtc ${startUtc} is not 0 or more`);
    if (!(baud > 0)) throw new RangeError(`gnss: baud ${baud} is not above 0`);
    this.#clock = clock;
    this.#startUtc = startUtc;
    this.baud = baud;
    this.#talker = talker;
    this.#firstFixMs = firstFixMs;
    this.#latencyMs = latencyMs;
    this.#separation = separation;
    this.#poweredAt = clock.ticks();
  }

  setChannel(name: string, value: number): void {
    const channel = (this.channels as Part["channels"])[name];
    const held = channel && Math.min(Math.max(value, channel.minimum), channel.maximum);
    if (held === undefined) {
      throw new RangeError(`gnss: ${name} is not one of ${Object.keys(this.channels).join(", ")}`);
    }
    if (name === "latitude") this.#latitude = held;
    else if (name === "longitude") this.#longitude = held;
    else if (name === "altitude") this.#altitude = held;
    else if (name === "speed") this.#speed = held;
    else this.#course = held;
  }

  /** From the next second on: `false` none, 1 autonomous, 2 differential. */
  setFix(quality: false | 1 | 2): void {
    this.#quality = quality === false ? 0 : quality;
  }

  /** The satellites in use, and the horizontal dilution of precision that they give; 9 and 1 at first. */
  setSky(satellites: number, hdop: number): void {
    if (!(Number.isInteger(satellites) && satellites >= 3 && satellites <= 99)) {
      throw new RangeError(`gnss: satellites ${satellites} is not a whole number in 3 to 99`);
    }
    if (!(hdop >= 0.5 && hdop < 50)) throw new RangeError(`gnss: hdop ${hdop} is not 0.5 to 50`);
    this.#satellites = satellites;
    this.#hdop = hdop;
  }

  powerCycle(): void {
    this.#life++;
    this.#poweredAt = this.#clock.ticks();
    this.#timeKnown = false;
    this.#awaitSecond();
  }

  connect(send: (bytes: Uint8Array) => void, measure: () => void): void {
    this.#life++;
    this.#send = send;
    this.#measure = measure;
    this.#awaitSecond();
  }

  /** Its settings are not modelled. */
  receive(byte: number): void {
    throw new ProtocolViolation(`gnss: it takes no commands, such as one with 0x${byte.toString(16)}`);
  }

  #awaitSecond(): void {
    if (!this.#send) return;
    const utc = this.#startUtc + this.#clock.ticks();
    this.#later(PERIOD_MS - (utc % PERIOD_MS), () => this.#onSecond());
  }

  #onSecond(): void {
    this.#awaitSecond();
    this.#measure();
    const epoch = this.#observe();
    this.#later(this.#latencyMs, () => this.#say(epoch, 0));
  }

  #observe(): Epoch {
    const ticks = this.#clock.ticks();
    const quality = ticks - this.#poweredAt < this.#firstFixMs ? 0 : this.#quality;
    if (quality !== 0) this.#timeKnown = true;
    const utc = this.#timeKnown ? this.#startUtc + ticks : undefined;
    if (quality === 0) return { talker: this.#talker, utc, fix: undefined };
    return {
      talker: this.#talker,
      utc,
      fix: {
        quality,
        latitude: this.#latitude,
        longitude: this.#longitude,
        altitude: this.#altitude,
        separation: this.#separation,
        speed: this.#speed,
        course: this.#course,
        satellites: this.#satellites,
        hdop: this.#hdop,
      },
    };
  }

  /** One sentence after the other, each when the one before has left. */
  #say(epoch: Epoch, index: number): void {
    const text = SENTENCES[index]!(epoch);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    this.#send!(bytes);
    if (index + 1 === SENTENCES.length) return;
    this.#later((bytes.length * BITS_PER_CHARACTER * 1000) / this.baud, () => this.#say(epoch, index + 1));
  }

  #later(delayMs: number, callback: () => void): void {
    const life = this.#life;
    this.#clock.schedule(() => {
      if (life === this.#life) callback();
    }, Math.ceil(delayMs));
  }
}
