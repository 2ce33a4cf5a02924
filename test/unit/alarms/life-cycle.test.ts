/** ANSI/ISA-18.2-2016 §5.4: the alarm state transition diagram, row by row. */
import test from "ava";
import { AlarmError } from "../../../firmware/alarms/alarm-system.js";
import { alarm, Bench } from "./bench.js";

const UP = 90;
const DOWN = 70;
type Act = "up" | "down" | "acknowledge" | "reset" | "shelve" | "unshelve" | "takeOutOfService" | "returnToService";

function act(bench: Bench, step: Act): void {
  if (step === "up" || step === "down") bench.value("a", step === "up" ? UP : DOWN);
  else if (step === "shelve") bench.system.shelve("a", "high", "me", 60_000);
  else bench.system[step]("a", "high", "me");
}

const made = (given: object) => new Bench({ a: [alarm({ kind: "high", setpoint: 80, ...given })] });
const plain = {};
const latching = { latching: true };
const automatic = { acknowledgement: "automatic" };

const rows: readonly (readonly [title: string, given: object, steps: string, states: string])[] = [
  ["raised, acknowledged, returned", plain, "up acknowledge down", "unacknowledged acknowledged normal"],
  ["returned before it is acknowledged", plain, "up down acknowledge", "unacknowledged returned-unacknowledged normal"],
  ["comes back unacknowledged", plain, "up down up", "unacknowledged returned-unacknowledged unacknowledged"],
  [
    "latched: acknowledged, then reset",
    latching,
    "up acknowledge down reset",
    "unacknowledged acknowledged latched-acknowledged normal",
  ],
  [
    "latched: returned first",
    latching,
    "up down acknowledge reset",
    "unacknowledged latched-unacknowledged latched-acknowledged normal",
  ],
  ["latched-unacknowledged comes back", latching, "up down up", "unacknowledged latched-unacknowledged unacknowledged"],
  [
    "latched-acknowledged comes back",
    latching,
    "up acknowledge down up",
    "unacknowledged acknowledged latched-acknowledged unacknowledged",
  ],
  ["automatic: straight to acknowledged", automatic, "up down", "acknowledged normal"],
  [
    "automatic and latched",
    { ...latching, ...automatic },
    "up down up down reset",
    "acknowledged latched-acknowledged acknowledged latched-acknowledged normal",
  ],
  ["shelved when normal", plain, "shelve up down unshelve", "shelved shelved shelved normal"],
  [
    "unshelved into alarm",
    plain,
    "up acknowledge shelve unshelve",
    "unacknowledged acknowledged shelved unacknowledged",
  ],
  ["unshelved, automatic", automatic, "shelve up unshelve", "shelved shelved acknowledged"],
  ["shelved, and gone meanwhile", latching, "up shelve down unshelve", "unacknowledged shelved shelved normal"],
  [
    "out of service",
    plain,
    "up takeOutOfService down up returnToService",
    "unacknowledged out-of-service out-of-service out-of-service unacknowledged",
  ],
  ["out of service ends a shelving", plain, "shelve takeOutOfService returnToService", "shelved out-of-service normal"],
];

for (const [title, given, steps, states] of rows) {
  test(`life cycle: ${title}`, (t) => {
    const bench = made(given);
    const seen = steps.split(" ").map((step) => {
      act(bench, step as Act);
      return bench.state("a");
    });
    t.is(seen.join(" "), states);
    // Every change is told once, from the state before, by who made it.
    const changes = seen.flatMap((state, i) => {
      const from = seen[i - 1] ?? "normal";
      const by = ["up", "down"].includes(steps.split(" ")[i]!) ? "process" : "me";
      return state === from ? [] : [{ from, state, by }];
    });
    t.deepEqual(
      bench.transitions.map(({ from, state, by }) => ({ from: String(from), state: String(state), by })),
      changes,
    );
  });
}

const refusals: readonly (readonly [given: object, steps: string, step: Act, message: string])[] = [
  [plain, "up down", "reset", "alarms: a high does not latch; there is nothing to reset"],
  [latching, "up", "reset", "alarms: a high cannot be reset while its condition holds"],
  [latching, "up down", "reset", "alarms: a high must be acknowledged before it is reset"],
  [plain, "up shelve", "acknowledge", "alarms: a high is shelved; unshelve it first"],
  [plain, "takeOutOfService", "shelve", "alarms: a high is out of service; return it to service first"],
];
for (const [given, steps, step, message] of refusals) {
  test(`refused: ${message}`, (t) => {
    const bench = made(given);
    for (const before of steps.split(" ")) act(bench, before as Act);
    const told = bench.transitions.length;
    t.throws(() => act(bench, step), { instanceOf: AlarmError, message });
    t.is(bench.transitions.length, told);
  });
}

test("what is so already is harmless and changes nothing", (t) => {
  const { system, transitions } = made(latching);
  for (const step of ["acknowledge", "reset", "unshelve", "returnToService"] as const) {
    t.is(system[step]("a", "high", "me"), 0, step);
  }
  t.is(system.takeOutOfService("a", "high", "me"), 1);
  t.is(system.takeOutOfService("a", "high", "me"), 0);
  t.is(transitions.length, 1);
});

