import test from "ava";
import { MqttError } from "../../../firmware/mqtt/packets.js";
import type { Message, SessionState } from "../../../firmware/mqtt/session.js";
import type { Resolver as ResolverPort } from "../../../firmware/ports/network.js";
import { Random } from "../../../simulator/random.js";
import { ADDRESS, message, MqttBench } from "../../support/mqtt-bench.js";
import { ScriptedBroker } from "../../support/scripted-broker.js";
import { seeded } from "../../support/seed.js";

test("a session connects, publishes, is acknowledged and says goodbye", (t) => {
  const bench = new MqttBench();
  const broker = bench.broker();
  t.is(bench.session.state, "idle");
  bench.session.open();
  t.deepEqual(bench.log, []);
  bench.run(100);
  t.is(bench.session.state, "connected");
  t.deepEqual(bench.heard(""), ["connected false", "ready"]);
  const first = message("a");
  t.true(bench.session.publish(first));
  t.true(bench.session.publish(message("b", 0)));
  t.is(bench.session.inflight, 1);
  bench.run(100);
  t.deepEqual(bench.taken, ["a", "b"]);
  t.deepEqual(bench.heard("ack"), ["acknowledged a"]);
  t.like(bench.session, { published: 2, acknowledged: 1, inflight: 0, reconnects: 0 });
  t.is(
    bench.session.bytesSent,
    bench.written.reduce((sum, bytes) => sum + bytes.length, 0),
  );
  bench.session.close();
  bench.session.close();
  t.is(bench.session.state, "idle");
  bench.run(100);
  t.deepEqual([...broker.connected], []);
  t.deepEqual(bench.heard("disconnected"), []);
  t.deepEqual([...bench.written.at(-1)!], [0xe0, 0]);
});

test("the message that comes back as acknowledged is the one that was published", (t) => {
  let acknowledged: Message | undefined;
  const bench = new MqttBench({ onAcknowledged: (sent) => (acknowledged = sent) });
  bench.broker();
  bench.session.open();
  bench.run(100);
  const sent = message("a");
  bench.session.publish(sent);
  bench.run(100);
  t.is(acknowledged, sent);
});

test("nothing is taken before the connection, and onReady says when it is", (t) => {
  const bench = new MqttBench();
  bench.broker();
  t.false(bench.session.publish(message("a")));
  bench.session.open();
  t.false(bench.session.publish(message("a")));
  bench.run(100);
  t.deepEqual(bench.heard("ready"), ["ready"]);
  t.true(bench.session.publish(message("a")));
});

test("messages arrive, empty ones too, and are acknowledged", (t) => {
  const bench = new MqttBench();
  const broker = bench.broker();
  bench.session.subscribe("in/#", 1);
  bench.session.open();
  bench.run(100);
  broker.publish({ topic: "in/a", payload: new Uint8Array([1, 2]), qos: 1, retain: false });
  broker.publish({ topic: "in/b", payload: new Uint8Array(0), qos: 0, retain: false });
  broker.publish({ topic: "out", payload: new Uint8Array(0), qos: 0, retain: false });
  bench.run(100);
  t.deepEqual(bench.heard("message"), ["message in/a 1,2", "message in/b "]);
  t.is(broker.sessions.get("bench")!.pending, 0);
});

test("no more than inflightLimit messages are out, and onReady follows the acknowledgement", (t) => {
  const bench = new MqttBench({ inflightLimit: 3 });
  bench.broker();
  bench.session.open();
  bench.run(100);
  const accepted = Array.from({ length: 5 }, (_, index) => bench.session.publish(message(`m${index}`)));
  t.deepEqual(accepted, [true, true, true, false, false]);
  t.true(bench.session.publish(message("at most once", 0)), "quality of service 0 needs no place");
  bench.run(100);
  t.is(bench.heard("ready").length, 2);
  t.true(bench.session.publish(message("m3")));
});

