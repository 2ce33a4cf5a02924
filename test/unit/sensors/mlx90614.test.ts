import test from "ava";
import { crc8, POLYNOMIAL_SMBUS } from "../../../firmware/data/crc.js";
import type { SensorFault } from "../../../firmware/model/sensor.js";
import { MLX90614 } from "../../../firmware/sensors/mlx90614.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { fakeI2C } from "./fakes.js";

/** Words by command, each sent with its error code; `codes` are sent instead where given. */
function open(words: Record<number, number>, codes: Record<number, number> = {}, address = 0x5a) {
  const clock = new VirtualClock();
  const { io } = fakeI2C({
    writeRead(bytes, into) {
      const command = bytes[0]!;
      const word = words[command]!;
      const packet = Uint8Array.of(address << 1, command, (address << 1) | 1, word & 0xff, word >> 8);
      into.set([word & 0xff, word >> 8, codes[command] ?? crc8(packet, 0, 5, POLYNOMIAL_SMBUS, 0)]);
    },
  });
  return { clock, sensor: new MLX90614({ sensor: { io, data: 21, clock: 22, address }, clock }) };
}

function sampled({ clock, sensor }: ReturnType<typeof open>) {
  for (let calls = 0; calls < 10; calls++) {
    const reading = sensor.sample();
    if (reading) return reading;
    clock.advanceTo(clock.ticks() + sensor.readyInMs);
  }
  throw new Error("no reading");
}

const EEPROM = { 0x2e: 0xbe5a };

test("the datasheet's example 0x3AD2 with error code 0x30 is 28.01 °C", (t) => {
  const { temperature, ambientTemperature } = sampled(open({ ...EEPROM, 0x06: 0x3a00, 0x07: 0x3ad2 }, { 0x07: 0x30 }));
  t.is(temperature.toFixed(2), "28.01");
  t.is(ambientTemperature.toFixed(2), "23.81");
});

for (const [word, celsius] of [
  [0x27ad, "-70.01"],
  [0x355a, "0.01"],
  [0x7fff, "382.19"],
] as const) {
  test(`0x${word.toString(16)} of an object is ${celsius} °C`, (t) => {
    t.is(sampled(open({ ...EEPROM, 0x06: 0x3a00, 0x07: word })).temperature.toFixed(2), celsius);
  });
}

test("a wrong error code is a checksum fault, of any word", (t) => {
  const words = { ...EEPROM, 0x06: 0x3a00, 0x07: 0x3ad2 };
  for (const command of [0x2e, 0x06, 0x07]) {
    const fault = t.throws<SensorFault>(() => sampled(open(words, { [command]: 0x99 })));
    t.is(fault?.quality, "checksum");
  }
});

test("a bus stuck at either level is a fault", (t) => {
  for (const level of [0x00, 0xff]) {
    const words = { 0x2e: level * 257, 0x06: level * 257, 0x07: level * 257 };
    t.truthy(t.throws<SensorFault>(() => sampled(open(words, { 0x2e: level, 0x06: level, 0x07: level }))));
  }
});

test("what the part marks as an error, or cannot measure, is out of range", (t) => {
  for (const words of [
    { 0x06: 0x3a00, 0x07: 0xbad2 },
    { 0x06: 0xba00, 0x07: 0x3ad2 },
    { 0x06: 0x3a00, 0x07: 0x1000 },
    { 0x06: 0x6000, 0x07: 0x3ad2 },
  ]) {
    t.is(t.throws<SensorFault>(() => sampled(open({ ...EEPROM, ...words })))?.quality, "out-of-range");
  }
});

test("zero is no temperature yet", (t) => {
  t.is(t.throws<SensorFault>(() => sampled(open({ ...EEPROM, 0x06: 0, 0x07: 0 })))?.quality, "bus");
});

test("the error code covers the address, and the EEPROM must name it", (t) => {
  const words = { 0x2e: 0x002a, 0x06: 0x3a00, 0x07: 0x3ad2 };
  t.is(sampled(open(words, {}, 0x2a)).temperature.toFixed(2), "28.01");
  t.throws(() => sampled(open(words)), { message: "mlx90614: its address 0x2a is not 0x5a" });
});

test("a reading is awaited for 250 ms", (t) => {
  const { sensor } = open(EEPROM);
  sensor.sample();
  t.is(sensor.readyInMs, 251);
});
