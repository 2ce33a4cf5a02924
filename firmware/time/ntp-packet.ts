/**
 * NTP packets as a client of RFC 4330 (SNTPv4) sends and takes them; the format is that of RFC 5905 §7.3. Bytes 0: leap,
 * version, mode; 1: stratum; 4: root delay; 8: root dispersion; 12: reference identifier; 24, 32, 40: timestamps.
 */

export const PACKET_BYTES = 48;
export const NTP_PORT = 123;

/** Leap 0, version 4, mode 3 (client). */
const CLIENT = 0x23;
const OLDEST_VERSION = 3;
const NEWEST_VERSION = 4;
const SERVER_MODE = 4;
const NOT_SYNCHRONISED = 3;
const HIGHEST_STRATUM = 15;

const ROOT_DELAY = 4;
const ROOT_DISPERSION = 8;
const REFERENCE = 12;
const ORIGINATE = 24;
const RECEIVE = 32;
const TRANSMIT = 40;

const UNIT = 4_294_967_296;
/** Seconds from 1900-01-01, where NTP counts from, to 1970-01-01. */
const UNIX_EPOCH = 2_208_988_800;
/** RFC 4330 §3: with the highest bit clear, seconds are of era 1, which begins 2036-02-07T06:28:16Z. */
const ERA_1_BELOW = 0x8000_0000;
/** NTP short format: 16 bits of seconds, 16 bits of fraction. */
const MS_PER_SHORT = 1000 / 65_536;
/** RFC 4330 §5: a server that is further than about a second from its reference has lost it. */
const FURTHEST_ROOT_MS = 1000;

const DENY = 0x44454e59;
const RSTR = 0x52535452;
const RATE = 0x52415445;

/** What a server can tell a client to do (RFC 5905 §7.4): never ask again, or ask less often. */
export type Kiss = "deny" | "rate";

/** What a server said of the time. */
export interface NtpTime {
  /** ms since 1970 by the server's clock when the request came, and when the answer went. */
  readonly receivedUtc: number;
  readonly transmittedUtc: number;
  /** How far the server's own clock may be off by its own account: half its root delay, and its root dispersion; ms. */
  readonly rootDistanceMs: number;
}

/** Writes a request that says nothing of the client but `nonce`, two 32-bit numbers of which one is not 0. */
export function writeRequest(packet: DataView, nonceHigh: number, nonceLow: number): void {
  packet.setUint8(0, CLIENT);
  packet.setUint32(TRANSMIT, nonceHigh);
  packet.setUint32(TRANSMIT + 4, nonceLow);
}

/**
 * What an answer says: the time, a kiss, or `unfit` when the server has no time that can be used. `undefined`: not an
 * answer to this request, whoever sent it; as if it had not come. Never throws.
 */
export function readAnswer(packet: DataView, request: DataView): NtpTime | Kiss | "unfit" | undefined {
  if (packet.byteLength < PACKET_BYTES) return undefined;
  const first = packet.getUint8(0);
  const version = (first >> 3) & 7;
  if ((first & 7) !== SERVER_MODE || version < OLDEST_VERSION || version > NEWEST_VERSION) return undefined;
  if (packet.getUint32(ORIGINATE) !== request.getUint32(TRANSMIT)) return undefined;
  if (packet.getUint32(ORIGINATE + 4) !== request.getUint32(TRANSMIT + 4)) return undefined;
  const stratum = packet.getUint8(1);
  if (stratum === 0) return kissOf(packet.getUint32(REFERENCE));
  if (first >> 6 === NOT_SYNCHRONISED || stratum > HIGHEST_STRATUM) return "unfit";
  if (isZero(packet, RECEIVE) || isZero(packet, TRANSMIT)) return "unfit";
  const rootDistanceMs = (packet.getInt32(ROOT_DELAY) / 2 + packet.getUint32(ROOT_DISPERSION)) * MS_PER_SHORT;
  if (packet.getInt32(ROOT_DELAY) < 0 || rootDistanceMs > FURTHEST_ROOT_MS) return "unfit";
  const receivedUtc = utcAt(packet, RECEIVE);
  const transmittedUtc = utcAt(packet, TRANSMIT);
  return transmittedUtc < receivedUtc ? "unfit" : { receivedUtc, transmittedUtc, rootDistanceMs };
}

function kissOf(code: number): Kiss | "unfit" {
  if (code === DENY || code === RSTR) return "deny";
  return code === RATE ? "rate" : "unfit";
}

function isZero(packet: DataView, offset: number): boolean {
  return packet.getUint32(offset) === 0 && packet.getUint32(offset + 4) === 0;
}

function utcAt(packet: DataView, offset: number): number {
  const seconds = packet.getUint32(offset);
  const era = seconds < ERA_1_BELOW ? UNIT : 0;
  return (seconds + era - UNIX_EPOCH + packet.getUint32(offset + 4) / UNIT) * 1000;
}
