import test from "ava";
import type { ExecutionContext } from "ava";
import type { Packet } from "mqtt-packet";
import { MqttSession } from "../../firmware/mqtt/session.js";
import type { Message } from "../../firmware/mqtt/session.js";
import { SystemClock } from "../../hosts/node/clock.js";
import { startEmbeddedBroker } from "../../hosts/node/embedded-broker.js";
import { nodeNetwork } from "../../hosts/node/network.js";
import { mosquittoTest } from "../support/mosquitto.js";
import { realStage, runScript, virtualStage } from "../support/packet-script.js";
import type { Script, Stage, Step } from "../support/packet-script.js";

/*
 * The same packets to three brokers: the simulator's in virtual time, aedes, and Mosquitto. What a node hears must not
 * depend on which of them it meets.
 */

const send = (client: string, packet: Packet | Uint8Array): Step => ({ client, send: packet });
const hears = (client: string, ...packets: string[]): Step => ({ client, hears: packets });
const leave = (client: string): Step => ({ client, leave: true });

/** In each script a client's name is its identifier too, so that the scripts can share a broker. */
function connect(client: string, more: Partial<Extract<Packet, { cmd: "connect" }>> = {}): Step {
  return send(client, {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clientId: client,
    clean: true,
    keepalive: 0,
    ...more,
  });
}

function publish(
  client: string,
  topic: string,
  payload: string,
  qos: 0 | 1 = 0,
  more: { retain?: boolean; id?: number } = {},
): Step {
  const { retain = false, id = 10 } = more;
  return send(client, {
    cmd: "publish",
    topic,
    payload,
    qos,
    retain,
    dup: false,
    ...(qos > 0 ? { messageId: id } : {}),
  });
}

function subscribe(client: string, topic: string, qos: 0 | 1 = 1, messageId = 1): Step {
  return send(client, { cmd: "subscribe", messageId, subscriptions: [{ topic, qos }] });
}

const raw = (...bytes: number[]) => Uint8Array.from(bytes);

function malformed(title: string, name: string, bytes: Uint8Array): Script {
  return { title, steps: [connect(name), hears(name, "connack 0 new"), send(name, bytes), hears(name, "closed")] };
}

const scripts: Script[] = [
  {
    title: "connect, ping, disconnect",
    steps: [
      connect("ping"),
      hears("ping", "connack 0 new"),
      send("ping", { cmd: "pingreq" }),
      hears("ping", "pingresp"),
      send("ping", { cmd: "disconnect" }),
      hears("ping", "closed"),
    ],
  },
  {
    title: "publish and subscribe with both qualities of service",
    steps: [
      connect("qs"),
      subscribe("qs", "qs/+/x", 1),
      subscribe("qs", "qs/zero/#", 0, 2),
      hears("qs", "connack 0 new", "suback 1 1", "suback 2 0"),
      connect("qp"),
      publish("qp", "qs/a/x", "one", 1, { id: 7 }),
      publish("qp", "qs/b/x", "two", 0),
      publish("qp", "qs/zero/y", "three", 1, { id: 8 }),
      publish("qp", "qs/elsewhere", "four", 1, { id: 9 }),
      hears("qp", "connack 0 new", "puback 7", "puback 8", "puback 9"),
      hears("qs", 'publish qs/a/x "one" q1', 'publish qs/b/x "two" q0', 'publish qs/zero/y "three" q0'),
    ],
  },
  {
    title: "an empty payload is a message",
    steps: [
      connect("es"),
      subscribe("es", "es", 0),
      hears("es", "connack 0 new", "suback 1 0"),
      connect("ep"),
      publish("ep", "es", ""),
      hears("ep", "connack 0 new"),
      hears("es", 'publish es "" q0'),
    ],
  },
  {
    title: "unsubscribe",
    steps: [
      connect("un"),
      subscribe("un", "un/#"),
      hears("un", "connack 0 new", "suback 1 1"),
      send("un", { cmd: "unsubscribe", messageId: 2, unsubscriptions: ["un/#", "un/never"] }),
      hears("un", "unsuback 2"),
      publish("un", "un/a", "x", 1, { id: 3 }),
      hears("un", "puback 3"),
    ],
  },
  {
    title: "retained messages",
    steps: [
      connect("rp"),
      publish("rp", "r/a", "old", 1, { retain: true, id: 1 }),
      publish("rp", "r/a", "new", 1, { retain: true, id: 2 }),
      publish("rp", "r/b", "x", 1, { retain: true, id: 3 }),
      publish("rp", "r/b", "", 1, { retain: true, id: 4 }),
      hears("rp", "connack 0 new", "puback 1", "puback 2", "puback 3", "puback 4"),
      connect("rs"),
      subscribe("rs", "r/#"),
      hears("rs", "connack 0 new", "suback 1 1", 'publish r/a "new" q1 retain'),
      publish("rp", "r/a", "live", 0, { retain: true }),
      hears("rs", 'publish r/a "live" q0'),
      publish("rp", "r/a", "", 0, { retain: true }),
      hears("rs", 'publish r/a "" q0'),
    ],
  },
  {
    title: "last will: sent for who is lost, not for who leaves",
    steps: [
      connect("ws"),
      subscribe("ws", "w/#"),
      hears("ws", "connack 0 new", "suback 1 1"),
      connect("w1", { will: { topic: "w/1", payload: "lost", qos: 1, retain: false } }),
      hears("w1", "connack 0 new"),
      leave("w1"),
      hears("ws", 'publish w/1 "lost" q1'),
      connect("w2", { will: { topic: "w/2", payload: "lost", qos: 1, retain: false } }),
      hears("w2", "connack 0 new"),
      send("w2", { cmd: "disconnect" }),
      hears("w2", "closed"),
      hears("ws"),
    ],
  },
  {
    title: "a session that is kept",
    steps: [
      connect("keeper", { clean: false }),
      subscribe("keeper", "k/#"),
      hears("keeper", "connack 0 new", "suback 1 1"),
      leave("keeper"),
      connect("kp"),
      publish("kp", "k/1", "one", 1, { id: 1 }),
      publish("kp", "k/2", "two", 1, { id: 2 }),
      hears("kp", "connack 0 new", "puback 1", "puback 2"),
      connect("keeper", { clean: false }),
      hears("keeper", "connack 0 present", 'publish k/1 "one" q1', 'publish k/2 "two" q1'),
      leave("keeper"),
      connect("keeper", { clean: false }),
      hears("keeper", "connack 0 present", 'publish k/1 "one" q1 dup', 'publish k/2 "two" q1 dup'),
      leave("keeper"),
      connect("keeper", { clean: true }),
      hears("keeper", "connack 0 new"),
    ],
  },
  {
    title: "a second client of the same name replaces the first",
    steps: [
      connect("twin"),
      hears("twin", "connack 0 new"),
      connect("twin's twin", { clientId: "twin" }),
      hears("twin's twin", "connack 0 new"),
      hears("twin", "closed"),
      send("twin's twin", { cmd: "pingreq" }),
      hears("twin's twin", "pingresp"),
    ],
  },
  {
    title: "wildcards leave $ topics alone",
    steps: [
      connect("dollar"),
      subscribe("dollar", "+/dollar"),
      hears("dollar", "connack 0 new", "suback 1 1"),
      publish("dollar", "$x/dollar", "hidden", 0),
      publish("dollar", "x/dollar", "seen", 0),
      hears("dollar", 'publish x/dollar "seen" q0'),
    ],
  },
  { title: "what is no CONNECT is not answered", steps: [send("rude", { cmd: "pingreq" }), hears("rude", "closed")] },
  {
    title: "a client without a name, for a clean session",
    steps: [connect("nameless", { clientId: "" }), hears("nameless", "connack 0 new")],
  },
  malformed("CONNACK from a client", "m1", raw(0x20, 2, 0, 0)),
  malformed("PUBLISH with quality of service 3", "m2", raw(0x36, 5, 0, 1, 0x61, 0, 1)),
  malformed("PUBLISH with a wildcard", "m3", raw(0x30, 3, 0, 1, 0x2b)),
  malformed("PUBLISH whose topic is longer than the packet", "m4", raw(0x30, 4, 0, 9, 0x61, 0x61)),
  malformed("SUBSCRIBE without its flags", "m5", raw(0x80, 6, 0, 1, 0, 1, 0x61, 0)),
  malformed("a remaining length of five bytes", "m6", raw(0x30, 0x80, 0x80, 0x80, 0x80, 1)),
];

