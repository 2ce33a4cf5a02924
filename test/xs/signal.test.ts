import { measureFft } from "../../hosts/node/bench-fft.js";
import { measureSignal } from "../../hosts/node/bench-signal.js";
import { startRpc, xsTest } from "../support/xs.js";
import type { SignalTwins } from "./inside/signal.js";
import { signalValues } from "./signal-values.js";
import type { SignalPart } from "./signal-values.js";

/** Parts of fft.js's engine steps that a transform may take, and steps of one piece. */
const FFT_RATIO = 0.6;
const PIECE = 10_500;
/** Engine steps per sample. A prime factor takes one stage, which is long. */
const WINDOW = 40;
const DECIMATOR = 270;
const PRIME_DECIMATOR = 420;

const cases: Record<SignalPart, readonly number[]> = {
  real: [64, 128, 256, 512, 1024, 2048, 4096],
  complex: [32, 64, 128, 1024, 4096],
  window: [16, 1024, 4096],
  decimator: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
};

xsTest("transforms, windows and decimators give the same bits on Node and XS", async (t) => {
  const xs = (await startRpc(t, "test/xs/inside/signal.ts")).caller<SignalTwins>();
  const seed = Number(process.env["SEED"] ?? 20_240_607);
  t.log(`SEED=${seed} npx ava test/xs/signal.test.ts`);
  for (const part of Object.keys(cases) as SignalPart[]) {
    for (const setting of cases[part]) {
      const onNode = signalValues(part, setting, seed);
      const { bytes } = await xs("values", { part, setting, seed });
      const onXs = new Float64Array(Uint8Array.from(bytes).buffer);
      t.is(onXs.length, onNode.length);
      const differing = onNode.findIndex((value, i) => !Object.is(value, onXs[i]));
      const name = `${part} ${setting}: number ${differing}`;
      t.is(differing, -1, `${name} is ${onNode[differing]} on Node and ${onXs[differing]} on XS`);
    }
  }
});

xsTest("an FFT takes no heap slot, fewer engine steps than fft.js, and bounded pieces", async (t) => {
  for (const { size, steps, rivalSteps, slots, largestPiece } of await measureFft()) {
    t.is(slots, 0, `${size}`);
    t.true(steps <= FFT_RATIO * rivalSteps, `${size}: ${steps} steps beside ${rivalSteps}`);
    t.true(largestPiece <= PIECE, `${size}: a piece of ${largestPiece} steps`);
  }
});

xsTest("windows and decimators take no heap slot, and keep within their engine steps", async (t) => {
  const primes = ["factor 3", "factor 5"];
  for (const { part, setting, steps, slots, rival, rivalSteps } of await measureSignal()) {
    t.is(slots, 0, setting);
    const budget = part === "window" ? WINDOW : primes.includes(setting) ? PRIME_DECIMATOR : DECIMATOR;
    t.true(steps <= budget, `${part} ${setting} takes ${steps} steps per sample, not ${budget} or fewer`);
    if (part === "decimator") t.true(steps < rivalSteps, `${setting}: ${steps} steps, ${rival} ${rivalSteps}`);
  }
});
