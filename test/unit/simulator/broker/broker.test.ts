import test from "ava";
import { generate, parser } from "mqtt-packet";
import type { Packet } from "mqtt-packet";
import type { TCP } from "../../../../firmware/ports/network.js";
import { Broker } from "../../../../simulator/broker/broker.js";
import type { BrokerOptions } from "../../../../simulator/broker/broker.js";
import { matches } from "../../../../simulator/broker/topics.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { VirtualNetwork } from "../../../../simulator/io/network.js";
import { Random } from "../../../../simulator/random.js";

/** A client that says what it is told and keeps what it hears. */
class Client {
  readonly heard: string[] = [];
  closed = false;
  readonly #tcp: TCP;

  constructor(network: VirtualNetwork, onOpen: (client: Client) => void) {
    const stream = parser();
    stream.on("packet", (packet) => this.heard.push(describe(packet)));
    const { TCP } = network.client();
    let open = false;
    this.#tcp = new TCP({
      address: "10.0.0.1",
      port: 1883,
      onReadable: () => stream.parse(Buffer.from(this.#tcp.read()!)),
      onWritable: () => {
        if (!open) onOpen(this);
        open = true;
      },
      onError: () => (this.closed = true),
    });
  }

  send(packet: Packet): void {
    this.sendBytes(Uint8Array.from(generate(packet)));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#tcp.write(bytes);
  }

  leave(): void {
    this.#tcp.close();
  }
}

function describe(packet: Packet): string {
  if (packet.cmd === "connack") return `connack ${packet.returnCode} ${packet.sessionPresent}`;
  if (packet.cmd === "publish")
    return `publish ${packet.topic} ${packet.payload} q${packet.qos}${packet.retain ? " retain" : ""}${packet.dup ? " dup" : ""}`;
  return packet.cmd === "suback" ? `suback ${packet.granted}` : packet.cmd;
}

class Bench {
  readonly clock = new VirtualClock(0);
  readonly network = new VirtualNetwork({ clock: this.clock, random: new Random(1) });
  readonly taken: string[] = [];
  readonly broker: Broker;

  constructor(options: Partial<BrokerOptions> = {}) {
    this.broker = new Broker({
      clock: this.clock,
      network: this.network,
      onPublish: (client, topic, payload, qos, retain) =>
        this.taken.push(`${client}: ${topic} ${Buffer.from(payload)} q${qos}${retain ? " retain" : ""}`),
      ...options,
    });
  }

  client(clientId: string, connect: Partial<Extract<Packet, { cmd: "connect" }>> = {}): Client {
    const packet: Packet = {
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: 4,
      clientId,
      clean: true,
      ...connect,
    };
    const client = new Client(this.network, (self) => self.send({ keepalive: 0, ...packet }));
    this.run(100);
    return client;
  }

  subscriber(clientId: string, filter: string, qos: 0 | 1 = 1, clean = true): Client {
    const client = this.client(clientId, { clean });
    client.send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: filter, qos }] });
    this.run(100);
    return client;
  }

  run(ms: number): void {
    this.clock.advanceTo(this.clock.ticks() + ms);
  }
}

function publish(topic: string, payload: string, qos: 0 | 1 = 0, retain = false): Packet {
  return { cmd: "publish", topic, payload, qos, retain, dup: false, ...(qos > 0 ? { messageId: 9 } : {}) };
}

test("filters match as the standard says", (t) => {
  const table: [string, string, boolean][] = [
    ["a/b", "a/b", true],
    ["a/b", "a/b/c", false],
    ["a/+", "a/b", true],
    ["a/+", "a", false],
    ["a/+", "a/", true],
    ["+", "a", true],
    ["+", "/a", false],
    ["/+", "/a", true],
    ["+/+", "/a", true],
    ["a/#", "a", true],
    ["a/#", "a/b/c", true],
    ["a/#", "ab", false],
    ["#", "a/b", true],
    ["#", "$SYS/a", false],
    ["+/a", "$SYS/a", false],
    ["$SYS/#", "$SYS/a", true],
    ["a/+/c", "a/b/c", true],
    ["a/+/c", "a/b/d", false],
    ["A", "a", false],
  ];
  for (const [filter, topic, match] of table) t.is(matches(filter, topic), match, `${filter} ${topic}`);
});

