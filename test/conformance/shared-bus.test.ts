import test from "ava";
import { parts } from "./parts.js";
import { sharedBusSuite } from "./shared-bus.js";

const seed = Number(process.env["SEED"] ?? 20_240_607);

for (const { title, run } of sharedBusSuite(parts, seed)) {
  test(title, (t) => {
    t.timeout(120_000);
    const { readings, faults } = run();
    t.log(`${faults} faults put in, ${readings} good values, none of them bad`);
    t.true(faults > 0);
  });
}
