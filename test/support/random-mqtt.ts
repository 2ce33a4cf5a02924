import type { Packet as WirePacket } from "mqtt-packet";
import { generate } from "mqtt-packet";
import type { Random } from "../../simulator/random.js";
import { anyText, below } from "./random-cbor.js";

export function anyBytes(random: Random, maximum: number): Uint8Array {
  const bytes = new Uint8Array(random.next() < 0.2 ? 0 : below(random, maximum));
  for (let index = 0; index < bytes.length; index++) bytes[index] = random.integer();
  return bytes;
}

export function anyFlag(random: Random): boolean {
  return random.next() < 0.5;
}

export function anyId(random: Random): number {
  return 1 + below(random, 65_535);
}

/** Text that MQTT carries. */
export function anyString(random: Random): string {
  return anyText(random).replaceAll("\0", "");
}

export function anyTopic(random: Random): string {
  const topic = anyString(random).replaceAll("+", "p").replaceAll("#", "h");
  return topic === "" ? "t" : topic;
}

export function anyFilter(random: Random): string {
  const levels = Array.from({ length: 1 + below(random, 4) }, () =>
    random.next() < 0.3 ? "+" : anyTopic(random).replaceAll("/", ""),
  );
  if (random.next() < 0.3) levels.push("#");
  const filter = levels.join("/");
  return filter === "" ? "f" : filter;
}

/** Packets a broker sends to a client of quality of service 0 and 1. */
export function anyBrokerPacket(random: Random): WirePacket {
  switch (below(random, 7)) {
    case 0:
      return { cmd: "connack", sessionPresent: anyFlag(random), returnCode: below(random, 6) };
    case 1:
      return { cmd: "puback", messageId: anyId(random) };
    case 2:
      return {
        cmd: "suback",
        messageId: anyId(random),
        granted: Array.from({ length: 1 + below(random, 3) }, () => [0, 1, 2, 0x80][below(random, 4)]!),
      };
    case 3:
      return { cmd: "unsuback", messageId: anyId(random), granted: [] };
    case 4:
      return { cmd: "pingresp" };
    default:
      return anyPublish(random);
  }
}

/** Packets a client sends with quality of service 0 and 1. */
export function anyClientPacket(random: Random): WirePacket {
  switch (below(random, 8)) {
    case 0:
      return anyConnect(random);
    case 1:
      return { cmd: "puback", messageId: anyId(random) };
    case 2:
      return {
        cmd: "subscribe",
        messageId: anyId(random),
        subscriptions: Array.from({ length: 1 + below(random, 3) }, () => ({
          topic: anyFilter(random),
          qos: below(random, 3) as 0 | 1 | 2,
        })),
      };
    case 3:
      return {
        cmd: "unsubscribe",
        messageId: anyId(random),
        unsubscriptions: Array.from({ length: 1 + below(random, 3) }, () => anyFilter(random)),
      };
    case 4:
      return { cmd: "pingreq" };
    case 5:
      return { cmd: "disconnect" };
    default:
      return anyPublish(random);
  }
}

export function anyPublish(random: Random): WirePacket {
  const qos = below(random, 2) as 0 | 1;
  return {
    cmd: "publish",
    topic: anyTopic(random),
    payload: Buffer.from(anyBytes(random, random.next() < 0.1 ? 3000 : 200)),
    qos,
    retain: anyFlag(random),
    dup: qos > 0 && anyFlag(random),
    ...(qos > 0 ? { messageId: anyId(random) } : {}),
  };
}

export function anyConnect(random: Random): WirePacket {
  const user = anyFlag(random);
  return {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clientId: anyString(random) || "c",
    clean: anyFlag(random),
    keepalive: below(random, 65_536),
    ...(anyFlag(random)
      ? {
          will: {
            topic: anyTopic(random),
            payload: Buffer.from(anyBytes(random, 100)),
            qos: below(random, 2) as 0 | 1,
            retain: anyFlag(random),
          },
        }
      : {}),
    // mqtt-packet takes an empty one for none.
    ...(user ? { username: anyString(random) || "u" } : {}),
    ...(user && anyFlag(random) ? { password: Buffer.from(anyString(random) || "p") } : {}),
  };
}

/** The packets' bytes, cut anywhere. */
export function split(random: Random, bytes: Uint8Array): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const longest = 1 + below(random, random.next() < 0.5 ? 8 : 3000);
  for (let start = 0; start < bytes.length;) {
    const end = start + 1 + below(random, longest);
    chunks.push(bytes.slice(start, end));
    start = end;
  }
  return chunks;
}

export function encode(packets: readonly WirePacket[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(packets.map((packet) => generate(packet))));
}
