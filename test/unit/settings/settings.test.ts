import test from "ava";
import { pumpRoom } from "../../../firmware/nodes/pump-room.js";
import { composeSettings, mergeOverrides, SettingsError } from "../../../firmware/settings/settings.js";

const bearing = (overrides: object) => ({ channels: { "bearing.temperature": overrides } });

test("without overrides a node has its definition's defaults, complete", (t) => {
  const settings = composeSettings(pumpRoom);
  t.is(settings.mqtt.keepAliveS, 60);
  t.deepEqual(settings.channels["bearing.temperature"]!.filters, [
    { kind: "median", samples: 5 },
    { kind: "exponential", timeConstantMs: 10_000 },
  ]);
  t.deepEqual(
    settings.channels["bearing.temperature"]!.alarms.map(({ kind }) => kind),
    ["low-low", "low", "high", "high-high"],
  );
});

test("an override replaces a list as a whole, and fills what it leaves out with the defaults", (t) => {
  const { channels } = composeSettings(
    pumpRoom,
    bearing({ filters: [{ kind: "median" }], alarms: [{ kind: "high", setpoint: 70 }] }),
  );
  t.deepEqual(channels["bearing.temperature"]!.filters, [{ kind: "median", samples: 5 }]);
  const [alarm, ...others] = channels["bearing.temperature"]!.alarms;
  t.like(alarm, { kind: "high", setpoint: 70, deadband: 0, onDelayMs: 0, offDelayMs: 0, priority: "medium" });
  t.like(alarm, { name: "", latching: false, acknowledgement: "required", suppressedBy: "", message: "" });
  t.deepEqual(others, []);
  t.is(channels["tank.level"]!.alarms.length, 4);
});

test("composing what composing gave changes nothing", (t) => {
  const settings = composeSettings(pumpRoom);
  t.deepEqual(composeSettings(pumpRoom, JSON.parse(JSON.stringify(settings))), settings);
});

const wrong: [overrides: unknown, message: string][] = [
  [7, "settings 7 is not an object"],
  [
    { filters: [] },
    "settings has no filters; it has channels, analyses, detectors, snapshot, alarms, batch, outbox, mqtt, time, supervision, health",
  ],
  [{ channels: { bearing: {} } }, "settings.channels has no bearing; it has bearing.temperature, winding.temperature"],
  [
    bearing({ filter: [] }),
    "settings.channels.bearing.temperature has no filter; it has calibration, plausibility, filters, alarms, report",
  ],
  [bearing({ filters: {} }), "settings.channels.bearing.temperature.filters {} is not a list"],
  [
    bearing({ filters: [{ kind: "mean" }] }),
    '.filters[0].kind "mean" is not one of median, exponential, moving-average',
  ],
  [bearing({ filters: [{}] }), ".filters[0].kind (missing) is not one of median"],
  [bearing({ filters: [{ kind: "median", samples: 2.5 }] }), ".filters[0].samples 2.5 is not an integer from 3 to 31"],
  [bearing({ filters: [{ kind: "median", samples: "5" }] }), '.filters[0].samples "5" is not an integer from 3 to 31'],
  [
    bearing({ filters: [{ kind: "exponential", timeConstantMs: 0 }] }),
    ".timeConstantMs 0 is not a number from 1 to 86400000 ms",
  ],
  [bearing({ filters: Array(9).fill({ kind: "median" }) }), ".filters has 9 entries; 8 are the most"],
  [bearing({ alarms: [{ kind: "high" }] }), ".alarms[0] has no setpoint; a high alarm needs one"],
  [bearing({ alarms: [{ kind: "high", setpoint: null }] }), ".alarms[0].setpoint null is not a number from"],
  [
    bearing({ alarms: [{ kind: "high", setpoint: 1, priority: "urgent" }] }),
    '.priority "urgent" is not one of low, medium, high, critical',
  ],
  [
    bearing({
      alarms: [
        { kind: "low", setpoint: 1 },
        { kind: "low", setpoint: 2 },
      ],
    }),
    ".alarms has low twice; give one of them another name",
  ],
  [bearing({ report: { kind: "sometimes" } }), '.report.kind "sometimes" is not one of every, change'],
  [bearing({ report: { kind: "every", deadband: 1 } }), ".report has no deadband; it has nothing to set"],
  [{ mqtt: { keepAliveS: 1 } }, "settings.mqtt.keepAliveS 1 is not an integer from 5 to 65535 s"],
  [{ time: { pollMinimumS: 5 } }, "settings.time.pollMinimumS 5 is not an integer from 16 to 3600 s"],
  [{ time: { pollMinimumS: 600, pollMaximumS: 100 } }, "settings.time.pollMaximumS 100 is less than pollMinimumS 600"],
  [{ time: { servers: "a,b,c,d,e,f" } }, "settings.time.servers names 6 servers; 5 are the most"],
  [{ supervision: { failedStarts: -1 } }, "settings.supervision.failedStarts -1 is not an integer from 0 to 100"],
  [{ supervision: { silence: 1 } }, "settings.supervision has no silence; it has silenceS, mostRestarts"],
  [
    { batch: { __proto__x: 1 } },
    "settings.batch has no __proto__x; it has maximumRecords, maximumAgeMs, profile, topic",
  ],
  [
    bearing({ calibration: { kind: "two-point", points: [[1, 2]] } }),
    ".calibration.points has 1 entries; 2 to 2 are right",
  ],
  [
    bearing({ calibration: { kind: "piecewise-linear", points: 5 } }),
    ".calibration.points 5 is not a list; 2 to 16 are right",
  ],
  [
    bearing({
      calibration: {
        kind: "two-point",
        points: [
          [1, 2],
          [1, 3],
        ],
      },
    }),
    ".calibration.points[1] [1,3] does not come after [1,2]; sort the points",
  ],
  [
    bearing({ calibration: { kind: "two-point", points: [[1, 2], [3]] } }),
    ".calibration.points[1] [3] is not a pair of numbers",
  ],
  [
    bearing({ calibration: { kind: "polynomial", coefficients: [1, "x"] } }),
    '.coefficients holds "x", not a number from',
  ],
  [bearing({ calibration: { kind: "offset", by: 7 } }), ".calibration.by 7 is not a text of at most 64 characters"],
  [bearing({ plausibility: { maximumRate: -1 } }), ".plausibility.maximumRate -1 is not a number from 0 to 1000000000"],
];
for (const [overrides, message] of wrong) {
  test(`refused as a whole: ${message}`, (t) => {
    const error = t.throws(() => composeSettings(pumpRoom, overrides), { instanceOf: SettingsError });
    t.true(error.message.includes(message), error.message);
  });
}

test("later overrides go on top of earlier ones, member by member", (t) => {
  const earlier = {
    channels: { "tank.level": { filters: [], report: { kind: "every" as const } } },
    mqtt: { keepAliveS: 30 },
  };
  const later = { channels: { "tank.level": { report: { kind: "change" as const } } }, mqtt: { inflightLimit: 4 } };
  t.deepEqual(mergeOverrides(earlier, later), {
    channels: { "tank.level": { filters: [], report: { kind: "change" } } },
    mqtt: { keepAliveS: 30, inflightLimit: 4 },
  });
  t.deepEqual(earlier.mqtt, { keepAliveS: 30 });
});
