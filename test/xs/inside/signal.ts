import { serve } from "../../../hosts/xs/inside/rpc.js";
import { signalValues } from "../signal-values.js";
import type { SignalPart } from "../signal-values.js";

export interface SignalTwins {
  values: { params: { part: SignalPart; setting: number; seed: number } };
}

serve<SignalTwins>({
  values: ({ part, setting, seed }) => ({ bytes: new Uint8Array(signalValues(part, setting, seed).buffer) }),
});
