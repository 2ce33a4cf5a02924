/**
 * MQTT 3.1.1 (OASIS Standard, 29 October 2014) as a broker sees it, quality of service 0 and 1. Written from the
 * standard and not from `firmware/mqtt`, so that each of the two tests the other.
 */

/** What a client may not send; the broker closes the connection (§4.8). */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

export interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

export interface Connect {
  readonly type: "connect";
  /** Protocol level: 4 is 3.1.1. */
  readonly level: number;
  readonly clean: boolean;
  readonly keepAliveS: number;
  readonly clientId: string;
  readonly will: Publication | undefined;
  readonly user: string | undefined;
  readonly password: Uint8Array | undefined;
}

export interface FilterRequest {
  readonly filter: string;
  readonly qos: 0 | 1 | 2;
}

export type ClientPacket =
  | Connect
  | ({ readonly type: "publish"; readonly dup: boolean; readonly id: number } & Publication)
  | { readonly type: "puback"; readonly id: number }
  | { readonly type: "subscribe"; readonly id: number; readonly filters: readonly FilterRequest[] }
  | { readonly type: "unsubscribe"; readonly id: number; readonly filters: readonly string[] }
  | { readonly type: "pingreq" }
  | { readonly type: "disconnect" };

/** The bytes of one packet's body, taken from the front; asking for more than there is is the client's error. */
class Body {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(count: number): Uint8Array {
    if (count > this.left) throw new ProtocolError(`${count} bytes announced, ${this.left} left in the packet`);
    this.#at += count;
    return this.#bytes.slice(this.#at - count, this.#at);
  }

  byte(): number {
    if (this.left < 1) throw new ProtocolError("a packet ends too early");
    return this.#bytes[this.#at++]!;
  }

  integer(): number {
    return 256 * this.byte() + this.byte();
  }

  /** §2.3.1. */
  identifier(): number {
    const id = this.integer();
    if (id === 0) throw new ProtocolError("packet identifier 0");
    return id;
  }

  binary(): Uint8Array {
    return this.take(this.integer());
  }

  /** §1.5.3; the engine's own URI decoder is a strict reader of UTF-8. */
  text(): string {
    let escaped = "";
    for (const byte of this.binary()) {
      if (byte === 0) throw new ProtocolError("U+0000 in a string");
      escaped += (byte < 16 ? "%0" : "%") + byte.toString(16);
    }
    try {
      return decodeURIComponent(escaped);
    } catch {
      throw new ProtocolError("a string is not UTF-8");
    }
  }

  /** §4.7: a name to publish to. */
  topic(): string {
    const topic = this.text();
    if (topic === "" || topic.includes("+") || topic.includes("#"))
      throw new ProtocolError(`"${topic}" is no topic to publish to`);
    return topic;
  }

  /** §4.7.1. */
  filter(): string {
    const filter = this.text();
    const levels = filter.split("/");
    const good = levels.every((level, index) => {
      if (level === "#") return index === levels.length - 1;
      return level === "+" || !(level.includes("+") || level.includes("#"));
    });
    if (filter === "" || !good) throw new ProtocolError(`"${filter}" is no topic filter`);
    return filter;
  }

  end(): void {
    if (this.left > 0) throw new ProtocolError(`${this.left} bytes too many in a packet`);
  }
}

/** §2.2.2: the flags each type must have; PUBLISH's carry meaning. */
const FIXED_FLAGS: Readonly<Record<number, number>> = { 1: 0, 4: 0, 8: 2, 10: 2, 12: 0, 14: 0 };

/** @param first the first byte of the fixed header */
export function readPacket(first: number, bytes: Uint8Array): ClientPacket {
  const type = first >> 4;
  const flags = first & 15;
  const body = new Body(bytes);
  if (type !== 3 && FIXED_FLAGS[type] !== flags)
    throw new ProtocolError(
      `packet type ${type} with flags ${flags} is not for a broker of quality of service 0 and 1`,
    );
  const packet = readBody(type, flags, body);
  body.end();
  return packet;
}