test("messages that were not acknowledged are sent again, in order, with DUP and the same identifier", (t) => {
  const bench = new MqttBench({ inflightLimit: 4 });
  const broker = new ScriptedBroker(bench.network);
  broker.behave((packet) => packet.cmd === "publish");
  bench.session.open();
  bench.run(100);
  for (const topic of ["a", "b", "c"]) bench.session.publish(message(topic));
  bench.run(100);
  broker.send({ cmd: "puback", messageId: broker.of("publish")[1]!.messageId! });
  bench.run(100);
  broker.packets.length = 0;
  broker.socket.reset();
  broker.behave();
  bench.run(2000);
  t.deepEqual(
    broker.of("publish").map(({ topic, dup, messageId }) => ({ topic, dup, messageId })),
    [
      { topic: "a", dup: true, messageId: 1 },
      { topic: "c", dup: true, messageId: 3 },
    ],
  );
  t.deepEqual(bench.heard("ack"), ["acknowledged b", "acknowledged a", "acknowledged c"]);
  t.is(bench.session.reconnects, 1);
});

test("a message from onConnected goes ahead of those sent again, has a place of its own, and is sent without DUP", (t) => {
  const bench: MqttBench = new MqttBench({
    inflightLimit: 2,
    onConnected: () => {
      bench.note(`birth ${bench.session.publish(message("birth"))}`);
      bench.note(`more ${bench.session.publish(message("more"))}`);
    },
  });
  const broker = new ScriptedBroker(bench.network);
  broker.behave((packet) => packet.cmd === "publish" && packet.topic !== "birth");
  bench.session.open();
  bench.run(100);
  t.true(bench.session.publish(message("a")));
  bench.run(100);
  t.is(bench.session.inflight, 2);
  broker.packets.length = 0;
  broker.socket.reset();
  broker.behave();
  bench.run(2000);
  t.deepEqual(
    broker.of("publish").map(({ topic, dup }) => `${topic} ${dup}`),
    ["birth false", "more true", "a true"],
  );
  t.deepEqual(bench.heard("birth"), ["birth true", "birth true"]);
  t.deepEqual(bench.heard("more"), ["more true", "more false"]);
});

test("only one message goes ahead of those sent again, the others follow them", (t) => {
  const bench: MqttBench = new MqttBench({
    onConnected: () => {
      bench.note(`birth ${bench.session.publish(message("birth", 0))}`);
      bench.note(`more ${bench.session.publish(message("more", 0))}`);
    },
    onReady: () => bench.session.publish(message("ready", 0)),
  });
  const broker = new ScriptedBroker(bench.network);
  broker.behave((packet) => packet.cmd === "publish");
  bench.session.open();
  bench.run(100);
  for (const topic of ["a", "b"]) bench.session.publish(message(topic));
  bench.run(100);
  broker.packets.length = 0;
  broker.socket.reset();
  bench.run(2000);
  t.deepEqual(
    broker.of("publish").map(({ topic }) => topic),
    ["birth", "a", "b", "ready"],
  );
  t.deepEqual(bench.heard("more"), ["more true", "more false"]);
});

test("packet identifiers in flight are not used again, though the count comes around", (t) => {
  const bench = new MqttBench({ inflightLimit: 2 });
  const broker = new ScriptedBroker(bench.network);
  let held = 0;
  broker.behave((packet) => packet.cmd === "publish" && packet.topic === "held" && (held = packet.messageId!) > 0);
  bench.session.open();
  bench.run(100);
  bench.session.publish(message("held"));
  bench.run(100);
  const seen = new Set<number>();
  for (let count = 0; count < 65_540; count++) {
    t.true(bench.session.publish(message("m", 1, new Uint8Array(0))));
    bench.run(20);
    const { messageId } = broker.of("publish").at(-1)!;
    if (messageId === held || messageId === 0) t.fail(`identifier ${messageId} was used again`);
    seen.add(messageId!);
    broker.packets.length = 0;
    // The held one would be overdue: a connection without progress is given up.
    if (bench.session.state !== "connected") t.fail("lost");
  }
  t.is(seen.size, 65_534);
});

