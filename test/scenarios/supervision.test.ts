import test from "ava";
import { encode } from "cbor-x";
import type { Decoded } from "../../hosts/node/decoded.js";
import { misbehaving, poisoned } from "../support/misbehaving.js";
import { supervisedNode } from "../support/supervised-node.js";

const MINUTE = 60_000;
const COMMAND = "millwright/plant/p1/command";

type Bench = ReturnType<typeof supervisedNode>;

const valuesAfter = ({ lines }: Bench, ticks: number) =>
  lines.filter((line) => "value" in line && line.stream === "data" && line.at > ticks);

function ask(bench: Bench, command: object): Decoded & { ok: boolean } {
  bench.broker.publish({ topic: COMMAND, payload: encode({ id: 7, ...command }), qos: 1, retain: false });
  bench.run(500);
  return bench.lines.findLast((line) => "reply" in line) as Decoded & { ok: boolean };
}

/** Whose sampling throws whenever `broken.now` is true. */
function throwing(settings: object = {}) {
  const broken = { now: false };
  const bench = supervisedNode({
    settings: { supervision: settings },
    parts: {
      wrapDefinition: (own) => misbehaving(own, own.sensors[0]!.name, () => (broken.now ? poisoned() : undefined)),
    },
  });
  bench.machine.start();
  bench.run(MINUTE);
  return { ...bench, broken };
}

test("sampling that throws is restarted, told and counted, and goes on where it can", (t) => {
  const bench = throwing();
  bench.broken.now = true;
  bench.run(3000);
  bench.broken.now = false;
  bench.run(3 * MINUTE);
  const told = bench.events("stage-restarted");
  t.true(told.length >= 1 && told.length <= 3);
  t.like(told[0]!, { source: "sampling", cause: "failure" });
  t.true(told[0]!.detail.startsWith("the reading cannot be read, sampling at "), told[0]!.detail);
  t.is(bench.health().restarts, told.at(-1)!.count!);
  t.deepEqual(bench.machine.resets, []);
  t.true(valuesAfter(bench, bench.clock.ticks() - MINUTE).length > 0);
});

test("sampling that falls silent is restarted after silenceS", (t) => {
  const bench = supervisedNode({ settings: { supervision: { silenceS: 60 } } });
  bench.machine.start();
  bench.run(2 * MINUTE);
  // The timers that a period sets: seconds and more; the node's own checks are not among them.
  bench.timers().lose((delayMs) => delayMs === 1000 || delayMs === 2000 || delayMs === 10_000 || delayMs === 500);
  bench.run(3000);
  bench.timers().restore();
  const silentFrom = bench.clock.ticks();
  bench.run(5 * MINUTE);
  const told = bench.events("stage-restarted");
  t.is(told.length, 1);
  t.like(told[0]!, { source: "sampling", cause: "silence", count: 1 });
  t.true(told[0]!.at - silentFrom <= 75_000, `${told[0]!.at - silentFrom}`);
  t.true(valuesAfter(bench, bench.clock.ticks() - 2 * MINUTE).length > 0);
});

test("a session whose timer is lost is opened anew", (t) => {
  const bench = supervisedNode({ settings: { supervision: { silenceS: 60 } } });
  bench.machine.start();
  bench.run(2 * MINUTE);
  bench.network.down("192.168.1.10");
  // Whatever the session sets while it cannot connect is lost.
  bench.timers().lose((delayMs) => delayMs > 5000 || (delayMs > 0 && delayMs < 1000 && delayMs !== 500));
  bench.run(3 * MINUTE);
  bench.timers().restore();
  bench.network.up("192.168.1.10");
  bench.run(10 * MINUTE);
  t.true(bench.events("stage-restarted").some(({ source, cause }) => source === "publishing" && cause === "silence"));
  t.is(bench.machine.node.session.state, "connected");
  t.true(valuesAfter(bench, bench.clock.ticks() - MINUTE).length > 0);
});

test("a program that hangs is reset by the watchdog, and the next start says so", (t) => {
  const bench = supervisedNode();
  bench.machine.start();
  bench.run(10 * MINUTE);
  bench.timers().lose();
  bench.run(MINUTE);
  t.deepEqual(
    bench.machine.resets.map(({ reason }) => reason),
    ["watchdog"],
  );
  t.true(bench.machine.resets[0]!.ticks - 10 * MINUTE <= 36_000);
  bench.run(2 * MINUTE);
  const [crash, ...others] = bench.events("crash");
  t.deepEqual(others, []);
  t.like(crash, { cause: "watchdog", detail: "watchdog" });
  t.like(bench.health(), { reset: "watchdog", mode: "normal", failedStarts: 0 });
  t.true(valuesAfter(bench, bench.clock.ticks() - MINUTE).length > 0);
});

test("a watchdog is not fed while a stage is down", (t) => {
  const bench = throwing({ mostRestarts: 100 });
  bench.broken.now = true;
  bench.run(5 * MINUTE);
  t.is(bench.machine.resets[0]?.reason, "watchdog");
});

