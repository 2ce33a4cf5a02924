import test from "ava";
import type { SettingsOverrides } from "../../firmware/settings.js";
import { decode } from "../../hosts/node/decode.js";
import type { Decoded } from "../../hosts/node/decode.js";
import { seeded } from "../../hosts/simulated/options.js";
import { SimulatedNode } from "../../hosts/simulated/simulated-node.js";
import type { PumpRoomBoard } from "../../simulator/boards/pump-room.js";
import { Broker } from "../../simulator/broker/broker.js";
import { VirtualClock } from "../../simulator/clock.js";
import { nackAddress } from "../../simulator/faults/i2c.js";
import { VirtualNetwork } from "../../simulator/io/network.js";
import { Random } from "../../simulator/random.js";

const START_UTC = Date.UTC(2026, 10, 1);

const EVERY: SettingsOverrides = { channels: { "bearing.temperature": { report: { kind: "every" } } } };

/** A pump room with its broker in virtual time, and what the broker has accepted, decoded. */
function pumpRoom({ synchronisedAt = 0, settings = {} as SettingsOverrides } = {}) {
  const clock = new VirtualClock(START_UTC, synchronisedAt);
  const network = new VirtualNetwork({ clock, random: new Random(1), latencyMs: 20 });
  const messages: { stream: string; epoch?: number; sequence?: number; at: number }[] = [];
  const lines: Decoded[] = [];
  const broker = new Broker({
    clock,
    network,
    onPublish: (_, topic, payload) => {
      const { header, lines: decoded } = decode(topic, payload, (START_UTC + clock.ticks()) / 1000);
      messages.push({ stream: topic.slice(topic.lastIndexOf("/") + 1), ...header, at: clock.ticks() });
      lines.push(...decoded);
    },
  });
  const simulated = new SimulatedNode(
    {
      node: "pump-room",
      seed: 1,
      ...seeded(1),
      startUtc: START_UTC,
      identity: { site: "plant", node: "p1" },
      settings,
      broker: { host: "192.168.1.10", port: 1883 },
    },
    clock,
    network.client(),
  );
  const board = simulated.board as PumpRoomBoard;
  return { clock, network, broker, messages, lines, board, node: simulated.node };
}

const about = (lines: Decoded[], name: string) => lines.filter((line) => "name" in line && line.name === name);
const events = (lines: Decoded[]) =>
  lines.flatMap((line) => ("event" in line ? [`${line.event} ${line.source} ${line.cause}`.trim()] : []));

test("a node whose sensor does not answer starts all the same, says so, and picks it up when it appears", (t) => {
  const { clock, lines, board, node } = pumpRoom({ settings: EVERY });
  const plugIn = board.i2c.decorate(0x44, (target) => nackAddress(target));
  node.start();
  clock.advanceTo(30_000);
  t.deepEqual(events(lines), ["sensor-fault hall bus"]);
  t.deepEqual(
    about(lines, "hall.temperature").map((line) => "quality" in line && line.quality),
    ["failure bus"],
  );
  t.true(about(lines, "bearing.temperature").length > 5);
  lines.length = 0;
  plugIn();
  clock.advanceTo(60_000);
  t.deepEqual(events(lines), ["sensor-recovered hall"]);
  const [good, value] = about(lines, "hall.temperature");
  t.true(good !== undefined && "quality" in good && good.quality === "good");
  t.true(value !== undefined && "value" in value && Math.abs(value.value - 22) < 5);
});

test("a broken wire is a failure with its cause, and no value passes while it lasts", (t) => {
  const { clock, lines, board, node } = pumpRoom();
  node.start();
  clock.advanceTo(20_000);
  lines.length = 0;
  board.bearing.setCircuit("open");
  clock.advanceTo(60_000);
  t.deepEqual(events(lines), ["sensor-fault bearing open-circuit"]);
  const seen = about(lines, "bearing.temperature");
  const broken = seen.findIndex((line) => "quality" in line);
  t.true(broken >= 0 && broken <= 5);
  t.is(seen.length, broken + 1);
  board.bearing.setCircuit("normal");
  clock.advanceTo(70_000);
  t.deepEqual(events(lines), ["sensor-fault bearing open-circuit", "sensor-recovered bearing"]);
});

