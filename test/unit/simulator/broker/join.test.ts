import test from "ava";
import { generate } from "mqtt-packet";
import type { Packet } from "mqtt-packet";
import type { TCP } from "../../../../firmware/ports/network.js";
import { Broker } from "../../../../simulator/broker/broker.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { VirtualNetwork } from "../../../../simulator/io/network.js";
import { Random } from "../../../../simulator/random.js";

/** A network with a clock of its own. */
class Place {
  readonly clock = new VirtualClock(0);
  readonly network = new VirtualNetwork({ clock: this.clock, random: new Random(1) });

  /** Sends packets one after the other; gives the bytes that it has heard, as they come. */
  client(clientId: string, ...packets: Packet[]): { heard: number[]; failed: boolean } {
    const client = { heard: [] as number[], failed: false };
    const connect: Packet = {
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: 4,
      clientId,
      clean: true,
      keepalive: 0,
    };
    let sent = false;
    const tcp: TCP = new (this.network.client().TCP)({
      address: "10.0.0.1",
      port: 1883,
      onReadable: () => client.heard.push(...new Uint8Array(tcp.read()!)),
      onWritable: () => {
        if (!sent) for (const packet of [connect, ...packets]) tcp.write(Uint8Array.from(generate(packet)));
        sent = true;
      },
      onError: () => (client.failed = true),
    });
    return client;
  }

  run(ms: number): void {
    this.clock.advanceTo(this.clock.ticks() + ms);
  }
}

function bench() {
  const [here, there] = [new Place(), new Place()];
  const taken: string[] = [];
  const broker = new Broker({ ...here, onPublish: (client, topic) => taken.push(`${client}: ${topic}`) });
  broker.join(there);
  return { here, there, broker, taken };
}

const publish = (topic: string, retain = false): Packet => {
  return { cmd: "publish", topic, payload: "x", qos: 0, retain, dup: false };
};
const subscribe = (topic: string): Packet => {
  return { cmd: "subscribe", messageId: 1, subscriptions: [{ topic, qos: 0 }] };
};
const CONNACK = [0x20, 2, 0, 0];
const SUBACK = [0x90, 3, 0, 1, 0];
const PUBLISH_T = [0x30, 4, 0, 1, 0x74, 0x78];

test("clients of a network that is ahead are served, and the owner reaches those of all", (t) => {
  const { here, there, broker, taken } = bench();
  const late = there.client("late", subscribe("t"), publish("t"));
  there.run(10_000);
  const early = here.client("early", subscribe("t"));
  here.run(100);
  t.deepEqual(late.heard, [...CONNACK, ...SUBACK, ...PUBLISH_T]);
  t.deepEqual(early.heard, [...CONNACK, ...SUBACK]);
  t.deepEqual(broker.connected, ["late", "early"]);
  broker.publish({ topic: "t", payload: Uint8Array.of(0x78), qos: 0, retain: false });
  here.run(100);
  there.run(100);
  t.deepEqual(late.heard.slice(-6), PUBLISH_T);
  t.deepEqual(early.heard.slice(-6), PUBLISH_T);
  t.deepEqual(taken, ["late: t", ": t"]);
});

test("who hears a client of another network is told at once, and not at a wrong time", (t) => {
  const { here, there } = bench();
  here.client("listener", subscribe("t/#"));
  here.run(100);
  there.client("talker", publish("t/1"));
  t.throws(() => there.run(100), {
    message: "broker: listener subscribes to t/1 of talker, which is on another network",
  });
});

test("that holds for retained messages too", (t) => {
  const { here, there } = bench();
  there.client("talker", publish("t", true));
  there.run(100);
  here.client("listener", subscribe("t"));
  t.throws(() => here.run(100), { message: "broker: listener subscribes to t of talker, which is on another network" });
});

test("a client cannot be taken over from another network", (t) => {
  const { here, there } = bench();
  here.client("one");
  here.run(100);
  there.client("one");
  t.throws(() => there.run(100), { message: "broker: one connects from two networks" });
});

test("a broker that stops and starts does so on every network", (t) => {
  const { here, there, broker } = bench();
  const [one, two] = [here.client("one"), there.client("two")];
  here.run(100);
  there.run(100);
  broker.stop();
  const refused = there.client("three");
  here.run(100);
  there.run(100);
  t.deepEqual([one.failed, two.failed, refused.failed], [true, true, true]);
  broker.start();
  const again = there.client("two");
  there.run(100);
  t.deepEqual(again.heard, CONNACK);
});
