import { CONNACK, MqttError, PINGRESP, PUBACK, PUBLISH, SUBACK, SUBSCRIPTION_REFUSED, UNSUBACK } from "./packets.js";
import type { Packet, QoS } from "./packets.js";
import { readText } from "./text.js";

/*
 * Packets a broker sends (MQTT 3.1.1 §3): first what the fixed header alone gives away, then the body. A violation
 * throws MqttError and the connection ends (§4.8).
 */

const PINGRESP_PACKET: Packet = Object.freeze({ kind: "pingresp" });

/**
 * Checks a fixed header (§2.2) before anything is stored: type, flags and a length that the type can have.
 *
 * @param head first byte
 * @param remaining remaining length
 */
export function checkHeader(head: number, remaining: number): void {
  const type = head >> 4;
  const flags = head & 15;
  switch (type) {
    case PUBLISH: {
      const qos = (flags >> 1) & 3;
      if (qos === 3) throw new MqttError("mqtt: PUBLISH with quality of service 3");
      if (qos === 2) throw new MqttError("mqtt: PUBLISH with quality of service 2, which was not subscribed to");
      if (qos === 0 && (flags & 8) !== 0) throw new MqttError("mqtt: PUBLISH with DUP and quality of service 0");
      if (remaining < 3 + 2 * qos) throw new MqttError(`mqtt: PUBLISH of length ${remaining} has no room for a topic`);
      return;
    }
    case CONNACK:
    case PUBACK:
    case UNSUBACK:
      return expectShape(type, flags, remaining, 2);
    case PINGRESP:
      return expectShape(type, flags, remaining, 0);
    case SUBACK:
      if (remaining < 3) throw new MqttError(`mqtt: SUBACK of length ${remaining} grants nothing`);
      return expectShape(type, flags, remaining, remaining);
    default:
      throw new MqttError(`mqtt: packet type ${type} is not for a client without quality of service 2`);
  }
}

function expectShape(type: number, flags: number, remaining: number, expected: number): void {
  if (flags !== 0) throw new MqttError(`mqtt: packet type ${type} has flags ${flags}, not 0`);
  if (remaining !== expected) throw new MqttError(`mqtt: packet type ${type} has length ${remaining}, not ${expected}`);
}

/** The packet whose body is `bytes` from `start` up to `end`; its header has passed {@link checkHeader}. */
export function parsePacket(head: number, bytes: Uint8Array, start: number, end: number): Packet {
  switch (head >> 4) {
    case PUBLISH:
      return parsePublish(head & 15, bytes, start, end);
    case PUBACK:
      return { kind: "puback", id: readId(bytes, start) };
    case CONNACK:
      if ((bytes[start]! & 0xfe) !== 0) throw new MqttError(`mqtt: CONNACK has flags ${bytes[start]}, not 0 or 1`);
      return { kind: "connack", sessionPresent: bytes[start] === 1, returnCode: bytes[start + 1]! };
    case SUBACK: {
      const granted = bytes.subarray(start + 2, end);
      for (let index = 0; index < granted.length; index++)
        if (granted[index]! > 2 && granted[index] !== SUBSCRIPTION_REFUSED)
          throw new MqttError(`mqtt: SUBACK has return code ${granted[index]}, not 0, 1, 2 or 128`);
      return { kind: "suback", id: readId(bytes, start), granted };
    }
    case UNSUBACK:
      return { kind: "unsuback", id: readId(bytes, start) };
    default:
      return PINGRESP_PACKET;
  }
}

/** §3.3. An empty payload is a message like any other. */
function parsePublish(flags: number, bytes: Uint8Array, start: number, end: number): Packet {
  const qos = ((flags >> 1) & 1) as QoS;
  const topicEnd = start + 2 + readInteger(bytes, start);
  const payloadStart = topicEnd + 2 * qos;
  checkTopicLength(topicEnd - start - 2, end - start, qos);
  const topic = readText(bytes, start + 2, topicEnd, "topic");
  if (topic.includes("+") || topic.includes("#")) throw new MqttError(`mqtt: PUBLISH topic ${topic} has a wildcard`);
  return {
    kind: "publish",
    topic,
    payload: bytes.subarray(payloadStart, end),
    qos,
    retain: (flags & 1) !== 0,
    dup: (flags & 8) !== 0,
    id: qos > 0 ? readId(bytes, topicEnd) : 0,
  };
}

/** Throws when a PUBLISH of `remaining` bytes cannot have a topic of `topicBytes`. */
export function checkTopicLength(topicBytes: number, remaining: number, qos: QoS): void {
  if (topicBytes === 0) throw new MqttError("mqtt: PUBLISH with an empty topic");
  if (2 + topicBytes + 2 * qos > remaining)
    throw new MqttError(`mqtt: PUBLISH of length ${remaining} with a topic of ${topicBytes} bytes`);
}

/** §2.3.1: a packet identifier is never 0. */
export function checkId(id: number): number {
  if (id === 0) throw new MqttError("mqtt: packet identifier 0");
  return id;
}

function readId(bytes: Uint8Array, at: number): number {
  return checkId(readInteger(bytes, at));
}

function readInteger(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
