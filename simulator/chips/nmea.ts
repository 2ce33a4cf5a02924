/**
 * Sentences of NMEA 0183 as u-blox's receivers write them ("u-blox 8 / u-blox M8 Receiver description including protocol
 * specification", UBX-13003221, R25, §31): two decimals of a second, five of a minute, one of a metre, three of a knot,
 * two of a degree of course. What is not known is an empty field.
 */

/** What a receiver says once a second; `undefined` where it does not know. */
export interface Epoch {
  /** e.g. `GP` or `GN`. */
  readonly talker: string;
  /** Milliseconds since 1970, UTC. */
  readonly utc: number | undefined;
  readonly fix: Fix | undefined;
}

export interface Fix {
  /** 1 autonomous, 2 differential. */
  readonly quality: 1 | 2;
  /** Degrees, north and east positive. */
  readonly latitude: number;
  readonly longitude: number;
  /** Metres above mean sea level; and of that above the ellipsoid. */
  readonly altitude: number;
  readonly separation: number;
  /** m/s over ground, and degrees clockwise from true north. */
  readonly speed: number;
  readonly course: number;
  readonly satellites: number;
  /** Dilution of precision: horizontal. */
  readonly hdop: number;
}

/** Dilution of precision when there is none. */
const NO_DOP = "99.99";
/** International knot: 1852 m per hour. */
const MPS_PER_KNOT = 1852 / 3600;
/** How many satellites a GSA sentence names. */
const NAMED_SATELLITES = 12;

export function rmc({ talker, utc, fix }: Epoch): string {
  const date = utc === undefined ? "" : dateOf(utc);
  const position = fix ? `${positionOf(fix)},${knots(fix)},${course(fix)}` : ",,,,,";
  return sentence(`${talker}RMC,${timeOf(utc)},${fix ? "A" : "V"},${position},${date},,,${mode(fix)}`);
}

export function vtg({ talker, fix }: Epoch): string {
  if (!fix) return sentence(`${talker}VTG,,,,,,,,,N`);
  const kilometresPerHour = fixed(fix.speed * 3.6, 3);
  return sentence(`${talker}VTG,${course(fix)},T,,M,${knots(fix)},N,${kilometresPerHour},K,${mode(fix)}`);
}

export function gga({ talker, utc, fix }: Epoch): string {
  if (!fix) return sentence(`${talker}GGA,${timeOf(utc)},,,,,0,00,${NO_DOP},,,,,,`);
  const { quality, satellites, hdop, altitude, separation } = fix;
  const count = pad(Math.min(satellites, 12), 2);
  const heights = `${fixed(altitude, 1)},M,${fixed(separation, 1)},M`;
  const station = quality === 2 ? ",0000" : ",";
  return sentence(
    `${talker}GGA,${timeOf(utc)},${positionOf(fix)},${quality},${count},${fixed(hdop, 2)},${heights},${station}`,
  );
}

export function gsa({ talker, fix }: Epoch): string {
  const named = Math.min(fix?.satellites ?? 0, NAMED_SATELLITES);
  let satellites = "";
  for (let i = 0; i < NAMED_SATELLITES; i++) satellites += `,${i < named ? pad(2 * i + 3, 2) : ""}`;
  if (!fix) return sentence(`${talker}GSA,A,1${satellites},${NO_DOP},${NO_DOP},${NO_DOP}`);
  // A usual sky: the vertical dilution is one and a half of the horizontal.
  const vertical = 1.5 * fix.hdop;
  const position = Math.sqrt(fix.hdop * fix.hdop + vertical * vertical);
  return sentence(`${talker}GSA,A,3${satellites},${fixed(position, 2)},${fixed(fix.hdop, 2)},${fixed(vertical, 2)}`);
}

export function gll({ talker, utc, fix }: Epoch): string {
  const position = fix ? positionOf(fix) : ",,,";
  return sentence(`${talker}GLL,${position},${timeOf(utc)},${fix ? "A" : "V"},${mode(fix)}`);
}

/** `$`, the text, and the exclusive or of its characters as two hexadecimal digits. */
export function sentence(text: string): string {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum ^= text.charCodeAt(i);
  return `$${text}*${sum.toString(16).toUpperCase().padStart(2, "0")}\r\n`;
}

function mode(fix: Fix | undefined): string {
  if (!fix) return "N";
  return fix.quality === 2 ? "D" : "A";
}

function knots(fix: Fix): string {
  return fixed(fix.speed / MPS_PER_KNOT, 3);
}

function course(fix: Fix): string {
  return fixed((Math.round(fix.course * 100) % 36_000) / 100, 2);
}

/** ddmm.mmmmm,N,dddmm.mmmmm,E */
function positionOf({ latitude, longitude }: Fix): string {
  return `${angle(latitude, 2)},${latitude < 0 ? "S" : "N"},${angle(longitude, 3)},${longitude < 0 ? "W" : "E"}`;
}

function angle(degrees: number, digits: number): string {
  // In 1e-5 minutes.
  const units = Math.round(Math.abs(degrees) * 6_000_000);
  const whole = Math.floor(units / 6_000_000);
  return pad(whole, digits) + fixed((units - whole * 6_000_000) / 100_000, 5).padStart(8, "0");
}

/** hhmmss.ss */
function timeOf(utc: number | undefined): string {
  if (utc === undefined) return "";
  const day = utc % 86_400_000;
  const seconds = Math.floor(day / 1000);
  const clock = pad(Math.floor(seconds / 3600), 2) + pad(Math.floor(seconds / 60) % 60, 2) + pad(seconds % 60, 2);
  return `${clock}.${pad(Math.floor((day % 1000) / 10), 2)}`;
}

/** ddmmyy, by the Gregorian calendar: years from March, in eras of 400 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function dateOf(utc: number): string {
  const days = Math.floor(utc / 86_400_000) + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return pad(day, 2) + pad(month, 2) + pad((year + (month <= 2 ? 1 : 0)) % 100, 2);
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

/** Rounded half up in size, the same on every engine. */
function fixed(value: number, decimals: number): string {
  let scale = 1;
  for (let i = 0; i < decimals; i++) scale *= 10;
  const units = Math.round(Math.abs(value) * scale);
  const whole = Math.floor(units / scale);
  return `${value < 0 && units > 0 ? "-" : ""}${whole}.${pad(units - whole * scale, decimals)}`;
}
