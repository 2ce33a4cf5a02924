import test from "ava";
import { pumpDrive } from "../../firmware/nodes/pump-drive.js";
import type { SettingsOverrides } from "../../firmware/settings/settings.js";
import { decode } from "../../hosts/node/decode.js";
import type { Decoded } from "../../hosts/node/decoded.js";
import { resolutionsOf } from "../../hosts/simulated/nodes.js";
import { seeded } from "../../hosts/simulated/options.js";
import { VirtualRun } from "../../hosts/simulated/virtual-run.js";
import { brownOut, stuckInput } from "../../simulator/faults/spi.js";
import { Random } from "../../simulator/random.js";
import { PumpDriveWorld } from "../../simulator/world/pump-drive.js";
import type { PumpDriveOptions } from "../../simulator/world/pump-drive.js";

const START_UTC = Date.UTC(2026, 10, 1);
const EVERY: SettingsOverrides = {
  channels: Object.fromEntries(pumpDrive.channels.map(({ name }) => [name, { report: { kind: "every" } }])),
};

/** A pump drive with a broker in virtual time, and what the broker has accepted, decoded. */
function drive(failure: Omit<PumpDriveOptions, "random">, settings: SettingsOverrides = EVERY) {
  const lines: Decoded[] = [];
  const run = new VirtualRun(
    {
      node: "pump-drive",
      seed: 1,
      ...seeded(1),
      startUtc: START_UTC,
      identity: { site: "plant", node: "d1" },
      settings,
      broker: { host: "192.168.1.10", port: 1883 },
    },
    {
      onPublish: (topic, payload, ticks) => {
        lines.push(...decode(topic, payload, (START_UTC + ticks) / 1000, resolutionsOf(pumpDrive)).lines);
      },
    },
    () => new PumpDriveWorld({ random: new Random(7), ...failure }),
  );
  run.simulated.node.start();
  return { run, lines, clock: run.clock, board: run.simulated.board };
}

/** Seconds since the start, and value. */
function values(lines: readonly Decoded[], name: string): [number, number][] {
  return lines.flatMap((line): [number, number][] =>
    "value" in line && !("alarm" in line) && line.name === name ? [[line.time - START_UTC / 1000, line.value]] : [],
  );
}
const qualities = (lines: readonly Decoded[], name: string) =>
  lines.flatMap((line) => ("quality" in line && line.name === name ? [line.quality] : []));
const events = (lines: readonly Decoded[]) =>
  lines.flatMap((line) => ("event" in line ? [`${line.event} ${line.source} ${line.cause}`.trim()] : []));
const alarms = (lines: readonly Decoded[]) =>
  lines.flatMap((line) => ("alarm" in line ? [`${line.name} ${line.alarm}`] : []));

test("a bearing that flakes on its outer race is told from its vibration, long before it is hot", (t) => {
  const { clock, lines, run } = drive({ failureAfterS: 300, failureOverS: 900 });
  clock.advanceTo(1_500_000);
  run.stop();
  const at = (name: string, second: number) => values(lines, name).findLast(([time]) => time <= second)![1];
  const summary = (second: number) =>
    pumpDrive.channels.map(({ name }) => `${name} ${values(lines, name).findLast(([time]) => time <= second)?.[1]}`);
  t.log(`sound: ${summary(300).join(", ")}`);
  t.log(`damaged: ${summary(1450).join(", ")}`);
  // Sound: zone A of ISO 20816-3 for group 2 on a rigid foundation ends at 1.4 mm/s.
  t.true(at("drive.velocity", 300) > 0.5e-3 && at("drive.velocity", 300) < 1.4e-3);
  t.is(at("drive.zone", 300), 1);
  t.is(at("drive.fault", 300), 0);
  t.true(Math.abs(at("speed", 300) - 1476) <= 2);
  // Damaged.
  t.is(at("drive.fault", 1450), 1, "the outer race");
  t.true(at("drive.bpfo", 1450) > 1);
  t.true(at("drive.velocity", 1450) > 2.8e-3);
  t.true(at("drive.zone", 1450) >= 3);
  t.true(at("drive.acceleration", 1450) > 3 * at("drive.acceleration", 300));
  const raised = alarms(lines);
  t.true(raised.includes("drive.bpfo high"), raised.join());
  t.true(raised.includes("drive.velocity high"), raised.join());
  t.true(raised.indexOf("drive.bpfo high") < raised.indexOf("drive.velocity high"));
  t.false(raised.some((alarm) => alarm.startsWith("bearing.temperature")));
  t.deepEqual(events(lines), []);
});

