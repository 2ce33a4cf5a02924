import test from "ava";
import type { Decoded } from "../../hosts/node/decoded.js";
import type { SettingsOverrides } from "../../firmware/settings/settings.js";
import { ask, pumpRoom, virtualNode } from "../support/virtual-node.js";

type AlarmLine = Extract<Decoded, { alarm: string }>;

const alarmsIn = (lines: readonly Decoded[]): AlarmLine[] => lines.filter((line): line is AlarmLine => "alarm" in line);
const told = (lines: readonly Decoded[]): string[] =>
  alarmsIn(lines).map(({ name, alarm, from, state, by }) => `${name} ${alarm}: ${from} → ${state} by ${by}`);

/** The bearing fails from 120 s on; its temperature passes 60 °C some seconds later and stays above. */
const HIGH: SettingsOverrides = {
  channels: {
    "bearing.temperature": {
      alarms: [{ kind: "high", setpoint: 60, deadband: 2, priority: "high", message: "bearing hot", response: "stop" }],
    },
  },
};
const RAISED_BY = 300_000;
const bearing = { channel: "bearing.temperature" };

test("an alarm goes its way from the process to the person and back, each step told once and by whom", (t) => {
  const room = pumpRoom({ settings: HIGH });
  room.node.start();
  room.clock.advanceTo(RAISED_BY);
  t.like(alarmsIn(room.lines)[0], { setpoint: 60, unit: "Cel", priority: "high", message: "bearing hot" });
  t.true(alarmsIn(room.lines)[0]!.value! >= 60);
  t.true(ask(room, { id: 1, command: "alarm.acknowledge", ...bearing, by: "kim" }).ok);
  t.true(ask(room, { id: 2, command: "alarm.shelve", ...bearing, alarm: "high", by: "kim", forMs: 60_000 }).ok);
  room.clock.advanceTo(room.clock.ticks() + 61_000);
  t.true(ask(room, { id: 3, command: "alarm.out-of-service", ...bearing, by: "lee" }).ok);
  t.true(ask(room, { id: 4, command: "alarm.return-to-service", ...bearing }).ok);
  t.deepEqual(told(room.lines), [
    "bearing.temperature high: normal → unacknowledged by process",
    "bearing.temperature high: unacknowledged → acknowledged by kim",
    "bearing.temperature high: acknowledged → shelved by kim",
    "bearing.temperature high: shelved → unacknowledged by shelf-expiry",
    "bearing.temperature high: unacknowledged → out-of-service by lee",
    "bearing.temperature high: out-of-service → unacknowledged by command",
  ]);
});

test("the present state of the alarms can be asked for, with what to do, and what was counted", (t) => {
  const room = pumpRoom({ settings: HIGH });
  room.node.start();
  room.clock.advanceTo(RAISED_BY);
  const { result } = ask(room, { id: 1, command: "alarms.get" }) as unknown as {
    result: { totals: object; alarms: object[] };
  };
  t.like(result.totals, { active: 1, unacknowledged: 1 });
  const [high, ...others] = result.alarms;
  t.like(high, { n: "bearing.temperature", alarm: "high", state: "unacknowledged", priority: "high" });
  t.like(high, { message: "bearing hot", response: "stop" });
  t.deepEqual(others, []);
  const statistics = ask(room, { id: 2, command: "alarms.statistics", ...bearing });
  t.like((statistics as unknown as { result: object[] }).result[0], { alarm: "high", annunciations: 1 });
});

test("what cannot be done to an alarm is refused in one sentence", (t) => {
  const room = pumpRoom({ settings: HIGH });
  room.node.start();
  room.clock.advanceTo(10_000);
  const refused = (command: object): string => {
    const answer = ask(room, { id: 1, ...command }) as unknown as { ok: boolean; error: string };
    t.false(answer.ok);
    return answer.error;
  };
  t.regex(refused({ command: "alarm.acknowledge", channel: "bearing" }), /bearing/);
  t.regex(refused({ command: "alarm.reset", ...bearing, alarm: "low" }), /low.*high/);
  t.regex(refused({ command: "alarm.shelve", ...bearing, forMs: 1e12 }), /forMs|604800000|week|7 days/);
  t.regex(refused({ command: "alarm.acknowledge", ...bearing, by: "process" }), /nobody/);
  t.regex(refused({ command: "alarm.acknowledge", ...bearing, by: "" }), /1 to 32/);
  t.deepEqual(told(room.lines), []);
});

