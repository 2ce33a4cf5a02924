import { serve } from "../../../hosts/xs/inside/rpc.js";
import { failingNode } from "../failing-node.js";

export interface FailingNode {
  run: { result: string[] };
}

serve<FailingNode>({ run: () => ({ result: failingNode() }) });
