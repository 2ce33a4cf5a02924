import test from "ava";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import { TMP117Chip } from "../../../../simulator/chips/tmp117.js";
import { ChipBench } from "./bench.js";

// SNOSD82D.
const bench = (seed?: number) => new ChipBench((options) => new TMP117Chip(options), seed);
type Bench = ReturnType<typeof bench>;
const register = (b: Bench, address: number) => {
  const [high, low] = b.writeRead([address], 2);
  return (high! << 8) | low!;
};
const put = (b: Bench, address: number, value: number) => b.write(address, value >> 8, value & 0xff);
const READY = 0x2000;
/** One shot, no averaging. */
const ONE_SHOT = 0x0c00;
const SHUTDOWN = 0x0400;

/** What a single conversion of `celsius` gives, in °C. */
function converted(b: Bench, celsius: number): number {
  b.chip.setChannel("temperature", celsius);
  put(b, 0x01, ONE_SHOT);
  b.wait(18);
  return ((register(b, 0x00) << 16) >> 16) * 0.0078125;
}

test("registers after power-up: −256 °C, 1 s cycles with 8 averages, limits and the device's number", (t) => {
  const b = bench();
  t.is(register(b, 0x00), 0x8000);
  t.is(register(b, 0x01), 0x0220);
  t.is(register(b, 0x02), 0x6000);
  t.is(register(b, 0x03), 0x8000);
  t.is(register(b, 0x04), 0x0000);
  t.is(register(b, 0x07), 0x0000);
  t.is(register(b, 0x0f), 0x0117);
});

test("the result is 7.8125 m°C per bit, as in table 7-1", (t) => {
  const b = bench();
  for (const [celsius, word] of [
    [-25, 0xf380],
    [0, 0x0000],
    [25, 0x0c80],
    [100, 0x3200],
  ] as const) {
    converted(b, celsius);
    const distance = ((register(b, 0x00) - word) << 16) >> 16;
    t.true(Math.abs(distance) <= 6);
  }
});

test("it is right to the tolerance over the whole range", (t) => {
  const b = bench();
  const { minimum, maximum, tolerance } = b.chip.channels.temperature;
  for (let i = 0; i <= 100; i++) {
    const celsius = minimum + (i / 100) * (maximum - minimum);
    t.true(Math.abs(converted(b, celsius) - celsius) <= tolerance);
  }
});

test("in continuous mode the first result comes after the averaging time, up to 17.5/15.5 of it, then one a cycle", (t) => {
  const b = bench();
  b.wait(141);
  t.is(register(b, 0x00), 0x8000);
  b.wait(1);
  t.is(register(b, 0x01), 0x0220 | READY);
  t.not(register(b, 0x00), 0x8000);
  b.wait(1128);
  t.is(register(b, 0x01), 0x0220);
  b.wait(2);
  t.is(register(b, 0x01), 0x0220 | READY);
});

test("Data_Ready goes with a read of the result, or of the configuration", (t) => {
  for (const address of [0x00, 0x01]) {
    const b = bench();
    b.wait(200);
    t.not(register(b, address), 0x8000);
    t.is(register(b, 0x01) & READY, 0);
  }
});

test("a one-shot conversion takes 17.5 ms at most for each average, and ends in shutdown", (t) => {
  for (const [averaging, most] of [
    [0x00, 17.5],
    [0x20, 141.2],
    [0x40, 564.6],
    [0x60, 1129.1],
  ] as const) {
    const b = bench();
    put(b, 0x01, ONE_SHOT | averaging);
    b.wait(Math.floor(most));
    t.is(register(b, 0x01), ONE_SHOT | averaging);
    b.wait(1);
    t.is(register(b, 0x01), SHUTDOWN | averaging | READY);
    b.wait(60_000);
    t.is(register(b, 0x01), SHUTDOWN | averaging);
  }
});

test("shutdown breaks a conversion off and keeps the last result", (t) => {
  const b = bench();
  b.wait(200);
  const kept = register(b, 0x00);
  b.chip.setChannel("temperature", 80);
  put(b, 0x01, SHUTDOWN);
  b.wait(60_000);
  t.is(register(b, 0x00), kept);
  t.is(register(b, 0x01), SHUTDOWN);
});