test("subscriptions are restored when the broker has forgotten them, and only then", (t) => {
  const bench = new MqttBench({ cleanSession: false });
  const broker = new ScriptedBroker(bench.network);
  broker.behave();
  bench.session.subscribe("a/#", 1);
  bench.session.subscribe("b", 0);
  bench.session.open();
  bench.run(200);
  const subscribed = () =>
    broker.of("subscribe").flatMap(({ subscriptions }) => subscriptions.map(({ topic }) => topic));
  t.deepEqual(subscribed(), ["a/#", "b"]);

  broker.packets.length = 0;
  const forgetful = broker.onPacket;
  broker.onPacket = (packet) => {
    if (packet.cmd === "connect") broker.send({ cmd: "connack", returnCode: 0, sessionPresent: true });
    else forgetful(packet);
  };
  broker.socket.reset();
  bench.run(2000);
  t.deepEqual(bench.heard("connected"), ["connected false", "connected true"]);
  t.deepEqual(subscribed(), []);

  broker.onPacket = forgetful;
  broker.socket.reset();
  bench.run(3000);
  t.deepEqual(subscribed(), ["a/#", "b"]);
});

test("a subscription that was not answered is asked for again although the session is present", (t) => {
  const bench = new MqttBench({ cleanSession: false });
  const broker = new ScriptedBroker(bench.network);
  broker.behave((packet) => packet.cmd === "subscribe");
  bench.session.subscribe("a", 1);
  bench.session.open();
  bench.run(200);
  broker.socket.reset();
  broker.onPacket = (packet) => {
    if (packet.cmd === "connect") broker.send({ cmd: "connack", returnCode: 0, sessionPresent: true });
  };
  bench.run(2000);
  t.is(broker.of("subscribe").length, 2);
});

test("a filter that is subscribed to anew while it is being asked for is asked for again", (t) => {
  const bench = new MqttBench();
  const broker = new ScriptedBroker(bench.network);
  broker.behave();
  bench.session.subscribe("a", 0);
  bench.session.open();
  bench.run(25);
  t.is(bench.session.state, "connecting");
  while (bench.heard("connected").length === 0) bench.run(1);
  bench.session.subscribe("a", 1);
  bench.run(1000);
  t.deepEqual(
    broker.of("subscribe").map(({ subscriptions }) => subscriptions[0]!.qos),
    [0, 1],
  );
});

test("a refused subscription is told", (t) => {
  const bench: MqttBench = new MqttBench({ onRefused: (filter, qos) => bench.note(`refused ${filter} ${qos}`) });
  const broker = new ScriptedBroker(bench.network);
  broker.behave((packet) => packet.cmd === "subscribe");
  bench.session.subscribe("a", 1);
  bench.session.subscribe("b", 0);
  bench.session.open();
  bench.run(100);
  broker.send({ cmd: "suback", messageId: broker.of("subscribe")[0]!.messageId!, granted: [0x80] });
  bench.run(100);
  broker.send({ cmd: "suback", messageId: broker.of("subscribe")[1]!.messageId!, granted: [0] });
  bench.run(100);
  t.deepEqual(bench.heard("refused"), ["refused a 1"]);
  t.is(bench.session.state, "connected");
});

test("waits before reconnecting are uniform below a ceiling that doubles up to its cap", (t) => {
  seeded(t, (_, seed) => {
    const draws = new Random(seed);
    const bench = new MqttBench({ random: () => draws.next(), backoff: { firstMs: 1000, capMs: 8000 } });
    bench.session.open();
    const waits: number[] = [];
    let last = 0;
    for (let attempt = 0; attempt < 200; attempt++) {
      while (bench.session.state !== "connecting") bench.clock.advanceTo(bench.clock.nextDue()!);
      if (attempt > 0) waits.push(bench.clock.ticks() - last);
      while (bench.session.state === "connecting") bench.clock.advanceTo(bench.clock.nextDue()!);
      last = bench.clock.ticks();
    }
    waits.forEach((wait, index) => t.true(wait >= 0 && wait <= Math.min(1000 * 2 ** index, 8000), `${index}: ${wait}`));
    const late = waits.slice(3);
    const mean = late.reduce((sum, wait) => sum + wait, 0) / late.length;
    t.true(mean > 3000 && mean < 5000, `mean ${mean}`);
    t.true(Math.min(...late) < 800 && Math.max(...late) > 7200);
  });
});

