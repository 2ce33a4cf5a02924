/**
 * Cyclic redundancy checks over a range of bytes; parameters and check values are those of the "Catalogue of
 * parametrised CRC algorithms" (G. Cook, reveng.sourceforge.io/crc-catalogue). Each takes a former result to go on from,
 * so that a range can be checked in pieces.
 */

/** x^8 + x^5 + x^4 + 1 (CRC-8/NRSC-5 with initial 0xff): Sensirion's sensors. */
export const POLYNOMIAL_SENSIRION = 0x31;
/** x^8 + x^2 + x + 1 (CRC-8/SMBUS with initial 0): SMBus packet error code. */
export const POLYNOMIAL_SMBUS = 0x07;

// One entry per half byte: 16 numbers, frozen, in flash.
const TABLE_16 = Object.freeze([
  0x0000, 0xcc01, 0xd801, 0x1400, 0xf001, 0x3c00, 0x2800, 0xe401, 0xa001, 0x6c00, 0x7800, 0xb401, 0x5000, 0x9c01,
  0x8801, 0x4400,
]);
const TABLE_32 = Object.freeze([
  0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320,
  0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
]);

/** CRC-8, most significant bit first, of `bytes` from `start` up to `end`; Sensirion's unless told otherwise. */
export function crc8(
  bytes: Uint8Array,
  start = 0,
  end = bytes.length,
  polynomial = POLYNOMIAL_SENSIRION,
  initial = 0xff,
): number {
  let crc = initial;
  for (let at = start; at < end; at++) {
    crc ^= bytes[at]!;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? (crc << 1) ^ polynomial : crc << 1;
    crc &= 0xff;
  }
  return crc;
}

/** CRC-16/MODBUS of `bytes` from `start` up to `end`. A Modbus frame carries it low byte first. */
export function crc16(bytes: Uint8Array, start = 0, end = bytes.length, initial = 0xffff): number {
  let crc = initial;
  for (let at = start; at < end; at++) {
    crc ^= bytes[at]!;
    crc = (crc >> 4) ^ TABLE_16[crc & 15]!;
    crc = (crc >> 4) ^ TABLE_16[crc & 15]!;
  }
  return crc;
}

/** CRC-32/ISO-HDLC (IEEE 802.3, zip, PNG) of `bytes` from `start` up to `end`; 0 to 2^32 − 1. */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length, previous = 0): number {
  let crc = ~previous;
  for (let at = start; at < end; at++) {
    crc ^= bytes[at]!;
    crc = (crc >>> 4) ^ TABLE_32[crc & 15]!;
    crc = (crc >>> 4) ^ TABLE_32[crc & 15]!;
  }
  return ~crc >>> 0;
}