test("a stage that restarts do not help has the node restart; why and where is told once after it", (t) => {
  const bench = throwing({ mostRestarts: 3 });
  bench.run(10 * MINUTE);
  bench.broken.now = true;
  while (bench.machine.resets.length === 0 && bench.clock.ticks() < 15 * MINUTE) bench.run(100);
  bench.broken.now = false;
  t.deepEqual(
    bench.machine.resets.map(({ reason }) => reason),
    ["software"],
  );
  bench.run(5 * MINUTE);
  const crashes = bench.events("crash");
  t.is(crashes.length, 1);
  t.like(crashes[0]!, { cause: "software", detail: "the reading cannot be read" });
  t.true(crashes[0]!.source.startsWith("sampling at "), crashes[0]!.source);
  t.true(crashes[0]!.source.length <= 80);
  bench.machine.reset("brown-out");
  bench.run(MINUTE);
  t.is(bench.events("crash").length, 2);
  t.like(bench.events("crash")[1]!, { cause: "brown-out", detail: "brown-out", source: "" });
});

function inSafeMode(settings: object = {}) {
  const bench = throwing({ mostRestarts: 1, ...settings });
  bench.broken.now = true;
  while (!bench.machine.node.safeMode && bench.machine.resets.length < 9) bench.run(1000);
  bench.run(70_000);
  return bench;
}

test("after three failed starts in a row only network and commands run, and say so", (t) => {
  const bench = inSafeMode();
  t.is(bench.machine.resets.length, 3);
  t.true(bench.machine.node.safeMode);
  const since = bench.machine.resets[2]!.ticks;
  t.deepEqual(valuesAfter(bench, since + 1000), []);
  t.like(bench.events("safe-mode")[0]!, { source: "node", cause: "failed-starts", count: 3 });
  t.like(
    bench.lines.findLast((line) => "status" in line)!,
    { status: "online", mode: "safe" },
  );
  t.like(bench.health(), { mode: "safe", failedStarts: 3 });
  t.true(ask(bench, { command: "settings.get", channel: "bearing.temperature" }).ok);
});

test("a command leads out of safe mode; the reply comes before the restart", (t) => {
  const bench = inSafeMode();
  bench.broken.now = false;
  t.like(ask(bench, { command: "safe-mode.leave" }), { reply: 7, ok: true });
  bench.run(2 * MINUTE);
  t.is(bench.machine.resets.length, 4);
  t.false(bench.machine.node.safeMode);
  t.like(bench.health(), { mode: "normal", failedStarts: 0, reset: "software" });
  t.true(valuesAfter(bench, bench.clock.ticks() - MINUTE).length > 0);
  t.like(ask(bench, { command: "safe-mode.leave" }), { ok: false, error: "the node is not in safe mode" });
});

test("safe mode ends by itself after safeModeS, and comes back when nothing is better", (t) => {
  const bench = inSafeMode({ safeModeS: 600 });
  bench.run(11 * MINUTE);
  t.is(bench.machine.resets.length > 4 && bench.machine.node.safeMode, true);
  bench.broken.now = false;
  bench.run(11 * MINUTE);
  t.false(bench.machine.node.safeMode);
});

test("power that comes and goes is no failed start", (t) => {
  const bench = supervisedNode();
  bench.machine.start();
  for (let i = 0; i < 6; i++) {
    bench.run(20_000);
    bench.machine.reset("power-on");
  }
  bench.run(MINUTE);
  t.false(bench.machine.node.safeMode);
  t.deepEqual(bench.events("crash"), []);
});

test("a restart by command is a good end: the reply comes, nothing waits in memory, nothing counts as failed", (t) => {
  const bench = supervisedNode();
  bench.machine.start();
  for (let i = 0; i < 5; i++) {
    bench.run(20_000);
    t.true(ask(bench, { command: "node.restart" }).ok);
    bench.run(2000);
  }
  bench.run(2 * MINUTE);
  t.is(bench.machine.resets.length, 5);
  t.like(bench.health(), { mode: "normal", failedStarts: 0, reset: "software" });
  t.deepEqual(bench.events("crash"), []);
});

test("how late the loop is, worst and mean, is told and counted anew each time", (t) => {
  const bench = supervisedNode();
  bench.machine.start();
  bench.run(2 * MINUTE - 1000);
  t.like(bench.health(), { lateWorstMs: 0, lateMeanMs: 0 });
  bench.timers().delay(40);
  bench.run(2 * MINUTE);
  bench.timers().restore();
  t.like(bench.health(), { lateWorstMs: 40 });
  t.true((bench.health().lateMeanMs as number) > 5);
  bench.run(3 * MINUTE);
  t.like(bench.health(), { lateWorstMs: 0, lateMeanMs: 0 });
});

test("health names firmware and settings; other settings have another hash, the same ones the same", (t) => {
  const bench = supervisedNode();
  bench.machine.start();
  bench.run(61_000);
  const { settings, firmware } = bench.health();
  t.is(firmware, "0.1.0");
  t.regex(settings as string, /^[0-9a-f]{8}$/);
  const hashAfter = (overrides: object) => {
    t.true(ask(bench, { command: "settings.set", settings: overrides }).ok);
    bench.run(61_000);
    return bench.health().settings;
  };
  t.not(hashAfter({ mqtt: { keepAliveS: 61 } }), settings);
  t.is(hashAfter({ mqtt: { keepAliveS: 60 } }), settings);
});
