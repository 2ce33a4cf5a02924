import test from "ava";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { SHT3xChip } from "../../../../simulator/chips/sht3x.js";
import { ChipBench } from "./bench.js";

const bench = (seed?: number) => new ChipBench((surroundings) => new SHT3xChip(surroundings), seed);
const celsius = (frame: Uint8Array) => ((frame[0]! * 256 + frame[1]!) * 175) / 65535 - 45;
const humidity = (frame: Uint8Array) => ((frame[3]! * 256 + frame[4]!) * 100) / 65535;

/** CRC-8 as the datasheet tells it (§4.12), bit by bit. */
function checksum(...bytes: number[]): number {
  let crc = 0xff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x31) & 0xff : crc << 1;
  }
  return crc;
}

const status = (b: ReturnType<typeof bench>) => {
  const [high, low, crc] = b.writeRead([0xf3, 0x2d], 3);
  if (crc !== checksum(high!, low!)) throw new Error("wrong checksum");
  return high! * 256 + low!;
};

test("the checksum of this test is the datasheet's: 0xBEEF gives 0x92", (t) => {
  t.is(checksum(0xbe, 0xef), 0x92);
});

for (const { command, ms, name } of [
  { command: [0x24, 0x00], ms: 15, name: "high" },
  { command: [0x24, 0x0b], ms: 6, name: "medium" },
  { command: [0x24, 0x16], ms: 4, name: "low" },
]) {
  test(`a single shot of ${name} repeatability can be read after ${ms} ms and not before, and once`, (t) => {
    const b = bench();
    b.write(...command);
    b.wait(ms - 1);
    t.throws(() => b.read(6), { message: "read failed" });
    b.wait(1);
    t.is(b.read(6).length, 6);
    t.throws(() => b.read(6), { message: "read failed" });
  });
}

test("while it measures it takes no other command", (t) => {
  const b = bench();
  b.write(0x24, 0x00);
  t.throws(() => b.write(0x24, 0x00), { message: "write failed" });
  b.wait(15);
  t.notThrows(() => b.write(0x24, 0x00));
});

test("with clock stretching a read that comes at once gives the reading", (t) => {
  const b = bench();
  b.chip.setChannel("temperature", 30);
  b.write(0x2c, 0x06);
  t.true(Math.abs(celsius(b.read(6)) - 30) < 0.1);
});

test("a reading is temperature and humidity, each with its checksum", (t) => {
  const b = bench();
  b.chip.setChannel("temperature", -40);
  b.chip.setChannel("humidity", 99);
  b.write(0x24, 0x00);
  b.wait(15);
  const frame = b.read(6);
  t.true(Math.abs(celsius(frame) + 40) < 0.1);
  t.true(Math.abs(humidity(frame) - 99) < 0.2);
  t.is(frame[2], checksum(frame[0]!, frame[1]!));
  t.is(frame[5], checksum(frame[3]!, frame[4]!));
});

test("channels saturate at the ends of the range", (t) => {
  const b = bench();
  b.chip.setChannel("temperature", 1000);
  b.chip.setChannel("humidity", -5);
  b.write(0x24, 0x00);
  b.wait(15);
  const frame = b.read(6);
  t.true(Math.abs(celsius(frame) - 125) < 0.1);
  t.true(humidity(frame) < 0.2);
});

test("a channel that changes during the measurement is felt, one that changes after it is not", (t) => {
  const b = bench();
  b.write(0x24, 0x00);
  b.wait(10);
  b.chip.setChannel("temperature", 40);
  b.wait(5);
  b.chip.setChannel("temperature", 90);
  t.true(Math.abs(celsius(b.read(6)) - 40) < 0.1);
});

test("repeatability is three standard deviations, high better than low", (t) => {
  const spread = (low: number, ms: number) => {
    const b = bench();
    let squares = 0;
    for (let i = 0; i < 500; i++) {
      b.write(0x24, low);
      b.wait(ms);
      squares += (celsius(b.read(6)) - 25) ** 2;
    }
    return Math.sqrt(squares / 500);
  };
  t.true(Math.abs(spread(0x00, 15) - 0.04 / 3) < 0.002);
  t.true(Math.abs(spread(0x16, 4) - 0.15 / 3) < 0.006);
});

test("one seed gives the same readings, another gives others", (t) => {
  const readings = (seed: number) => {
    const b = bench(seed);
    return Array.from({ length: 5 }, () => {
      b.write(0x24, 0x16);
      b.wait(4);
      return b.read(6).join();
    });
  };
  t.deepEqual(readings(7), readings(7));
  t.notDeepEqual(readings(7), readings(8));
});

