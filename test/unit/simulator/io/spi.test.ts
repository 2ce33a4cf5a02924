import test from "ava";
import { Board } from "../../../../simulator/boards/board.js";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import type { SPITarget, SPITiming } from "../../../../simulator/chips/chip.js";
import { IIS3DWBChip } from "../../../../simulator/chips/iis3dwb.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { SPIBus } from "../../../../simulator/io/spi.js";
import type { SPITransfer } from "../../../../simulator/io/spi.js";
import { Random } from "../../../../simulator/random.js";
import { ConstantWorld } from "../../../../simulator/world/recording.js";

const clock = { ticks: () => 42 };
const options = { clock: 18, out: 23, in: 19, select: 5, active: 0, hz: 1_000_000, mode: 3 } as const;

/** Sends 1, 2, 3 … from each selection on; writes down what it sees. */
class Target implements SPITarget {
  readonly seen: string[] = [];
  readonly timing: SPITiming = { maximumHz: 10_000_000, modes: [0, 3] };
  #next = 1;

  select(): void {
    this.seen.push("select");
    this.#next = 1;
  }
  transfer(byte: number): number {
    this.seen.push(String(byte));
    return this.#next++;
  }
  deselect(): void {
    this.seen.push("deselect");
  }
}

function setUp() {
  const log: SPITransfer[] = [];
  const bus = new SPIBus({ clock, observe: (transfer) => log.push(transfer) });
  const target = new Target();
  bus.attach(5, target);
  return { bus, target, log, spi: new bus.SPI(options) };
}

test("a transfer is full duplex and in place; the part stays selected until flush(true)", (t) => {
  const { target, spi } = setUp();
  const command = Uint8Array.of(0x8f);
  const answer = Uint8Array.of(7, 8);
  spi.transfer(command);
  spi.transfer(answer);
  spi.flush();
  t.deepEqual([...command, ...answer], [1, 2, 3]);
  t.deepEqual(target.seen, ["select", "143", "7", "8"]);
  spi.flush(true);
  spi.flush(true);
  spi.transfer(command);
  t.deepEqual(target.seen.slice(4), ["deselect", "select", "1"]);
});

test("another instance's transfer, or its flush, ends the selection, as in the SDK", (t) => {
  const { bus, target, spi } = setUp();
  const other = new Target();
  bus.attach(6, other);
  const second = new bus.SPI({ ...options, clock: 14, out: 13, in: 12, select: 6 });
  spi.transfer(Uint8Array.of(1));
  second.transfer(Uint8Array.of(2));
  t.deepEqual(target.seen, ["select", "1", "deselect"]);
  spi.flush(true);
  t.deepEqual(other.seen, ["select", "2", "deselect"]);
});

test("where nobody is, 0xff is read: another pin, the other level, other wires, a part taken off", (t) => {
  const { bus, target, spi } = setUp();
  spi.close();
  const wrong = [{ select: 7 }, { active: 1 }] as const;
  const read = (made: InstanceType<typeof bus.SPI>) => {
    const bytes = Uint8Array.of(1, 2);
    made.transfer(bytes);
    made.close();
    return [...bytes];
  };
  for (const change of wrong) t.deepEqual(read(new bus.SPI({ ...options, ...change })), [255, 255]);
  const soldered = new SPIBus({ clock, pins: { clock: 18, out: 23, in: 19 } });
  soldered.attach(5, target);
  t.deepEqual(read(new soldered.SPI({ ...options, clock: 14 })), [255, 255]);
  t.deepEqual(target.seen, []);
  t.deepEqual(read(new soldered.SPI(options)), [1, 2]);
  bus.detach(5);
  t.deepEqual(read(new bus.SPI(options)), [255, 255]);
});

test("wrong options are refused in the SDK's words", (t) => {
  const { bus, spi } = setUp();
  spi.close();
  const wrong: [object, string][] = [
    [{ hz: 0 }, "invalid hz: 0 is not 1 to 40000000"],
    [{ hz: 40_000_001 }, "invalid hz: 40000001 is not 1 to 40000000"],
    [{ active: 2 }, "invalid active: 2 is not 0 or 1"],
    [{ mode: 4 }, "invalid mode: 4 is not 0, 1, 2 or 3"],
  ];
  for (const [change, message] of wrong) {
    t.throws(() => new bus.SPI({ ...options, ...change }), { instanceOf: RangeError, message });
  }
  t.throws(() => new bus.SPI({ ...options, out: undefined, in: undefined } as never), {
    message: "in or out required",
  });
});

test("an instance has its pins to itself, so a bus serves one part at a time", (t) => {
  const { bus, spi } = setUp();
  t.throws(() => new bus.SPI({ ...options, select: 6 }), { message: "in use: pin 18" });
  t.throws(() => new bus.SPI({ ...options, clock: 14, out: 13, in: 12 }), { message: "in use: pin 5" });
  spi.close();
  t.notThrows(() => new bus.SPI({ ...options, select: 6 }));
});