test("a connection that lasted begins the waits anew, one that fell at once does not", (t) => {
  const bench = new MqttBench({ random: () => 0.999, backoff: { firstMs: 1000, capMs: 60_000 } });
  const broker = new ScriptedBroker(bench.network);
  broker.behave();
  bench.session.open();
  const until = (state: SessionState) => {
    while (bench.session.state !== state) bench.run(1);
  };
  const cycle = (livesMs: number) => {
    until("connected");
    bench.run(livesMs);
    broker.socket.reset();
    until("waiting");
    const since = bench.clock.ticks();
    until("connecting");
    return bench.clock.ticks() - since;
  };
  t.deepEqual([cycle(10), cycle(10), cycle(10), cycle(20_000), cycle(10)], [999, 1998, 3996, 999, 1998]);
});

test("a refused connection backs off and says why", (t) => {
  const bench = new MqttBench();
  bench.broker({ authenticate: (_id, user) => (user === undefined ? 5 : 4) });
  bench.session.open();
  bench.run(60_000);
  const reasons = bench.heard("disconnected");
  t.true(reasons.length >= 4 && reasons.length < 10, `${reasons.length} attempts`);
  t.is(new Set(reasons).size, 1);
  t.regex(reasons[0]!, /refused the connection: not authorised/);
  t.is(bench.session.reconnects, 0);
});

test("user, password and last will reach the broker", (t) => {
  const will = { topic: "gone", payload: new Uint8Array([7]), qos: 1, retain: true } as const;
  const bench = new MqttBench({ user: "u", password: "pä", will });
  let seen = "";
  const broker = bench.broker({
    authenticate: (_id, user, password) => ((seen = `${user} ${Buffer.from(password!).toString()}`), 0),
  });
  bench.session.open();
  bench.run(100);
  t.is(seen, "u pä");
  bench.network.cut();
  bench.run(100_000);
  t.deepEqual(bench.taken, ["gone"]);
  t.true(broker.retained.has("gone"));
});

test("a name that is not found backs off, and is asked for again", (t) => {
  const bench = new MqttBench({ host: "broker.example" });
  bench.broker();
  bench.session.open();
  bench.run(5);
  t.is(bench.session.state, "resolving");
  bench.run(5000);
  t.true(bench.heard("disconnected no address for broker.example").length >= 2);
  bench.network.names.set("broker.example", ADDRESS);
  bench.run(10_000);
  t.is(bench.session.state, "connected");
});

test("a name server that does not answer is given up after connectTimeoutMs", (t) => {
  const bench = new MqttBench({ host: "broker.example", connectTimeoutMs: 3000 });
  bench.network.answersNames = false;
  bench.session.open();
  bench.run(3001);
  t.deepEqual(bench.log, ["3000 disconnected no connection within 3000 ms"]);
});

test("a broker that cannot be reached, or does not answer CONNECT, is given up after connectTimeoutMs", (t) => {
  const bench = new MqttBench({ connectTimeoutMs: 3000 });
  const broker = new ScriptedBroker(bench.network);
  bench.network.down(ADDRESS);
  bench.session.open();
  bench.run(3001);
  t.deepEqual(bench.log, ["3000 disconnected no connection within 3000 ms"]);
  bench.network.up(ADDRESS);
  bench.run(3600);
  t.is(broker.of("connect").length, 1);
  t.is(bench.log.length, 2);
  broker.behave();
  bench.run(10_000);
  t.is(bench.session.state, "connected");
});

test("closing at any moment is quiet, and leaves nothing behind", (t) => {
  for (let moment = 0; moment < 200; moment += 1) {
    const bench = new MqttBench({ host: "broker.example", clientId: `c${moment}` });
    const broker = bench.broker();
    bench.network.names.set("broker.example", ADDRESS);
    bench.session.open();
    bench.run(moment);
    const heard = bench.log.length;
    bench.session.close();
    bench.run(200_000);
    t.is(bench.log.length, heard);
    t.is(bench.session.state, "idle");
    t.deepEqual([...broker.connected], []);
    t.is(bench.clock.nextDue(), undefined, `something is still due after closing at ${moment}`);
  }
});

