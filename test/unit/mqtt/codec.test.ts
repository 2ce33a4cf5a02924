import test from "ava";
import { generate, parser } from "mqtt-packet";
import type { Packet as WirePacket } from "mqtt-packet";
import { PacketReader } from "../../../firmware/mqtt/packet-reader.js";
import * as writer from "../../../firmware/mqtt/packet-writer.js";
import { MqttError } from "../../../firmware/mqtt/packets.js";
import type { Packet, QoS } from "../../../firmware/mqtt/packets.js";
import { Random } from "../../../simulator/random.js";
import { below } from "../../support/random-cbor.js";
import { anyBrokerPacket, anyConnect, anyFilter, anyId, anyPublish, encode, split } from "../../support/random-mqtt.js";
import { seeded } from "../../support/seed.js";

const MAXIMUM = 4096;

function read(chunks: readonly Uint8Array[], maximumPacketBytes = MAXIMUM): Packet[] {
  const reader = new PacketReader(maximumPacketBytes);
  const packets: Packet[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let packet = reader.next(); packet !== undefined; packet = reader.next()) packets.push(packet);
  }
  return packets;
}

const bytes = (...values: number[]) => Uint8Array.from(values);

/** Each byte on its own, and all at once. */
function readBothWays(input: Uint8Array): Packet[] {
  const whole = read([input]);
  const single = read([...input].map((byte) => bytes(byte)));
  if (JSON.stringify(whole) !== JSON.stringify(single)) throw new Error("the split makes a difference");
  return whole;
}

/** mqtt-packet's packet in this codec's words. */
function expected(packet: WirePacket): object {
  if (packet.cmd === "connack")
    return { kind: "connack", sessionPresent: packet.sessionPresent, returnCode: packet.returnCode };
  if (packet.cmd === "publish") {
    const { topic, payload, qos, retain, dup, messageId = 0 } = packet;
    return { kind: "publish", topic, payload: Uint8Array.from(payload as Buffer), qos, retain, dup, id: messageId };
  }
  if (packet.cmd === "suback")
    return { kind: "suback", id: packet.messageId, granted: Uint8Array.from(packet.granted as number[]) };
  return packet.cmd === "pingresp" ? { kind: "pingresp" } : { kind: packet.cmd, id: packet.messageId };
}

function write(size: number, packet: (into: Uint8Array, at: number) => number): Uint8Array {
  const into = new Uint8Array(size + 7).fill(0xee);
  const end = packet(into, 3);
  if (end !== 3 + size) throw new Error(`announced ${size} bytes, wrote ${end - 3}`);
  if (into[2] !== 0xee || into[end] !== 0xee) throw new Error("wrote outside");
  return into.slice(3, end);
}

function ours(packet: WirePacket): Uint8Array {
  if (packet.cmd === "connect") {
    const { clientId, keepalive: keepAliveS = 0, clean: cleanSession = true, will, username: user } = packet;
    const options = {
      clientId,
      keepAliveS,
      cleanSession,
      user,
      password: packet.password?.toString(),
      will: will && {
        topic: will.topic,
        payload: Uint8Array.from(will.payload as Buffer),
        qos: will.qos as QoS,
        retain: will.retain!,
      },
    };
    return write(writer.connectBytes(options), (into, at) => writer.writeConnect(into, at, options));
  }
  if (packet.cmd !== "publish") throw new Error(packet.cmd);
  const { payload, retain, dup, messageId = 0 } = packet;
  const qos = packet.qos as QoS;
  const topic = writer.encodeTopic(packet.topic);
  return write(writer.publishBytes(topic.length, payload.length, qos), (into, at) =>
    writer.writePublish(into, at, topic, payload as Buffer, qos, retain, dup, messageId),
  );
}

const hex = (input: Uint8Array) => Buffer.from(input).toString("hex");

test("the reader agrees with mqtt-packet on random packets, however they are split", (t) => {
  seeded(t, (random) => {
    for (let round = 0; round < 500; round++) {
      const packets = Array.from({ length: 1 + below(random, 10) }, () => anyBrokerPacket(random));
      t.deepEqual(read(split(random, encode(packets))) as object[], packets.map(expected));
    }
  });
});

test("the writer makes the bytes that mqtt-packet makes", (t) => {
  seeded(t, (random) => {
    for (let round = 0; round < 2000; round++) {
      const packet = random.next() < 0.5 ? anyPublish(random) : anyConnect(random);
      t.is(hex(ours(packet)), hex(generate(packet)), JSON.stringify(packet));
    }
  });
});

