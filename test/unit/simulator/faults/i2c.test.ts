import test from "ava";
import { crc8 } from "../../../../firmware/data/crc.js";
import type { I2CTarget } from "../../../../simulator/chips/chip.js";
import { SHT3xChip } from "../../../../simulator/chips/sht3x.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import {
  brownOut,
  corruptRead,
  flipBits,
  nackAddress,
  nackByte,
  timeout,
  wrongChecksum,
} from "../../../../simulator/faults/i2c.js";
import { I2CBus } from "../../../../simulator/io/i2c.js";
import { Random } from "../../../../simulator/random.js";

/** Sends 0, 1, 2 …; acknowledges all; writes down what it sees. */
class Target implements I2CTarget {
  readonly seen: string[] = [];
  #next = 0;

  start(_address: number, read: boolean): boolean {
    this.seen.push(read ? "read" : "write");
    this.#next = 0;
    return true;
  }
  write(byte: number): boolean {
    this.seen.push(String(byte));
    return true;
  }
  read(): number {
    this.seen.push("sent");
    return this.#next++;
  }
  stop(): void {
    this.seen.push("stop");
  }
  powerCycle(): void {
    this.seen.push("power");
  }
}

const pins = { data: 21, clock: 22, hz: 100_000 };

function setUp() {
  const bus = new I2CBus({ clock: { ticks: () => 0 } });
  const target = new Target();
  const other = new Target();
  bus.attach(0x44, target);
  bus.attach(0x45, other);
  const i2c = new bus.I2C({ ...pins, address: 0x44 });
  const second = new bus.I2C({ ...pins, address: 0x45 });
  const read = (length = 3, from = i2c) => {
    const into = new Uint8Array(length);
    from.read(into);
    return [...into];
  };
  return { bus, target, i2c, second, read };
}

const refused = { instanceOf: Error, message: "read failed" };

test("an address is not acknowledged as often as told, and the target is left alone", (t) => {
  const { bus, target, read } = setUp();
  bus.decorate(0x44, (inner) => nackAddress(inner, 2));
  t.throws(() => read(), refused);
  t.throws(() => read(), refused);
  t.deepEqual(target.seen, []);
  t.deepEqual(read(), [0, 1, 2]);
});

test("the n-th byte of a write is not acknowledged: the target has those before it and the stop", (t) => {
  const { bus, target, i2c } = setUp();
  bus.decorate(0x44, (inner) => nackByte(inner, 1, 1));
  t.throws(() => i2c.write(Uint8Array.of(7, 8, 9)), { message: "write failed" });
  t.deepEqual(target.seen, ["write", "7", "stop"]);
  t.notThrows(() => i2c.write(Uint8Array.of(7, 8, 9)));
});

test("a timeout is the same bare error as a refusal, before any byte of a write or a read", (t) => {
  for (const index of [0, 1]) {
    const { bus, target, i2c, read } = setUp();
    bus.decorate(0x44, (inner) => timeout(inner, index, 2));
    const error = t.throws(() => read(), refused);
    t.is(error!.constructor, Error);
    t.throws(() => i2c.write(Uint8Array.of(7, 8)), { message: "write failed" });
    const expected = index === 0 ? ["read", "stop", "write", "stop"] : ["read", "sent", "stop", "write", "7", "stop"];
    t.deepEqual(target.seen, expected);
    t.deepEqual(read(), [0, 1, 2]);
    t.deepEqual(bus.violations, []);
  }
});

test("an observer sees a transaction that timed out as one that was not acknowledged", (t) => {
  const seen: boolean[] = [];
  const bus = new I2CBus({ clock: { ticks: () => 0 }, observe: ({ acknowledged }) => seen.push(acknowledged) });
  bus.attach(0x44, timeout(new Target()));
  t.throws(() => new bus.I2C({ ...pins, address: 0x44 }).read(new Uint8Array(1)), refused);
  t.deepEqual(seen, [false]);
});

test("one byte of a read has bits turned over", (t) => {
  const { bus, read } = setUp();
  bus.decorate(0x44, (inner) => corruptRead(inner, 1, 0x80, 1));
  t.deepEqual(read(), [0, 0x81, 2]);
  t.deepEqual(read(), [0, 1, 2]);
});

test("wrong checksums are the last byte of every three, and of nothing else", (t) => {
  const { bus, read } = setUp();
  bus.decorate(0x44, (inner) => wrongChecksum(inner));
  t.deepEqual(read(6), [0, 1, 2 ^ 0xff, 3, 4, 5 ^ 0xff]);
  const chip = new SHT3xChip({ clock: new VirtualClock(), random: new Random(1) });
  bus.attach(0x46, wrongChecksum(chip, 3, 1));
  const sht3x = new bus.I2C({ ...pins, address: 0x46 });
  const status = new Uint8Array(3);
  const right = () => {
    sht3x.write(Uint8Array.of(0xf3, 0x2d));
    sht3x.read(status);
    return crc8(status, 0, 2) === status[2];
  };
  t.deepEqual([right(), right()], [false, true]);
});

