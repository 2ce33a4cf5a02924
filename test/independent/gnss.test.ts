/**
 * The npm package gps 0.9.0 reads the sentences of our GNSS receiver off a simulated line. It gives speed in km/h where
 * the receiver has knots; GGA and GLL carry no date, so the package gives them today's: of these only the time of day is
 * compared. Tolerances are the receiver's own, which are half of the last digit that it writes.
 */
import type { ExecutionContext } from "ava";
import { GNSSReceiver } from "../../simulator/chips/gnss-receiver.js";
import type { GNSSReceiverOptions } from "../../simulator/chips/gnss-receiver.js";
import { VirtualClock } from "../../simulator/clock.js";
import { SerialLine } from "../../simulator/io/serial.js";
import { load, optionalTest } from "../support/optional.js";

const PACKAGES = ["gps"];
const DAY_MS = 86_400_000;

/** What the package makes of one sentence; `null` for an empty field. */
interface Parsed {
  type: string;
  valid: boolean;
  time: Date | null;
  lat: number | null;
  lon: number | null;
  alt: number | null;
  geoidal: number | null;
  speed: number | null;
  track: number | null;
  quality: string | null;
  fix: string | null;
  status: string | null;
  faa: string | null;
  hdop: number | null;
  satellites: number | number[] | null;
}

interface GPS {
  state: { errors: number; processed: number };
  on(event: "data", listener: (parsed: Parsed) => void): void;
  updatePartial(text: string): void;
}

/** A receiver on a line, whose every sentence goes through the package. */
class Bench {
  readonly clock = new VirtualClock();
  readonly receiver: GNSSReceiver;
  readonly gps: GPS;
  /** Of the last second, by type. */
  last: Record<string, Parsed> = {};
  valid = true;
  #seconds = 0;

  constructor(options: Omit<GNSSReceiverOptions, "clock"> = {}) {
    this.receiver = new GNSSReceiver({ clock: this.clock, ...options });
    this.gps = new (load<{ GPS: new () => GPS }>("gps").GPS)();
    this.gps.on("data", (parsed) => {
      this.last[parsed.type] = parsed;
      this.valid &&= parsed.valid;
    });
    const { gps } = this;
    const line = new SerialLine({ clock: this.clock, baud: this.receiver.baud });
    line.attach(this.receiver);
    const chunk = new Uint8Array(128);
    const serial = new line.Serial({
      receive: 16,
      transmit: 17,
      baud: this.receiver.baud,
      format: "buffer",
      onReadable: () => {
        for (let count = serial.read(chunk); count !== undefined; count = serial.read(chunk)) {
          gps.updatePartial(Buffer.from(chunk.subarray(0, count)).toString("latin1"));
        }
      },
    });
  }

  /** Lets the sentences of the next full second come. */
  second(): Record<string, Parsed> {
    this.last = {};
    this.#seconds++;
    this.clock.advanceTo(this.clock.ticks() + 1000);
    return this.last;
  }

