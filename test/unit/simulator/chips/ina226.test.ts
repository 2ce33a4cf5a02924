import test from "ava";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { INA226Chip } from "../../../../simulator/chips/ina226.js";
import { ChipBench } from "./bench.js";

const bench = (shuntOhms?: number) =>
  new ChipBench((surroundings) => new INA226Chip({ ...surroundings, ...(shuntOhms && { shuntOhms }) }));
type Bench = ReturnType<typeof bench>;

function register(b: Bench, pointer: number): number {
  const [high, low] = b.writeRead([pointer], 2);
  return (high! << 8) | low!;
}
const set = (b: Bench, pointer: number, value: number) => b.write(pointer, value >> 8, value & 0xff);
const near = (a: number, b: number, by: number) => Math.abs(a - b) <= by;

test("power-on values are those of table 7-1", (t) => {
  const b = bench();
  const values = [0x4127, 0, 0, 0, 0, 0, 0, 0];
  t.deepEqual(
    values.map((_, pointer) => register(b, pointer)),
    values,
  );
  t.is(register(b, 0xfe), 0x5449);
  t.is(register(b, 0xff), 0x2260);
});

test("the datasheet's example: 10 A over 2 mΩ at 11.98 V is 8000, 9584, 10000 and 4792", (t) => {
  const b = bench(0.002);
  b.chip.setChannel("current", 10);
  b.chip.setChannel("voltage", 11.98);
  set(b, 5, 0x0a00);
  // 1024 averages of 140 µs, so that the noise is small.
  set(b, 0, 0x4e07);
  b.wait(400);
  const [shunt, bus] = [register(b, 1), register(b, 2)];
  t.true(near(shunt, 8000, 1), `${shunt}`);
  t.true(near(bus, 9584, 1), `${bus}`);
  t.is(register(b, 4), Math.trunc((shunt * 2560) / 2048));
  t.is(register(b, 3), Math.trunc((register(b, 4) * bus) / 20000));
});

test("the shunt voltage and the current have signs, the power has none", (t) => {
  const b = bench();
  b.chip.setChannel("current", -2);
  b.chip.setChannel("voltage", 24);
  set(b, 5, 2048);
  b.wait(3);
  t.true(near((register(b, 1) << 16) >> 16, -8000, 4));
  t.true(near((register(b, 4) << 16) >> 16, -8000, 4));
  t.true(near(register(b, 3), (8000 * 19200) / 20000, 10));
});

test("without calibration current and power are 0", (t) => {
  const b = bench();
  b.chip.setChannel("current", 2);
  b.wait(3);
  t.not(register(b, 1), 0);
  t.deepEqual([register(b, 3), register(b, 4)], [0, 0]);
});

test("CVRF comes with the longest conversion times, and goes when Mask/Enable is read", (t) => {
  const b = bench();
  // Triggered, 4 averages of 8.244 (9.068) and 1.1 (1.21) ms, and 40 µs to wake up.
  set(b, 0, 0x4000);
  set(b, 0, 0x4000 | (1 << 9) | (7 << 6) | (4 << 3) | 3);
  b.wait(41);
  t.is(register(b, 6) & 8, 0);
  b.wait(1);
  t.is(register(b, 6) & 8, 8);
  t.is(register(b, 6) & 8, 0);
  b.wait(1000);
  t.is(register(b, 6) & 8, 0, "a triggered measurement happens once");
});

test("writing the configuration begins anew and takes CVRF back", (t) => {
  const b = bench();
  b.wait(3);
  set(b, 0, 0x4127);
  t.is(register(b, 6) & 8, 0);
  b.wait(2);
  set(b, 0, 0x4127);
  b.wait(2);
  t.is(register(b, 6) & 8, 0);
  b.wait(1);
  t.is(register(b, 6) & 8, 8);
});

test("mode says which voltages are measured: the other keeps its value, power-down measures none", (t) => {
  const b = bench();
  b.chip.setChannel("current", 1);
  b.chip.setChannel("voltage", 12);
  set(b, 0, 0x4125);
  b.wait(10);
  t.not(register(b, 1), 0);
  t.is(register(b, 2), 0);
  set(b, 0, 0x4124);
  b.wait(10);
  t.is(register(b, 6) & 8, 8, "power-down leaves the ready flag");
  t.is(register(b, 6) & 8, 0);
});

test("reset is as power-on, and clears itself", (t) => {
  const b = bench();
  set(b, 5, 1234);
  set(b, 0, 0x8000);
  t.deepEqual([register(b, 0), register(b, 5)], [0x4127, 0]);
});

test("the alert's highest function counts; latched it stays until it is read", (t) => {
  const b = bench();
  b.chip.setChannel("voltage", 12);
  set(b, 7, 8000); // 10 V
  set(b, 6, 0x3001);
  b.wait(3);
  b.chip.setChannel("voltage", 5);
  b.wait(3);
  t.is(register(b, 6) & 0x10, 0x10);
  t.is(register(b, 6) & 0x10, 0);
  set(b, 6, 0x1000);
  b.wait(3);
  t.is(register(b, 6) & 0x10, 0x10, "under voltage");
  b.chip.setChannel("voltage", 12);
  b.wait(3);
  t.is(register(b, 6) & 0x10, 0, "transparent");
});

test("a current that does not fit in 16 bits sets OVF", (t) => {
  const b = bench();
  b.chip.setChannel("current", 8);
  set(b, 5, 4096);
  b.wait(3);
  t.is(register(b, 6) & 4, 4);
});

test("unknown registers, read-only ones and third bytes are violations", (t) => {
  const b = bench();
  for (const pointer of [8, 0xfd]) t.throws(() => b.write(pointer), { instanceOf: ProtocolViolation });
  for (const pointer of [1, 2, 3, 4, 0xfe, 0xff]) {
    t.throws(() => set(b, pointer, 1), { instanceOf: ProtocolViolation });
  }
  t.throws(() => b.writeRead([1], 3), { instanceOf: ProtocolViolation });
  t.throws(() => b.chip.setChannel("power", 1), {
    instanceOf: RangeError,
    message: "ina226: power is not current or voltage",
  });
});