test("the mean of 64 conversions is eight times quieter than one", (t) => {
  const spread = (averaging: number) => {
    const b = bench();
    let squares = 0;
    for (let i = 0; i < 400; i++) {
      put(b, 0x01, ONE_SHOT | averaging);
      b.wait(1200);
      squares += (register(b, 0x00) - 0x0c80) ** 2;
    }
    return Math.sqrt(squares / 400);
  };
  t.true(Math.abs(spread(0x00) - 1.04) < 0.15, "with the quantisation");
  t.true(spread(0x60) < 0.4);
});

test("the offset is added to every result", (t) => {
  const b = bench();
  put(b, 0x07, 10 * 128);
  t.true(Math.abs(converted(b, 20) - 30) < 0.06);
  put(b, 0x07, 0x10000 - 10 * 128);
  t.true(Math.abs(converted(b, 20) - 10) < 0.06);
});

test("alerts tell of a result beyond a limit, and in alert mode go when they are read", (t) => {
  const b = bench();
  put(b, 0x02, 30 * 128);
  put(b, 0x03, 10 * 128);
  converted(b, 40);
  t.is(register(b, 0x01) & 0xc000, 0x8000);
  t.is(register(b, 0x01) & 0xc000, 0);
  converted(b, 0);
  t.is(register(b, 0x01) & 0xc000, 0x4000);
});

test("in therm mode the low limit is the high alert's hysteresis", (t) => {
  const b = bench();
  put(b, 0x02, 30 * 128);
  put(b, 0x03, 10 * 128);
  const alerts = (celsius: number) => {
    b.chip.setChannel("temperature", celsius);
    put(b, 0x01, ONE_SHOT | 0x10);
    b.wait(18);
    return register(b, 0x01) & 0xc000;
  };
  t.deepEqual([20, 40, 20, 0, 20].map(alerts), [0, 0x8000, 0x8000, 0, 0]);
});

test("a soft reset takes 2 ms, in which it does not answer, and brings the EEPROM's values back", (t) => {
  const b = bench();
  put(b, 0x02, 0x1234);
  put(b, 0x01, 0x0002);
  b.wait(1);
  t.throws(() => register(b, 0x0f));
  b.wait(1);
  t.is(register(b, 0x02), 0x6000);
  t.is(register(b, 0x00), 0x8000);
  t.is(register(b, 0x01), 0x0220, "the soft reset bit reads 0");
});

test("unlocked, what is written is programmed in 7 ms and survives a power cycle", (t) => {
  const b = bench();
  put(b, 0x04, 0x8000);
  put(b, 0x01, SHUTDOWN);
  t.is(register(b, 0x01), SHUTDOWN | 0x1000);
  t.is(register(b, 0x04), 0xc000);
  t.throws(() => put(b, 0x02, 0), { instanceOf: ProtocolViolation }, "while it is busy");
  b.wait(7);
  t.is(register(b, 0x01), SHUTDOWN);
  b.chip.powerCycle();
  b.wait(2);
  t.is(register(b, 0x04), 0);
  t.is(register(b, 0x01), SHUTDOWN);
  b.wait(60_000);
  t.is(register(b, 0x00), 0x8000, "it does not convert by itself");
});

test("after power-up it is silent for 1.5 ms and has lost everything else", (t) => {
  const b = bench();
  b.wait(500);
  put(b, 0x02, 0x1234);
  b.chip.powerCycle();
  b.wait(1);
  t.throws(() => register(b, 0x0f));
  b.wait(1);
  t.is(register(b, 0x00), 0x8000);
  t.is(register(b, 0x02), 0x6000);
});

test("what the datasheet does not know is a violation; a word cut short is nothing", (t) => {
  const b = bench();
  const violation = { instanceOf: ProtocolViolation };
  t.throws(() => register(b, 0x09), { ...violation, message: "tmp117: no register 0x09 (§7.6)" });
  t.throws(() => put(b, 0x0f, 0), violation);
  t.throws(() => put(b, 0x00, 0), violation);
  t.throws(() => b.writeRead([0x00], 3), violation);
  t.throws(() => b.write(0x02, 1, 2, 3), violation);
  b.write(0x03, 0x12);
  t.is(register(b, 0x03), 0x8000);
});
