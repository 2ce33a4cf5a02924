import test from "ava";
import { GNSSReceiver } from "../../../../simulator/chips/gnss-receiver.js";
import type { GNSSReceiverOptions } from "../../../../simulator/chips/gnss-receiver.js";
import { gga, gll, rmc, sentence, vtg } from "../../../../simulator/chips/nmea.js";
import type { Epoch, Fix } from "../../../../simulator/chips/nmea.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { SerialLine } from "../../../../simulator/io/serial.js";

function receiver(options: Partial<GNSSReceiverOptions> = {}) {
  const clock = new VirtualClock();
  const line = new SerialLine({ clock });
  const device = new GNSSReceiver({ clock, ...options });
  line.attach(device);
  let text = "";
  new line.Serial({
    receive: 16,
    transmit: 17,
    baud: device.baud,
    format: "buffer",
    onReadable(this: { read(into: Uint8Array): number | undefined }) {
      const into = new Uint8Array(128);
      const count = this.read(into)!;
      text += String.fromCharCode(...into.subarray(0, count));
    },
  } as never);
  /** The sentences that come until a tick. */
  const until = (ticks: number) => {
    text = "";
    clock.advanceTo(ticks);
    return text.split("\r\n").slice(0, -1);
  };
  return { clock, line, device, until };
}

const fix: Fix = {
  quality: 1,
  latitude: 47 + 17.11399 / 60,
  longitude: 8 + 33.9159 / 60,
  altitude: 499.6,
  separation: 48,
  speed: (0.004 * 1852) / 3600,
  course: 77.52,
  satellites: 8,
  hdop: 1.01,
};
const at = (hours: number, minutes: number, seconds: number, date = "2002-12-09"): number =>
  Date.parse(`${date}T00:00:00Z`) + ((hours * 60 + minutes) * 60 + seconds) * 1000;
const epoch = (utc: number | undefined, more: Partial<Fix> = {}): Epoch => ({
  talker: "GP",
  utc,
  fix: { ...fix, ...more },
});

test("sentences are u-blox's examples, character by character", (t) => {
  t.is(gga(epoch(at(9, 27, 25))), "$GPGGA,092725.00,4717.11399,N,00833.91590,E,1,08,1.01,499.6,M,48.0,M,,*5B\r\n");
  const moving = epoch(at(8, 35, 59), { latitude: 47 + 17.11437 / 60, longitude: 8 + 33.91522 / 60 });
  t.is(rmc(moving), "$GPRMC,083559.00,A,4717.11437,N,00833.91522,E,0.004,77.52,091202,,,A*57\r\n");
  // The manual's own has 0.008 km/h, which three decimals of 0.004 knots do not give.
  t.is(vtg(moving).slice(0, 29), "$GPVTG,77.52,T,,M,0.004,N,0.0");
  const resting = epoch(at(9, 23, 21), { latitude: 47 + 17.11364 / 60, longitude: 8 + 33.91565 / 60 });
  t.is(gll(resting), "$GPGLL,4717.11364,N,00833.91565,E,092321.00,A,A*60\r\n");
});

test("the checksum is the exclusive or of what is between $ and *", (t) => {
  t.is(sentence("GPGSV,1,1,00"), "$GPGSV,1,1,00*79\r\n");
});

test("angles carry: minutes never reach 60, and the halves of the world are told apart", (t) => {
  const position = (latitude: number, longitude: number) =>
    gll({ talker: "GP", utc: undefined, fix: { ...fix, latitude, longitude } }).slice(7, 33);
  t.is(position(9.99999999999, 99.99999999999), "1000.00000,N,10000.00000,E");
  t.is(position(-33.5, -0.0000001), "3330.00000,S,00000.00001,W");
  t.is(position(-90, 180), "9000.00000,S,18000.00000,E");
});

test("dates are the calendar's", (t) => {
  for (const date of ["1970-01-01", "2000-02-29", "2024-02-29", "2024-12-31", "2025-03-01", "2100-02-28"]) {
    const [year, month, day] = date.split("-") as [string, string, string];
    t.true(rmc(epoch(at(23, 59, 59, date))).includes(`,${day}${month}${year.slice(2)},`), date);
  }
});

test("before its first fix it says what u-blox's receivers say, without the time", (t) => {
  const { until } = receiver({ firstFixMs: 30_000, talker: "GP" });
  t.deepEqual(until(1500), [
    "$GPRMC,,V,,,,,,,,,,N*53",
    "$GPVTG,,,,,,,,,N*30",
    "$GPGGA,,,,,,0,00,99.99,,,,,,*48",
    "$GPGSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99*30",
    "$GPGLL,,,,,,V,N*64",
  ]);
});

