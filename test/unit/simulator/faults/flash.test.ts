import test from "ava";
import {
  damageOf,
  DAMAGES,
  flipAtRest,
  INTERRUPTED_ERASES,
  nothing,
  partlyErased,
  preProgrammed,
  sometimes,
  TORN_WRITES,
  tornBits,
  tornPrefix,
  weaklyErased,
} from "../../../../simulator/faults/flash.js";
import { FlashModel } from "../../../../simulator/io/flash.js";
import type { FlashDamage, FlashOperation } from "../../../../simulator/io/flash.js";
import { Random } from "../../../../simulator/random.js";

const LENGTH = 64;
const write = (bytes: Uint8Array): FlashOperation => ({ kind: "write", offset: 8, bytes });
const erase: FlashOperation = { kind: "erase", block: 1 };

/** Two blocks of which the second is full of 0x5a, after `operation` was damaged so. */
function damaged(operation: FlashOperation, damage: FlashDamage, seed: number): FlashModel {
  const random = new Random(seed);
  const flash = new FlashModel({ blocks: 2, blockLength: LENGTH, random });
  flash.write(new Uint8Array(LENGTH).fill(0x5a), LENGTH);
  damage(flash, operation, random);
  return flash;
}

const read = (flash: FlashModel) => new Uint8Array(flash.read(2 * LENGTH, 0));

test("a torn write is a prefix of bytes whose last has some of its bits", (t) => {
  const bytes = Uint8Array.from({ length: 16 }, (_, i) => i);
  const lengths = new Set<number>();
  for (let seed = 0; seed < 300; seed++) {
    const image = read(damaged(write(bytes), tornPrefix, seed));
    let whole = 0;
    while (whole < 16 && image[8 + whole] === whole) whole++;
    lengths.add(whole);
    if (whole < 16) t.is(image[8 + whole]! & whole, whole);
    for (let i = whole + 1; i < 16; i++) t.is(image[8 + i], 0xff);
    t.true(image.subarray(0, 8).every((byte) => byte === 0xff));
    t.true(image.subarray(24, LENGTH).every((byte) => byte === 0xff));
  }
  t.is(lengths.size, 17);
});

test("whatever is left of a write, no bit is 0 that should not be, and nothing outside is touched", (t) => {
  const bytes = Uint8Array.from({ length: 16 }, (_, i) => 17 * i);
  for (const damage of [...TORN_WRITES, nothing]) {
    const images = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const image = read(damaged(write(bytes), damage, seed));
      for (let i = 0; i < 16; i++) t.is(image[8 + i]! & bytes[i]!, bytes[i]);
      t.true(image.every((byte, i) => (i >= 8 && i < 24) || byte === (i < LENGTH ? 0xff : 0x5a)));
      images.add(image.join());
    }
    t.true(damage === nothing ? images.size === 1 : images.size > 15, `${images.size} different ones`);
  }
});

test("a write that is torn by bits has later bytes where earlier ones are missing", (t) => {
  const holes = Array.from({ length: 50 }, (_, seed) => {
    const image = read(damaged(write(new Uint8Array(16)), tornBits, seed)).subarray(8, 24);
    return image.findIndex((byte) => byte === 0xff) < image.findLastIndex((byte) => byte !== 0xff);
  });
  t.true(holes.includes(true));
});

test("some writes and some erases leave bits that waver", (t) => {
  for (const operation of [write(new Uint8Array(16)), erase]) {
    let wavering = 0;
    for (let seed = 0; seed < 50; seed++) {
      const flash = damaged(operation, damageOf(operation, DAMAGES - 1), seed);
      const first = read(flash).join();
      for (let i = 0; i < 40; i++)
        if (read(flash).join() !== first) {
          wavering++;
          break;
        }
    }
    t.true(wavering > 20, `${wavering} of 50`);
  }
});

test("an interrupted erase spoils its block and no other", (t) => {
  for (const damage of INTERRUPTED_ERASES) {
    for (let seed = 0; seed < 50; seed++) {
      const image = read(damaged(erase, damage, seed));
      t.true(image.subarray(0, LENGTH).every((byte) => byte === 0xff));
    }
  }
  const zeros = read(damaged(erase, preProgrammed, 3)).subarray(LENGTH);
  t.deepEqual(new Set(zeros), new Set([0, 0x5a]));
  t.true(
    read(damaged(erase, partlyErased, 3))
      .subarray(LENGTH)
      .some((byte) => byte !== 0xff && byte !== 0x5a),
  );
  t.true(
    damaged(erase, weaklyErased, 3)
      .image.subarray(LENGTH)
      .every((byte) => byte === 0xff),
  );
});

test("an erase does nothing as often as it is told to, and says so to nobody", (t) => {
  const random = new Random(4);
  const flash = new FlashModel({ blocks: 1, blockLength: 4, random });
  flash.disturb = sometimes(random, 0.25, nothing);
  let failed = 0;
  for (let i = 0; i < 1000; i++) {
    flash.write(Uint8Array.of(0), 0);
    flash.eraseBlock(0);
    if (flash.image[0] === 0) failed++;
  }
  t.true(failed > 200 && failed < 300, `${failed} of 1000`);
  t.is(flash.wear[0], 1000);
  t.throws(() => sometimes(random, 2, nothing), { message: "fault: probability 2 is not 0 to 1" });
});

test("flipped bits are as many as asked for", (t) => {
  const flash = new FlashModel();
  flipAtRest(flash, new Random(2), 5);
  const flipped = flash.image.reduce((sum, byte) => sum + (byte === 0xff ? 0 : 1), 0);
  t.is(flipped, 5);
});

test("a damage of the wrong kind is refused", (t) => {
  const flash = new FlashModel();
  const random = new Random(1);
  t.throws(() => tornBits(flash, erase, random), { message: "fault: an erase cannot be torn as a write is" });
  t.throws(() => partlyErased(flash, write(new Uint8Array(1)), random), { message: /^fault: a write cannot be/ });
});
