import test from "ava";
import { crc8, POLYNOMIAL_SMBUS } from "../../../../firmware/data/crc.js";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { MLX90614Chip } from "../../../../simulator/chips/mlx90614.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { I2CBus } from "../../../../simulator/io/i2c.js";
import { Random } from "../../../../simulator/random.js";

// 3901090614, revision 008. The address is part of every packet error code, so the bench has the right one.
const ADDRESS = 0x5a;
const code = (...bytes: number[]) => crc8(Uint8Array.from(bytes), 0, bytes.length, POLYNOMIAL_SMBUS, 0);

function bench(random: Pick<Random, "normal"> = new Random(1)) {
  const clock = new VirtualClock();
  const chip = new MLX90614Chip({ clock, random: random as Random });
  const bus = new I2CBus({ clock });
  bus.attach(ADDRESS, chip);
  const i2c = new bus.I2C({ data: 21, clock: 22, hz: 100_000, address: ADDRESS });
  return {
    chip,
    wait: (ms: number) => clock.advanceTo(clock.ticks() + ms),
    send: (...bytes: number[]) => i2c.write(Uint8Array.from(bytes)),
    word(command: number): number {
      const into = new Uint8Array(3);
      i2c.writeRead(Uint8Array.of(command), into);
      const [low, high, received] = into;
      if (received !== code(ADDRESS << 1, command, (ADDRESS << 1) | 1, low!, high!)) throw new Error("wrong code");
      return low! | (high! << 8);
    },
    put(command: number, value: number): void {
      const bytes = [command, value & 0xff, value >> 8];
      i2c.write(Uint8Array.of(...bytes, code(ADDRESS << 1, ...bytes)));
    },
    raw(command: number, length: number): number[] {
      const into = new Uint8Array(length);
      i2c.writeRead(Uint8Array.of(command), into);
      return [...into];
    },
    receive: (length: number) => i2c.read(new Uint8Array(length)),
  };
}
const quiet = { normal: () => 0 };

test("the packet error codes are those of the datasheet and of the application note", (t) => {
  t.is(code(0xb4, 0x07, 0xb5, 0xd2, 0x3a), 0x30, "read of the object temperature 0x3AD2");
  t.is(code(0xb4, 0xff), 0xe8, "sleep");
  t.is(code(0x00, 0x2e, 0x00, 0x00), 0x6f, "erasing cell 0x0E");
  t.is(code(0x00, 0x2e, 0x5a, 0x00), 0xe1, "writing 0x5A to it");
});

test("a word of the RAM comes low byte first, with its code: 28.01 °C is 0x3AD2", (t) => {
  const b = bench(quiet);
  b.chip.setChannel("object", 28.01);
  t.deepEqual(b.raw(0x07, 3), [0xd2, 0x3a, 0x30]);
});

test("temperatures are 0.02 K per bit, right to the tolerance over the whole range", (t) => {
  const b = bench();
  const { object, ambient } = b.chip.channels;
  for (let i = 0; i <= 60; i++) {
    const [o, a] = [object, ambient].map(({ minimum, maximum }) => minimum + (i / 60) * (maximum - minimum));
    b.chip.setChannel("object", o!);
    b.chip.setChannel("ambient", a!);
    b.wait(100);
    t.true(Math.abs(b.word(0x07) * 0.02 - 273.15 - o!) <= object.tolerance);
    t.true(Math.abs(b.word(0x06) * 0.02 - 273.15 - a!) <= ambient.tolerance);
  }
});

test("beyond its range a temperature has the error flag: −70.01 °C is 0x27AD, 382.19 °C 0x7FFF", (t) => {
  const b = bench(quiet);
  b.chip.setChannel("object", -90);
  t.is(b.word(0x07), 0x8000 | 0x27ad);
  b.chip.setChannel("object", 500);
  t.is(b.word(0x07), 0x8000 | 0x7fff);
});

test("after power-up it reads 0 for 250 ms, and the flags say that it is starting", (t) => {
  const b = bench();
  t.is(b.word(0xf0), 0x10);
  b.chip.powerCycle();
  b.wait(249);
  t.is(b.word(0xf0), 0x00);
  t.is(b.word(0x07), 0);
  b.wait(1);
  t.is(b.word(0xf0), 0x10);
  t.not(b.word(0x07), 0);
});

test("noise changes with each cycle of the filters, not with each read", (t) => {
  const b = bench();
  const words = [b.word(0x07), b.word(0x07)];
  t.is(words[0], words[1]);
  b.wait(100);
  const later = [1, 2, 3].map(() => {
    b.wait(100);
    return b.word(0x07);
  });
  t.true(new Set([...words, ...later]).size > 1);
});

test("the EEPROM: factory settings, written after an erase, 5 ms each, and only where the datasheet allows", (t) => {
  const b = bench();
  t.deepEqual([0x20, 0x21, 0x22, 0x23, 0x24, 0x25].map(b.word), [0x9993, 0x62e3, 0x0201, 0xf71c, 0xffff, 0x9fb4]);
  t.is(b.word(0x2e) & 0xff, ADDRESS);
  b.put(0x24, 0);
  t.is(b.word(0xf0), 0x90, "busy");
  t.throws(() => b.word(0x24));
  b.wait(5);
  t.is(b.word(0x24), 0);
  b.put(0x24, 0xf332);
  b.wait(5);
  t.is(b.word(0x24), 0xf332);
  b.chip.powerCycle();
  t.is(b.word(0x24), 0xf332);
  b.put(0x3c, 0);
  b.wait(5);
  t.not(b.word(0x3c), 0, "an identification number stays");
  t.throws(() => b.put(0x24, 0x8000), { instanceOf: ProtocolViolation }, "not erased");
});

test("a write with a wrong code is refused and does nothing", (t) => {
  const b = bench();
  t.throws(() => b.send(0x24, 0, 0, 0), { message: "write failed" });
  t.is(b.word(0xf0), 0x10);
  t.is(b.word(0x24), 0xffff);
  b.send(0x24, 0);
  t.is(b.word(0x24), 0xffff, "nor does one that broke off");
});

test("asleep it answers nothing until SDA wakes it or its power comes back", (t) => {
  for (const wake of ["wakeUp", "powerCycle"] as const) {
    const b = bench();
    t.throws(() => b.send(0xff, 0x00), { message: "write failed" }, "a wrong code");
    b.send(0xff, 0xe8);
    b.wait(1000);
    t.throws(() => b.word(0x07));
    b.chip[wake]();
    t.is(b.word(0x07), 0);
    b.wait(250);
    t.not(b.word(0x07), 0);
  }
});

test("what the datasheet does not know is a violation; a read without a command is refused", (t) => {
  const b = bench();
  const violation = { instanceOf: ProtocolViolation };
  t.throws(() => b.word(0x60), { ...violation, message: "mlx90614: unknown command 0x60 (§8.4.6)" });
  t.throws(() => b.word(0x08), violation, "there is one zone");
  t.throws(() => b.put(0x07, 0), violation, "the RAM is read only");
  t.throws(() => b.raw(0x07, 4), violation);
  t.throws(() => b.receive(3), { message: "read failed" });
});
