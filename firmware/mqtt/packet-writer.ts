import { writeUtf8 } from "../data/utf8.js";
import { CONNECT, DISCONNECT, MqttError, PINGREQ, PUBACK, PUBLISH, SUBSCRIBE, UNSUBSCRIBE } from "./packets.js";
import type { ConnectOptions, QoS } from "./packets.js";
import { encodeText, textBytes } from "./text.js";

/*
 * Packets a client sends (MQTT 3.1.1 §3), written at `at` into bytes that the caller owns. Each function returns the
 * index after the packet and throws RangeError when it does not fit. PUBLISH, PUBACK, PINGREQ and DISCONNECT allocate
 * nothing.
 */

/** §2.2.3: four bytes of seven bits. */
const MAXIMUM_REMAINING = 268_435_455;

/** Bytes of a packet whose variable header and payload take `remaining`: those and its fixed header (§2.2). */
export function packetBytes(remaining: number): number {
  if (remaining > MAXIMUM_REMAINING) throw new MqttError(`mqtt: ${remaining} bytes are more than a packet can carry`);
  return remaining + (remaining < 128 ? 2 : remaining < 16_384 ? 3 : remaining < 2_097_152 ? 4 : 5);
}

/** Bytes that PUBLISH takes for a topic of `topicBytes` and a payload of `payloadBytes`. */
export function publishBytes(topicBytes: number, payloadBytes: number, qos: QoS): number {
  return packetBytes(2 + topicBytes + (qos > 0 ? 2 : 0) + payloadBytes);
}

/**
 * A topic name as the bytes {@link writePublish} takes. Throws {@link MqttError} when it is empty, has a wildcard
 * (§3.3.2.1) or is no MQTT string.
 */
export function encodeTopic(topic: string): Uint8Array {
  if (topic.length === 0) throw new MqttError("mqtt: topic is empty");
  if (topic.includes("+") || topic.includes("#")) throw new MqttError(`mqtt: topic ${topic} has a wildcard`);
  return encodeText(topic, "topic");
}

/** §3.3. `topic` comes from {@link encodeTopic}; `id` is 1 to 65,535 with quality of service 1 and not written with 0. */
export function writePublish(
  into: Uint8Array,
  at: number,
  topic: Uint8Array,
  payload: Uint8Array,
  qos: QoS,
  retain: boolean,
  dup: boolean,
  id: number,
): number {
  const remaining = 2 + topic.length + (qos > 0 ? 2 : 0) + payload.length;
  const flags = (dup ? 8 : 0) | (qos << 1) | (retain ? 1 : 0);
  at = writeHeader(into, at, PUBLISH, flags, remaining);
  at = writeInteger(into, at, topic.length);
  into.set(topic, at);
  at += topic.length;
  if (qos > 0) at = writeInteger(into, at, id);
  into.set(payload, at);
  return at + payload.length;
}

/** §3.4. */
export function writePuback(into: Uint8Array, at: number, id: number): number {
  return writeInteger(into, writeHeader(into, at, PUBACK, 0, 2), id);
}

/** §3.12. */
export function writePingreq(into: Uint8Array, at: number): number {
  return writeHeader(into, at, PINGREQ, 0, 0);
}

/** §3.14. */
export function writeDisconnect(into: Uint8Array, at: number): number {
  return writeHeader(into, at, DISCONNECT, 0, 0);
}

/** Bytes that CONNECT takes. Throws {@link MqttError} for what CONNECT cannot say. */
export function connectBytes(options: ConnectOptions): number {
  return packetBytes(connectRemaining(options));
}

function connectRemaining(options: ConnectOptions): number {
  const { clientId, keepAliveS, cleanSession, will, user, password } = options;
  if (!Number.isInteger(keepAliveS) || keepAliveS < 0 || keepAliveS > 65_535)
    throw new MqttError(`mqtt: keepAliveS ${keepAliveS} is not an integer from 0 to 65535`);
  if (clientId.length === 0 && !cleanSession) throw new MqttError("mqtt: an empty clientId needs a clean session");
  if (password !== undefined && user === undefined) throw new MqttError("mqtt: a password needs a user");
  let remaining = 10 + 2 + textBytes(clientId, "clientId");
  if (will !== undefined) {
    if (will.payload.length > 65_535)
      throw new MqttError(`mqtt: will of ${will.payload.length} bytes, more than 65535`);
    remaining += 2 + encodeTopic(will.topic).length + 2 + will.payload.length;
  }
  if (user !== undefined) remaining += 2 + textBytes(user, "user");
  if (password !== undefined) remaining += 2 + textBytes(password, "password");
  return remaining;
}