test("a session can be opened again, and what was not acknowledged goes out", (t) => {
  const bench = new MqttBench();
  const broker = new ScriptedBroker(bench.network);
  broker.behave((packet) => packet.cmd === "publish");
  bench.session.open();
  bench.run(100);
  bench.session.publish(message("a"));
  bench.session.close();
  bench.run(1000);
  t.is(bench.session.inflight, 1);
  broker.behave();
  bench.session.open();
  bench.run(1000);
  t.is(bench.session.inflight, 0);
});

test("a farewell goes out before DISCONNECT, though the window is full", (t) => {
  const bench = new MqttBench({ inflightLimit: 1 });
  const broker = new ScriptedBroker(bench.network);
  broker.behave((packet) => packet.cmd === "publish");
  bench.session.open();
  bench.run(100);
  bench.session.publish(message("a"));
  bench.session.close(message("bye"));
  bench.run(1000);
  t.deepEqual(
    broker.packets.map((packet) => (packet.cmd === "publish" ? packet.topic : packet.cmd)),
    ["connect", "a", "bye", "disconnect"],
  );
});

test("PINGREQ goes out when nothing was sent for the interval, and only then", (t) => {
  const bench = new MqttBench({ keepAliveS: 10 });
  const broker = new ScriptedBroker(bench.network);
  broker.behave();
  bench.session.open();
  bench.run(35_000);
  t.is(broker.of("pingreq").length, 3);
  for (let count = 0; count < 10; count++) {
    bench.session.publish(message("a"));
    bench.run(9000);
  }
  t.is(broker.of("pingreq").length, 3);
  t.is(bench.session.state, "connected");
  t.is(bench.session.reconnects, 0);
});

test("a broker that falls silent is noticed after one and a half intervals, while publishing too", (t) => {
  for (const publishing of [false, true]) {
    const bench = new MqttBench({ keepAliveS: 10, acknowledgeTimeoutMs: 60_000 });
    const broker = new ScriptedBroker(bench.network);
    broker.behave();
    bench.session.open();
    bench.run(1000);
    bench.network.cut();
    const since = bench.when("connected")[0]!;
    for (let count = 0; count < 20; count++) {
      if (publishing) bench.session.publish(message("a", 0));
      bench.run(1000);
    }
    t.is(bench.when("disconnected")[0], since + 15_000);
  }
});

test("publishing at most once keeps a silent but living broker: a ping asks whether it is there", (t) => {
  const bench = new MqttBench({ keepAliveS: 10 });
  const broker = new ScriptedBroker(bench.network);
  broker.behave();
  bench.session.open();
  bench.run(100);
  for (let count = 0; count < 300; count++) {
    bench.session.publish(message("a", 0));
    bench.run(1000);
  }
  t.is(bench.session.reconnects, 0);
  t.deepEqual(bench.heard("disconnected"), []);
  t.true(broker.of("pingreq").length >= 29 && broker.of("pingreq").length <= 31);
});

test("without keep alive there are no pings, and a broker that owes an answer is still noticed", (t) => {
  const bench = new MqttBench({ keepAliveS: 0, acknowledgeTimeoutMs: 20_000 });
  const broker = new ScriptedBroker(bench.network);
  broker.behave((packet) => packet.cmd === "publish");
  bench.session.open();
  bench.run(10_000_000);
  t.is(broker.of("pingreq").length, 0);
  t.is(bench.session.state, "connected");
  bench.session.publish(message("a"));
  bench.run(20_000);
  t.deepEqual(bench.heard("disconnected"), ["disconnected nothing acknowledged for 20000 ms"]);
});

test("acknowledgements that keep coming keep the connection, however many are owed", (t) => {
  const bench = new MqttBench({ acknowledgeTimeoutMs: 5000, inflightLimit: 8 });
  const broker = new ScriptedBroker(bench.network);
  broker.behave((packet) => packet.cmd === "publish");
  bench.session.open();
  bench.run(100);
  for (let count = 0; count < 8; count++) bench.session.publish(message(`m${count}`));
  for (let count = 0; count < 8; count++) {
    bench.run(4000);
    broker.send({ cmd: "puback", messageId: count + 1 });
  }
  bench.run(100);
  t.is(bench.session.acknowledged, 8);
  t.deepEqual(bench.heard("disconnected"), []);
});

