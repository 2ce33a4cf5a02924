import test from "ava";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { MCP9808Chip } from "../../../../simulator/chips/mcp9808.js";
import { ChipBench } from "./bench.js";

// DS25095A.
const bench = (seed?: number) => new ChipBench((options) => new MCP9808Chip(options), seed);
type Bench = ReturnType<typeof bench>;
const register = (b: Bench, address: number) => {
  const [high, low] = b.writeRead([address], 2);
  return (high! << 8) | low!;
};
const put = (b: Bench, address: number, value: number) => b.write(address, value >> 8, value & 0xff);
/** §5.1.3.1, equation 5-1. */
function celsius(word: number): number {
  const upper = (word >> 8) & 0x1f;
  const lower = word & 0xff;
  return upper & 0x10 ? (upper & 0x0f) * 16 + lower / 16 - 256 : upper * 16 + lower / 16;
}

test("registers after power-up: maker 0x0054, device 0x0400, 0.0625 °C, limits and temperature 0", (t) => {
  const b = bench();
  t.is(register(b, 0x00), 0x001f);
  for (const address of [0x01, 0x02, 0x03, 0x04, 0x05]) t.is(register(b, address), 0);
  t.is(register(b, 0x06), 0x0054);
  t.is(register(b, 0x07), 0x0400);
  t.is(b.writeRead([0x08], 1)[0], 3);
});

test("it is right to the tolerance over the whole range, below zero too", (t) => {
  const b = bench();
  const { minimum, maximum } = b.chip.channels.temperature;
  for (let i = 0; i <= 66; i++) {
    const truth = minimum + (i / 66) * (maximum - minimum);
    b.chip.setChannel("temperature", truth);
    b.wait(251);
    t.true(Math.abs(celsius(register(b, 0x05)) - truth) <= b.chip.channels.temperature.tolerance);
  }
});

test("a conversion takes 30, 65, 130 or 250 ms by resolution, and until the first one it reads 0 °C", (t) => {
  for (const [code, ms, zeroBits] of [
    [0, 30, 7],
    [1, 65, 3],
    [2, 130, 1],
    [3, 250, 0],
  ] as const) {
    const b = bench();
    b.write(0x08, code);
    b.chip.setChannel("temperature", 33.3);
    b.wait(ms - 1);
    t.is(register(b, 0x05), 0);
    b.wait(1);
    const word = register(b, 0x05);
    t.true(Math.abs(celsius(word) - 33.3) <= b.chip.channels.temperature.tolerance);
    t.is(word & zeroBits, 0);
  }
});

test("its tolerance follows the resolution", (t) => {
  const b = bench();
  const fine = b.chip.channels.temperature.tolerance;
  b.write(0x08, 0);
  t.true(Math.abs(b.chip.channels.temperature.tolerance - fine - (0.25 - 0.03125)) < 1e-9);
});

test("in shutdown it keeps the last temperature; awake it converts anew", (t) => {
  const b = bench();
  b.wait(250);
  const kept = register(b, 0x05);
  put(b, 0x01, 0x0100);
  b.chip.setChannel("temperature", 80);
  b.wait(10_000);
  t.is(register(b, 0x05), kept);
  put(b, 0x01, 0x0000);
  b.wait(249);
  t.is(register(b, 0x05), kept);
  b.wait(1);
  t.true(Math.abs(celsius(register(b, 0x05)) - 80) < 0.1);
});

test("three flags over the temperature compare it with the limits", (t) => {
  const b = bench();
  put(b, 0x02, 30 << 4);
  put(b, 0x03, 0x1000 | (4096 - (10 << 4)));
  put(b, 0x04, 60 << 4);
  const flags = (truth: number) => {
    b.chip.setChannel("temperature", truth);
    b.wait(251);
    return register(b, 0x05) >> 13;
  };
  t.deepEqual([20, 40, 70, -20].map(flags), [0b000, 0b010, 0b110, 0b001]);
});

test("limits hold a quarter of a degree; a lock keeps them, and keeps it awake, until the power goes", (t) => {
  const b = bench();
  put(b, 0x02, 0xffff);
  t.is(register(b, 0x02), 0x1ffc);
  put(b, 0x01, 0x00c0);
  for (const address of [0x02, 0x03, 0x04]) put(b, address, 0x0100);
  t.deepEqual(
    [0x02, 0x03, 0x04].map((address) => register(b, address)),
    [0x1ffc, 0, 0],
  );
  put(b, 0x01, 0x0100);
  t.is(register(b, 0x01), 0x00c0);
  b.chip.powerCycle();
  t.is(register(b, 0x01), 0);
});

test("a power cycle loses the conversion and every setting", (t) => {
  const b = bench();
  b.write(0x08, 1);
  b.wait(300);
  b.chip.powerCycle();
  t.is(b.writeRead([0x08], 1)[0], 3);
  b.wait(249);
  t.is(register(b, 0x05), 0);
});

test("the pointer stays where it is", (t) => {
  const b = bench();
  b.write(0x06);
  t.deepEqual([...b.read(2), ...b.read(2)], [0x00, 0x54, 0x00, 0x54]);
});

test("what the datasheet does not know is a violation; a word cut short is nothing", (t) => {
  const b = bench();
  const violation = { instanceOf: ProtocolViolation };
  t.throws(() => register(b, 0x09), { ...violation, message: "mcp9808: register 0x09 is reserved (§5.1)" });
  t.throws(() => register(b, 0x15), violation);
  t.throws(() => put(b, 0x05, 0), violation);
  t.throws(() => b.writeRead([0x05], 3), violation);
  t.throws(() => b.writeRead([0x08], 2), violation);
  t.throws(() => put(b, 0x01, 0x0008), violation, "the alert is not simulated");
  b.write(0x02, 0x01);
  t.is(register(b, 0x02), 0);
});