test("alarm states survive a restart, and the restart itself is no transition", (t) => {
  const settings = { channels: { "bearing.temperature": { alarms: [{ kind: "high", setpoint: 40 }] } } } as const;
  const before = pumpRoom({ settings });
  before.node.start();
  before.clock.advanceTo(20_000);
  ask(before, { id: 1, command: "alarm.acknowledge", ...bearing, by: "kim" });
  // No goodbye: the power is gone. What runs on in the old clock does not matter to the new one.
  const { storage } = before;
  const after = pumpRoom({ settings, storage });
  after.node.start();
  after.clock.advanceTo(60_000);
  t.like((ask(after, { id: 2, command: "alarms.get", ...bearing }) as unknown as { result: object }).result, {
    alarms: [{ alarm: "high", state: "acknowledged" }],
  });
  t.deepEqual(told(after.lines), []);
});

test("an alarm is suppressed by design while another channel says so", (t) => {
  const room = pumpRoom({
    settings: {
      channels: {
        "bearing.temperature": {
          alarms: [
            {
              kind: "high",
              setpoint: 30,
              onDelayMs: 2000,
              suppressedBy: "tank.level",
              suppressedWhen: "below",
              suppressedAt: 1.7,
            },
          ],
        },
      },
    },
  });
  room.node.start();
  room.clock.advanceTo(240_000);
  const lines = told(room.lines);
  t.is(lines[0], "bearing.temperature high: normal → suppressed by suppression");
  t.is(lines[1], "bearing.temperature high: suppressed → unacknowledged by suppression");
  t.is(lines.length, 2);
});

test("in a flood the changes are summed up, none of them lost and none told twice", (t) => {
  const room = pumpRoom({
    settings: {
      channels: {
        // Noise around the limit, and nothing against chattering.
        "hall.humidity": { report: { kind: "every" }, alarms: [{ kind: "high", setpoint: 48 }] },
        "tank.level": { filters: [], alarms: [{ kind: "rate-of-change", setpoint: 0.004, windowMs: 1000 }] },
      },
      alarms: { floodLimit: 5, floodWindowMs: 3_600_000, summaryMs: 60_000 },
    },
  });
  room.node.start();
  room.clock.advanceTo(1_800_000);
  const single = alarmsIn(room.lines).filter(({ name }) => name === "tank.level" || name === "hall.humidity").length;
  const floods = room.lines.flatMap((line) => ("flood" in line ? line.flood : []));
  const summed = floods.reduce((sum, { count }) => sum + count, 0);
  const { result } = ask(room, { id: 1, command: "alarms.statistics" }) as unknown as {
    result: { summarised: number };
  };
  t.true(summed > 20, `${summed}`);
  t.true(single < 20, `${single}`);
  // Some may wait for the next summary.
  t.true(result.summarised >= summed && result.summarised - summed < 20, `${result.summarised} and ${summed}`);
});

test("whatever is unusual in a series of numbers raises an alarm, and what was learned survives a restart", (t) => {
  const wave = (i: number) => 20 + 5 * Math.sin(i / 20) + (((i * 2654435761) >>> 0) % 1000) / 2000;
  const run = (rows: number, spike: number, storage?: ReturnType<typeof virtualNode>["storage"]) => {
    const recorder = virtualNode("recorder", { ...(storage && { storage }) });
    let value = 0;
    recorder.board.numeric.detach(0);
    recorder.board.numeric.attach(0, { number: () => value });
    recorder.node.start();
    for (let i = 0; i < rows; i++) {
      value = i === spike ? 90 : wave(i);
      recorder.clock.advanceTo(i * 1000 + 500);
    }
    recorder.node.stop();
    recorder.clock.advanceTo(recorder.clock.ticks() + 1000);
    const unusual = alarmsIn(recorder.lines).filter(({ alarm, state }) => alarm === "unusual" && state !== "normal");
    return { unusual, storage: recorder.storage };
  };
  const [alarm, ...others] = run(1500, 1450).unusual;
  t.like(alarm, { name: "recording.anomaly", state: "acknowledged", setpoint: 0.5, priority: "medium" });
  t.is(others.length, 0);
  const learned = run(1500, -1);
  t.is(learned.unusual.length, 0);
  t.is(run(90, 50, learned.storage).unusual.length, 1);
  t.is(run(90, 50).unusual.length, 0, "a new detector has no opinion yet");
});