test("messages go to those who asked, with the lesser quality of service, once", (t) => {
  const bench = new Bench();
  const everything = bench.subscriber("everything", "#", 1);
  const most = bench.subscriber("most", "a/+", 0);
  most.send({ cmd: "subscribe", messageId: 2, subscriptions: [{ topic: "a/b", qos: 0 }] });
  const other = bench.subscriber("other", "b", 1);
  const sender = bench.client("sender");
  sender.send(publish("a/b", "1", 1));
  sender.send(publish("a/c", "2", 0));
  bench.run(100);
  t.deepEqual(everything.heard.slice(2), ["publish a/b 1 q1", "publish a/c 2 q0"]);
  t.deepEqual(most.heard.slice(2), ["suback 0", "publish a/b 1 q0", "publish a/c 2 q0"]);
  t.is(other.heard.length, 2);
  t.deepEqual(sender.heard, ["connack 0 false", "puback"]);
  t.deepEqual(bench.taken, ["sender: a/b 1 q1", "sender: a/c 2 q0"]);
});

test("retained messages wait for whoever comes, the last one of each topic, until an empty one", (t) => {
  const bench = new Bench();
  const sender = bench.client("sender");
  sender.send(publish("a", "1", 0, true));
  sender.send(publish("a", "2", 1, true));
  sender.send(publish("b", "3", 0, true));
  bench.run(100);
  const live = bench.subscriber("live", "#");
  t.deepEqual(live.heard.slice(1), ["suback 1", "publish a 2 q1 retain", "publish b 3 q0 retain"]);
  sender.send(publish("a", "", 0, true));
  bench.run(100);
  t.deepEqual(live.heard.slice(4), ["publish a  q0"]);
  t.deepEqual(bench.subscriber("late", "#").heard.slice(2), ["publish b 3 q0 retain"]);
});

test("a last will is sent when a client is lost, falls silent, breaks the protocol or is replaced, not when it leaves", (t) => {
  const bench = new Bench();
  const will = { topic: "gone", payload: Buffer.from("x"), qos: 1, retain: false } as const;
  bench.client("leaves", { will }).send({ cmd: "disconnect" });
  bench.run(100);
  t.deepEqual(bench.taken, []);
  bench.client("is lost", { will }).leave();
  bench.run(100);
  bench.client("is silent", { will, keepalive: 10 });
  bench.run(14_800);
  t.deepEqual(bench.taken, ["is lost: gone x q1"]);
  bench.run(200);
  t.deepEqual(bench.taken.slice(1), ["is silent: gone x q1"]);
  bench.client("is wrong", { will }).send({ cmd: "connack", returnCode: 0, sessionPresent: false });
  bench.run(100);
  const old = bench.client("is replaced", { will });
  bench.client("is replaced");
  bench.run(100);
  t.true(old.closed);
  t.deepEqual(bench.taken.slice(2), ["is wrong: gone x q1", "is replaced: gone x q1"]);
});

test("a session that is kept queues what comes, and sends again what was not acknowledged", (t) => {
  const bench = new Bench();
  const first = bench.subscriber("keeper", "a", 1, false);
  const sender = bench.client("sender");
  sender.send(publish("a", "1", 1));
  bench.run(100);
  t.deepEqual(first.heard.slice(2), ["publish a 1 q1"]);
  first.leave();
  bench.run(100);
  sender.send(publish("a", "2", 1));
  sender.send(publish("a", "dropped", 0));
  bench.run(100);
  const second = bench.client("keeper", { clean: false });
  t.deepEqual(second.heard, ["connack 0 true", "publish a 1 q1 dup", "publish a 2 q1"]);
  second.send({ cmd: "puback", messageId: 1 });
  second.send({ cmd: "puback", messageId: 2 });
  bench.run(100);
  t.is(bench.broker.sessions.get("keeper")!.pending, 0);
  second.leave();
  bench.run(100);
  t.deepEqual(bench.client("keeper", { clean: true }).heard, ["connack 0 false"]);
  t.deepEqual(bench.client("keeper", { clean: false }).heard, ["connack 0 false"]);
});