test("periodic data is fetched once per period; in between the read is refused", (t) => {
  const b = bench();
  b.write(0x21, 0x30);
  t.throws(() => b.writeRead([0xe0, 0x00], 6), { message: "writeRead failed" });
  b.wait(15);
  t.is(b.writeRead([0xe0, 0x00], 6).length, 6);
  b.wait(999);
  t.throws(() => b.writeRead([0xe0, 0x00], 6));
  b.wait(1);
  t.is(b.writeRead([0xe0, 0x00], 6).length, 6);
});

test("periodic mode ends by a break, which takes 1 ms; a command that needs idle is a violation before", (t) => {
  const b = bench();
  b.write(0x27, 0x37);
  t.throws(() => b.write(0x24, 0x00), { instanceOf: ProtocolViolation });
  t.throws(() => b.write(0x30, 0xa2), { instanceOf: ProtocolViolation });
  b.write(0x30, 0x93);
  t.throws(() => b.write(0x24, 0x00), { message: "write failed" });
  b.wait(1);
  t.notThrows(() => b.write(0x24, 0x00));
});

test("the status tells of a reset until it is cleared, and of the heater", (t) => {
  const b = bench();
  t.is(status(b), 0x8010);
  b.write(0x30, 0x41);
  t.is(status(b), 0);
  b.write(0x30, 0x6d);
  t.is(status(b), 0x2000);
  b.write(0x30, 0x66);
  t.is(status(b), 0);
  b.write(0x30, 0xa2);
  t.throws(() => status(b), { message: "writeRead failed" }, "silent for the 1.5 ms of the reset");
  b.wait(2);
  t.is(status(b), 0x8010);
});

test("the heater makes it warmer and drier", (t) => {
  const b = bench();
  b.write(0x30, 0x6d);
  b.write(0x24, 0x00);
  b.wait(15);
  const frame = b.read(6);
  t.true(celsius(frame) > 27);
  t.true(humidity(frame) < 45);
});

test("in periodic mode an alert stands from the set limit to the clear limit", (t) => {
  const b = bench();
  b.write(0x30, 0x41);
  b.write(0x27, 0x37);
  const alerts = (value: number) => {
    b.chip.setChannel("temperature", value);
    b.wait(100);
    return status(b) & 0x8c00;
  };
  t.is(alerts(25), 0);
  t.is(alerts(61), 0x8400);
  t.is(alerts(59), 0x8400);
  t.is(alerts(57), 0);
  t.is(alerts(-11), 0x8400);
});

test("an alert limit is written with its checksum; a wrong one is told of and changes nothing", (t) => {
  const b = bench();
  const limit = () => [...b.writeRead([0xe1, 0x1f], 3)];
  t.deepEqual(limit(), [0xcd, 0x33, checksum(0xcd, 0x33)], "80 %RH and 60 °C");
  b.write(0x61, 0x1d, 0x80, 0x00, checksum(0x80, 0x00) ^ 1);
  t.is(status(b) & 3, 3);
  t.deepEqual(limit().slice(0, 2), [0xcd, 0x33]);
  b.write(0x61, 0x1d, 0x80, 0x00, checksum(0x80, 0x00));
  t.is(status(b) & 3, 0);
  t.deepEqual(limit().slice(0, 2), [0x80, 0x00]);
});

test("a power cycle loses the measurement, takes 1.5 ms and leaves the part as new", (t) => {
  const b = bench();
  b.write(0x30, 0x41);
  b.write(0x24, 0x00);
  b.wait(15);
  b.chip.powerCycle();
  t.throws(() => b.read(6), { message: "read failed" });
  b.wait(2);
  t.throws(() => b.read(6), { message: "read failed" });
  t.is(status(b), 0x8010);
});

test("what the datasheet does not know is a violation: other commands, data after a command, a read past the end", (t) => {
  const b = bench();
  const violation = { instanceOf: ProtocolViolation };
  t.throws(() => b.write(0x12, 0x34), { ...violation, message: "sht3x: unknown command 0x1234" });
  t.throws(() => b.write(0x30, 0x41, 0x00), violation);
  t.throws(() => b.write(0xe0, 0x00), violation, "fetch outside periodic mode");
  t.throws(() => b.writeRead([0xf3, 0x2d], 4), violation);
});

test("an unknown channel is refused by name", (t) => {
  t.throws(() => bench().chip.setChannel("pressure", 1), {
    instanceOf: RangeError,
    message: "sht3x: pressure is not temperature or humidity",
  });
});
