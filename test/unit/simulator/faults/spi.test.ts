import test from "ava";
import type { SPITarget } from "../../../../simulator/chips/chip.js";
import { brownOut, flipBits, stuckInput } from "../../../../simulator/faults/spi.js";
import { SPIBus } from "../../../../simulator/io/spi.js";
import { Random } from "../../../../simulator/random.js";

/** Answers each byte with its index since the selection; writes down what it sees. */
class Target implements SPITarget {
  readonly timing = { maximumHz: 1_000_000, modes: [0] };
  readonly seen: (string | number)[] = [];
  #next = 0;

  select(): void {
    this.seen.push("select");
    this.#next = 0;
  }
  transfer(byte: number): number {
    this.seen.push(byte);
    return this.#next++;
  }
  deselect(): void {
    this.seen.push("deselect");
  }
  powerCycle(): void {
    this.seen.push("power");
  }
}

function setUp() {
  const bus = new SPIBus({ clock: { ticks: () => 0 } });
  const target = new Target();
  bus.attach(5, target);
  const open = (hz = 1_000_000) => new bus.SPI({ clock: 18, out: 23, in: 19, select: 5, hz, mode: 0 });
  const exchange = (spi: ReturnType<typeof open>, length = 4) => {
    const bytes = new Uint8Array(length).fill(9);
    spi.transfer(bytes);
    spi.flush(true);
    return [...bytes];
  };
  return { bus, target, open, exchange };
}

test("a stuck input reads 0x00 or 0xff, while the target hears everything", (t) => {
  const { bus, target, open, exchange } = setUp();
  const spi = open();
  for (const [level, byte] of [
    [0, 0x00],
    [1, 0xff],
  ] as const) {
    const mend = bus.decorate(5, (inner) => stuckInput(inner, level));
    target.seen.length = 0;
    t.deepEqual(exchange(spi), [byte, byte, byte, byte]);
    t.deepEqual(target.seen, ["select", 9, 9, 9, 9, "deselect"]);
    mend();
  }
  t.deepEqual(exchange(spi), [0, 1, 2, 3]);
});

test("bits flip with the probability asked for, and the same ones for the same seed", (t) => {
  const run = (seed: number, probability: number) => {
    const { bus, open, exchange } = setUp();
    bus.decorate(5, (inner) => flipBits(inner, new Random(seed), probability));
    return exchange(open(), 2000);
  };
  t.deepEqual(run(1, 0).slice(0, 3), [0, 1, 2]);
  t.deepEqual(run(1, 1).slice(0, 3), [255, 254, 253]);
  const wrong = run(1, 0.01).filter((byte, i) => byte !== (i & 0xff)).length;
  t.true(wrong > 100 && wrong < 220);
  t.deepEqual(run(1, 0.01), run(1, 0.01));
  t.notDeepEqual(run(1, 0.01), run(2, 0.01));
});

test("a brown-out after so many bytes: the rest is 0xff until the part is selected anew", (t) => {
  const { bus, target, open, exchange } = setUp();
  bus.decorate(5, (inner) => brownOut(inner, target, 2));
  const spi = open();
  t.deepEqual(exchange(spi), [0, 1, 0xff, 0xff]);
  t.deepEqual(target.seen, ["select", 9, 9, "power"]);
  t.deepEqual(exchange(spi), [0, 1, 2, 3]);
});

test("behind a fault the part still wants to be clocked as it is used to", (t) => {
  const target = new Target();
  for (const fault of [stuckInput(target, 0), flipBits(target, new Random(1), 0), brownOut(target, target, 0)]) {
    t.is(fault.timing, target.timing);
  }
});

test("wrong arguments are named", (t) => {
  const target = new Target();
  t.throws(() => flipBits(target, new Random(1), -0.1), { message: "fault: probability -0.1 is not 0 to 1" });
  t.throws(() => brownOut(target, target, 1.5), { message: "fault: afterBytes 1.5 is not a whole number from 0" });
});