test("a record is taken every minute, and all of its results have the time of its end", (t) => {
  const { clock, lines, run } = drive({ failureAfterS: Infinity });
  clock.advanceTo(310_000);
  run.stop();
  const times = values(lines, "drive.velocity").map(([time]) => time);
  t.is(times.length, 6);
  times.forEach((time, i) => t.true(time > 60 * i + 0.5 && time < 60 * i + 30, `record ${i} ended at ${time} s`));
  for (const { name, source } of pumpDrive.channels) {
    if (source !== "drive") continue;
    const own = values(lines, name).map(([time]) => time);
    // When the first record began the speed was not known, and without it nothing is known of the bearing.
    const bearing = qualities(lines, name).length > 0;
    t.deepEqual(own, bearing ? times.slice(1) : times, name);
    t.deepEqual(qualities(lines, name), bearing ? ["failure stale", "good"] : [], name);
  }
});

test("the slow channels are sampled at their period while records are taken and worked on", (t) => {
  const settings: SettingsOverrides = {
    ...EVERY,
    channels: { ...EVERY.channels, "bearing.temperature": { filters: [], report: { kind: "every" } } },
  };
  const { clock, lines, run } = drive({ failureAfterS: Infinity }, settings);
  clock.advanceTo(130_000);
  run.stop();
  const times = values(lines, "bearing.temperature").map(([time]) => time);
  t.true(times.length >= 129);
  for (let i = 1; i < times.length; i++) t.true(Math.abs(times[i]! - times[i - 1]! - 1) < 0.002, `${times[i]} s`);
});

test("an accelerometer that is not there costs its own channels only, and is picked up when it appears", (t) => {
  const { clock, lines, run, board } = drive({ failureAfterS: Infinity });
  const plugIn = board.spi.decorate(5, (target) => stuckInput(target, 1));
  clock.advanceTo(200_000);
  t.deepEqual(events(lines), ["sensor-fault accelerometer bus"]);
  t.deepEqual(qualities(lines, "drive.velocity"), ["failure bus"]);
  t.is(values(lines, "drive.velocity").length, 0);
  t.true(values(lines, "speed").length > 30);
  t.true(values(lines, "bearing.temperature").length > 100);
  plugIn();
  clock.advanceTo(290_000);
  run.stop();
  t.deepEqual(events(lines), ["sensor-fault accelerometer bus", "sensor-recovered accelerometer"]);
  t.deepEqual(qualities(lines, "drive.velocity"), ["failure bus", "good"]);
  t.is(values(lines, "drive.velocity").length, 1);
});

test("a brown-out of the accelerometer within a record is not noticed by its results", (t) => {
  const { clock, lines, run, board } = drive({ failureAfterS: Infinity });
  clock.advanceTo(60_500);
  const part = board.part("accelerometer");
  const mend = board.spi.decorate(5, (target) => brownOut(target, part, 1000));
  clock.advanceTo(61_000);
  mend();
  clock.advanceTo(170_000);
  run.stop();
  const velocities = values(lines, "drive.velocity").map(([, value]) => value);
  t.is(velocities.length, 3);
  t.true(Math.abs(velocities[1]! / velocities[0]! - 1) < 0.1, velocities.join(", "));
  t.deepEqual(events(lines), []);
});

test("an alarm that asks for it has the waveform sent, whole and in pieces, and records go on", (t) => {
  const { clock, lines, run } = drive({ failureAfterS: 0, failureOverS: 1 });
  clock.advanceTo(200_000);
  run.stop();
  t.true(alarms(lines).includes("drive.velocity high"));
  const pieces = lines.flatMap((line) => ("waveform" in line ? [line] : []));
  t.true(pieces.length >= 4);
  const first = pieces.filter(({ id }) => id === pieces[0]!.id);
  t.like(first[0], {
    name: "accelerometer",
    total: 1024,
    trigger: 512,
    raisedBy: { name: "drive.velocity", alarm: "high" },
  });
  const x = first.flatMap(({ waveform }) => waveform[0]!);
  t.is(x.length, 1024);
  t.deepEqual(
    first.map(({ offset }) => offset),
    first.map((_, i) => first.slice(0, i).reduce((sum, { waveform }) => sum + waveform[0]!.length, 0)),
  );
  const peak = Math.max(...x.map(Math.abs));
  t.true(peak > 20 && peak < 100, `${peak} m/s²: the ringing of the bearing`);
  t.true(Math.abs(first[0]!.rateHz / 26_667 - 1) < 0.04);
  t.true(first[0]!.start > -0.1 && first[0]!.start < 0, `${first[0]!.start} s before the trigger`);
  t.is(values(lines, "drive.velocity").length, 4);
});