  /** What holds at the end of every test: all of five sentences a second were understood. */
  check(t: ExecutionContext): void {
    t.true(this.valid, "a checksum");
    t.is(this.gps.state.errors, 0);
    t.is(this.gps.state.processed, 5 * this.#seconds);
  }
}

/** A receiver that has its first fix, at the end of a second's sentences. */
function fixed(options: Omit<GNSSReceiverOptions, "clock"> = {}): Bench {
  const bench = new Bench({ firstFixMs: 0, ...options });
  bench.clock.advanceTo(900);
  return bench;
}

function near(t: ExecutionContext, read: number | null | undefined, truth: number, tolerance: number, what: string) {
  t.true(typeof read === "number" && Math.abs(read - truth) <= tolerance, `${what}: read ${read}, is ${truth}`);
}

const PLACES: readonly (readonly [latitude: number, longitude: number])[] = [
  [0, 0],
  [48.117_3, 11.516_666_67],
  [-33.856_784, 151.215_297],
  [40.689_247, -74.044_502],
  [-54.801_912, -68.302_951],
  [0.000_000_1, -0.000_000_1],
  [59.999_999_99, 119.999_999_99],
  [9.000_001, -9.000_001],
  [90, 180],
  [-90, -180],
];

optionalTest(PACKAGES, "the package gps reads the position, in GGA, RMC and GLL alike", (t) => {
  const bench = fixed();
  const { latitude, longitude } = bench.receiver.channels;
  for (const [north, east] of PLACES) {
    bench.receiver.setChannel("latitude", north);
    bench.receiver.setChannel("longitude", east);
    const said = bench.second();
    for (const type of ["GGA", "RMC", "GLL"]) {
      near(t, said[type]?.lat, north, latitude.tolerance, `${type}, latitude`);
      near(t, said[type]?.lon, east, longitude.tolerance, `${type}, longitude`);
    }
  }
  bench.check(t);
});

optionalTest(PACKAGES, "the package gps reads altitude above the sea, and the sea's above the ellipsoid", (t) => {
  for (const separation of [48, -105.9]) {
    const bench = fixed({ separation });
    for (const altitude of [-500, -3.4, -0.04, 0, 8.849, 545.4, 8848.86, 50_000]) {
      bench.receiver.setChannel("altitude", altitude);
      const said = bench.second();
      near(t, said["GGA"]?.alt, altitude, bench.receiver.channels.altitude.tolerance, "altitude");
      t.is(said["GGA"]?.geoidal, separation);
    }
    bench.check(t);
  }
});

optionalTest(PACKAGES, "the package gps reads speed and course, in RMC and VTG alike", (t) => {
  const bench = fixed();
  const { speed, course } = bench.receiver.channels;
  const courses = [0, 0.01, 84.4, 180, 271.87, 359.99];
  for (const [i, metresPerSecond] of [0, 0.001, 0.4, 11.5, 83.3, 500].entries()) {
    bench.receiver.setChannel("speed", metresPerSecond);
    bench.receiver.setChannel("course", courses[i]!);
    const said = bench.second();
    for (const type of ["RMC", "VTG"]) {
      near(t, said[type]!.speed! / 3.6, metresPerSecond, speed.tolerance, `${type}, speed`);
      near(t, said[type]?.track, courses[i]!, course.tolerance, `${type}, course`);
    }
  }
  bench.check(t);
});

optionalTest(PACKAGES, "the package gps reads how good a fix is, and from what", (t) => {
  const bench = fixed();
  for (const [quality, gga, status, mode, dimensions] of [
    [1, "fix", "active", "autonomous", "3D"],
    [2, "dgps-fix", "active", "differential", "3D"],
    [false, null, "void", "not valid", null],
    [1, "fix", "active", "autonomous", "3D"],
  ] as const) {
    bench.receiver.setFix(quality);
    const said = bench.second();
    t.is(said["GGA"]?.quality, gga);
    t.is(said["RMC"]?.status, status);
    t.is(said["GLL"]?.status, status);
    t.is(said["GSA"]?.fix, dimensions);
    t.is(said["RMC"]?.faa, mode);
    t.is(said["GLL"]?.faa, mode);
    if (quality !== false) {
      t.is(said["VTG"]?.faa, mode);
      continue;
    }
    // Whoever looks at numbers only is not told an old place.
    for (const type of ["GGA", "RMC", "GLL"]) {
      t.is(said[type]?.lat, null);
      t.is(said[type]?.lon, null);
    }
    t.is(said["GGA"]?.alt, null);
    t.is(said["RMC"]?.speed, null);
    t.is(said["VTG"]?.speed, null);
  }
  for (const [satellites, hdop] of [
    [3, 8.25],
    [4, 49.99],
    [7, 1.87],
    [11, 0.9],
    [12, 0.5],
  ] as const) {
    bench.receiver.setSky(satellites, hdop);
    const said = bench.second();
    t.is(said["GGA"]?.satellites, satellites);
    t.is((said["GSA"]?.satellites as number[]).length, satellites);
    t.is(said["GGA"]?.hdop, hdop);
    t.is(said["GSA"]?.hdop, hdop);
  }
  bench.check(t);
});

optionalTest(PACKAGES, "the package gps reads date and time: leap days, ends of years, the end of a day", (t) => {
  for (const start of [
    "2025-06-15T15:06:40Z",
    "2024-02-28T23:59:57Z",
    "2024-02-29T23:59:57Z",
    "2025-02-28T23:59:57Z",
    "2025-12-31T23:59:57Z",
    "2000-02-29T00:00:00Z",
    "2069-09-09T09:09:09Z",
  ]) {
    const startUtc = Date.parse(start);
    const bench = fixed({ startUtc });
    for (let second = 1; second <= 5; second++) {
      const said = bench.second();
      const utc = startUtc + 1000 * second;
      t.is(said["RMC"]?.time?.toISOString(), new Date(utc).toISOString());
      for (const type of ["GGA", "GLL"]) t.is(said[type]!.time!.getTime() % DAY_MS, utc % DAY_MS, `${start}, ${type}`);
    }
    bench.check(t);
  }
});

optionalTest(PACKAGES, "the package gps is told nothing before the first fix, not even a time", (t) => {
  const bench = new Bench({ firstFixMs: 3500, talker: "GP" });
  bench.clock.advanceTo(900);
  for (let second = 1; second <= 6; second++) {
    const said = bench.second();
    t.is(said["GGA"]?.quality, second < 4 ? null : "fix", `second ${second}`);
    for (const type of ["GGA", "RMC", "GLL"]) t.is(said[type]?.time === null, second < 4, `second ${second}, ${type}`);
  }
  bench.check(t);
});
