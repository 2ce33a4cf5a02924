import test from "ava";
import { FlashModel, PowerCut } from "../../../../simulator/io/flash.js";
import type { FlashOperation } from "../../../../simulator/io/flash.js";
import { Random } from "../../../../simulator/random.js";

const bytes = (flash: FlashModel, length: number, offset = 0) => [...new Uint8Array(flash.read(length, offset))];

test("a new flash says what it is and reads as ones", (t) => {
  const flash = new FlashModel({ blocks: 3 });
  t.deepEqual(flash.status(), { size: 12_288, blocks: 3, blockLength: 4096, writeAlign: 1, eraseValue: 0xff });
  t.deepEqual(bytes(flash, 3, 12_285), [0xff, 0xff, 0xff]);
  t.deepEqual([...flash.wear], [0, 0, 0]);
});

test("a buffer that is given is filled, and its length returned", (t) => {
  const flash = new FlashModel();
  flash.write(Uint8Array.of(1, 2, 3), 10);
  const whole = new Uint8Array(6);
  t.is(flash.read(whole.subarray(2, 5), 10), 3);
  t.deepEqual([...whole], [0, 0, 1, 2, 3, 0]);
  const buffer = new ArrayBuffer(2);
  t.is(flash.read(buffer, 11), 2);
  t.deepEqual([...new Uint8Array(buffer)], [2, 3]);
  t.deepEqual([flash.reads, flash.bytesRead, flash.longestRead], [2, 5, 3]);
});

test("reads and writes go across blocks, programmed or not, and the image is what is read", (t) => {
  const written = Uint8Array.from({ length: 20 }, (_, i) => i);
  for (const looked of [false, true]) {
    const flash = new FlashModel({ blocks: 6, blockLength: 8 });
    if (looked) t.is(flash.image.length, 48);
    flash.write(written, 14);
    const now = new Uint8Array(48).fill(0xff);
    now.set(written, 14);
    t.deepEqual(bytes(flash, 48), [...now]);
    t.deepEqual(bytes(flash, 20, 12), [...now.subarray(12, 32)]);
    t.deepEqual([...flash.image], [...now]);
    flash.image[40] = 0x3c;
    t.deepEqual(bytes(flash, 2, 40), [0x3c, 0xff], "what is changed in the image is changed");
    flash.eraseBlock(2);
    flash.write(Uint8Array.of(7), 17);
    now.fill(0xff, 16, 24).set([7], 17);
    now[40] = 0x3c;
    t.deepEqual([...flash.image], [...now]);
    t.deepEqual(bytes(flash, 48), [...now]);
  }
});

test("bits go from 1 to 0, and back only by an erase of their block, which is counted", (t) => {
  const flash = new FlashModel({ blocks: 3, blockLength: 16 });
  for (const offset of [0, 16, 32]) flash.write(Uint8Array.of(0xf0), offset);
  flash.write(Uint8Array.of(0x50), 16);
  t.deepEqual(bytes(flash, 1, 16), [0x50]);
  flash.eraseBlock(1);
  t.deepEqual(
    [0, 16, 32].map((offset) => bytes(flash, 1, offset)[0]),
    [0xf0, 0xff, 0xf0],
  );
  flash.eraseBlock(1, 3);
  t.deepEqual([...flash.wear], [0, 2, 1]);
  t.is(flash.operations, 7);
});

test("a strict part refuses a 1 over a 0, and keeps the violation; a lenient one ANDs, as real ones do", (t) => {
  const strict = new FlashModel();
  strict.write(Uint8Array.of(0x0f), 5);
  t.throws(() => strict.write(Uint8Array.of(0xff, 0x1f), 4), {
    message: "flash: write wants ones at 5, where zeros are",
  });
  t.deepEqual([bytes(strict, 2, 4), strict.violations.length, strict.operations], [[0xff, 0x0f], 1, 1]);
  const lenient = new FlashModel({ strict: false });
  lenient.write(Uint8Array.of(0x0f), 5);
  lenient.write(Uint8Array.of(0x3c), 5);
  t.deepEqual([bytes(lenient, 1, 5), lenient.violations], [[0x0c], []]);
});

test("what lies outside, or between units of writing, is a violation", (t) => {
  const flash = new FlashModel({ blocks: 2, blockLength: 64, writeAlign: 4 });
  for (const wrong of [
    () => flash.read(2, 127),
    () => flash.read(1, -1),
    () => flash.write(new Uint8Array(4), 126),
    () => flash.write(new Uint8Array(3), 0),
    () => flash.write(new Uint8Array(4), 2),
    () => flash.eraseBlock(2),
    () => flash.eraseBlock(1, 1),
  ]) {
    t.throws(wrong, { name: "ProtocolViolation", message: /^flash: (read|write|erase) of / });
  }
  t.deepEqual([flash.violations.length, flash.operations], [7, 0]);
  t.throws(() => new FlashModel({ blocks: 0 }), { message: "flash: blocks 0 is not a whole number from 1" });
});