test("mqtt-packet reads subscriptions and the small packets as they were meant", (t) => {
  seeded(t, (random) => {
    for (let round = 0; round < 500; round++) {
      const messageId = anyId(random);
      const topic = anyFilter(random);
      const qos = below(random, 2) as QoS;
      const size = writer.subscribeBytes(topic);
      const cases: [Uint8Array, WirePacket][] = [
        [
          write(size, (into, at) => writer.writeSubscribe(into, at, messageId, topic, qos)),
          { cmd: "subscribe", messageId, subscriptions: [{ topic, qos }] },
        ],
        [
          write(writer.unsubscribeBytes(topic), (into, at) => writer.writeUnsubscribe(into, at, messageId, topic)),
          { cmd: "unsubscribe", messageId, unsubscriptions: [topic] },
        ],
        [write(4, (into, at) => writer.writePuback(into, at, messageId)), { cmd: "puback", messageId }],
        [write(2, writer.writePingreq), { cmd: "pingreq" }],
        [write(2, writer.writeDisconnect), { cmd: "disconnect" }],
      ];
      for (const [written, meant] of cases) t.is(hex(written), hex(generate(meant)));
    }
  });
});

test("mqtt-packet reads back what was written, with lengths at each edge of the remaining length", (t) => {
  const topic = writer.encodeTopic("t");
  for (const length of [0, 1, 123, 124, 125, 16_379, 16_380, 16_381, 2_097_147, 2_097_148, 2_097_149]) {
    const payload = new Uint8Array(length).fill(7);
    const written = write(writer.publishBytes(1, length, 0), (into, at) =>
      writer.writePublish(into, at, topic, payload, 0, false, false, 0),
    );
    let seen: WirePacket | undefined;
    const oracle = parser();
    oracle.on("packet", (packet) => (seen = packet));
    oracle.parse(Buffer.from(written));
    t.is((seen as { payload: Buffer } | undefined)?.payload.length, length);
    const packet = read([written], 3_000_000)[0]!;
    t.true(packet.kind === "publish" && packet.payload.length === length);
  }
});

test("an empty payload is delivered", (t) => {
  const [packet, next] = readBothWays(bytes(0x30, 3, 0, 1, 0x61, 0xd0, 0));
  t.like(packet, { kind: "publish", topic: "a", qos: 0 });
  t.is((packet as { payload: Uint8Array }).payload.length, 0);
  t.deepEqual(next, { kind: "pingresp" });
});

test("topics carry every length of UTF-8", (t) => {
  const topic = "Ölstand/温度/😀";
  const name = writer.encodeTopic(topic);
  t.is(hex(name), Buffer.from(topic).toString("hex"));
  const written = write(writer.publishBytes(name.length, 0, 1), (into, at) =>
    writer.writePublish(into, at, name, bytes(), 1, true, true, 9),
  );
  t.like(readBothWays(written)[0], { topic, qos: 1, retain: true, dup: true, id: 9 });
});

const long = (...values: number[]) => bytes(...values, ...new Array<number>(20).fill(0x61));

for (const [title, input, message] of [
  ["PUBLISH with an empty topic", bytes(0x30, 3, 0, 0, 1), /empty topic/],
  ["PUBLISH that ends in its topic's length", bytes(0x30, 1, 0), /no room for a topic/],
  ["PUBLISH without a body", bytes(0x30, 0), /no room for a topic/],
  ["PUBLISH whose topic is longer than the packet", long(0x30, 5, 0, 9), /topic of 9 bytes/],
  ["PUBLISH with no room for its identifier", long(0x32, 5, 0, 3), /topic of 3 bytes/],
  ["PUBLISH with identifier 0", bytes(0x32, 5, 0, 1, 0x61, 0, 0), /identifier 0/],
  ["PUBLISH with quality of service 2", bytes(0x34, 5, 0, 1, 0x61, 0, 1), /quality of service 2/],
  ["PUBLISH with quality of service 3", bytes(0x36, 5, 0, 1, 0x61, 0, 1), /quality of service 3/],
  ["PUBLISH with DUP and quality of service 0", bytes(0x38, 3, 0, 1, 0x61), /DUP/],
  ["PUBLISH with + in its topic", bytes(0x30, 4, 0, 2, 0x61, 0x2b), /wildcard/],
  ["PUBLISH with # in its topic", bytes(0x30, 4, 0, 2, 0x61, 0x23), /wildcard/],
  ["PUBLISH with U+0000 in its topic", bytes(0x30, 4, 0, 2, 0x61, 0), /U\+0000/],
  ["PUBLISH with an overlong topic", bytes(0x30, 4, 0, 2, 0xc1, 0x81), /UTF-8/],
  ["PUBLISH with a surrogate in its topic", bytes(0x30, 5, 0, 3, 0xed, 0xa0, 0x80), /UTF-8/],
  ["PUBLISH with half a character", bytes(0x30, 3, 0, 1, 0xc3), /UTF-8/],
  ["PUBACK of length 1", bytes(0x40, 1, 0), /length 1, not 2/],
  ["PUBACK of length 0", bytes(0x40, 0), /length 0, not 2/],
  ["PUBACK of length 3", bytes(0x40, 3, 0, 1, 0), /length 3, not 2/],
  ["PUBACK with identifier 0", bytes(0x40, 2, 0, 0), /identifier 0/],
  ["PUBACK with flags", bytes(0x42, 2, 0, 1), /flags 2, not 0/],
  ["CONNACK with flags beyond session present", bytes(0x20, 2, 2, 0), /CONNACK has flags 2/],
  ["SUBACK that grants nothing", bytes(0x90, 2, 0, 1), /grants nothing/],
  ["SUBACK with return code 3", bytes(0x90, 3, 0, 1, 3), /return code 3/],
  ["PINGRESP with a body", bytes(0xd0, 1, 0), /length 1, not 0/],
  ["PUBREC", bytes(0x50, 2, 0, 1), /type 5/],
  ["PUBREL", bytes(0x62, 2, 0, 1), /type 6/],
  ["CONNECT", bytes(0x10, 0), /type 1/],
  ["type 0", bytes(0, 0), /type 0/],
  ["type 15", bytes(0xf0, 0), /type 15/],
  ["a remaining length of five bytes", bytes(0x30, 0x80, 0x80, 0x80, 0x80, 1), /more than four bytes/],
  ["a SUBACK longer than allowed", bytes(0x90, 0xff, 0xff, 0x7f), /more than 4096/],
] as const) {
  test(`${title} is refused, whole and byte by byte`, (t) => {
    t.throws(() => read([input]), { instanceOf: MqttError, message });
    t.throws(() => read([...input].map((byte) => bytes(byte))), { instanceOf: MqttError, message });
  });
}

