import test from "ava";
import type { SettingsOverrides } from "../../firmware/settings/settings.js";
import type { Decoded } from "../../hosts/node/decoded.js";
import { seeded } from "../../hosts/simulated/options.js";
import { nackAddress } from "../../simulator/faults/i2c.js";
import { ask, pumpRoom, START_UTC } from "../support/virtual-node.js";

const EVERY: SettingsOverrides = { channels: { "bearing.temperature": { report: { kind: "every" } } } };

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
  t.true(value !== undefined && "value" in value && Math.abs(value.value! - 22) < 5);
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

test("a full queue in memory loses the oldest data, keeps alarms, and health and an event tell how many", (t) => {
  const { clock, network, broker, messages, lines, node } = pumpRoom({
    flash: "none",
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
  const told = lines.flatMap((line) => ("event" in line && line.event === "records-lost" ? [line] : []));
  t.deepEqual([...new Set(told.map(({ source }) => source))], ["queue"]);
  t.is(
    told.reduce((sum, { count }) => sum + count!, 0),
    health.at(-1)!.dropped as number,
  );
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

test("a calibration is changed at run time, holds at once, and is read back with its residual", (t) => {
  const room = pumpRoom({ settings: EVERY });
  const { clock, lines, node } = room;
  node.start();
  clock.advanceTo(30_000);
  const before = about(lines, "bearing.temperature").at(-1) as { value: number };
  const calibration = {
    kind: "two-point",
    points: [
      [0, 10],
      [100, 110],
    ],
    date: "2026-11-23",
    by: "M. Otis",
    reference: "Fluke 1524",
  };
  const settings = { channels: { "bearing.temperature": { calibration, filters: [] } } };
  t.deepEqual(ask(room, { id: 1, command: "settings.set", settings }), {
    topic: "millwright/plant/p1/reply",
    time: (START_UTC + 30_020) / 1000,
    reply: 1,
    ok: true,
    result: { restart: false },
  });
  clock.advanceTo(60_000);
  const after = about(lines, "bearing.temperature").at(-1) as { value: number };
  t.true(Math.abs(after.value - before.value - 10) < 1, `${after.value} after ${before.value}`);
  const { result } = ask(room, { id: 2, command: "calibration.get", channel: "bearing.temperature" }) as unknown as {
    result: object;
  };
  t.deepEqual(result, { ...calibration, residual: { rms: 0, maximum: 0 } });
});

test("wrong settings are refused as a whole, with what would be right, and nothing changes", (t) => {
  const room = pumpRoom();
  room.node.start();
  room.clock.advanceTo(5000);
  const before = room.node.settings;
  const settings = {
    mqtt: { keepAliveS: 30 },
    channels: { "tank.level": { filters: [{ kind: "median", samples: 99 }] } },
  };
  const reply = ask(room, { id: 7, command: "settings.set", settings }) as unknown as { ok: boolean; error: string };
  t.false(reply.ok);
  t.is(reply.error, "settings.channels.tank.level.filters[0].samples 99 is not an integer from 3 to 31");
  t.is(room.node.settings, before);
});

test("what is not a command is answered, not ignored", (t) => {
  const room = pumpRoom();
  room.node.start();
  room.clock.advanceTo(5000);
  const errors = [{}, { id: 3 }, { id: 4, command: "reboot" }, { id: 5, command: "calibration.get", channel: "x" }].map(
    (command) => (ask(room, command) as unknown as { error: string }).error,
  );
  t.is(errors[0], "the command has no id that is a whole number");
  t.regex(errors[1]!, /^command \(missing\) is not one of settings\.get, settings\.set, /);
  t.regex(errors[2]!, /^command "reboot" is not one of settings\.get, settings\.set, /);
  t.regex(errors[3]!, /^there is no channel x; there are bearing\.temperature, /);
  room.broker.publish({ topic: "millwright/plant/p1/command", payload: Uint8Array.of(0xff), qos: 1, retain: false });
  room.clock.advanceTo(20_000);
  const last = room.lines.findLast((line) => "reply" in line) as unknown as { reply: null; error: string };
  t.is(last.reply, null);
  t.regex(last.error, /^not a command: cbor: at offset 0/);
});

test("every channel's settings can be read back, and fit into a message", (t) => {
  const room = pumpRoom();
  room.node.start();
  room.clock.advanceTo(5000);
  const { result } = ask(room, { id: 1, command: "settings.get" }) as unknown as { result: { channels: string[] } };
  for (const [i, channel] of result.channels.entries()) {
    const reply = ask(room, { id: 10 + i, command: "settings.get", channel }) as unknown as {
      ok: boolean;
      result: object;
    };
    t.true(reply.ok, channel);
    t.deepEqual(reply.result, JSON.parse(JSON.stringify(room.node.settings.channels[channel])));
  }
});

test("a wild channel is a fault of its own, told with its end", (t) => {
  const plausibility = { maximumRate: 0.5 };
  const room = pumpRoom({ settings: { channels: { "bearing.temperature": { plausibility } } } });
  const { clock, lines, board, node } = room;
  node.start();
  clock.advanceTo(20_000);
  lines.length = 0;
  const millivolts = board.bearing.millivolts();
  const force = (pin: number, forced: number) => {
    board.analog.detach(pin);
    board.analog.attach(pin, { millivolts: () => forced });
  };
  force(34, 300);
  clock.advanceTo(25_000);
  t.deepEqual(events(lines), ["channel-fault bearing.temperature implausible-rate"]);
  t.is(about(lines, "bearing.temperature").length, 1, "no value has passed, only the change of quality");
  force(34, millivolts);
  clock.advanceTo(30_000);
  t.deepEqual(events(lines).slice(1), ["channel-recovered bearing.temperature"]);
});
