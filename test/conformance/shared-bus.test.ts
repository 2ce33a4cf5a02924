import test from "ava";
import { parts } from "./parts.js";
import { sharedBusSuite } from "./shared-bus.js";

const seed = Number(process.env["SEED"] ?? 20_240_607);

const total = { readings: 0, faults: 0 };
test.after.always((t) => {
  t.log(`in all ${total.faults} faults put in, ${total.readings} good values, none of them bad`);
});

for (const { title, run } of sharedBusSuite(parts, seed)) {
  test(title, (t) => {
    t.timeout(120_000);
    const { readings, faults } = run();
    total.readings += readings;
    total.faults += faults;
    t.true(faults > 0);
  });
}