test("a PUBLISH longer than allowed is passed over without storing it, and what follows is read", (t) => {
  const random = new Random(1);
  for (const qos of [0, 1] as const) {
    const giant = generate({
      cmd: "publish",
      topic: "a".repeat(300),
      payload: Buffer.alloc(100_000),
      qos,
      retain: false,
      dup: false,
      messageId: 0x1234,
    });
    const stream = Uint8Array.from(Buffer.concat([giant, generate({ cmd: "puback", messageId: 7 })]));
    const packets = [
      { kind: "oversized", qos, id: qos === 1 ? 0x1234 : 0, byteLength: giant.length },
      { kind: "puback", id: 7 },
    ];
    for (let round = 0; round < 20; round++) t.deepEqual(read(split(random, stream), 64) as object[], packets);
    t.deepEqual(read([stream], 64) as object[], packets);
  }
  t.throws(() => read([bytes(0x30, 0xff, 0xff, 0xff, 0x7f, 0, 0)]), { instanceOf: MqttError, message: /empty topic/ });
});

test("a packet that is only announced takes its own size at the most, and a longer one nothing", (t) => {
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 100 }, () => new PacketReader(4096));
  for (const reader of readers) {
    reader.push(bytes(0x30, 0xff, 0xff, 0xff, 0x7f, 0, 200, 0x61));
    t.is(reader.next(), undefined);
  }
  t.true(process.memoryUsage().arrayBuffers - before < 200_000);
});

test("a remaining length with needless bytes is read", (t) => {
  t.deepEqual(readBothWays(bytes(0x40, 0x82, 0x80, 0x00, 0, 5)) as object[], [{ kind: "puback", id: 5 }]);
});

test("chunks are taken in order only", (t) => {
  const reader = new PacketReader(64);
  reader.push(bytes(0xd0, 0, 0xd0, 0));
  t.truthy(reader.next());
  t.throws(() => reader.push(bytes(0)), { message: /not taken/ });
});

test("the writer refuses what MQTT cannot carry", (t) => {
  const connect = { clientId: "c", keepAliveS: 60, cleanSession: true };
  const refused = (run: () => unknown, message: RegExp) => t.throws(run, { instanceOf: MqttError, message });
  refused(() => writer.encodeTopic(""), /empty/);
  refused(() => writer.encodeTopic("a/+"), /wildcard/);
  refused(() => writer.encodeTopic("a\0"), /U\+0000/);
  refused(() => writer.encodeTopic("ä".repeat(32_768)), /65536 bytes/);
  refused(() => writer.connectBytes({ ...connect, keepAliveS: 65_536 }), /keepAliveS 65536/);
  refused(() => writer.connectBytes({ ...connect, keepAliveS: 1.5 }), /keepAliveS 1.5/);
  refused(() => writer.connectBytes({ ...connect, clientId: "", cleanSession: false }), /clean session/);
  refused(() => writer.connectBytes({ ...connect, password: "p" }), /user/);
  for (const filter of ["", "a#", "#/a", "a/b+", "++"]) refused(() => writer.subscribeBytes(filter), /filter/);
  for (const filter of ["#", "+", "/", "a//b", "+/+/#"]) t.notThrows(() => writer.subscribeBytes(filter));
  t.throws(() => writer.writePuback(new Uint8Array(3), 0, 1), { instanceOf: RangeError });
});
