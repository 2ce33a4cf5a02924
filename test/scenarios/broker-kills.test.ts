import test from "ava";
import { killBroker } from "../torture/broker.js";

const seed = Number(process.env["MILLWRIGHT_SEED"] ?? 20_261_123);

// The short form of `npm run torture -- broker`.
for (const promise of ["broker", "consumer"] as const) {
  test(`a broker killed at 40 packets: promised to the ${promise}, nothing is lost that should not be, and nothing comes twice`, (t) => {
    const { failures, ...figures } = killBroker({ promise, seed, kills: 40 });
    t.log(`npm run torture -- broker --seed ${seed}: ${JSON.stringify(figures)}`);
    t.deepEqual(failures, []);
    t.is(figures.kills, 40);
    t.true(figures.shutDown > 0 && figures.forgetful > 0 && figures.resent > 0);
    // The consumer notices what it is not sent: where it is not the one who was promised, it misses some.
    t.is(figures.forgotten > 0, promise === "broker");
  });
}