test("bytes leave as the socket takes them, and messages wait for that", (t) => {
  const bench = new MqttBench({}, { sendBufferBytes: 100 });
  const broker = new ScriptedBroker(bench.network);
  broker.behave();
  bench.session.open();
  bench.run(100);
  const payload = Uint8Array.from({ length: 1000 }, (_, index) => index);
  t.true(bench.session.publish(message("long", 1, payload)));
  t.false(bench.session.publish(message("next")));
  bench.run(1000);
  t.deepEqual(Uint8Array.from(broker.of("publish")[0]!.payload as Buffer), payload);
  t.true(bench.written.every((bytes) => bytes.length <= 100));
  t.is(bench.heard("ready").length, 2);
  t.is(bench.session.acknowledged, 1);
  t.true(bench.session.publish(message("next")));
});

test("a broker that floods with messages and takes no acknowledgements stops being read, and nothing is lost", (t) => {
  const bench = new MqttBench({ keepAliveS: 0 }, { sendBufferBytes: 200, windowBytes: 1460 });
  const broker = new ScriptedBroker(bench.network);
  broker.behave();
  bench.session.open();
  bench.run(100);
  broker.stopReading();
  let sent = 0;
  const flood = () => {
    while (broker.socket.writable >= 7 && sent < 3000) {
      sent++;
      broker.sendBytes(Uint8Array.from([0x32, 5, 0, 1, 0x61, sent >> 8, sent & 255]));
    }
  };
  broker.socket.onWritable = flood;
  flood();
  bench.run(60_000);
  t.true(sent < 3000, "the flood is held back");
  t.is(bench.session.state, "connected");
  broker.startReading();
  bench.run(60_000);
  t.is(sent, 3000);
  t.is(bench.heard("message").length, 3000);
  t.deepEqual(
    broker.of("puback").map(({ messageId }) => messageId),
    Array.from({ length: 3000 }, (_, index) => index + 1),
  );
});

test("a message longer than the session takes is passed over, acknowledged and counted", (t) => {
  const bench = new MqttBench({ maximumPacketBytes: 200 });
  const broker = bench.broker();
  bench.session.subscribe("#", 1);
  bench.session.open();
  bench.run(100);
  broker.publish({ topic: "giant", payload: new Uint8Array(10_000), qos: 1, retain: false });
  broker.publish({ topic: "small", payload: new Uint8Array(1), qos: 1, retain: false });
  bench.run(2000);
  t.deepEqual(bench.heard("message"), ["message small 0"]);
  t.is(bench.session.oversized, 1);
  t.is(broker.sessions.get("bench")!.pending, 0);
});

for (const [title, bytes] of [
  ["PUBLISH with an empty topic", [0x30, 2, 0, 0]],
  ["PUBACK of length 1", [0x40, 1, 0]],
  ["PUBLISH whose topic is longer than the packet", [0x30, 5, 0, 9, 1, 1, 1]],
  ["PUBLISH with quality of service 2", [0x34, 5, 0, 1, 0x61, 0, 1]],
  ["PUBLISH with quality of service 3", [0x36, 5, 0, 1, 0x61, 0, 1]],
  ["a remaining length of five bytes", [0x30, 0x80, 0x80, 0x80, 0x80, 1]],
  ["PUBACK with flags", [0x4f, 2, 0, 1]],
  ["PUBLISH with a wildcard in its topic", [0x30, 3, 0, 1, 0x23]],
  ["PUBLISH with U+0000 in its topic", [0x30, 3, 0, 1, 0]],
  ["a second CONNACK", [0x20, 2, 0, 0]],
  ["CONNECT", [0x10, 0]],
] as const) {
  test(`${title} from the broker ends the connection, and the session comes back`, (t) => {
    const bench = new MqttBench();
    const broker = new ScriptedBroker(bench.network);
    broker.behave();
    bench.session.open();
    bench.run(100);
    broker.sendBytes(Uint8Array.from(bytes));
    bench.run(100);
    t.regex(bench.heard("disconnected")[0]!, /^disconnected mqtt: /);
    bench.run(2000);
    t.is(bench.session.state, "connected");
    t.is(broker.closed, 1);
  });
}