test("close deselects and may be repeated; everything else after it throws", (t) => {
  const { target, spi } = setUp();
  spi.transfer(Uint8Array.of(1));
  spi.close();
  spi.close();
  t.is(target.seen.at(-1), "deselect");
  t.throws(() => spi.transfer(Uint8Array.of(1)), { message: "spi: used after close" });
  t.throws(() => spi.flush(), { message: "spi: used after close" });
});

test("65,535 bytes is what the class takes, 4092 what ESP-IDF then sends: between the two nothing happens, as there", (t) => {
  const { bus, target, spi } = setUp();
  t.throws(() => spi.transfer(new Uint8Array(65_536)), { instanceOf: RangeError, message: "unsupported byteLength" });
  spi.transfer(new Uint8Array(4092));
  t.is(target.seen.length, 1 + 4092);
  t.deepEqual(bus.violations, []);
  const bytes = new Uint8Array(4093);
  spi.transfer(bytes);
  t.true(bytes.every((byte) => byte === 0));
  t.is(target.seen.length, 1 + 4092);
  t.regex(bus.violations[0]!.message, /4093 bytes are not sent/);
});

test("a mode or a frequency that the part does not understand is a violation", (t) => {
  for (const [change, message] of [
    [{ mode: 1 }, "spi: the part does not understand mode 1, but 0 and 3"],
    [{ hz: 20_000_000 }, "spi: 20000000 Hz is more than the part's 10000000 Hz"],
  ] as const) {
    const { bus, spi } = setUp();
    spi.close();
    const wrong = new bus.SPI({ ...options, ...change });
    t.throws(() => wrong.transfer(Uint8Array.of(1)), { instanceOf: ProtocolViolation, message });
    t.is(bus.violations.length, 1);
  }
});

test("a violation reaches the caller, and stays with the bus in case the caller takes it for a fault", (t) => {
  const { bus, target, spi } = setUp();
  const violation = new ProtocolViolation("no such register");
  target.transfer = () => {
    throw violation;
  };
  t.is(
    t.throws(() => spi.transfer(Uint8Array.of(1))),
    violation,
  );
  t.deepEqual(bus.violations, [violation]);
});

test("something can be put between the bus and a part, and taken out again", (t) => {
  const { bus, spi } = setUp();
  const undo = bus.decorate(5, (inner) => ({
    select: () => inner.select(),
    transfer: (byte) => inner.transfer(byte) ^ 0x80,
    deselect: () => inner.deselect(),
  }));
  const bytes = new Uint8Array(2);
  spi.transfer(bytes);
  t.deepEqual([...bytes], [0x81, 0x82]);
  undo();
  spi.flush(true);
  spi.transfer(bytes);
  t.deepEqual([...bytes], [1, 2]);
});

test("an observer sees each transfer, both ways", (t) => {
  const { log, spi } = setUp();
  spi.transfer(Uint8Array.of(9, 0));
  t.deepEqual(log, [{ ticks: 42, select: 5, sent: Uint8Array.of(9, 0), received: Uint8Array.of(1, 2) }]);
});

test("a select pin holds one part", (t) => {
  const { bus } = setUp();
  t.throws(() => bus.attach(5, new Target()), { instanceOf: RangeError, message: "spi: select pin 5 is taken" });
  bus.detach(5);
  t.throws(() => bus.detach(5), { instanceOf: RangeError, message: "spi: nobody at select pin 5" });
  t.throws(() => bus.decorate(5, (inner) => inner), { message: "spi: nobody at select pin 5" });
});

test("a part that is soldered to a board feels the world when it is selected, and keeps its timing", (t) => {
  const time = new VirtualClock();
  const world = new ConstantWorld({ "motor.vibration": 9.80665 });
  const board = new Board({ clock: time, random: new Random(1), world }, undefined, { clock: 18, out: 23, in: 19 });
  const chip = new IIS3DWBChip({ clock: time, random: new Random(2) });
  board.solderSPI("motor", 5, chip, { z: "motor.vibration" });
  const spi = new board.io.SPI!({ ...options, hz: 10_000_000 });
  spi.transfer(Uint8Array.of(0x10, 0xa0));
  spi.flush(true);
  time.advanceTo(1);
  const bytes = new Uint8Array(7).fill(0xa8, 0, 1);
  spi.transfer(bytes);
  spi.close();
  const z = (bytes[6]! << 8) | bytes[5]!;
  t.true(Math.abs(z * 0.061e-3 - 1) < 0.04, `${z}`);
  const wrong = new board.io.SPI!({ ...options, hz: 20_000_000 });
  t.throws(() => wrong.transfer(bytes), { instanceOf: ProtocolViolation });
});
