import test from "ava";
import { seeded } from "../support/seed.js";
import { month } from "../torture/month.js";

test("a day of faults of every kind: what was accepted arrives, in order, and nothing is left behind", (t) => {
  seeded(t, (_, seed) => {
    const { failures, faults, delivered } = month({ seed, days: 1 });
    t.deepEqual(failures, []);
    t.true(faults > 3, `${faults} faults`);
    t.true(delivered > 5000, `${delivered} messages`);
    if (failures.length > 0) throw new Error(failures[0]);
  });
});