test("anything but CONNACK as a first answer ends the attempt", (t) => {
  const bench = new MqttBench();
  const broker = new ScriptedBroker(bench.network);
  broker.onPacket = () => broker.send({ cmd: "pingresp" });
  bench.session.open();
  bench.run(100);
  t.deepEqual(bench.heard("disconnected"), ["disconnected mqtt: pingresp instead of CONNACK"]);
});

test("acknowledgements of nothing are ignored", (t) => {
  const bench = new MqttBench();
  const broker = new ScriptedBroker(bench.network);
  broker.behave();
  bench.session.open();
  bench.run(100);
  broker.send({ cmd: "puback", messageId: 77 }, { cmd: "suback", messageId: 78, granted: [0] });
  broker.send({ cmd: "unsuback", messageId: 79, granted: [] });
  bench.run(100);
  t.is(bench.session.state, "connected");
  t.is(bench.session.acknowledged, 0);
});

test("a callback that throws is told and counted, and the session goes on", (t) => {
  const fail = () => {
    throw new Error("ouch");
  };
  const bench = new MqttBench({
    onConnected: fail,
    onMessage: fail,
    onAcknowledged: fail,
    onReady: fail,
    onDisconnected: fail,
  });
  const broker = bench.broker();
  bench.session.subscribe("a", 1);
  bench.session.open();
  bench.run(100);
  bench.session.publish(message("a"));
  bench.run(100);
  broker.stop();
  bench.run(100);
  broker.start();
  bench.run(5000);
  t.is(bench.session.state, "connected");
  t.true(bench.session.faults >= 7);
  t.is(bench.heard("fault ouch").length, bench.session.faults);
});

test("closing from inside a callback is safe", (t) => {
  for (const callback of ["onConnected", "onMessage", "onAcknowledged", "onReady", "onDisconnected"] as const) {
    const bench: MqttBench = new MqttBench({ [callback]: () => bench.session.close() });
    const broker = bench.broker();
    bench.session.subscribe("a", 1);
    bench.session.open();
    bench.run(100);
    bench.session.publish(message("a"));
    bench.run(100);
    broker.stop();
    bench.run(100_000);
    t.is(bench.session.state, "idle", callback);
    t.is(bench.clock.nextDue(), undefined, callback);
    t.is(bench.session.faults, 0, callback);
  }
});

test("network classes that throw are like a network that fails", (t) => {
  const fail = class {
    constructor() {
      throw new Error("no network");
    }
  } as never;
  for (const [host, network] of [
    [ADDRESS, { TCP: fail, Resolver: fail }],
    ["name", { TCP: fail, Resolver: fail }],
  ] as const) {
    const bench = new MqttBench({ host, network });
    bench.session.open();
    t.deepEqual(bench.log, []);
    bench.run(10_000);
    t.true(bench.heard("disconnected no").length >= 3);
  }
});

test("a socket that refuses to send ends the connection, but not from inside publish", (t) => {
  const bench = new MqttBench();
  const classes = bench.network.client();
  let refuses = false;
  const TCP = class extends classes.TCP {
    override write(bytes: Uint8Array): void {
      if (refuses) throw new Error("would block");
      super.write(bytes);
    }
  };
  const other: MqttBench = new MqttBench({ network: { ...classes, TCP }, clock: bench.clock });
  bench.broker();
  other.session.open();
  bench.run(100);
  refuses = true;
  t.true(other.session.publish(message("a")));
  t.deepEqual(other.heard("disconnected"), []);
  t.false(other.session.publish(message("b")));
  refuses = false;
  bench.run(2000);
  t.is(other.heard("disconnected").length, 1);
  t.deepEqual(bench.taken, ["a"]);
});

test("closing after a socket refused to send is final", (t) => {
  const bench = new MqttBench();
  const classes = bench.network.client();
  let refuses = false;
  const TCP = class extends classes.TCP {
    override write(bytes: Uint8Array): void {
      if (refuses) throw new Error("would block");
      super.write(bytes);
    }
  };
  const other = new MqttBench({ network: { ...classes, TCP }, clock: bench.clock });
  bench.broker();
  other.session.open();
  bench.run(100);
  refuses = true;
  other.session.publish(message("a"));
  other.session.close();
  bench.run(100_000);
  t.is(other.session.state, "idle");
  t.deepEqual(other.heard("disconnected"), []);
});

