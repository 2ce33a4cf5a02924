import { serve } from "../../../hosts/xs/inside/rpc.js";
import { cborBytes, cborVerdicts, mathValues, randomValues } from "../twins.js";

export interface Twins {
  math: { params: { name: string } };
  random: { params: { seed: number; count: number } };
  cbor: { params: { seed: number; count: number } };
  damaged: { params: { seed: number; count: number }; result: string[] };
}

const bytesOf = (values: Float64Array): Uint8Array => new Uint8Array(values.buffer);

serve<Twins>({
  math: ({ name }, bytes) => ({ bytes: bytesOf(mathValues(name, new Float64Array(bytes.slice().buffer))) }),
  random: ({ seed, count }) => ({ bytes: bytesOf(randomValues(seed, count)) }),
  cbor: ({ seed, count }) => ({ bytes: cborBytes(seed, count) }),
  damaged: ({ seed, count }, bytes) => ({ result: cborVerdicts(bytes, seed, count) }),
});