test("values taken while the broker is away arrive in order when it is back, within the queue's bounds", (t) => {
  const { clock, network, broker, messages, lines, node } = pumpRoom();
  node.start();
  clock.advanceTo(60_000);
  broker.stop();
  network.reset();
  clock.advanceTo(180_000);
  broker.start();
  clock.advanceTo(300_000);
  const sequences = messages.filter(({ stream }) => stream === "data").map(({ sequence }) => sequence!);
  const distinct = [...new Set(sequences)];
  t.deepEqual(
    distinct,
    distinct.map((_, i) => i),
    "no data message is missing, none came before its time",
  );
  const times = about(lines, "bearing.temperature").flatMap((line) => ("value" in line ? [line.time] : []));
  t.true(times.some((time) => time > START_UTC / 1000 + 100 && time < START_UTC / 1000 + 170));
  t.true(node.session.reconnects >= 1);
});

test("a full queue loses the oldest data, keeps alarms, and health tells how many", (t) => {
  const { clock, network, broker, messages, lines, node } = pumpRoom({
    settings: { outbox: { maximumMessages: 8 }, health: { intervalMs: 10_000 } },
  });
  node.start();
  clock.advanceTo(360_000);
  broker.stop();
  network.reset();
  // The bearing passes its high limit at about 420 s.
  clock.advanceTo(600_000);
  messages.length = 0;
  lines.length = 0;
  broker.start();
  clock.advanceTo(720_000);
  t.true(lines.some((line) => "alarm" in line && line.alarm === "high" && line.time < START_UTC / 1000 + 600));
  const health = lines.flatMap((line) => ("health" in line ? [line.health] : []));
  t.true((health.at(-1)!.dropped as number) > 10, JSON.stringify(health.at(-1)));
  t.is(health.at(-1)!.queued, 0);
});

test("nothing is stamped 1970: values from before the first synchronisation get their UTC when the time is known", (t) => {
  const { clock, lines, node } = pumpRoom({ synchronisedAt: 3000, settings: EVERY });
  node.start();
  clock.advanceTo(30_000);
  const times = about(lines, "bearing.temperature").map((line) => line.time - START_UTC / 1000);
  t.true(times[0]! < 3, `the first value was taken at ${times[0]} s`);
  t.true(times.every((time) => time >= 0 && time <= 30));
});

test("what must be sent before the node knows the time is told relative to now", (t) => {
  const { clock, lines, node } = pumpRoom({ synchronisedAt: 3_600_000, settings: EVERY });
  node.start();
  clock.advanceTo(60_000);
  const times = about(lines, "bearing.temperature").map((line) => line.time - START_UTC / 1000);
  t.true(times.length > 10);
  // The receiver's clock is right, the way takes 20 ms.
  for (let i = 1; i < times.length; i++) t.true(times[i]! > times[i - 1]!);
  t.true(times.every((time) => time >= 0 && time <= 60));
});

test("every stream counts its own sequence from 0, and every message carries the epoch", (t) => {
  const { clock, messages, node } = pumpRoom();
  node.start();
  clock.advanceTo(900_000);
  for (const stream of ["data", "alarm", "health"]) {
    const own = messages.filter((message) => message.stream === stream);
    t.true(own.length >= 2, stream);
    t.deepEqual(
      own.map(({ sequence }) => sequence),
      own.map((_, i) => i),
    );
    t.true(own.every(({ epoch }) => epoch === seeded(1).epoch));
  }
});

test("a node that is stopped says goodbye itself; one that vanishes leaves its last will", (t) => {
  const stopped = pumpRoom();
  stopped.node.start();
  stopped.clock.advanceTo(10_000);
  stopped.node.stop();
  stopped.clock.advanceTo(11_000);
  t.deepEqual(
    stopped.lines.flatMap((line) => ("status" in line ? [line.status] : [])),
    ["online", "offline"],
  );
  t.is(stopped.clock.nextDue(), undefined, "nothing is left running");

  const vanished = pumpRoom();
  vanished.node.start();
  vanished.clock.advanceTo(10_000);
  vanished.network.cut();
  vanished.clock.advanceTo(10_000 + 60_000 * 1.5 + 1000);
  const states = vanished.lines.flatMap((line) => ("status" in line ? [line.status] : []));
  t.deepEqual(states.slice(0, 2), ["online", "offline"]);
});
