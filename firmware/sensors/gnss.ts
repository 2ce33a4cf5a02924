/**
 * Any GNSS receiver that talks NMEA 0183 over a serial line: GPS, Galileo, GLONASS, BeiDou, QZSS, and all together.
 * Sentences GGA (position, altitude, satellites) and RMC (position again, speed, date); field numbers below are those of
 * NMEA 0183 version 4.x. GSA and VTG say nothing that a reading needs beside these, and are passed over like all others.
 *
 * The checksum of NMEA is a mere XOR: two bits turned in the same column escape it. So a fix is believed only when a GGA
 * and an RMC of the same time of day agree on the place. ESP32's FIFO holds 128 bytes, 133 ms at 9,600 baud: what arrives
 * between two samples is taken in by `onReadable`, and a sample gives the newest fix, each once.
 */
import { GOOD, OUT_OF_SPECIFICATION } from "../model/quality.js";
import type { Quality } from "../model/quality.js";
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import type { Pin, Serial, SerialConstructor } from "../ports/io.js";
import { dateMs, degrees, timeOfDayMs } from "./nmea-fields.js";
import { code, NmeaReader } from "./nmea.js";
import { wholeWithin } from "./options.js";

export interface GNSSSensorIO {
  io: SerialConstructor;
  receive: Pin;
  transmit: Pin;
  /** Bits per second; default 9600. */
  baud?: number;
  port?: number;
}

export interface GNSSSample extends Readonly<Record<string, number>> {
  /** Degrees (WGS 84), north and east positive; SenML `lat` and `lon`. */
  readonly latitude: number;
  readonly longitude: number;
  /** m above mean sea level. */
  readonly altitude: number;
  /** m/s over ground. */
  readonly speed: number;
  /** Degrees from true north in which it moves; NaN where the receiver does not say, as most at standstill. */
  readonly course: number;
  /** 1: autonomous, 2: differential, 3: PPS, 4: RTK, 5: RTK float, 6: estimated (dead reckoning; not `good`). */
  readonly fix: number;
  /** Satellites in use. */
  readonly satellites: number;
  /** Horizontal dilution of precision. */
  readonly hdop: number;
  /** ms since 1970-01-01T00:00:00Z of the fix. */
  readonly utc: number;
}

export interface GNSSConfiguration {
  /** How long there may be no fix before that is a fault, in ms; default 3000. Until then there is no reading. */
  staleMs: number;
}

export interface GNSSOptions extends SensorOptions<GNSSSensorIO>, Partial<GNSSConfiguration> {}

const USUAL_BAUD = 9600;
const LOOK_MS = 100;

const TALKERS: readonly number[] = Object.freeze(["GP", "GN", "GL", "GA", "GB", "BD", "GQ"].map(code));
const GGA = code("GGA");
const RMC = code("RMC");

const ACTIVE = 0x41; // A
const NORTH = 0x4e;
const SOUTH = 0x53;
const EAST = 0x45;
const WEST = 0x57;

/** GGA field 6. */
const ESTIMATED = 6;
/** One knot is 1852 m per hour (ISO 80000-3). */
const METRES_PER_SECOND_PER_KNOT = 1852 / 3600;
/** Degrees by which GGA and RMC of one fix may differ: the last digit of a receiver that rounds one of them. */
const AGREEMENT = 0.0001;

export class GNSS implements Sensor<GNSSSample, GNSSConfiguration> {
  readonly #clock: GNSSOptions["clock"];
  readonly #reader = new NmeaReader();
  readonly #chunk = new Uint8Array(64);
  #serial: Serial | undefined;
  #staleMs = 3000;
  #lineError = "";
  // Of the last GGA; the time of day is NaN after one that was not right.
  #ggaTime = NaN;
  #latitude = 0;
  #longitude = 0;
  #altitude = 0;
  #fix = 0;
  #satellites = 0;
  #hdop = 0;
  // Of the last RMC.
  #rmcTime = NaN;
  #rmcLatitude = 0;
  #rmcLongitude = 0;
  #speed = 0;
  #course = NaN;
  #date = 0;
  // What the sentences amount to.
  #fresh: GNSSSample | undefined;
  #fixAt: number;
  #heardAt: number;
  #damagedBefore = 0;
  #without = false;
  #disagree = false;
  #quality: Quality = GOOD;
  #utc: number | undefined;
  #utcTicks = 0;

