import test from "ava";
import { fuzzMqtt } from "../../support/fuzz-mqtt.js";
import { seeded } from "../../support/seed.js";

test("malformed packets are read or refused: no other exception, no hang, no memory beyond the limit", (t) => {
  seeded(t, (_random, seed) => {
    const { accepted, refused } = fuzzMqtt({ seed, count: 20_000 });
    t.true(accepted > 2000 && refused > 2000, `${accepted} accepted, ${refused} refused`);
  });
});
