import test from "ava";
import { GRAVITY } from "../../../../simulator/chips/acceleration.js";
import type { AccelerometerOptions } from "../../../../simulator/chips/acceleration.js";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { IIS3DWBChip } from "../../../../simulator/chips/iis3dwb.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { SPIBus } from "../../../../simulator/io/spi.js";
import { Random } from "../../../../simulator/random.js";

function bench(options: Partial<AccelerometerOptions> = {}, seed = 1) {
  const clock = new VirtualClock();
  const chip = new IIS3DWBChip({ clock, random: new Random(seed), ...options });
  const bus = new SPIBus({ clock });
  bus.attach(5, chip);
  const spi = new bus.SPI({ clock: 18, out: 23, in: 19, select: 5, active: 0, hz: 10_000_000, mode: 3 });
  const transfer = (bytes: Uint8Array) => {
    try {
      spi.transfer(bytes);
    } finally {
      spi.flush(true);
    }
    return bytes.subarray(1);
  };
  return {
    chip,
    wait: (ms: number) => clock.advanceTo(clock.ticks() + ms),
    write: (register: number, ...values: number[]) => void transfer(Uint8Array.of(register, ...values)),
    read: (register: number, length: number) => {
      const bytes = new Uint8Array(1 + length);
      bytes[0] = 0x80 | register;
      return transfer(bytes);
    },
  };
}
type Bench = ReturnType<typeof bench>;

const get = (b: Bench, register: number) => b.read(register, 1)[0]!;
const unread = (b: Bench) => {
  const [low, high] = b.read(0x3a, 2);
  return low! | ((high! & 3) << 8);
};
const near = (a: number, b: number, by: number) => Math.abs(a - b) <= by;

/** The FIFO in continuous mode, at ±2 g. */
function stream(b: Bench): void {
  b.write(0x09, 0x0a, 0x06);
  b.write(0x10, 0xa0);
}

/** Up to 512 words of seven bytes. */
function words(b: Bench, count: number): { tag: number; xyz: number[] }[] {
  const bytes = b.read(0x78, 7 * count);
  return Array.from({ length: count }, (_, i) => ({
    tag: bytes[7 * i]!,
    xyz: [...new Int16Array(bytes.slice(7 * i + 1, 7 * i + 7).buffer)],
  }));
}

test("it says 0x7b, its address goes on by itself, and it is in power-down", (t) => {
  const b = bench();
  t.deepEqual([get(b, 0x0f), get(b, 0x12), get(b, 0x10), get(b, 0x02)], [0x7b, 0x04, 0, 0x3f]);
  t.deepEqual([...b.read(0x0f, 2)], [0x7b, 0]);
  b.write(0x12, 0x00);
  t.deepEqual([...b.read(0x0f, 2)], [0x7b, 0x7b], "without IF_INC the same one comes again");
  b.wait(1000);
  t.is(get(b, 0x1e), 0);
});

test("a step is 0.061, 0.488, 0.122, 0.244 mg by FS code", (t) => {
  [0.061, 0.488, 0.122, 0.244].forEach((step, code) => {
    const b = bench();
    b.chip.setChannel("z", GRAVITY);
    b.chip.setChannel("y", -GRAVITY / 2);
    b.write(0x10, 0xa0 | (code << 2));
    b.wait(1);
    t.is(get(b, 0x1e) & 1, 1);
    const [x, y, z] = new Int16Array(b.read(0x28, 6).slice().buffer);
    t.true(near(x! * step, 0, 36) && near(y! * step, -500, 36) && near(z! * step, 1000, 36), `${x} ${y} ${z}`);
    t.is(get(b, 0x1e) & 1, 0);
  });
});

test("the rate is 26.667 kHz within 3 %, and INTERNAL_FREQ_FINE tells it to 0.15 %", (t) => {
  for (const seed of [1, 2, 3]) {
    const b = bench({}, seed);
    stream(b);
    let count = 0;
    for (let i = 0; i < 500; i++) {
      b.wait(4);
      const left = unread(b);
      words(b, left);
      count += left;
    }
    const factor = count / 2 / 26_667;
    t.true(near(factor, b.chip.rateFactor, 0.0001), `${factor}`);
    t.true(near(factor, 1, 0.0301));
    const fine = (get(b, 0x63) << 24) >> 24;
    t.true(near(factor, 1 + 0.0015 * fine, 0.0008));
  }
});

