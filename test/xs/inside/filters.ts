import { serve } from "../../../hosts/xs/inside/rpc.js";
import { filterValues } from "../filter-values.js";

export interface FilterTwins {
  values: { params: { kind: string; seed: number; count: number }; result: null };
}

serve<FilterTwins>({
  values: ({ kind, seed, count }) => ({
    result: null,
    bytes: new Uint8Array(filterValues(kind, seed, count).buffer),
  }),
});
