import test from "ava";
import { Encoder } from "cbor-x";
import { CborError, decode } from "../../../firmware/data/cbor.js";
import { fuzzCbor } from "../../support/fuzz-cbor.js";
import { seeded } from "../../support/seed.js";

const encoder = new Encoder({ mapsAsObjects: false, useRecords: false });
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

test("malformed and unwanted input is refused with offset and reason", (t) => {
  const refused: [string, number, string][] = [
    ["", 0, "cut short: 1 bytes needed, 0 left"],
    ["18", 0, "cut short: 1 bytes needed, 0 left"],
    ["8119ff", 1, "cut short: 2 bytes needed, 1 left"],
    ["fb00", 0, "cut short: 8 bytes needed, 1 left"],
    ["820102ff", 3, "1 bytes follow the item"],
    ["1c", 0, "reserved additional information 28"],
    ["81fd", 1, "reserved additional information 29"],
    ["7e", 0, "reserved additional information 30"],
    ["1f", 0, "an integer of indefinite length"],
    ["3f", 0, "an integer of indefinite length"],
    ["df00", 0, "a tag of indefinite length"],
    ["ff", 0, "a break out of place"],
    ["82ff00", 1, "a break out of place"],
    ["c1ff", 1, "a break out of place"],
    ["bf01ff", 2, "a break out of place"],
    ["9f01", 2, "cut short: 1 bytes needed, 0 left"],
    ["5f6161ff", 1, "a chunk that is not a byte string of definite length"],
    ["7f4161ff", 1, "a chunk that is not a text string of definite length"],
    ["7f7f6161ffff", 1, "a chunk that is not a text string of definite length"],
    ["5f41", 1, "cut short: 1 bytes needed, 0 left"],
    // A character divided between two chunks (§3.2.3).
    ["7f61c361bcff", 1, "a text string that is not UTF-8"],
    ["61ff", 0, "a text string that is not UTF-8"],
    ["62c0af", 0, "a text string that is not UTF-8"],
    ["63eda080", 0, "a text string that is not UTF-8"],
    ["64f4908080", 0, "a text string that is not UTF-8"],
    ["61c3", 0, "a text string that is not UTF-8"],
    ["1b0020000000000001", 0, "an integer beyond 2^53"],
    ["3b0020000000000000", 0, "an integer beyond 2^53"],
    ["5bffffffffffffffff", 0, "a byte string of a size beyond 2^53"],
    ["5affffffff", 0, "cut short: 4294967295 bytes needed, 0 left"],
    ["7b0000000100000000", 0, "cut short: 4294967296 bytes needed, 0 left"],
    ["9affffffff00", 0, "an array of 4294967295, 1 bytes are left"],
    ["bb001fffffffffffff00", 0, "a map of 9007199254740991, 1 bytes are left"],
    ["a1f501", 1, "a map key that is neither an integer nor text"],
    ["a1f93e0001", 1, "a map key that is neither an integer nor text"],
    ["a18001", 1, "a map key that is neither an integer nor text"],
    ["a2010101", 0, "a map of 2, 3 bytes are left"],
    ["a201010102", 3, "a map key that was there before"],
    ["f800", 0, "simple value 0, which is not known"],
    ["f814", 0, "simple value 20, which is not known"],
    ["c401", 0, "a decimal fraction that is not an array of two integers"],
    ["c48101", 0, "a decimal fraction that is not an array of two integers"],
    ["c482f93e0001", 0, "a decimal fraction that is not an array of two integers"],
    ["c482181701", 0, "a decimal exponent 23 beyond 22"],
  ];
  for (const [bytes, offset, reason] of refused) {
    const error = t.throws<CborError>(() => decode(hex(bytes)), { instanceOf: CborError }, bytes);
    t.is(error.message, `cbor: at offset ${offset}: ${reason}`, bytes);
    t.is(error.offset, offset);
    t.is(error.name, "CborError");
  }
});