test("bits flip with the probability asked for, and the same ones for the same seed", (t) => {
  const run = (seed: number, probability: number) => {
    const { bus, read } = setUp();
    bus.decorate(0x44, (inner) => flipBits(inner, new Random(seed), probability));
    let turned = 0;
    const bytes = read(10_000);
    bytes.forEach((byte, i) => {
      for (let bits = byte ^ (i & 0xff); bits; bits >>= 1) turned += bits & 1;
    });
    return { bytes, rate: turned / 80_000 };
  };
  t.is(run(1, 0).rate, 0);
  t.is(run(1, 1).rate, 1);
  t.true(Math.abs(run(1, 0.01).rate - 0.01) < 0.002);
  t.deepEqual(run(7, 0.01).bytes, run(7, 0.01).bytes);
  t.notDeepEqual(run(7, 0.01).bytes, run(8, 0.01).bytes);
});

test("a brown-out between two bytes of a read: the rest is 0xff, and the part has forgotten the transaction", (t) => {
  const { bus, target, i2c, read } = setUp();
  bus.decorate(0x44, (inner) => brownOut(inner, target, 4));
  t.deepEqual(read(3), [0, 1, 2], "the read is too short for it");
  target.seen.length = 0;
  const into = new Uint8Array(6);
  i2c.writeRead(Uint8Array.of(9), into);
  t.deepEqual([...into], [0, 1, 2, 3, 0xff, 0xff]);
  t.deepEqual(target.seen, ["write", "9", "read", "sent", "sent", "sent", "sent", "power"], "and sees no stop");
  t.deepEqual(read(5), [0, 1, 2, 3, 4], "once");
});

test("while SDA is stuck no target of the bus is reached, and the error is the same", (t) => {
  const { bus, target, i2c, second, read } = setUp();
  const free = bus.stickData();
  for (let i = 0; i < 5; i++) {
    t.throws(() => read(), refused);
    t.throws(() => read(1, second), refused);
    t.throws(() => i2c.write(Uint8Array.of(1)), { message: "write failed" });
  }
  t.is(i2c.write(new Uint8Array(0)) as unknown, 1);
  t.deepEqual(target.seen, []);
  free();
  t.deepEqual(read(), [0, 1, 2]);
});

test("nine clocks and a stop, before the transaction after a timeout, free SDA from a part that lost count", (t) => {
  for (const [clocks, failures] of [
    [1, 1],
    [9, 1],
    [10, 2],
    [18, 2],
    [19, 3],
  ] as const) {
    const { bus, second, read } = setUp();
    bus.stickData(clocks);
    for (let i = 0; i < failures; i++) t.throws(() => read(1, i % 2 ? second : undefined), refused, `${clocks} clocks`);
    t.deepEqual(read(), [0, 1, 2], `${clocks} clocks`);
  }
});

test("an instance made anew does not clear the bus: its first transaction fails like any", (t) => {
  const { bus, i2c, second, read } = setUp();
  bus.stickData(9);
  t.throws(() => read(), refused);
  i2c.close();
  second.close();
  const again = new bus.I2C({ ...pins, address: 0x44 });
  t.throws(() => read(1, again), refused);
  t.deepEqual(read(1, again), [0]);
});

test("a transaction that a target timed out also makes the next one clear the bus", (t) => {
  const { bus, read } = setUp();
  bus.decorate(0x44, (inner) => timeout(inner, 0, 1));
  t.throws(() => read(), refused);
  bus.stickData(9);
  t.deepEqual(read(), [0, 1, 2]);
});

test("a stuck SCL holds the bus, and SDA with it, until it is let go", (t) => {
  const { bus, second, read } = setUp();
  const free = bus.stickClock();
  bus.stickData(1);
  for (let i = 0; i < 20; i++) t.throws(() => read(1, second), refused);
  free();
  t.deepEqual(read(), [0, 1, 2]);
});

test("wrong arguments are named", (t) => {
  const target = new Target();
  const wrong: [() => unknown, string][] = [
    [() => nackByte(target, -1), "fault: byteIndex -1 is not a whole number from 0"],
    [() => timeout(target, 0.5), "fault: byteIndex 0.5 is not a whole number from 0"],
    [() => corruptRead(target, 0, 256), "fault: mask 256 is not 1 to 255"],
    [() => wrongChecksum(target, 1), "fault: length 1 is not 2 or more"],
    [() => flipBits(target, new Random(1), 2), "fault: probability 2 is not 0 to 1"],
    [() => brownOut(target, target, -1), "fault: afterBytes -1 is not a whole number from 0"],
    [() => setUp().bus.stickData(0), "i2c: clocks 0 is not 1 or more"],
  ];
  for (const [call, message] of wrong) t.throws(call, { instanceOf: RangeError, message });
});
