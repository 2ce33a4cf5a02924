import test from "ava";
import { alarm, Bench, FLOOD, NO_FLOOD } from "./bench.js";

const high = alarm({ kind: "high", setpoint: 80 });

/** Raises the alarm, or lets it return, a second later. */
function toggle(bench: Bench, times: number): void {
  for (let i = 0; i < times; i++) {
    bench.value("a", i % 2 === 0 ? 90 : 70);
    bench.wait(1000);
  }
}

test("a flood is told in one summary after its first ten transitions", (t) => {
  const bench = new Bench({ a: [high], b: [high] }, undefined, FLOOD);
  toggle(bench, 30);
  bench.value("b", 90);
  t.is(bench.transitions.length, 10);
  t.is(bench.system.totals().summarised, 21);
  bench.clock.now = 10_000 + 59_999;
  bench.expire();
  t.is(bench.summaries.length, 0);
  bench.clock.now++;
  bench.expire();
  t.deepEqual(bench.summaries, [
    {
      fromTicks: 10_000,
      toTicks: 70_000,
      transitions: 21,
      alarms: [
        { channel: "a", alarm: "high", state: "returned-unacknowledged", priority: "medium", transitions: 20 },
        { channel: "b", alarm: "high", state: "unacknowledged", priority: "medium", transitions: 1 },
      ],
    },
  ]);
  bench.wait(600_000);
  bench.expire();
  t.is(bench.summaries.length, 1, "nothing more, nothing told");
});

test("in a flood, what a person does is told on its own", (t) => {
  const bench = new Bench({ a: [high] }, undefined, FLOOD);
  toggle(bench, 20);
  bench.system.acknowledge("a", undefined, "me");
  t.like(bench.transitions.at(-1)!, { by: "me", state: "normal" });
});

test("after a flood, one transition can be told every minute", (t) => {
  const bench = new Bench({ a: [high] }, undefined, FLOOD);
  toggle(bench, 11);
  bench.wait(60_000);
  toggle(bench, 3);
  t.is(bench.transitions.length, 11);
});

test("other limits hold from now on; a stop tells what waits for a summary", (t) => {
  const bench = new Bench({ a: [high] }, undefined, FLOOD);
  toggle(bench, 12);
  bench.system.applyFlood(NO_FLOOD);
  toggle(bench, 4);
  t.is(bench.transitions.length, 14);
  bench.system.save();
  bench.system.save();
  t.deepEqual(
    bench.summaries.map(({ transitions }) => transitions),
    [2],
  );
});

test("three annunciations within a minute are chattering, until a minute without one", (t) => {
  const bench = new Bench({ a: [high] });
  const alarm = bench.channels.a!.alarms[0]!;
  toggle(bench, 4);
  t.false(alarm.statistics.chattering);
  bench.clock.now = 60_000;
  bench.value("a", 90);
  t.true(alarm.statistics.chattering);
  t.is(bench.system.totals().chattering, 1);
  bench.clock.now = 119_999;
  bench.expire();
  t.true(alarm.statistics.chattering);
  bench.clock.now++;
  bench.expire();
  t.false(alarm.statistics.chattering);
  t.is(alarm.statistics.annunciations, 3);
  t.is(alarm.statistics.lastAnnunciation, 60_000);
  t.is(alarm.statistics.fleeting, 2);
});

test("in alarm for over a day is stale; acknowledging is no break", (t) => {
  const bench = new Bench({ a: [high] });
  const alarm = bench.channels.a!.alarms[0]!;
  bench.value("a", 90);
  bench.wait(86_400_000);
  bench.system.acknowledge("a", "high", "me");
  bench.expire();
  t.false(alarm.statistics.stale);
  bench.wait(1);
  bench.expire();
  t.true(alarm.statistics.stale);
  t.is(alarm.statistics.timeInAlarmS, 86_400);
  bench.value("a", 70);
  t.false(alarm.statistics.stale);
});

test("totals count the alarms by their state, and the annunciations of the last ten minutes", (t) => {
  const bench = new Bench({ a: [high], b: [high], c: [high], d: [high], m: [alarm({ ...high, suppressedBy: "d" })] });
  for (const channel of ["a", "b", "c", "d"]) bench.value(channel, 90);
  bench.value("d", -1);
  bench.system.acknowledge("a", undefined, "me");
  bench.system.shelve("b", undefined, "me", 1000);
  bench.system.takeOutOfService("c", undefined, "me");
  t.deepEqual(bench.system.totals(), {
    active: 1,
    unacknowledged: 1,
    shelved: 1,
    suppressed: 1,
    outOfService: 1,
    annunciations: 4,
    annunciationsInTenMinutes: 4,
    chattering: 0,
    stale: 0,
    summarised: 0,
  });
  bench.clock.now = 599_999;
  t.is(bench.system.totals().annunciationsInTenMinutes, 4);
  bench.clock.now++;
  t.is(bench.system.totals().annunciationsInTenMinutes, 0);
});
