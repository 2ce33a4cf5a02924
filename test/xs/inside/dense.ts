import { serve } from "../../../hosts/xs/inside/rpc.js";
import { denseMessages } from "../dense-values.js";

export interface DenseTwin {
  messages: { params: { seed: number; count: number } };
}

serve<DenseTwin>({
  messages: ({ seed, count }) => ({ bytes: denseMessages(seed, count) }),
});
