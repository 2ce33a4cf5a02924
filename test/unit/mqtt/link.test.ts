import test from "ava";
import { phaseOf } from "../../../firmware/mqtt/reconnection.js";
import { message, MqttBench } from "../../support/mqtt-bench.js";
import { ScriptedBroker } from "../../support/scripted-broker.js";
import { virtualNode } from "../../support/virtual-node.js";

const reconnectSpreadMs = 30_000;
const ownMs = Math.floor(phaseOf("bench") * reconnectSpreadMs);

test("a link that is lost ends the connection at once, and nothing is attempted until it is back", (t) => {
  const bench = new MqttBench({ reconnectSpreadMs });
  bench.broker();
  bench.session.open();
  bench.run(100);
  bench.network.cut();
  bench.session.linkDown();
  t.deepEqual(bench.heard("disconnected"), [], "not from inside the call");
  bench.run(0);
  t.deepEqual(bench.heard("disconnected"), ["disconnected the link is down"]);
  t.is(bench.session.state, "waiting");
  bench.run(10_000_000);
  t.is(bench.heard("disconnected").length, 1);
  t.is(bench.clock.nextDue(), undefined, "nothing is due while there is no link");
  bench.session.linkUp();
  const since = bench.clock.ticks();
  bench.run(40_000);
  t.is(bench.session.state, "connected");
  t.is(bench.when("connected")[1]! - since, ownMs + 40, "at its own place in the window");
});

test("without a window a link that is back is used at once", (t) => {
  const bench = new MqttBench();
  bench.broker();
  bench.session.open();
  bench.run(100);
  bench.session.linkDown();
  bench.run(60_000);
  bench.session.linkUp();
  bench.run(100);
  t.is(bench.session.state, "connected");
});

test("what was not acknowledged when the link went goes out again when it is back", (t) => {
  const bench = new MqttBench();
  const broker = new ScriptedBroker(bench.network);
  broker.behave((packet) => packet.cmd === "publish");
  bench.session.open();
  bench.run(100);
  for (const topic of ["a", "b"]) bench.session.publish(message(topic));
  bench.run(100);
  bench.session.linkDown();
  bench.run(1000);
  t.false(bench.session.publish(message("c")));
  broker.packets.length = 0;
  bench.session.linkUp();
  bench.run(100);
  t.deepEqual(
    broker.of("publish").map(({ topic, dup }) => `${topic} ${dup}`),
    ["a true", "b true"],
  );
});

test("a host that says at the start that there is no link yet: the first attempt is when there is one", (t) => {
  const bench = new MqttBench({ reconnectSpreadMs });
  bench.broker();
  bench.session.open();
  bench.session.linkDown();
  bench.run(1_000_000);
  t.deepEqual(bench.log, []);
  bench.session.linkUp();
  bench.run(50);
  t.is(bench.session.state, "connected");
});

test("a link that comes and goes does not shorten the waits for a broker that refuses", (t) => {
  const bench = new MqttBench({ reconnectSpreadMs, random: () => 0.999 });
  bench.broker({ authenticate: () => 3 });
  bench.session.open();
  while (bench.heard("disconnected").length < 3) bench.run(1000);
  const since = bench.clock.ticks();
  for (let flap = 0; flap < 10; flap++) {
    bench.session.linkDown();
    bench.run(1000);
    bench.session.linkUp();
    bench.run(1000);
  }
  t.is(bench.heard("disconnected").length, 3);
  while (bench.heard("disconnected").length < 4) bench.run(1000);
  t.true(bench.clock.ticks() - since > 50_000);
});

test("an attempt that is under way when the link goes is given up", (t) => {
  for (const moment of [0, 1, 5, 15, 25, 35]) {
    const bench = new MqttBench({ host: "broker.example", backoff: { firstMs: 10, capMs: 10 } });
    bench.network.names.set("broker.example", "10.0.0.1");
    const broker = bench.broker();
    bench.session.open();
    bench.run(moment);
    bench.session.linkDown();
    bench.run(5000);
    t.is(bench.session.state, "waiting", `${moment}`);
    t.deepEqual([...broker.connected], []);
    bench.session.linkUp();
    bench.run(200);
    t.is(bench.session.state, "connected", `${moment}`);
  }
});

test("told twice, or while the session is closed, is told once", (t) => {
  const bench = new MqttBench();
  bench.broker();
  bench.session.linkUp();
  bench.session.linkDown();
  bench.session.linkDown();
  t.is(bench.clock.nextDue(), undefined);
  bench.session.open();
  bench.run(1000);
  t.is(bench.session.state, "waiting");
  bench.session.linkUp();
  bench.session.linkUp();
  bench.run(100);
  t.is(bench.session.state, "connected");
  bench.session.linkUp();
  bench.run(100);
  t.is(bench.heard("connected").length, 1);
});

test("closing while there is no link leaves nothing behind", (t) => {
  const bench = new MqttBench();
  bench.broker();
  bench.session.open();
  bench.run(100);
  bench.session.linkDown();
  bench.session.close();
  bench.session.linkUp();
  bench.run(1000);
  t.is(bench.session.state, "idle");
  t.deepEqual(bench.heard("disconnected"), []);
  t.is(bench.clock.nextDue(), undefined);
});

test("a whole node comes back at its own place in its window, and hears from its host of its link", (t) => {
  const room = virtualNode("pump-room");
  const { clock, broker, node } = room;
  const spreadMs = node.settings.mqtt.reconnectSpreadMs;
  const comesBackAfter = (): number => {
    const since = clock.ticks();
    while (broker.connected.length === 0) clock.advanceTo(clock.ticks() + 10);
    return clock.ticks() - since;
  };
  node.start();
  clock.advanceTo(100_000);
  const place = Math.floor(phaseOf(broker.connected[0]!) * spreadMs);
  t.true(place > 1000, "it is away for a second");
  broker.stop();
  clock.advanceTo(clock.ticks() + 1000);
  broker.start();
  const returned = comesBackAfter() + 1000;
  t.true(returned >= place && returned < place + 300, `${returned}, and its place is ${place}`);
  clock.advanceTo(clock.ticks() + 100_000);
  node.link(false);
  clock.advanceTo(clock.ticks() + 1000);
  t.is(node.session.state, "waiting");
  broker.stop();
  broker.start();
  clock.advanceTo(clock.ticks() + 100_000);
  t.deepEqual([...broker.connected], []);
  node.link(true);
  const linked = comesBackAfter();
  t.true(linked >= place && linked < place + 300, `${linked}, and its place is ${place}`);
  node.stop();
});