test("twenty messages are out at a time, the others follow their acknowledgements", (t) => {
  const bench = new Bench();
  const client = bench.subscriber("slow", "a");
  for (let index = 0; index < 30; index++)
    bench.broker.publish({ topic: "a", payload: new Uint8Array(0), qos: 1, retain: false });
  bench.run(100);
  t.is(client.heard.length, 22);
  for (let id = 1; id <= 20; id++) client.send({ cmd: "puback", messageId: id });
  bench.run(100);
  t.is(client.heard.length, 32);
});

test("unsubscribing ends delivery", (t) => {
  const bench = new Bench();
  const client = bench.subscriber("c", "a");
  client.send({ cmd: "unsubscribe", messageId: 3, unsubscriptions: ["a", "never there"] });
  bench.run(100);
  bench.broker.publish({ topic: "a", payload: new Uint8Array(0), qos: 0, retain: false });
  bench.run(100);
  t.deepEqual(client.heard.slice(2), ["unsuback"]);
});

test("who may not connect is told, and what is no CONNECT is not answered", (t) => {
  const bench = new Bench({ authenticate: (_id, user) => (user === "u" ? 0 : 4) });
  const refused = bench.client("a");
  t.deepEqual(refused.heard, ["connack 4 false"]);
  t.true(refused.closed);
  t.deepEqual(bench.client("a", { username: "u" }).heard, ["connack 0 false"]);
  const rude = new Client(bench.network, (client) => client.send({ cmd: "pingreq" }));
  const old = bench.client("a", { protocolId: "MQIsdp", protocolVersion: 3 });
  t.deepEqual([rude.heard, rude.closed], [[], true]);
  t.deepEqual([old.heard, old.closed], [["connack 1 false"], true]);
  const connect = [0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0, 0, 0, 0, 0];
  const nameless = new Client(bench.network, (client) => client.sendBytes(Uint8Array.from(connect)));
  bench.run(100);
  t.deepEqual([nameless.heard, nameless.closed], [["connack 2 false"], true]);
  const twice = bench.client("b", { username: "u" });
  twice.send({ cmd: "connect", clientId: "b" });
  bench.run(100);
  t.true(twice.closed);
});

test("a connection that never says CONNECT is closed", (t) => {
  const bench = new Bench();
  const silent = new Client(bench.network, () => {});
  bench.run(10_100);
  t.true(silent.closed);
});

test("a broker that was killed forgets nothing unless told to, and sends no wills", (t) => {
  const bench = new Bench();
  const will = { topic: "gone", payload: Buffer.from("x"), qos: 0, retain: false } as const;
  const client = bench.client("c", { will, clean: false });
  client.send(publish("a", "1", 0, true));
  bench.run(100);
  t.throws(() => bench.broker.forget(), { message: /stop\(\) it first/ });
  bench.broker.stop();
  bench.run(100);
  t.true(client.closed);
  t.deepEqual(bench.taken, ["c: a 1 q0 retain"]);
  bench.broker.start();
  t.deepEqual(bench.client("c", { clean: false }).heard, ["connack 0 true"]);
  t.true(bench.broker.retained.has("a"));
  bench.broker.stop();
  bench.broker.forget();
  bench.broker.start();
  t.deepEqual(bench.client("c", { clean: false }).heard, ["connack 0 false"]);
  t.is(bench.broker.retained.size, 0);
});
