import test from "ava";
import { GOOD, OUT_OF_SPECIFICATION, failureOf, qualityText } from "../../../firmware/model/quality.js";
import { ChannelPipeline } from "../../../firmware/measurement/pipeline.js";
import { alarmsOf } from "../../support/alarms.js";
import { composeSettings } from "../../../firmware/settings/settings.js";
import type { ChannelSettings, SettingsOverrides } from "../../../firmware/settings/settings.js";

const level = { name: "tank.level", source: "tank", field: "scaled", unit: "m", resolution: 0.001 };
const definition = { name: "test", sensors: [], channels: [level] };
type Overrides = NonNullable<SettingsOverrides["channels"]>[string];
const settings = (overrides: Overrides): ChannelSettings =>
  composeSettings(definition, { channels: { "tank.level": { report: { kind: "every" }, ...overrides } } }).channels[
    "tank.level"
  ]!;

function bench(overrides: Overrides) {
  const log: string[] = [];
  const own = settings(overrides);
  const alarms = alarmsOf(level.name, own, ({ ticks, alarm, state, value }) =>
    log.push(`${ticks} ${alarm} ${state} at ${value}`),
  );
  const channel = new ChannelPipeline(0, level, own, alarms, {
    onValue: (_, value, ticks) => log.push(`${ticks} ${value}`),
    onQuality: (_, quality, own, ticks) => log.push(`${ticks} ${qualityText(quality)}${own ? " (own)" : ""}`),
  });
  return { channel, log };
}

test("a reading is calibrated, then judged, filtered, compared with the limits, and reported", (t) => {
  const { channel, log } = bench({
    calibration: { kind: "gain", gain: 2 },
    plausibility: { maximum: 100 },
    filters: [{ kind: "moving-average", samples: 2 }],
    alarms: [{ kind: "high", setpoint: 15 }],
  });
  for (const [i, reading] of [5, 10, 60, 10].entries()) channel.process(reading, i * 1000);
  t.deepEqual(log, [
    "0 10",
    "1000 high unacknowledged at 15",
    "1000 15",
    "2000 failure out-of-range (own)",
    "3000 good (own)",
    "3000 20",
  ]);
});

test("a reading that is out of specification is still a value, and its quality is told", (t) => {
  const { channel, log } = bench({});
  channel.process(1, 0);
  channel.process(2, 1000, OUT_OF_SPECIFICATION);
  channel.process(3, 2000, OUT_OF_SPECIFICATION);
  channel.process(4, 3000);
  t.deepEqual(log, [
    "0 1",
    "1000 out-of-specification out-of-range (own)",
    "1000 2",
    "2000 3",
    "3000 good (own)",
    "3000 4",
  ]);
});

test("a failed sensor's end is not the channel's own", (t) => {
  const { channel, log } = bench({});
  channel.fail(failureOf("bus"), 0);
  channel.fail(failureOf("bus"), 1000);
  channel.process(1, 2000);
  t.deepEqual(log, ["0 failure bus", "2000 good", "2000 1"]);
  t.is(channel.quality, GOOD);
});

test("new settings keep the state of every filter and alarm that is as it was", (t) => {
  const before: Overrides = {
    filters: [
      { kind: "median", samples: 3 },
      { kind: "moving-average", samples: 4 },
    ],
    alarms: [
      { kind: "low", setpoint: 1 },
      { kind: "high", setpoint: 10 },
    ],
  };
  const kept = bench(before);
  const untouched = bench(before);
  for (let i = 0; i < 10; i++) {
    kept.channel.process(i * 3, i * 1000);
    untouched.channel.process(i * 3, i * 1000);
  }
  // The low alarm is changed, so it begins anew, and what it was is over; the rest goes on as if nothing had happened.
  kept.channel.apply(settings({ ...before, alarms: [{ kind: "low", setpoint: 2 }, before.alarms![1]!] }), 10_000);
  for (let i = 10; i < 20; i++) {
    kept.channel.process(i * 3, i * 1000);
    untouched.channel.process(i * 3, i * 1000);
  }
  const over = "10000 low normal at 1.5";
  t.true(kept.log.includes(over));
  t.deepEqual(
    kept.log.filter((line) => line !== over),
    untouched.log,
  );
});

test("a changed filter begins anew, and only that one", (t) => {
  const { channel, log } = bench({ filters: [{ kind: "moving-average", samples: 4 }] });
  for (let i = 0; i < 4; i++) channel.process(100, i);
  channel.apply(settings({ filters: [{ kind: "moving-average", samples: 3 }] }), 4);
  channel.process(10, 5);
  t.is(log.at(-1), "5 10");
});

test("an active alarm whose settings change ends, so that nobody waits for it", (t) => {
  const { channel, log } = bench({ alarms: [{ kind: "high", setpoint: 10 }] });
  channel.process(12, 0);
  channel.apply(settings({ alarms: [] }), 1000);
  t.deepEqual(log, ["0 high unacknowledged at 12", "0 12", "1000 high normal at 12"]);
});

test("who follows a channel gets every value that passes its filters, and is told when there are none", (t) => {
  const { channel } = bench({ filters: [{ kind: "gain", gain: 2 }], report: { kind: "change", deadband: 100 } });
  const log: string[] = [];
  channel.follow({
    follow: (value, ticks) => log.push(`${ticks} ${value}`),
    lose: (quality, ticks) => log.push(`${ticks} ${qualityText(quality)}`),
  });
  channel.process(1, 0);
  channel.process(2, 1000, OUT_OF_SPECIFICATION);
  channel.fail(failureOf("bus"), 2000);
  channel.process(3, 3000);
  t.deepEqual(log, ["0 2", "1000 4", "2000 failure bus", "3000 6"]);
});

test("what a filter has due by time alone goes on through the filters behind it, but not in failure", (t) => {
  const { channel, log } = bench({
    filters: [
      { kind: "heartbeat", intervalMs: 1000, maximumAgeMs: 60_000 },
      { kind: "gain", gain: 2 },
    ],
  });
  channel.process(5, 0);
  channel.expire(500);
  channel.expire(1000);
  channel.fail(failureOf("bus"), 1500);
  channel.expire(2500);
  t.deepEqual(log, ["0 10", "1000 10", "1500 failure bus"]);
});