test("a resolver that answers twice, or after it was closed, is heard once or not at all", (t) => {
  let answer = () => {};
  const bench = new MqttBench();
  const { TCP } = bench.network.client();
  const Resolver = class {
    resolve({ host, onResolved }: Parameters<ResolverPort["resolve"]>[0]): void {
      answer = () => onResolved(host, ADDRESS);
    }
    close(): void {}
  };
  const other = new MqttBench({ host: "name", network: { TCP, Resolver }, clock: bench.clock });
  const broker = bench.broker();
  other.session.open();
  bench.run(1);
  other.session.close();
  answer();
  bench.run(100);
  t.deepEqual([...broker.connected], []);
  t.is(other.session.state, "idle");
  other.session.open();
  bench.run(1);
  answer();
  bench.run(1000);
  answer();
  bench.run(1000);
  t.is(other.session.state, "connected");
  t.deepEqual(other.heard(""), ["connected false", "ready"]);
  t.is(broker.connected.length, 1);
});

test("what can never be sent is refused at once", (t) => {
  const { session } = new MqttBench({ maximumPacketBytes: 100 });
  t.throws(() => session.publish(message("a/#")), { instanceOf: MqttError });
  t.throws(() => session.publish(message("")), { instanceOf: MqttError });
  t.throws(() => session.publish(message("a", 1, new Uint8Array(100))), {
    instanceOf: RangeError,
    message: "mqtt: PUBLISH of 107 bytes, more than maximumPacketBytes 100",
  });
  t.throws(() => session.subscribe("a#", 0), { instanceOf: MqttError });
  t.throws(() => new MqttBench({ keepAliveS: -1 }), { instanceOf: MqttError });
  t.throws(() => new MqttBench({ inflightLimit: 0 }), { instanceOf: RangeError });
  t.throws(() => new MqttBench({ backoff: { firstMs: 0, capMs: 1 } }), { instanceOf: RangeError });
  t.throws(() => new MqttBench({ maximumPacketBytes: 30, will: message("w".repeat(20)) }), { instanceOf: RangeError });
});

test("through loss, jitter, resets, outages and restarts every message arrives, the first copies in order", (t) => {
  seeded(t, (random, seed) => {
    for (let round = 0; round < 10; round++) {
      const draws = random.fork("session");
      const bench: MqttBench = new MqttBench(
        {
          cleanSession: round % 2 === 0,
          keepAliveS: 20,
          random: () => draws.next(),
          onReady: () => pump(),
          onAcknowledged: () => pump(),
        },
        { random: random.fork("network"), jitterMs: 30, loss: 0.05, sendBufferBytes: round < 5 ? 64 : 5744 },
      );
      const broker = bench.broker();
      let next = 0;
      const pump = () => {
        while (next < 300 && bench.session.publish(message(`m${next}`))) next++;
      };
      bench.session.open();
      for (let step = 0; step < 30; step++) {
        bench.run(Math.floor(random.next() * 4000));
        const what = Math.floor(random.next() * 5);
        if (what === 0) bench.network.reset();
        if (what === 1) bench.network.cut();
        if (what === 2) bench.network.down(ADDRESS);
        if (what === 3) broker.stop();
        if (what === 4) {
          bench.network.up(ADDRESS);
          broker.start();
        }
      }
      bench.network.up(ADDRESS);
      broker.start();
      bench.run(3_600_000);
      t.deepEqual(
        [...new Set(bench.taken)],
        Array.from({ length: 300 }, (_, index) => `m${index}`),
        `seed ${seed}`,
      );
      t.is(bench.session.inflight, 0);
      t.is(bench.session.acknowledged, 300);
    }
  });
});

test("the same run writes the same bytes", (t) => {
  const run = () => {
    const bench = new MqttBench({}, { jitterMs: 20, loss: 0.1, random: new Random(7) });
    bench.broker();
    bench.session.subscribe("a", 1);
    bench.session.open();
    for (let count = 0; count < 50; count++) {
      bench.run(500);
      bench.session.publish(message("a"));
    }
    return Buffer.concat(bench.written).toString("hex");
  };
  t.is(run(), run());
});
