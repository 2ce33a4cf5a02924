import test from "ava";
import { recorder } from "../../../firmware/nodes/recorder.js";
import { composeSettings, SettingsError } from "../../../firmware/settings/settings.js";

const compose = (...filters: object[]) =>
  composeSettings(recorder, { channels: { "recording.value": { filters } } }).channels["recording.value"]!.filters;

test("filters inside or are filled in and checked like any other", (t) => {
  t.deepEqual(compose({ kind: "or", filters: [{ kind: "throttle" }, { kind: "deadband", absolute: 2 }] }), [
    {
      kind: "or",
      filters: [
        { kind: "throttle", intervalMs: 60_000 },
        { kind: "deadband", absolute: 2, relative: 0 },
      ],
    },
  ]);
});

const wrong: [filter: object, message: string][] = [
  [{ kind: "or", filters: [{ kind: "throttle" }] }, ".filters[0].filters has 1 entries; 2 to 4 are right"],
  [
    { kind: "or", filters: [{ kind: "throttle" }, { kind: "or" }] },
    '.filters[0].filters[1].kind "or" is not one of median',
  ],
  [
    { kind: "or", filters: [{ kind: "throttle", intervalMs: 0 }, { kind: "median" }] },
    ".filters[0].filters[0].intervalMs 0 is not a number from 1 to 86400000 ms",
  ],
  [
    { kind: "or", filters: [{ kind: "median" }, { kind: "low-pass", cutoffHz: 3 }] },
    ".filters[0].filters[1].cutoffHz 3 is not a number from 0.0001 to 0.49 Hz (of rateHz 1)",
  ],
  [{ kind: "reject", values: [1, "2"] }, '.filters[0].values holds "2", not a number from'],
];
for (const [filter, message] of wrong) {
  test(`a filter is refused with its path: ${message}`, (t) => {
    const error = t.throws(() => compose(filter), { instanceOf: SettingsError });
    t.true(error.message.includes(message), error.message);
  });
}