async function runAll(t: ExecutionContext, stage: () => Stage, deviation = ""): Promise<void> {
  for (const script of scripts)
    for (const { heard, expected } of await runScript(script, stage())) {
      const allowed = expected.map((packet) => packet.replace(deviation, ""));
      t.deepEqual(heard, allowed, script.title);
    }
}

/** aedes 1.2.0 sends again without DUP, against MQTT-3.3.1-1; nothing else is forgiven. */
const AEDES_OMITS = " dup";

test("the simulator's broker answers the packet scripts", (t) => runAll(t, virtualStage));

test("aedes answers the packet scripts alike", async (t) => {
  const broker = await startEmbeddedBroker(0);
  t.teardown(() => broker.close());
  await runAll(t, () => realStage(nodeNetwork, broker.port), AEDES_OMITS);
});

mosquittoTest("Mosquitto answers the packet scripts alike", (t, port) => runAll(t, () => realStage(nodeNetwork, port)));

/** The node's own session in real time: 200 messages with quality of service 1 through a window of 8, and back. */
async function roundTrip(t: ExecutionContext, port: number): Promise<void> {
  const clock = new SystemClock();
  const received: string[] = [];
  const acknowledged: Message[] = [];
  let next = 0;
  await new Promise<void>((resolve, reject) => {
    const settle = () => {
      if (received.length === 200 && acknowledged.length === 200) resolve();
    };
    const session: MqttSession = new MqttSession(
      {
        network: nodeNetwork,
        host: "localhost",
        port,
        clientId: "round-trip",
        keepAliveS: 10,
        clock,
        random: Math.random,
      },
      {
        onMessage: (topic, payload) => {
          received.push(`${topic} ${payload.length}`);
          settle();
        },
        onAcknowledged: (message) => {
          acknowledged.push(message);
          settle();
        },
        onReady: () => {
          const message = () =>
            ({ topic: `trip/${next}`, payload: new Uint8Array(next * 9), qos: 1, retain: false }) as const;
          while (next < 200 && session.publish(message())) next++;
        },
        onDisconnected: (reason) => reject(new Error(reason)),
      },
    );
    session.subscribe("trip/#", 1);
    session.open();
    t.teardown(() => session.close());
  });
  t.deepEqual(
    received,
    Array.from({ length: 200 }, (_, index) => `trip/${index} ${index * 9}`),
  );
}

test("a session publishes through aedes and hears itself", async (t) => {
  const broker = await startEmbeddedBroker(0);
  t.teardown(() => broker.close());
  await roundTrip(t, broker.port);
});

mosquittoTest("a session publishes through Mosquitto and hears itself", roundTrip);
