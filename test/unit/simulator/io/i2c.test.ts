import test from "ava";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import type { I2CTarget } from "../../../../simulator/chips/chip.js";
import { corruptRead, nackAddress } from "../../../../simulator/faults/i2c.js";
import { I2CBus } from "../../../../simulator/io/i2c.js";
import type { I2CTransaction } from "../../../../simulator/io/i2c.js";

const clock = { ticks: () => 42 };
const options = { data: 21, clock: 22, hz: 100_000, address: 0x44 };

/** Sends 1, 2, 3 …; takes bytes up to `takes`; writes down what it sees. */
class Target implements I2CTarget {
  readonly seen: string[] = [];
  takes = Infinity;
  answers = true;
  #next = 1;

  start(address: number, read: boolean): boolean {
    this.seen.push(`${read ? "read" : "write"} ${address}`);
    this.#next = 1;
    return this.answers;
  }
  write(byte: number): boolean {
    this.seen.push(String(byte));
    return byte <= this.takes;
  }
  read(): number {
    return this.#next++;
  }
  stop(): void {
    this.seen.push("stop");
  }
}

function setUp() {
  const log: I2CTransaction[] = [];
  const bus = new I2CBus({ clock, observe: (transaction) => log.push(transaction) });
  const target = new Target();
  bus.attach(0x44, target);
  return { bus, target, log, i2c: new bus.I2C(options) };
}

test("every call is one whole transaction; writeRead has a repeated start", (t) => {
  const { target, i2c } = setUp();
  const into = new Uint8Array(3);
  i2c.write(Uint8Array.of(7, 8));
  t.is(i2c.read(into), 3);
  t.deepEqual([...into], [1, 2, 3]);
  t.is(i2c.writeRead(Uint8Array.of(9), into), 3);
  t.deepEqual(target.seen, ["write 68", "7", "8", "stop", "read 68", "stop", "write 68", "9", "read 68", "stop"]);
});

test("nobody there, a refused address and a refused byte are the same bare error, in the SDK's words", (t) => {
  const { bus, target, i2c } = setUp();
  const one = new Uint8Array(1);
  const elsewhere = new bus.I2C({ ...options, address: 0x45 });
  t.throws(() => elsewhere.read(one), { instanceOf: Error, message: "read failed" });
  target.takes = 5;
  t.throws(() => i2c.write(Uint8Array.of(4, 6, 1)), { instanceOf: Error, message: "write failed" });
  t.deepEqual(target.seen, ["write 68", "4", "6", "stop"], "and the transaction ends there");
  target.answers = false;
  t.throws(() => i2c.writeRead(one, one), { instanceOf: Error, message: "writeRead failed" });
});

test("as in the SDK, an empty write asks who is there and never throws", (t) => {
  const { target, i2c } = setUp();
  t.is(i2c.write(new Uint8Array(0)) as unknown, undefined);
  target.answers = false;
  t.is(i2c.write(new Uint8Array(0)) as unknown, 1);
});

test("as in the SDK, a read by length gives a fresh ArrayBuffer", (t) => {
  const { i2c } = setUp();
  const bytes = i2c.read(2 as never);
  t.deepEqual([...new Uint8Array(bytes as ArrayBuffer)], [1, 2]);
});

test("wrong options throw a RangeError", (t) => {
  const { bus } = setUp();
  const wrong: [object, string][] = [
    [{ data: undefined }, "data required"],
    [{ clock: undefined }, "clock required"],
    [{ address: undefined }, "address required"],
    [{ address: 0x80 }, "invalid address: 128 is not 0x08 to 0x77"],
    [{ address: 0x07 }, "invalid address: 7 is not 0x08 to 0x77"],
    [{ address: 0x45, hz: 0 }, "invalid hz: 0 is not 1 to 20000000"],
    [{ address: 0x45, timeout: -2 }, "invalid timeout: -2 is not -1 or more"],
    [{ address: 0x45, data: 22 }, "unusable pins: data and clock are both 22"],
  ];
  for (const [change, message] of wrong) {
    t.throws(() => new bus.I2C({ ...options, ...change }), { instanceOf: RangeError, message });
  }
});

