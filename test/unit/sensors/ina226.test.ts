import test from "ava";
import { INA226 } from "../../../firmware/sensors/ina226.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { fakeI2C } from "./fakes.js";

function part(registers: Record<number, number>, options: object = {}) {
  const { io, sent } = fakeI2C({
    write: (bytes) => void (registers[bytes[0]!] = (bytes[1]! << 8) | bytes[2]!),
    writeRead(bytes, into) {
      const value = registers[bytes[0]!] ?? 0;
      into.set([value >> 8, value & 0xff]);
    },
  });
  const clock = new VirtualClock();
  return { clock, sent, ina: new INA226({ sensor: { io, data: 21, clock: 22 }, clock, shuntOhms: 0.002, ...options }) };
}

const IDS = { 0xfe: 0x5449, 0xff: 0x2260, 0x06: 0x0008 };

function reading({ ina, clock }: ReturnType<typeof part>) {
  ina.sample();
  clock.advanceTo(clock.ticks() + ina.readyInMs);
  return ina.sample()!;
}

test("the datasheet's example: 10 A over 2 mΩ at 11.98 V", (t) => {
  // Section 6.5.1 and table 8-1: shunt voltage 20 mV is 0x1F40, bus voltage 0x2570; the part would say 119.82 W.
  const { ammeter, voltmeter, power } = reading(part({ ...IDS, 0x01: 0x1f40, 0x02: 0x2570 }));
  t.true(Math.abs(ammeter.current - 10) < 1e-9);
  t.true(Math.abs(voltmeter.voltage - 11.98) < 1e-9);
  t.true(Math.abs(power - 119.8) < 1e-6);
});

test("a current the other way is negative, and so is its power", (t) => {
  const { ammeter, power } = reading(part({ ...IDS, 0x01: 0xffff, 0x02: 800 }));
  t.is(ammeter.current, -0.00125);
  t.is(power, -0.00125);
});

test("each reading is triggered, with averages and time in the configuration", (t) => {
  const { ina, clock, sent } = part({ ...IDS }, { averages: 1024, conversionMicroseconds: 8244 });
  ina.sample();
  t.deepEqual(sent, [
    [0x00, 0x80, 0x00],
    [0x00, 0x4f, 0xfb],
  ]);
  t.is(ina.readyInMs, Math.ceil(1024 * 2 * 9.068) + 1);
  clock.advanceTo(ina.readyInMs);
  t.truthy(ina.sample());
  t.is(sent.length, 2);
  ina.configure({ averages: 1, conversionMicroseconds: 140 });
  ina.sample();
  t.deepEqual(sent[2], [0x00, 0x40, 0x03]);
});

test("either end of the shunt's scale, and a bus over 36 V, are out of range", (t) => {
  const ends: Record<number, number>[] = [{ 0x01: 0x7fff }, { 0x01: 0x8000 }, { 0x02: 28_801 }];
  for (const registers of ends) {
    const error = t.throws(() => reading(part({ ...IDS, ...registers }))) as Error & { quality: string };
    t.is(error.quality, "out-of-range");
  }
});

test("another part at the address is told by its numbers", (t) => {
  const { ina } = part({ 0xfe: 0x5449, 0xff: 0x2270 });
  t.throws(() => ina.sample(), { message: "ina226: manufacturer and die 0x5449 0x2270 are not 0x5449 0x2260" });
});

test("a conversion that does not end is given up", (t) => {
  const { ina, clock } = part({ ...IDS, 0x06: 0 });
  ina.sample();
  const from = clock.ticks();
  t.throws(
    () => {
      for (;;) {
        clock.advanceTo(clock.ticks() + Math.max(1, ina.readyInMs));
        ina.sample();
      }
    },
    { message: "ina226: a conversion does not end" },
  );
  t.true(clock.ticks() - from < 120);
});
