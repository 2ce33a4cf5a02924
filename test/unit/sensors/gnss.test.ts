import test from "ava";
import { GOOD, OUT_OF_SPECIFICATION } from "../../../firmware/model/quality.js";
import { SensorFault } from "../../../firmware/model/sensor.js";
import { GNSS } from "../../../firmware/sensors/gnss.js";
import { code, NmeaReader } from "../../../firmware/sensors/nmea.js";
import { dateMs, timeOfDayMs } from "../../../firmware/sensors/nmea-fields.js";
import type { SerialDevice } from "../../../simulator/chips/chip.js";
import { outcome, serialBench } from "./serial-bench.js";

function sentence(body: string): string {
  let xor = 0;
  for (const character of body) xor ^= character.charCodeAt(0);
  return `$${body}*${xor.toString(16).toUpperCase().padStart(2, "0")}\r\n`;
}

// The example of every receiver's handbook, in a year of this century.
const GGA = "GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,";
const RMC = "GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230324,003.1,W";

function open(options: object = {}) {
  const { clock, line, wiring } = serialBench();
  let send: (bytes: Uint8Array) => void = () => {};
  const device: SerialDevice = { connect: (sender) => void (send = sender), receive: () => {} };
  line.attach(device);
  const sensor = new GNSS({ sensor: wiring, clock, ...options });
  const say = (text: string): void => send(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  /** Says it and waits until it is heard. */
  const hear = (text: string): void => {
    say(text);
    clock.advanceTo(clock.ticks() + Math.ceil((text.length * 10) / 9.6) + 10);
  };
  return { clock, line, sensor, say, hear };
}

/** The sentences that a reader finds right, as address, fields and their first characters. */
function readAll(text: string): string[] {
  const reader = new NmeaReader();
  const found: string[] = [];
  for (const character of text) {
    if (reader.push(character.charCodeAt(0))) found.push(`${reader.talker} ${reader.formatter} ${reader.number(1)}`);
  }
  return found;
}
const FOUND = [`${code("GP")} ${code("GGA")} 123519`];

test("the checksum of the handbooks' example is right", (t) => {
  const published = "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n";
  t.is(sentence(GGA), published);
  t.deepEqual(readAll(published), FOUND);
  t.deepEqual(readAll(published.toLowerCase().replace("gpgga", "GPGGA").replace("n,", "N,")), []);
});

test("what is not a whole sentence with its checksum is dropped, and the next one is found", (t) => {
  const good = sentence(GGA);
  for (const bad of [
    `$${GGA}\r\n`,
    `$${GGA}*4\r\n`,
    `$${GGA}*48\r\n`,
    `$${GGA}*47 \r\n`,
    `$${GGA}*G7\r\n`,
    good.slice(0, 30),
    good.slice(30),
    `$${"GPGGA,".repeat(60)}`,
    `$${",".repeat(60)}*00\r\n`,
    sentence("GPGGA,1é"),
    "\u0000\u00ff$$$***\r\n",
  ]) {
    t.deepEqual(readAll(bad), [], JSON.stringify(bad));
    t.deepEqual(readAll(bad + good), FOUND, JSON.stringify(bad));
  }
  t.deepEqual(readAll(sentence(GGA).replace("\r\n", "\n")), FOUND);
});

test("a bit turned anywhere in a sentence never gives another one", (t) => {
  const good = sentence(GGA);
  for (let bit = 0; bit < 8 * good.length; bit++) {
    const at = bit >> 3;
    const turned = String.fromCharCode(good.charCodeAt(at) ^ (1 << (bit & 7)));
    const found = readAll(good.slice(0, at) + turned + good.slice(at + 1));
    // CR turned into LF or the like still ends it, and what follows the end does not matter.
    t.true(found.length === 0 || found[0] === FOUND[0], `bit ${bit}`);
  }
});

test("numbers are read exactly, and what is none is NaN", (t) => {
  const reader = new NmeaReader();
  for (const character of sentence("GPXXX,4807.03812,-0.5,.5,5.,,1.2.3,1e3,-,+1,1234567890123456,A")) {
    reader.push(character.charCodeAt(0));
  }
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((field) => reader.number(field));
  t.deepEqual(numbers, [4807.03812, -0.5, 0.5, 5, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN]);
  t.is(reader.character(11), 0x41);
  t.is(reader.character(5), 0);
  t.is(reader.character(12), 0);
});

test("dates and times are those of the calendar", (t) => {
  for (const [field, date] of [
    [10100, "2000-01-01"],
    [290224, "2024-02-29"],
    [10324, "2024-03-01"],
    [311299, undefined],
    [60180, undefined],
    [311279, "2079-12-31"],
    [150625, "2025-06-15"],
    [1325, undefined],
    [11325, undefined],
    [320125, undefined],
  ] as const) {
    t.is(dateMs(field), date === undefined ? NaN : Date.parse(date), String(field));
  }
  t.is(timeOfDayMs(123519.25), ((12 * 60 + 35) * 60 + 19) * 1000 + 250);
  t.is(timeOfDayMs(235960), 86_400_000);
  for (const bad of [240000, 126000, 123561, -1, NaN]) t.is(timeOfDayMs(bad), NaN);
});

test("GGA and RMC of one time are a reading, in either order, each once", (t) => {
  const expected = {
    latitude: 48 + 7.038 / 60,
    longitude: 11 + 31 / 60,
    altitude: 545.4,
    speed: (22.4 * 1852) / 3600,
    course: 84.4,
    fix: 1,
    satellites: 8,
    hdop: 0.9,
    utc: Date.parse("2024-03-23T12:35:19Z"),
  };
  for (const both of [
    [GGA, RMC],
    [RMC, GGA],
  ]) {
    const { sensor, hear } = open();
    hear(sentence(both[0]!));
    t.is(sensor.sample(), undefined);
    t.is(sensor.utc, undefined);
    hear(sentence("GPGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1") + sentence(both[1]!));
    const reading = sensor.sample();
    for (const [name, value] of Object.entries(expected)) {
      t.true(Math.abs(reading![name]! - value) <= 1e-12 * Math.abs(value), `${name} is ${reading![name]}`);
    }
    t.deepEqual(Object.keys(reading!), Object.keys(expected));
    t.is(sensor.quality, GOOD);
    t.is(sensor.utc, expected.utc);
    t.is(sensor.sample(), undefined);
  }
});

test("talkers GP, GN, GL and GA are heard, south and west are negative, others are passed over", (t) => {
  for (const talker of ["GP", "GN", "GL", "GA"]) {
    const { sensor, hear } = open();
    const turned = (body: string) => sentence(talker + body.slice(2).replace(",N,", ",S,").replace(",E,", ",W,"));
    hear(turned(GGA) + turned(RMC));
    const reading = sensor.sample()!;
    t.true(reading.latitude < -48 && reading.longitude < -11);
  }
  const { sensor, hear } = open();
  hear(sentence(`II${GGA.slice(2)}`) + sentence(`II${RMC.slice(2)}`));
  t.is(sensor.sample(), undefined);
});

test("sentences of different times are no reading", (t) => {
  const { sensor, hear } = open();
  hear(sentence(GGA) + sentence(RMC.replace("123519", "123520")));
  t.is(sensor.sample(), undefined);
});

test("sentences that disagree about the place are a checksum fault, and no reading", (t) => {
  const { sensor, hear } = open();
  hear(sentence(GGA) + sentence(RMC.replace("4807.038", "4817.038")));
  const fault = t.throws<SensorFault>(() => sensor.sample());
  t.is(fault?.quality, "checksum");
  t.is(sensor.sample(), undefined);
});

test("no fix is no reading, and after staleMs a fault that says how many satellites there are", (t) => {
  for (const [gga, rmc] of [
    [GGA.replace(",1,08,", ",0,03,"), RMC.replace(",A,", ",V,")],
    ["GPGGA,,,,,,0,03,99.99,,,,,,", "GPRMC,,V,,,,,,,,,"],
    [GGA.replace(",1,08,", ",8,03,"), RMC],
    [GGA.replace(",1,08,", ",7,03,"), RMC],
  ]) {
    const { clock, sensor, say } = open();
    const repeat = (): void => {
      say(sentence(gga!) + sentence(rmc!));
      clock.schedule(repeat, 1000);
    };
    repeat();
    const fault = outcome(clock, sensor) as SensorFault;
    t.is(fault.quality, "out-of-range", gga);
    t.is(fault.message, "gnss: no fix (3 satellites in use)");
    t.true(clock.ticks() > 3000 && clock.ticks() <= 3200);
  }
});

test("a position that is estimated is out of specification", (t) => {
  const { sensor, hear } = open();
  hear(sentence(GGA.replace(",1,08,", ",6,00,")) + sentence(RMC));
  t.is(sensor.sample()?.fix, 6);
  t.is(sensor.quality, OUT_OF_SPECIFICATION);
});

test("silence is a bus fault after staleMs, garbage a checksum fault, and sentences mend both", (t) => {
  const { clock, sensor, hear } = open({ staleMs: 2000 });
  hear(sentence(GGA) + sentence(RMC));
  t.truthy(sensor.sample());
  const silent = outcome(clock, sensor) as SensorFault;
  t.is(silent.quality, "bus");
  t.is(silent.message, "gnss: no GGA and RMC for 2000 ms");
  hear("$GPGGA,123519,4807");
  hear("$GPGGA,123519,4807");
  t.is((outcome(clock, sensor) as SensorFault).quality, "checksum");
  hear(sentence(GGA) + sentence(RMC));
  t.false(outcome(clock, sensor) instanceof SensorFault);
});

test("fields out of their range are no reading", (t) => {
  for (const [from, to] of [
    ["4807.038", "9107.038"],
    ["4807.038", "4867.038"],
    ["01131.000", "18131.000"],
    [",N,", ",X,"],
    ["4807.038", ""],
    ["123519", "253519"],
  ] as const) {
    const { sensor, hear } = open();
    hear(sentence(GGA.replace(from, to)) + sentence(RMC.replace(from, to)));
    t.is(sensor.sample(), undefined, to);
  }
});

test("what arrives between two samples is not lost: onReadable takes it from the FIFO", (t) => {
  const { clock, line, sensor, say } = open();
  for (let second = 0; second < 20; second++) {
    const time = String(123519 + second);
    say(sentence(GGA.replace("123519", time)) + sentence(RMC.replace("123519", time)));
    clock.advanceTo((second + 1) * 1000);
  }
  t.is(line.overruns, 0);
  t.is(sensor.sample()!.utc, Date.parse("2024-03-23T12:35:38Z"));
  t.is(sensor.sample(), undefined);
});

test("an IO that fails in its callback is a bus fault of the next sample, not an exception in the platform", (t) => {
  let callback: (() => void) | undefined;
  const io = class {
    constructor(options: { onReadable?: () => void }) {
      callback = options.onReadable;
    }
    read(): number {
      throw new Error("overrun");
    }
    write(): void {}
    close(): void {}
  };
  const sensor = new GNSS({ sensor: { io: io as never, receive: 1, transmit: 2 }, clock: { ticks: () => 0 } });
  t.notThrows(() => callback!());
  t.throws(() => sensor.sample(), { instanceOf: SensorFault, message: "gnss: overrun" });
  sensor.close();
  t.notThrows(() => callback!());
});