test("after close every call throws", (t) => {
  const flash = new FlashModel();
  flash.close();
  flash.close();
  for (const call of [() => flash.status(), () => flash.read(1, 0), () => flash.write(new Uint8Array(1), 0)])
    t.throws(call, { message: "flash: closed" });
  t.is(flash.powerUp().status().blocks, 16);
});

test("power goes in the operation that was named, and stays away until it is back", (t) => {
  const flash = new FlashModel({ blocks: 2 });
  flash.cutAt(1);
  flash.write(Uint8Array.of(1), 0);
  t.throws(() => flash.write(Uint8Array.of(2), 1), { instanceOf: PowerCut });
  for (const call of [() => flash.eraseBlock(0), () => flash.read(1, 0), () => flash.status()])
    t.throws(call, { instanceOf: PowerCut, message: "power is off" });
  flash.powerUp();
  t.deepEqual(bytes(flash, 2), [1, 0xff]);
  flash.write(Uint8Array.of(2), 1);
  t.deepEqual(bytes(flash, 2), [1, 2]);
});

test("power that goes between two blocks of one erase leaves the first erased", (t) => {
  const flash = new FlashModel({ blocks: 2, blockLength: 4 });
  flash.write(new Uint8Array(8), 0);
  flash.cutAt(2);
  t.throws(() => flash.eraseBlock(0, 2), { instanceOf: PowerCut });
  t.deepEqual(bytes(flash.powerUp(), 8), [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
});

test("unstable bits read as this or that until they are erased or programmed", (t) => {
  const flash = new FlashModel({ blocks: 2, blockLength: 8, random: new Random(1) });
  flash.unsettle(1, 0x81);
  flash.unsettle(9, 0x01);
  const seen = new Set<number>();
  let ones = 0;
  for (let i = 0; i < 400; i++) {
    const [before, read, after] = bytes(flash, 3);
    t.deepEqual([before, read! | 0x81, after], [0xff, 0xff, 0xff]);
    seen.add(read!);
    ones += read! & 1;
  }
  t.deepEqual([...seen].sort(), [0x7e, 0x7f, 0xfe, 0xff]);
  t.true(ones > 320 && ones < 380, `${ones} of 400 as the cell leans`);
  flash.write(Uint8Array.of(0x7f), 1);
  t.is(new Set(Array.from({ length: 400 }, () => bytes(flash, 1, 1)[0]! | 1)).size, 1);
  flash.eraseBlock(0);
  t.deepEqual([...new Set(Array.from({ length: 400 }, () => bytes(flash, 1, 1)[0]))], [0xff]);
  t.is(new Set(Array.from({ length: 400 }, () => bytes(flash, 1, 9)[0])).size, 2);
});

test("a snapshot brings the cells back, unstable ones too, into any model of that size", (t) => {
  const flash = new FlashModel({ blocks: 2, blockLength: 8 });
  flash.write(Uint8Array.of(3), 0);
  const plain = flash.snapshot();
  flash.unsettle(4, 1);
  flash.eraseBlock(1);
  const unstable = flash.snapshot();
  flash.write(Uint8Array.of(2), 0);
  flash.cutAt(3);
  t.throws(() => flash.eraseBlock(0));
  const differs = (model: FlashModel) => new Set(Array.from({ length: 200 }, () => bytes(model, 1, 4)[0])).size;
  t.deepEqual([bytes(flash.restore(plain), 1)[0], differs(flash)], [3, 1]);
  const other = new FlashModel({ blocks: 2, blockLength: 8 });
  t.deepEqual([bytes(other.restore(unstable), 1)[0], differs(other)], [3, 2]);
  t.deepEqual([...flash.wear, ...other.wear], [1, 1, 0, 0]);
});

test("a listener hears of every operation before it is done, and can replay it", (t) => {
  const flash = new FlashModel({ blocks: 2, blockLength: 8 });
  const heard: FlashOperation[] = [];
  flash.observe = (operation) =>
    heard.push(operation.kind === "write" ? { ...operation, bytes: operation.bytes.slice() } : operation);
  flash.write(Uint8Array.of(1, 2), 3);
  flash.eraseBlock(0, 2);
  flash.write(Uint8Array.of(7), 9);
  t.deepEqual(
    heard.map(({ kind }) => kind),
    ["write", "erase", "erase", "write"],
  );
  const twin = new FlashModel({ blocks: 2, blockLength: 8 });
  for (const operation of heard) twin.apply(operation);
  t.deepEqual(twin.image, flash.image);
  t.is(twin.operations, 0);
});

test("the same seed wavers alike", (t) => {
  const run = (seed: number) => {
    const flash = new FlashModel({ blocks: 1, blockLength: 8, random: new Random(seed) });
    for (let i = 0; i < 8; i++) flash.unsettle(i, 0xff);
    return bytes(flash, 8).join();
  };
  t.is(run(5), run(5));
  t.not(run(5), run(6));
});