test("a burst goes through the FIFO word by word: tag 2, a count of four, even parity, oldest first", (t) => {
  const b = bench({ signal: (axis, seconds) => (axis === 1 ? 1000 * seconds : 0) });
  stream(b);
  b.wait(4);
  const count = unread(b);
  t.true(near(count, 106, 4));
  words(b, count).forEach(({ tag, xyz }, i) => {
    t.is(tag >> 3, 2);
    t.is((tag >> 1) & 3, i & 3);
    t.is([...tag.toString(2)].filter((bit) => bit === "1").length % 2, 0);
    const metres = xyz[1]! * 0.061e-3 * GRAVITY;
    t.true(near(metres, (1000 * (i + 1)) / 26_667 / b.chip.rateFactor, 0.36), `${i}: ${metres}`);
  });
  t.is(unread(b), 0);
  t.is(words(b, 1)[0]!.tag, 0, "an empty FIFO has no sensor");
});

test("512 words are its depth; the oldest are overwritten, and the latch stays until it is read", (t) => {
  const b = bench({ signal: (_, seconds) => 100 * seconds });
  stream(b);
  b.wait(18);
  t.is(get(b, 0x3b) & 0x78, 0);
  b.wait(82);
  t.is(unread(b), 512);
  b.wait(1);
  t.is(get(b, 0x3b) & 0x78, 0x68, "full, overrun, latched");
  t.is(get(b, 0x3b) & 0x78, 0x60, "the latch was read");
  const [first] = words(b, 512);
  t.true(near(first!.xyz[0]! * 0.061e-3 * GRAVITY, 10.1 - 51_200 / 26_667 / b.chip.rateFactor, 0.37));
  t.is(get(b, 0x3b), 0);
});

test("in FIFO mode the first 512 stay; bypass empties it; nothing is batched without BDR_XL", (t) => {
  const b = bench({ signal: (_, seconds) => 100 * seconds });
  b.write(0x09, 0x0a, 0x01);
  b.write(0x10, 0xa0);
  b.wait(100);
  t.is(unread(b), 512);
  t.true(near(words(b, 1)[0]!.xyz[0]!, 0, 600));
  b.write(0x0a, 0);
  t.is(unread(b), 0);
  b.write(0x09, 0x00, 0x06);
  b.wait(10);
  t.is(unread(b), 0);
});

test("the watermark is told, and can be made the depth", (t) => {
  const b = bench();
  b.write(0x07, 0x2c, 0x01); // 300
  stream(b);
  b.wait(8);
  t.is(get(b, 0x3b) & 0x80, 0);
  b.wait(8);
  t.is(get(b, 0x3b) & 0x80, 0x80);
  b.write(0x08, 0x81);
  b.wait(8);
  words(b, 512);
  b.wait(100);
  t.is(unread(b), 300);
});

test("SW_RESET takes 50 µs and puts every register back", (t) => {
  const b = bench();
  b.write(0x10, 0xa4);
  b.write(0x12, 0x45);
  t.is(get(b, 0x12) & 1, 1);
  b.wait(1);
  t.deepEqual([get(b, 0x12), get(b, 0x10)], [0x04, 0]);
});

test("BOOT and a power cycle take 10 ms, in which nobody answers", (t) => {
  const b = bench();
  b.write(0x10, 0xa4);
  b.write(0x12, 0x84);
  b.wait(9);
  t.is(get(b, 0x0f), 0);
  b.wait(1);
  t.deepEqual([get(b, 0x0f), get(b, 0x12), get(b, 0x10)], [0x7b, 0x04, 0xa4]);
  b.chip.powerCycle();
  b.write(0x10, 0xa0);
  b.wait(10);
  t.deepEqual([get(b, 0x0f), get(b, 0x10)], [0x7b, 0]);
});

test("self-test moves the output up or down", (t) => {
  for (const [code, sign] of [
    [1, 1],
    [2, -1],
  ] as const) {
    const b = bench();
    b.write(0x14, code);
    b.write(0x10, 0xa8);
    b.wait(1);
    const [x] = new Int16Array(b.read(0x28, 6).slice().buffer);
    t.true(x! * sign * 0.122 > 800 && x! * sign * 0.122 < 3200);
  }
});

test("reserved registers, bits and codes, and what is not modelled, are violations", (t) => {
  const b = bench();
  for (const register of [0x00, 0x11, 0x18, 0x2e, 0x7f])
    t.throws(() => get(b, register), { instanceOf: ProtocolViolation });
  for (const [register, value] of [
    [0x0f, 0],
    [0x28, 0],
    [0x3b, 0],
    [0x10, 0x60],
    [0x10, 0x01],
    [0x09, 0x05],
    [0x0a, 0x02],
    [0x0a, 0x16],
    [0x15, 0x01],
    [0x17, 0x04],
    [0x19, 0x20],
  ] as const) {
    t.throws(() => b.write(register, value), { instanceOf: ProtocolViolation }, `${register} ${value}`);
  }
});

test("the same seed gives the same samples, however often it is looked at", (t) => {
  const run = (step: number) => {
    const b = bench({}, 7);
    stream(b);
    for (let i = 0; i < 100; i += step) {
      b.wait(step);
      get(b, 0x1e);
    }
    return words(b, 512);
  };
  t.deepEqual(run(1), run(100));
});
