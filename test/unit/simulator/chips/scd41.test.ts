import test from "ava";
import { crc8 } from "../../../../firmware/data/crc.js";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { SCD41Chip } from "../../../../simulator/chips/scd41.js";
import { ChipBench } from "./bench.js";

// Datasheet "SCD4x", version 1.3.
const bench = (seed?: number) => new ChipBench((options) => new SCD41Chip(options), seed);
type Bench = ReturnType<typeof bench>;
const send = (b: Bench, command: number) => b.write(command >> 8, command & 0xff);
function set(b: Bench, command: number, value: number): void {
  const word = [value >> 8, value & 0xff];
  b.write(command >> 8, command & 0xff, ...word, crc8(Uint8Array.from(word)));
}
function words(b: Bench, count: number): number[] {
  const bytes = b.read(3 * count);
  return Array.from({ length: count }, (_, i) => {
    if (crc8(bytes, 3 * i, 3 * i + 2) !== bytes[3 * i + 2]) throw new Error("wrong checksum");
    return (bytes[3 * i]! << 8) | bytes[3 * i + 1]!;
  });
}
function get(b: Bench, command: number, count = 1): number[] {
  send(b, command);
  b.wait(1);
  return words(b, count);
}
function measurement(b: Bench) {
  const [ppm, t, rh] = get(b, 0xec05, 3);
  return { carbonDioxide: ppm!, temperature: -45 + (175 * t!) / 65535, humidity: (100 * rh!) / 65535 };
}
const START = 0x21b1;
const STOP = 0x3f86;
const SINGLE_SHOT = 0x219d;
const violation = { instanceOf: ProtocolViolation };

test("the checksum is that of §3.11: 0xBEEF gives 0x92", (t) => {
  t.is(crc8(Uint8Array.of(0xbe, 0xef)), 0x92);
});

test("periodic measurement gives a reading every 5 s, once", (t) => {
  const b = bench();
  send(b, START);
  b.wait(4999);
  t.is(get(b, 0xe4b8)[0]! & 0x7ff, 0);
  send(b, 0xec05);
  b.wait(1);
  t.is(get(b, 0xe4b8)[0]! & 0x7ff, 6, "ready at 5 s");
  measurement(b);
  t.is(get(b, 0xe4b8)[0]! & 0x7ff, 0);
  send(b, 0xec05);
  b.wait(1);
  t.throws(() => b.read(9), { message: "read failed" }, "the buffer is empty");
  b.wait(5000);
  t.notThrows(() => measurement(b));
});

test("low power periodic measurement gives one every 30 s", (t) => {
  const b = bench();
  send(b, 0x21ac);
  b.wait(29_998);
  t.is(get(b, 0xe4b8)[0]! & 0x7ff, 0);
  b.wait(1);
  t.not(get(b, 0xe4b8)[0]! & 0x7ff, 0);
});

test("a single shot takes 5 s, in which nothing is acknowledged, and is right over the whole range", (t) => {
  const b = bench();
  const { channels } = b.chip;
  for (let i = 0; i <= 30; i++) {
    const truth = { carbonDioxide: 400 + 153.3 * i, temperature: -10 + 2.33 * i, humidity: 100 - 3.33 * i };
    for (const [name, value] of Object.entries(truth)) b.chip.setChannel(name, value);
    send(b, SINGLE_SHOT);
    b.wait(4999);
    t.throws(() => send(b, 0xe4b8));
    b.wait(1);
    const reading = measurement(b);
    for (const name of ["carbonDioxide", "temperature", "humidity"] as const) {
      t.true(Math.abs(reading[name] - truth[name]) <= channels[name].tolerance, `${name} is ${reading[name]}`);
    }
  }
});

test("a single shot of the climate only takes 50 ms and gives 0 ppm", (t) => {
  const b = bench();
  send(b, 0x2196);
  b.wait(50);
  const { carbonDioxide, temperature } = measurement(b);
  t.is(carbonDioxide, 0);
  t.true(Math.abs(temperature - 25) < 0.3);
});

test("an answer needs 1 ms after its command", (t) => {
  const b = bench();
  t.throws(() => b.writeRead([0x36, 0x82], 9), { message: "writeRead failed" });
  b.wait(1);
  t.is(get(b, 0x3682, 3).length, 3);
});

