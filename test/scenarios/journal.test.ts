import test from "ava";
import { runJob } from "../torture/campaigns.js";
import { SECTIONS } from "../torture/sections.js";

/** What `npm run torture` does, in seconds: so many records, cuts or images. */
const SHORT: Readonly<Record<string, number>> = {
  journal: 120,
  recovery: 6,
  storm: 400,
  images: 600,
  full: 4_000,
  wear: 6_000,
};

for (const { name, about, jobs } of SECTIONS) {
  const count = SHORT[name];
  if (count === undefined) continue;
  test(`journal, ${name}: ${about}`, (t) => {
    const seed = Number(process.env["MILLWRIGHT_SEED"] ?? Math.floor(Math.random() * 2 ** 32));
    t.log(`npm run torture -- ${name} --count ${count} --seed ${seed}`);
    for (const job of jobs(count, seed, 1)) {
      const { failures } = runJob(job, () => performance.now());
      t.is(failures.length, 0, failures.slice(0, 5).join("\n"));
    }
  });
}