test("without a name a command goes to those alarms of the channel that it applies to", (t) => {
  const bench = new Bench({
    a: [
      alarm({ kind: "high", setpoint: 80 }),
      alarm({ kind: "high-high", setpoint: 85 }),
      alarm({ kind: "low", setpoint: 0 }),
    ],
  });
  bench.value("a", UP);
  bench.system.shelve("a", "high-high", "me", 1000);
  t.is(bench.system.acknowledge("a", undefined, "me"), 1);
  t.is(bench.system.reset("a", undefined, "me"), 0);
});

test("an unknown channel or alarm is named, with those that are there", (t) => {
  const { system } = made(plain);
  t.throws(() => system.acknowledge("b", undefined, "me"), { message: 'alarms: there is no channel "b"; there is a' });
  t.throws(() => system.reset("a", "hot", "me"), { message: 'alarms: a has no alarm "hot"; it has high' });
  t.throws(() => system.list("b"), { instanceOf: AlarmError });
  t.throws(() => system.acknowledge("a", "high", "process"), {
    message: 'alarms: "process" is nobody; name who gives the command',
  });
  for (const forMs of [999, 604_800_001, 1000.5, NaN]) {
    t.throws(() => system.shelve("a", undefined, "me", forMs), {
      message: `alarms: forMs ${forMs} is not an integer from 1000 to 604800000 ms`,
    });
  }
});

test("a shelving ends by itself, and the alarm is annunciated when its condition holds", (t) => {
  const bench = made(plain);
  act(bench, "shelve");
  act(bench, "up");
  bench.wait(59_999);
  bench.expire();
  t.is(bench.state("a"), "shelved");
  bench.wait(1);
  bench.expire();
  t.is(bench.state("a"), "unacknowledged");
  t.is(bench.transitions.at(-1)!.by, "shelf-expiry");
  t.is(bench.transitions.at(-1)!.value, UP);
  t.is(bench.channels.a!.alarms[0]!.statistics.annunciations, 1);
});

test("another channel suppresses, and for the release delay after; what is worse comes first", (t) => {
  const given = { suppressedBy: "motor", suppressedWhen: "below", suppressedAt: 5, releaseDelayMs: 3000 };
  const bench = new Bench({ a: [alarm({ kind: "high", setpoint: 80, ...given })], motor: [] });
  bench.value("a", UP);
  t.is(bench.state("a"), "unacknowledged", "before the motor's first value nothing is suppressed");
  bench.value("motor", 0);
  t.is(bench.state("a"), "suppressed");
  t.throws(() => act(bench, "acknowledge"), { message: "alarms: a high is suppressed by motor" });
  act(bench, "shelve");
  t.is(bench.state("a"), "shelved");
  act(bench, "unshelve");
  t.is(bench.state("a"), "suppressed");
  bench.value("motor", 5);
  bench.wait(2000);
  bench.value("motor", 4);
  bench.value("motor", 6);
  bench.wait(2999);
  bench.expire();
  bench.system.lost("motor", bench.clock.now);
  t.is(bench.state("a"), "suppressed");
  bench.wait(1);
  bench.expire();
  t.is(bench.state("a"), "unacknowledged");
  t.is(bench.transitions.at(-1)!.by, "suppression");
});

test("other settings leave what has not changed as it is, and end what has", (t) => {
  const high = alarm({ kind: "high", setpoint: 80 });
  const low = alarm({ kind: "low", setpoint: 100 });
  const bench = new Bench({ a: [high, low] });
  bench.value("a", UP);
  const kept = bench.channels.a!.alarms[1]!;
  bench.channels.a!.apply([{ ...low }, { ...high, setpoint: 95 } as typeof high], 10);
  t.is(bench.channels.a!.alarms[0], kept);
  t.is(kept.state, "unacknowledged");
  t.like(bench.transitions.at(-1)!, { alarm: "high", setpoint: 80, state: "normal", by: "settings", ticks: 10 });
  bench.value("a", 95);
  t.like(bench.transitions.at(-1)!, { alarm: "high", setpoint: 95, state: "unacknowledged", by: "process" });
});

test("a transition tells all that there is to know, and a snapshot is asked for when an alarm is raised", (t) => {
  const bench = made({ name: "hot", priority: "critical", class: "safety", message: "Too hot", requestSnapshot: true });
  bench.wait(5);
  bench.value("a", UP);
  bench.value("a", DOWN);
  t.deepEqual(bench.transitions[0], {
    channel: "a",
    alarm: "hot",
    kind: "high",
    state: "unacknowledged",
    from: "normal",
    priority: "critical",
    class: "safety",
    message: "Too hot",
    setpoint: 80,
    value: UP,
    by: "process",
    ticks: 5,
  });
  t.deepEqual(bench.snapshots, ["a/hot"]);
});
