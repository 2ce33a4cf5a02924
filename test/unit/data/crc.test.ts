import test from "ava";
import { crc32 as zlibCrc32 } from "node:zlib";
import { crc16, crc32, crc8, POLYNOMIAL_SMBUS } from "../../../firmware/data/crc.js";
import { seeded } from "../../support/seed.js";

const digits = Uint8Array.from(Buffer.from("123456789"));

test("the catalogue's check values come out", (t) => {
  t.is(crc8(digits), 0xf7, "CRC-8/NRSC-5");
  t.is(crc8(digits, 0, 9, POLYNOMIAL_SMBUS, 0), 0xf4, "CRC-8/SMBUS");
  t.is(crc16(digits), 0x4b37, "CRC-16/MODBUS");
  t.is(crc32(digits), 0xcbf43926, "CRC-32/ISO-HDLC");
});

test("the examples of Sensirion's and Modbus's documents come out", (t) => {
  // SHT3x datasheet, section 4.12; Modbus frame 01 04 02 ff ff b8 80.
  t.is(crc8(Uint8Array.of(0xbe, 0xef)), 0x92);
  t.is(crc16(Uint8Array.of(0x01, 0x04, 0x02, 0xff, 0xff)), 0x80b8);
});

test("only the range counts, and a range can be checked in pieces", (t) => {
  const padded = Uint8Array.of(7, 7, ...digits, 7);
  t.is(crc8(padded, 2, 11), 0xf7);
  t.is(crc16(padded, 2, 11), 0x4b37);
  t.is(crc32(padded, 2, 11), 0xcbf43926);
  t.is(crc8(digits, 4, 9, undefined, crc8(digits, 0, 4)), 0xf7);
  t.is(crc16(digits, 4, 9, crc16(digits, 0, 4)), 0x4b37);
  t.is(crc32(digits, 4, 9, crc32(digits, 0, 4)), 0xcbf43926);
  t.is(crc32(new Uint8Array(0)), 0);
});

test("CRC-32 is zlib's", (t) => {
  seeded(t, (random) => {
    for (let i = 0; i < 200; i++) {
      const bytes = Uint8Array.from({ length: i }, () => random.integer());
      t.is(crc32(bytes), zlibCrc32(bytes));
    }
  });
});
