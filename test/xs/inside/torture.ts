import { serve } from "../../../hosts/xs/inside/rpc.js";
import { runJob } from "../../torture/campaigns.js";
import type { Job, Outcome } from "../../torture/campaigns.js";

export interface Torture {
  run: { params: Job; result: Outcome };
}

serve<Torture>({ run: (job) => ({ result: runJob(job) }) });