/** §3.1. Throws as {@link connectBytes} does. */
export function writeConnect(into: Uint8Array, at: number, options: ConnectOptions): number {
  const { clientId, keepAliveS, cleanSession, will, user, password } = options;
  const flags =
    (user !== undefined ? 0x80 : 0) |
    (password !== undefined ? 0x40 : 0) |
    (will !== undefined ? 0x04 | (will.qos << 3) | (will.retain ? 0x20 : 0) : 0) |
    (cleanSession ? 0x02 : 0);
  at = writeHeader(into, at, CONNECT, 0, connectRemaining(options));
  at = writeString(into, at, "MQTT", "protocol");
  into[at++] = 4; // protocol level, §3.1.2.2
  into[at++] = flags;
  at = writeInteger(into, at, keepAliveS);
  at = writeString(into, at, clientId, "clientId");
  if (will !== undefined) {
    at = writeString(into, at, will.topic, "topic");
    at = writeInteger(into, at, will.payload.length);
    into.set(will.payload, at);
    at += will.payload.length;
  }
  if (user !== undefined) at = writeString(into, at, user, "user");
  if (password !== undefined) at = writeString(into, at, password, "password");
  return at;
}

/** Bytes that SUBSCRIBE takes for one filter. Throws {@link MqttError} when §4.7.1 does not allow it. */
export function subscribeBytes(filter: string): number {
  return packetBytes(2 + filterBytes(filter) + 1);
}

/** §3.8, one filter in each packet. */
export function writeSubscribe(into: Uint8Array, at: number, id: number, filter: string, qos: QoS): number {
  at = writeHeader(into, at, SUBSCRIBE, 2, 2 + filterBytes(filter) + 1);
  at = writeString(into, writeInteger(into, at, id), filter, "filter");
  into[at++] = qos;
  return at;
}

/** Bytes that UNSUBSCRIBE takes for one filter. Throws {@link MqttError} as {@link subscribeBytes} does. */
export function unsubscribeBytes(filter: string): number {
  return packetBytes(2 + filterBytes(filter));
}

/** §3.10, one filter in each packet. */
export function writeUnsubscribe(into: Uint8Array, at: number, id: number, filter: string): number {
  at = writeHeader(into, at, UNSUBSCRIBE, 2, 2 + filterBytes(filter));
  return writeString(into, writeInteger(into, at, id), filter, "filter");
}

/** §4.7.1: `#` stands alone in the last level, `+` alone in its level. */
function filterBytes(filter: string): number {
  if (filter.length === 0) throw new MqttError("mqtt: filter is empty");
  const levels = filter.split("/");
  for (let index = 0; index < levels.length; index++) {
    const level = levels[index]!;
    const wild = level.includes("#") || level.includes("+");
    if (wild && (level.length > 1 || (level === "#" && index < levels.length - 1)))
      throw new MqttError(`mqtt: filter ${filter} has a wildcard out of place`);
  }
  return 2 + textBytes(filter, "filter");
}

function writeHeader(into: Uint8Array, at: number, type: number, flags: number, remaining: number): number {
  if (at + packetBytes(remaining) > into.length)
    throw new RangeError(`mqtt: ${remaining} bytes and their header do not fit into ${into.length - at}`);
  into[at++] = (type << 4) | flags;
  while (remaining > 127) {
    into[at++] = (remaining & 127) | 128;
    remaining >>>= 7;
  }
  into[at++] = remaining;
  return at;
}

function writeInteger(into: Uint8Array, at: number, value: number): number {
  into[at] = value >> 8;
  into[at + 1] = value;
  return at + 2;
}

function writeString(into: Uint8Array, at: number, text: string, what: string): number {
  return writeUtf8(text, into, writeInteger(into, at, textBytes(text, what)));
}