function readBody(type: number, flags: number, body: Body): ClientPacket {
  switch (type) {
    case 1:
      return readConnect(body);
    case 3: {
      const qos = (flags >> 1) & 3;
      const dup = flags >= 8;
      if (qos > 1 || (qos === 0 && dup)) throw new ProtocolError(`PUBLISH with flags ${flags}`);
      const topic = body.topic();
      const id = qos === 1 ? body.identifier() : 0;
      return {
        type: "publish",
        dup,
        qos: qos as 0 | 1,
        retain: flags % 2 === 1,
        topic,
        id,
        payload: body.take(body.left),
      };
    }
    case 4:
      return { type: "puback", id: body.identifier() };
    case 8: {
      const id = body.identifier();
      const filters: FilterRequest[] = [];
      do {
        const filter = body.filter();
        const qos = body.byte();
        if (qos > 2) throw new ProtocolError(`SUBSCRIBE with quality of service ${qos}`);
        filters.push({ filter, qos: qos as 0 | 1 | 2 });
      } while (body.left > 0);
      return { type: "subscribe", id, filters };
    }
    case 10: {
      const id = body.identifier();
      const filters: string[] = [];
      do filters.push(body.filter());
      while (body.left > 0);
      return { type: "unsubscribe", id, filters };
    }
    case 12:
      return { type: "pingreq" };
    default:
      return { type: "disconnect" };
  }
}

/** §3.1. */
function readConnect(body: Body): Connect {
  const protocol = body.text();
  if (protocol !== "MQTT" && protocol !== "MQIsdp") throw new ProtocolError(`protocol "${protocol}" is not MQTT`);
  const level = body.byte();
  const flags = body.byte();
  const hasWill = (flags & 0x04) !== 0;
  const willQos = (flags >> 3) & 3;
  const hasUser = (flags & 0x80) !== 0;
  const hasPassword = (flags & 0x40) !== 0;
  if ((flags & 1) !== 0) throw new ProtocolError("CONNECT with the reserved flag");
  if (hasWill ? willQos > 1 : (flags & 0x38) !== 0) throw new ProtocolError(`CONNECT with will flags ${flags}`);
  if (hasPassword && !hasUser) throw new ProtocolError("CONNECT with a password and no user");
  const keepAliveS = body.integer();
  const clientId = body.text();
  const will: Publication | undefined = hasWill
    ? { topic: body.topic(), payload: body.binary(), qos: willQos as 0 | 1, retain: (flags & 0x20) !== 0 }
    : undefined;
  const user = hasUser ? body.text() : undefined;
  const password = hasPassword ? body.binary() : undefined;
  return { type: "connect", level, clean: (flags & 2) !== 0, keepAliveS, clientId, will, user, password };
}

/** §2.2.3. */
function frame(first: number, ...parts: readonly ArrayLike<number>[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = [first];
  let rest = length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    header.push(rest > 0 ? digit + 128 : digit);
  } while (rest > 0);
  const bytes = new Uint8Array(header.length + length);
  bytes.set(header);
  let at = header.length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function pair(value: number): number[] {
  return [Math.floor(value / 256), value % 256];
}

/** UTF-8 by way of the engine's URI encoder. */
function utf8(text: string): number[] {
  const escaped = encodeURIComponent(text);
  const bytes: number[] = [];
  for (let index = 0; index < escaped.length; index++) {
    if (escaped[index] === "%") {
      bytes.push(Number(`0x${escaped.slice(index + 1, index + 3)}`));
      index += 2;
    } else bytes.push(escaped.charCodeAt(index));
  }
  return bytes;
}

export function connack(sessionPresent: boolean, returnCode: number): Uint8Array {
  return frame(0x20, [sessionPresent ? 1 : 0, returnCode]);
}

/** @param id packet identifier; not written with quality of service 0 */
export function publish(publication: Publication, id: number, dup: boolean): Uint8Array {
  const { topic, payload, qos, retain } = publication;
  const name = utf8(topic);
  const first = 0x30 + (dup ? 8 : 0) + 2 * qos + (retain ? 1 : 0);
  return frame(first, pair(name.length), name, qos > 0 ? pair(id) : [], payload);
}

export function puback(id: number): Uint8Array {
  return frame(0x40, pair(id));
}

export function suback(id: number, granted: readonly number[]): Uint8Array {
  return frame(0x90, pair(id), granted);
}

export function unsuback(id: number): Uint8Array {
  return frame(0xb0, pair(id));
}

export function pingresp(): Uint8Array {
  return frame(0xd0);
}