  /**
   * The receiver need not be there yet.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: GNSSOptions) {
    const { sensor, clock } = options;
    this.apply(options);
    this.#clock = clock;
    this.#heardAt = this.#fixAt = clock.ticks();
    const { io: SerialIO, baud = USUAL_BAUD, ...wiring } = sensor;
    wholeWithin("gnss", "baud", baud, 300, 1_000_000);
    this.#serial = new SerialIO({ ...wiring, baud, format: "buffer", onReadable: this.#onReadable });
  }

  configure(options: Partial<GNSSConfiguration>): void {
    this.requireOpen();
    this.apply(options);
  }

  /**
   * The newest fix, once; `undefined` until there is another.
   * @throws SensorFault after `staleMs` without a fix: `out-of-range` when the receiver has none, `bus` when it says
   * nothing, `checksum` when it says nothing right. `checksum` also when its sentences contradict each other
   */
  sample(): GNSSSample | undefined {
    const serial = this.requireOpen();
    this.pull(serial);
    if (this.#lineError !== "") {
      const message = this.#lineError;
      this.#lineError = "";
      throw new SensorFault("bus", `gnss: ${message}`);
    }
    const now = this.#clock.ticks();
    const fresh = this.#fresh;
    this.#fresh = undefined;
    if (this.#disagree) {
      this.#disagree = false;
      throw new SensorFault("checksum", "gnss: GGA and RMC of the same time are of different places");
    }
    if (now - this.#fixAt > this.#staleMs) throw this.fault(now);
    return fresh;
  }

  /** Why there was no fix for so long. */
  private fault(now: number): SensorFault {
    if (this.#without && now - this.#heardAt <= this.#staleMs) {
      return new SensorFault("out-of-range", `gnss: no fix (${this.#satellites} satellites in use)`);
    }
    if (this.#reader.damaged !== this.#damagedBefore) {
      return new SensorFault("checksum", `gnss: nothing but damaged sentences for ${this.#staleMs} ms`);
    }
    return new SensorFault("bus", `gnss: no GGA and RMC for ${this.#staleMs} ms`);
  }

  get readyInMs(): number {
    this.requireOpen();
    return LOOK_MS;
  }

  /** Out of specification where the position is estimated, not measured. */
  get quality(): Quality {
    return this.#quality;
  }

  /** UTC of the last fix in ms since 1970; `undefined` before the first. It had been at {@link utcTicks} or a bit earlier. */
  get utc(): number | undefined {
    return this.#utc;
  }

  /** The tick at which the sentences that gave {@link utc} were complete: 0.1 to 0.9 s after the moment itself. */
  get utcTicks(): number {
    return this.#utcTicks;
  }

  close(): void {
    const serial = this.#serial;
    this.#serial = undefined;
    serial?.close();
  }

  private apply({ staleMs = this.#staleMs }: Partial<GNSSConfiguration>): void {
    this.#staleMs = wholeWithin("gnss", "staleMs", staleMs, 1000, 600_000);
  }

  private requireOpen(): Serial {
    if (this.#serial === undefined) throw new Error("gnss: closed");
    return this.#serial;
  }

  readonly #onReadable = (): void => {
    if (this.#serial !== undefined) this.pull(this.#serial);
  };

  // Never throws: the platform calls it too, and an exception there would end the VM.
  private pull(serial: Serial): void {
    const chunk = this.#chunk;
    try {
      for (;;) {
        const count = serial.read(chunk) ?? 0;
        for (let i = 0; i < count; i++) if (this.#reader.push(chunk[i]!)) this.sentence();
        if (count < chunk.length) return;
      }
    } catch (error) {
      this.#lineError = error instanceof Error ? error.message : String(error);
    }
  }

  private sentence(): void {
    const { formatter } = this.#reader;
    if ((formatter !== GGA && formatter !== RMC) || !TALKERS.includes(this.#reader.talker)) return;
    const placed = formatter === GGA ? this.takeGGA() : this.takeRMC();
    if (!placed) {
      this.hasNoFix();
      return;
    }
    if (this.#ggaTime === this.#rmcTime) this.complete();
  }

  /** Fields 1: time, 2 to 5: place, 6: fix, 7: satellites, 8: HDOP, 9: altitude. False when there is no fix. */
  private takeGGA(): boolean {
    const reader = this.#reader;
    this.#ggaTime = NaN;
    const fix = reader.number(6);
    const satellites = reader.number(7);
    this.#satellites = satellites >= 0 ? satellites : 0;
    // 0: none; 7 and 8 are typed in or made up, not measured.
    if (!(fix >= 1 && fix <= ESTIMATED)) return false;
    this.#latitude = degrees(reader.number(2), reader.character(3), NORTH, SOUTH, 90);
    this.#longitude = degrees(reader.number(4), reader.character(5), EAST, WEST, 180);
    this.#fix = fix;
    this.#hdop = reader.number(8);
    this.#altitude = reader.number(9);
    // NaN unless all of them are numbers.
    const all = this.#latitude + this.#longitude + this.#hdop + this.#altitude + satellites;
    if (all === all) this.#ggaTime = timeOfDayMs(reader.number(1));
    return true;
  }

  /** Fields 1: time, 2: status, 3 to 6: place, 7: speed in knots, 8: course, 9: date ddmmyy. False when there is no fix. */
  private takeRMC(): boolean {
    const reader = this.#reader;
    this.#rmcTime = NaN;
    if (reader.character(2) !== ACTIVE) return false;
    this.#rmcLatitude = degrees(reader.number(3), reader.character(4), NORTH, SOUTH, 90);
    this.#rmcLongitude = degrees(reader.number(5), reader.character(6), EAST, WEST, 180);
    this.#speed = reader.number(7) * METRES_PER_SECOND_PER_KNOT;
    this.#course = reader.number(8);
    this.#date = dateMs(reader.number(9));
    const all = this.#rmcLatitude + this.#rmcLongitude + this.#speed + this.#date;
    if (all === all && this.#speed >= 0) this.#rmcTime = timeOfDayMs(reader.number(1));
    return true;
  }

  private hasNoFix(): void {
    this.heard();
    this.#ggaTime = this.#rmcTime = NaN;
    this.#without = true;
    this.#fresh = undefined;
  }

  private complete(): void {
    this.heard();
    this.#without = false;
    const time = this.#rmcTime;
    this.#ggaTime = this.#rmcTime = NaN;
    const apart = Math.abs(this.#latitude - this.#rmcLatitude) + Math.abs(this.#longitude - this.#rmcLongitude);
    this.#disagree = apart > AGREEMENT;
    if (this.#disagree) return;
    this.#quality = this.#fix === ESTIMATED ? OUT_OF_SPECIFICATION : GOOD;
    this.#utc = this.#date + time;
    this.#utcTicks = this.#fixAt = this.#heardAt;
    this.#fresh = {
      latitude: this.#latitude,
      longitude: this.#longitude,
      altitude: this.#altitude,
      speed: this.#speed,
      course: this.#course,
      fix: this.#fix,
      satellites: this.#satellites,
      hdop: this.#hdop,
      utc: this.#utc,
    };
  }

  private heard(): void {
    this.#heardAt = this.#clock.ticks();
    this.#damagedBefore = this.#reader.damaged;
  }
}
