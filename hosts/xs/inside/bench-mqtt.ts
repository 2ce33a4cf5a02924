/** A message with quality of service 1 and its PUBACK as operations: ours, and mqtt-packet's. */
import { generate, parser as newParser } from "mqtt-packet";
import { Buffer } from "buffer";
import { encodeTopic, writePublish } from "../../../firmware/mqtt/packet-writer.js";
import { PacketReader } from "../../../firmware/mqtt/packet-reader.js";
import { MqttSession } from "../../../firmware/mqtt/session.js";
import type { TCPOptions } from "../../../firmware/ports/network.js";
import { VirtualClock } from "../../../simulator/clock.js";

const TOPIC = "millwright/plant/pump-room/data";
/** About what two values take. */
const PAYLOAD = Uint8Array.from({ length: 80 }, (_, i) => i);
const ID = 1042;
const PUBACK = Uint8Array.of(0x40, 2, ID >> 8, ID & 255);
const CONNACK = Uint8Array.of(0x20, 2, 0, 0);

/** PUBLISH written and PUBACK read, by the codecs alone. Both give the PUBLISH. */
export function mqttOperations(): { ours: () => Uint8Array; theirs: () => Uint8Array } {
  const into = new Uint8Array(256);
  const topic = encodeTopic(TOPIC);
  const reader = new PacketReader(256);
  const payload = Buffer.from(PAYLOAD);
  const puback = Buffer.from(PUBACK);
  const parser = newParser({ protocolVersion: 4 });
  let read = 0;
  parser.on("packet", () => read++);
  return {
    ours: () => {
      writePublish(into, 0, topic, PAYLOAD, 1, false, false, ID);
      reader.push(PUBACK);
      if (reader.next()?.kind !== "puback") throw new Error("no PUBACK was read");
      return into;
    },
    theirs: () => {
      const before = read;
      const packet = generate({
        cmd: "publish",
        topic: TOPIC,
        payload,
        qos: 1,
        messageId: ID,
        dup: false,
        retain: false,
      });
      parser.parse(puback);
      if (read === before) throw new Error("no PUBACK was read");
      return packet;
    },
  };
}

/** The same through a session that is connected: the message is kept until it is acknowledged, and deadlines are watched. */
export function sessionOperation(): () => void {
  let socket: TCPOptions | undefined;
  let answer = CONNACK.slice();
  class Socket {
    constructor(options: TCPOptions) {
      socket = options;
    }
    read(): ArrayBuffer {
      return answer.buffer;
    }
    write(): void {}
    close(): void {}
  }
  let acknowledged = 0;
  const clock = new VirtualClock();
  const session = new MqttSession(
    {
      network: { TCP: Socket, Resolver: class {} } as never,
      host: "10.0.0.1",
      port: 1883,
      clientId: "bench",
      keepAliveS: 60,
      clock,
      random: () => 0.5,
    },
    {
      onAcknowledged: () => acknowledged++,
    },
  );
  session.open();
  clock.advanceTo(1);
  socket!.onWritable!.call(undefined as never, 4096);
  socket!.onReadable!.call(undefined as never, CONNACK.length);
  answer = PUBACK.slice();
  const message = { topic: TOPIC, payload: PAYLOAD, qos: 1, retain: false } as const;
  let id = 0;
  return () => {
    id = id === 65_535 ? 1 : id + 1;
    answer[2] = id >> 8;
    answer[3] = id;
    if (!session.publish(message)) throw new Error("the session did not take the message");
    const before = acknowledged;
    socket!.onReadable!.call(undefined as never, PUBACK.length);
    if (acknowledged === before) throw new Error("the message was not acknowledged");
    // What was sent has left: the socket takes more.
    socket!.onWritable!.call(undefined as never, 4096);
  };
}