test("one address can be open once on its pins; a pin of another bus is in use", (t) => {
  const { bus, i2c } = setUp();
  t.throws(() => new bus.I2C(options), { instanceOf: RangeError, message: "duplicate address: 0x44" });
  t.throws(() => new bus.I2C({ ...options, clock: 23 }), { instanceOf: RangeError, message: "inUse" });
  i2c.close();
  t.notThrows(() => new bus.I2C(options));
});

test("a bus that is soldered to some pins is not found on others", (t) => {
  const bus = new I2CBus({ clock, pins: { data: 21, clock: 22 } });
  bus.attach(0x44, new Target());
  const right = new bus.I2C(options);
  t.notThrows(() => right.read(new Uint8Array(1)));
  right.close();
  t.throws(() => new bus.I2C({ ...options, data: 22, clock: 21 }).read(new Uint8Array(1)), { message: "read failed" });
});

test("close may be repeated; everything else after it throws", (t) => {
  const { i2c, target } = setUp();
  i2c.close();
  i2c.close();
  const one = new Uint8Array(1);
  for (const call of [() => i2c.read(one), () => i2c.write(one), () => i2c.writeRead(one, one)]) {
    t.throws(call, { message: "i2c: used after close" });
  }
  t.deepEqual(target.seen, []);
});

test("a violation reaches the caller, and stays with the bus in case the caller takes it for a fault", (t) => {
  const { bus, target, i2c } = setUp();
  const violation = new ProtocolViolation("no such command");
  target.write = () => {
    throw violation;
  };
  t.is(
    t.throws(() => i2c.write(Uint8Array.of(1))),
    violation,
  );
  t.deepEqual(bus.violations, [violation]);
  t.is(target.seen.at(-1), "stop");
});

test("an observer sees each transaction with its bytes, its time and how it ended", (t) => {
  const { i2c, target, log } = setUp();
  i2c.writeRead(Uint8Array.of(9), new Uint8Array(2));
  target.answers = false;
  t.throws(() => i2c.write(Uint8Array.of(5)));
  t.deepEqual(
    log.map(({ written, read, ...rest }) => ({ ...rest, written: [...written], read: [...read] })),
    [
      { ticks: 42, address: 0x44, written: [9], read: [1, 2], acknowledged: true },
      { ticks: 42, address: 0x44, written: [5], read: [], acknowledged: false },
    ],
  );
});

test("a target that is not acknowledged is not disturbed, and answers again when the fault is over", (t) => {
  const { bus, target, i2c } = setUp();
  const undo = bus.decorate(0x44, nackAddress);
  t.throws(() => i2c.read(new Uint8Array(1)), { message: "read failed" });
  t.deepEqual(target.seen, []);
  undo();
  t.notThrows(() => i2c.read(new Uint8Array(1)));
  bus.decorate(0x44, (inner) => nackAddress(inner, 1));
  t.throws(() => i2c.read(new Uint8Array(1)));
  t.notThrows(() => i2c.read(new Uint8Array(1)));
});

test("a corrupted read turns over the bits of one byte, as often as told", (t) => {
  const { bus, i2c } = setUp();
  bus.decorate(0x44, (inner) => corruptRead(inner, 1, 0x80, 1));
  const into = new Uint8Array(3);
  i2c.read(into);
  t.deepEqual([...into], [1, 0x82, 3]);
  i2c.read(into);
  t.deepEqual([...into], [1, 2, 3]);
});

test("an address holds one target", (t) => {
  const { bus } = setUp();
  t.throws(() => bus.attach(0x44, new Target()), { instanceOf: RangeError, message: "i2c: address 0x44 is taken" });
  bus.detach(0x44);
  t.throws(() => bus.detach(0x44), { instanceOf: RangeError, message: "i2c: nobody at address 0x44" });
});