test("a decimal fraction becomes the nearest number", (t) => {
  t.is(decode(hex("c48221196ab3")), 273.15);
  t.is(decode(hex("c4822003")), 0.3);
  t.is(decode(hex("c4823501")), 1e-22);
  t.is(decode(hex("c4821601")), 1e22);
  t.is(decode(hex("c4822120")), -0.01);
});

test("keys that objects trip over are keys like any other", (t) => {
  t.deepEqual(decode(hex("a1695f5f70726f746f5f5f01")), new Map([["__proto__", 1]]));
});

test("texts of any length and script are read, as keys and as values, within the same limits", (t) => {
  const texts = ["", "a", "ö", "ab", "é!", "\u{1f600}", "x".repeat(23), "x".repeat(24), "x".repeat(32), "x".repeat(33)];
  texts.push(`${"x".repeat(22)}€`, `${"x".repeat(31)}ß`, "\u0080", "\u007f");
  for (const text of texts) {
    const items = 3 + 2 * texts.length;
    const bytes = encoder.encode([new Map(texts.map((key) => [key, text]))]);
    t.deepEqual(decode(bytes, { maximumItems: items - 1, maximumDepth: 2 }), [
      new Map(texts.map((key) => [key, text])),
    ]);
    const limits = { maximumItems: items - 2, maximumDepth: 2 };
    t.throws(() => decode(bytes, limits), { message: `cbor: at offset 1: more than ${items - 2} items` });
    t.throws(() => decode(bytes, { maximumDepth: 1 }), { message: "cbor: at offset 1: a map nested more than 1 deep" });
    t.throws(
      () => decode(bytes.subarray(0, -1)),
      { message: text === "" ? /cut short|bytes are left/ : /cut short/ },
      text,
    );
  }
  t.is(decode(hex("7f6161623f3f63e282acff")), "a??€");
  t.throws(() => decode(hex("8262c3bc61ff")), { message: "cbor: at offset 4: a text string that is not UTF-8" });
});

test("limits of length, depth and number of items hold, each to the last one", (t) => {
  const nested = (depth: number): Uint8Array => new Uint8Array(depth + 1).fill(0x81).fill(0, depth);
  t.notThrows(() => decode(nested(8)));
  t.throws(() => decode(nested(9)), { message: "cbor: at offset 8: an array nested more than 8 deep" });
  t.throws(() => decode(hex("9fbfff"), { maximumDepth: 1 }), { message: /a map nested more than 1 deep/ });
  t.throws(() => decode(hex("c1c100"), { maximumDepth: 1 }), { message: /a tag nested more than 1 deep/ });
  t.notThrows(() => decode(hex("00"), { maximumDepth: 0 }));

  const items = (count: number): Uint8Array => Uint8Array.of(0x99, count >> 8, count, ...new Uint8Array(count));
  t.notThrows(() => decode(items(255)));
  t.throws(() => decode(items(256)), { message: "cbor: at offset 0: more than 256 items" });
  t.throws(() => decode(hex("9f000000ff"), { maximumItems: 3 }), { message: "cbor: at offset 3: more than 3 items" });
  t.throws(() => decode(hex("5f404040ff"), { maximumItems: 3 }), { message: "cbor: at offset 3: more than 3 items" });

  t.notThrows(() => decode(Uint8Array.of(0x59, 0x0f, 0xfd, ...new Uint8Array(4093))));
  t.throws(() => decode(new Uint8Array(4097)), { message: "cbor: at offset 0: 4097 bytes are more than 4096" });
});

test("byte strings are copies, out of a Buffer too", (t) => {
  for (const bytes of [hex("4101"), Buffer.from("4101", "hex")]) {
    const value = decode(bytes);
    bytes[1] = 2;
    t.deepEqual(value, Uint8Array.of(1));
  }
});

test("20,000 malformed inputs either decode within their limits or are refused", (t) => {
  seeded(t, (_random, seed) => {
    const { count, accepted, refused } = fuzzCbor({ seed, count: 20_000 });
    t.is(accepted + refused, count);
    t.true(accepted > 1000 && refused > 5000, `${accepted} accepted, ${refused} refused`);
  });
});
