import test from "ava";
import fc from "fast-check";
import { sameData } from "../../../firmware/data/same-data.js";

const seed = Number(process.env.MILLWRIGHT_SEED ?? Math.floor(Math.random() * 2 ** 31));
const again = `again with: MILLWRIGHT_SEED=${seed} npx ava test/unit/data/same-data.test.ts`;

test("a copy says the same, whatever it is made of, and in whatever order its members are", (t) => {
  t.log(again);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      t.true(sameData(value, structuredClone(value)));
      if (typeof value !== "object" || value === null || Array.isArray(value)) return;
      t.true(sameData(value, Object.fromEntries(Object.entries(value).reverse())));
    }),
    { seed, numRuns: 500 },
  );
  t.true(sameData({ setpoint: NaN }, { setpoint: NaN }));
});

test("another value, another member, one more, one less or another kind is not the same", (t) => {
  const settings = { kind: "high", setpoint: 80, points: [[0, 1]] };
  for (const other of [
    { ...settings, setpoint: 81 },
    { ...settings, points: [[0, 2]] },
    { ...settings, points: [[0, 1], []] },
    { ...settings, more: undefined },
    { kind: "high", setpoint: 80 },
    { kind: "high", setpoint: 80, point: [[0, 1]] },
    [settings],
    null,
    "high",
  ]) {
    t.false(sameData(settings, other));
    t.false(sameData(other, settings));
  }
  t.false(sameData([], {}));
  t.false(sameData({ a: undefined }, { b: undefined }));
  t.false(sameData(0, NaN));
});
