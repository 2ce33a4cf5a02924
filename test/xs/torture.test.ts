import { merged, runJob } from "../torture/campaigns.js";
import { SECTIONS } from "../torture/sections.js";
import { startRpc, xsTest } from "../support/xs.js";
import type { Torture } from "./inside/torture.js";

const seed = Number(process.env["MILLWRIGHT_SEED"] ?? 20_261_123);
/** Of the cuts of a campaign one in so many. */
const CAMPAIGNS: Readonly<Record<string, number>> = { journal: 2, recovery: 8, storm: 1, images: 1 };

for (const { name, xsCount, jobs } of SECTIONS) {
  const shards = CAMPAIGNS[name];
  if (shards === undefined) continue;
  xsTest(`inside XS the journal stands the campaign "${name}", with the same figures as on Node`, async (t) => {
    t.timeout(300_000);
    const xs = (await startRpc(t, "test/xs/inside/torture.ts")).caller<Torture>();
    t.log(`npm run torture -- ${name} --engine xs --seed ${seed}`);
    for (const job of jobs(xsCount, seed, shards)) {
      if ("shard" in job && job.shard!.index > 0) continue;
      const { result } = await xs("run", job);
      t.deepEqual(result.failures, []);
      t.deepEqual(result, merged([runJob(job)]));
    }
  });
}