test("while it measures periodically only four commands are allowed", (t) => {
  const b = bench();
  send(b, START);
  for (const command of [START, 0x21ac, SINGLE_SHOT, 0x2196, 0x3682, 0x2318, 0x3646, 0x36e0]) {
    t.throws(() => send(b, command), violation);
  }
  t.throws(() => set(b, 0x241d, 0), violation);
  b.wait(5000);
  t.notThrows(() => measurement(b));
  set(b, 0xe000, 1013);
  b.wait(1);
  send(b, STOP);
  b.wait(499);
  t.throws(() => send(b, 0x3682), { message: "write failed" }, "500 ms to stop");
  b.wait(1);
  t.notThrows(() => get(b, 0x3682, 3));
  t.notThrows(() => send(b, STOP), "to stop an idle part is allowed");
});

test("the temperature offset, 4 °C from the factory, takes the part's own warmth off", (t) => {
  const b = bench();
  t.true(Math.abs((get(b, 0x2318)[0]! * 175) / 65535 - 4) < 0.01);
  set(b, 0x241d, 0);
  b.wait(1);
  send(b, SINGLE_SHOT);
  b.wait(5000);
  const { temperature, humidity } = measurement(b);
  t.true(Math.abs(temperature - 29) < 0.3);
  t.true(humidity > 38 && humidity < 41, "warmer air of the same water is drier");
});

test("settings are lost with the power unless they were persisted, which takes 800 ms", (t) => {
  const b = bench();
  set(b, 0x2427, 500);
  b.wait(1);
  t.is(get(b, 0x2322)[0], 500);
  b.chip.powerCycle();
  b.wait(1000);
  t.is(get(b, 0x2322)[0], 0);
  set(b, 0x2427, 700);
  b.wait(1);
  send(b, 0x3615);
  b.wait(799);
  t.throws(() => send(b, 0x2322));
  b.wait(1);
  b.chip.powerCycle();
  b.wait(1000);
  t.is(get(b, 0x2322)[0], 700);
  send(b, 0x3632);
  b.wait(1200);
  t.is(get(b, 0x2322)[0], 0, "factory reset");
});

test("a word with a wrong checksum is refused", (t) => {
  const b = bench();
  t.throws(() => b.write(0x24, 0x27, 0x01, 0xf4, 0x00), { message: "write failed" });
  t.is(get(b, 0x2322)[0], 0);
});

test("after power-up it is silent for 1000 ms, idle, and its reading is lost", (t) => {
  const b = bench();
  send(b, START);
  b.wait(5000);
  b.chip.powerCycle();
  b.wait(999);
  t.throws(() => send(b, 0xe4b8));
  b.wait(1);
  t.is(get(b, 0xe4b8)[0]! & 0x7ff, 0);
  b.wait(60_000);
  t.is(get(b, 0xe4b8)[0]! & 0x7ff, 0);
});

test("powered down it answers nothing; waking it is never acknowledged and takes 20 ms", (t) => {
  const b = bench();
  send(b, 0x36e0);
  b.wait(1);
  t.throws(() => send(b, 0x3682));
  t.throws(() => b.read(3));
  t.throws(() => send(b, 0x36f6));
  b.wait(19);
  t.throws(() => send(b, 0x3682));
  b.wait(1);
  t.is(get(b, 0x3682, 3).length, 3);
});

test("the self test takes 10 s and finds nothing", (t) => {
  const b = bench();
  send(b, 0x3639);
  b.wait(9999);
  t.throws(() => b.read(3));
  b.wait(1);
  t.deepEqual(words(b, 1), [0]);
});

test("what the datasheet does not know is a violation; half a command is nothing", (t) => {
  const b = bench();
  t.throws(() => send(b, 0x1234), { ...violation, message: "scd41: unknown command 0x1234 (table 9)" });
  t.throws(() => b.write(0x36, 0x82, 0x00), violation);
  b.wait(1);
  b.write(0x21);
  send(b, 0xe4b8);
  b.wait(1);
  t.throws(() => b.read(4), violation);
});
