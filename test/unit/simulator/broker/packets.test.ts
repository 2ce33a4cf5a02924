import test from "ava";
import { generate } from "mqtt-packet";
import type { Packet as WirePacket } from "mqtt-packet";
import { PacketReader } from "../../../../firmware/mqtt/packet-reader.js";
import { PacketStream } from "../../../../simulator/broker/packet-stream.js";
import {
  connack,
  pingresp,
  ProtocolError,
  puback,
  publish,
  suback,
  unsuback,
} from "../../../../simulator/broker/packets.js";
import type { ClientPacket } from "../../../../simulator/broker/packets.js";
import { below } from "../../../support/random-cbor.js";
import { anyBytes, anyClientPacket, anyFlag, anyId, anyTopic, encode, split } from "../../../support/random-mqtt.js";
import { seeded } from "../../../support/seed.js";

function read(chunks: readonly Uint8Array[]): ClientPacket[] {
  const stream = new PacketStream();
  const packets: ClientPacket[] = [];
  for (const chunk of chunks) stream.push(chunk, (packet) => packets.push(packet) > 0);
  return packets;
}

const plain = (payload: unknown) => Uint8Array.from(payload as Buffer);

/** mqtt-packet's packet in the broker's words. */
function expected(packet: WirePacket): object {
  if (packet.cmd === "connect") {
    const { will, username: user, password, clientId, clean, keepalive: keepAliveS } = packet;
    return {
      type: "connect",
      level: 4,
      clean,
      keepAliveS,
      clientId,
      will: will && { topic: will.topic, payload: plain(will.payload), qos: will.qos, retain: will.retain },
      user,
      password: password && plain(password),
    };
  }
  if (packet.cmd === "publish") {
    const { topic, payload, qos, retain, dup, messageId = 0 } = packet;
    return { type: "publish", topic, payload: plain(payload), qos, retain, dup, id: messageId };
  }
  if (packet.cmd === "subscribe") {
    const filters = packet.subscriptions.map(({ topic: filter, qos }) => ({ filter, qos }));
    return { type: "subscribe", id: packet.messageId, filters };
  }
  if (packet.cmd === "unsubscribe")
    return { type: "unsubscribe", id: packet.messageId, filters: packet.unsubscriptions };
  return packet.cmd === "puback" ? { type: "puback", id: packet.messageId } : { type: packet.cmd };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("the broker reads what mqtt-packet writes, however it is split", (t) => {
  seeded(t, (random) => {
    for (let round = 0; round < 500; round++) {
      const packets = Array.from({ length: 1 + below(random, 10) }, () => anyClientPacket(random));
      t.deepEqual(read(split(random, encode(packets))) as object[], packets.map(expected));
    }
  });
});

test("the broker writes what mqtt-packet writes, and the firmware reads it", (t) => {
  seeded(t, (random) => {
    for (let round = 0; round < 1000; round++) {
      const qos = below(random, 2) as 0 | 1;
      const id = anyId(random);
      const publication = { topic: anyTopic(random), payload: anyBytes(random, 300), qos, retain: anyFlag(random) };
      const dup = qos > 0 && anyFlag(random);
      const cases: [Uint8Array, WirePacket][] = [
        [connack(true, 0), { cmd: "connack", sessionPresent: true, returnCode: 0 }],
        [connack(false, 5), { cmd: "connack", sessionPresent: false, returnCode: 5 }],
        [puback(id), { cmd: "puback", messageId: id }],
        [suback(id, [0, 1, 128]), { cmd: "suback", messageId: id, granted: [0, 1, 128] }],
        [unsuback(id), { cmd: "unsuback", messageId: id, granted: [] }],
        [pingresp(), { cmd: "pingresp" }],
        [
          publish(publication, id, dup),
          { cmd: "publish", ...publication, payload: Buffer.from(publication.payload), dup, messageId: id },
        ],
      ];
      const reader = new PacketReader(4096);
      for (const [ours, theirs] of cases) {
        t.is(hex(ours), hex(generate(theirs)));
        reader.push(ours);
        t.is(reader.next()?.kind as string, theirs.cmd);
      }
    }
  });
});

for (const [title, bytes] of [
  ["a reserved flag in CONNECT", [0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 3, 0, 0, 0, 1, 0x61]],
  ["a will of quality of service 3", [0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0x1e, 0, 0, 0, 1, 0x61]],
  ["another protocol", [0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x55, 4, 2, 0, 0, 0, 1, 0x61]],
  ["bytes after CONNECT's end", [0x10, 14, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 1, 0x61, 0]],
  ["PUBLISH with an empty topic", [0x30, 2, 0, 0]],
  ["PUBLISH with a wildcard", [0x30, 3, 0, 1, 0x2b]],
  ["PUBLISH with quality of service 2", [0x34, 5, 0, 1, 0x61, 0, 1]],
  ["PUBLISH whose topic is longer than the packet", [0x30, 3, 0, 9, 1]],
  ["PUBACK of length 1", [0x40, 1, 1]],
  ["SUBSCRIBE without its flags", [0x80, 6, 0, 1, 0, 1, 0x61, 0]],
  ["SUBSCRIBE without filters", [0x82, 2, 0, 1]],
  ["SUBSCRIBE with quality of service 3", [0x82, 6, 0, 1, 0, 1, 0x61, 3]],
  ["SUBSCRIBE with a wildcard out of place", [0x82, 7, 0, 1, 0, 2, 0x61, 0x23, 0]],
  ["a string that is not UTF-8", [0x30, 4, 0, 2, 0xc3, 0x28]],
  ["CONNACK", [0x20, 2, 0, 0]],
  ["a remaining length of five bytes", [0x30, 0x80, 0x80, 0x80, 0x80, 1]],
  ["a packet longer than allowed", [0x30, 0xff, 0xff, 0x7f]],
] as const) {
  test(`${title} is refused`, (t) => {
    t.throws(() => read([Uint8Array.from(bytes)]), { instanceOf: ProtocolError });
  });
}