test("when a fix is lost the time goes on", (t) => {
  const { device, until } = receiver({ startUtc: at(9, 39, 5, "2025-03-14"), talker: "GP" });
  until(2500);
  device.setFix(false);
  const [first, , third] = until(3500);
  t.is(first, "$GPRMC,093908.00,V,,,,,,,140325,,,N*77");
  t.is(third, "$GPGGA,093908.00,,,,,0,00,99.99,,,,,,*6D");
  device.setFix(1);
  t.regex(until(4500)[0]!, /^\$GPRMC,093909.00,A,/);
});

test("it speaks once a second, from the full second of UTC on, of what holds then", (t) => {
  const { clock, device, until } = receiver({ startUtc: at(12, 0, 0) + 400 });
  device.setChannel("altitude", 100);
  until(599);
  device.setChannel("altitude", 200);
  clock.advanceTo(1600);
  device.setChannel("altitude", 300);
  const second = until(2599);
  t.is(second.length, 5);
  t.regex(second[2]!, /^\$GNGGA,120002\.00,0000\.00000,N,00000\.00000,E,1,09,1\.00,200\.0,M,48\.0,M,,\*/);
  t.regex(until(3599)[2]!, /^\$GNGGA,120003.00,.*,300\.0,M,/);
});

test("a differential fix is quality 2, mode D and a station; the sky is what was set", (t) => {
  const { device, until } = receiver();
  device.setFix(2);
  device.setSky(4, 2.5);
  const [first, , third, fourth] = until(1999);
  t.regex(first!, /,D\*..$/);
  t.regex(third!, /,2,04,2\.50,0\.0,M,48\.0,M,,0000\*..$/);
  t.regex(fourth!, /^\$GNGSA,A,3,03,05,07,09,,,,,,,,,4\.51,2\.50,3\.75\*..$/);
});

test("every channel comes back within its tolerance", (t) => {
  const { device, until } = receiver();
  const values = {
    latitude: (line: string[]) =>
      (Number(line[3]!.slice(0, 2)) + Number(line[3]!.slice(2)) / 60) * (line[4] === "S" ? -1 : 1),
    longitude: (line: string[]) =>
      (Number(line[5]!.slice(0, 3)) + Number(line[5]!.slice(3)) / 60) * (line[6] === "W" ? -1 : 1),
    speed: (line: string[]) => (Number(line[7]) * 1852) / 3600,
    course: (line: string[]) => Number(line[8]),
  };
  let second = 1;
  until(1999);
  for (const [name, value] of Object.entries(values)) {
    const { minimum, maximum, tolerance } = device.channels[name as keyof typeof values];
    for (let i = 0; i <= 20; i++) {
      const truth = minimum + (i / 20) * (maximum - minimum);
      device.setChannel(name, truth);
      const read = value(until(++second * 1000 + 999)[0]!.split(","));
      t.true(Math.abs(read - truth) <= tolerance, `${name}: ${read}, not ${truth}`);
    }
  }
  t.throws(() => device.setChannel("hope", 1), { instanceOf: RangeError });
});

test("after a power cycle it knows neither place nor time, and what it was saying ends", (t) => {
  const { clock, device, until } = receiver({ firstFixMs: 1500 });
  t.regex(until(2999)[0]!, /,V,/);
  clock.advanceTo(3100);
  device.powerCycle();
  t.is(until(3999).length, 1, "one sentence was on the wire already");
  t.is(until(4999)[0], "$GNRMC,,V,,,,,,,,,,N*4D");
  t.regex(until(5999)[0]!, /,A,/);
});

test("it measures once a second, and takes no commands", (t) => {
  const clock = new VirtualClock();
  const line = new SerialLine({ clock });
  let measured = 0;
  line.attach(new GNSSReceiver({ clock }), () => measured++);
  clock.advanceTo(10_000);
  t.is(measured, 10);
  new line.Serial({ receive: 1, transmit: 2, baud: 9600, format: "buffer" }).write(Uint8Array.of(0xb5));
  t.throws(() => clock.advanceTo(10_010), { name: "ProtocolViolation" });
});

test("wrong options are refused", (t) => {
  const { device } = receiver();
  t.throws(() => device.setSky(2, 1), { instanceOf: RangeError });
  t.throws(() => device.setSky(4, 0), { instanceOf: RangeError });
  t.throws(() => receiver({ startUtc: -1 }), { instanceOf: RangeError });
  t.throws(() => receiver({ baud: 0 }), { instanceOf: RangeError });
});
