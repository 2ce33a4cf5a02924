import test from "ava";
import fc from "fast-check";
import { bandPass, highPass, lowPass, notch } from "../../../firmware/signal/biquad.js";
import type { BiquadCoefficients } from "../../../firmware/signal/biquad.js";
import { seeded } from "../../support/seed.js";

/** |H| of sections in a row at a frequency, as a part of the sample rate. */
function gain(sections: readonly BiquadCoefficients[], part: number): number {
  const w = 2 * Math.PI * part;
  const size = (c0: number, c1: number, c2: number) =>
    Math.hypot(c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w), c1 * Math.sin(w) + c2 * Math.sin(2 * w));
  return sections.reduce((product, [b0, b1, b2, a1, a2]) => (product * size(b0, b1, b2)) / size(1, a1, a2), 1);
}

const near = (one: number, other: number) => Math.abs(one - other) < 1e-6;
const stable = (sections: readonly BiquadCoefficients[]) =>
  sections.every(([, , , a1, a2]) => Math.abs(a2) < 1 && Math.abs(a1) < 1 + a2);
const HALF = Math.SQRT1_2;

const corner = fc.double({ min: 1e-4, max: 0.49, noNaN: true });
const order = fc.integer({ min: 1, max: 4 });

function check<Values extends unknown[]>(
  title: string,
  arbitraries: { [K in keyof Values]: fc.Arbitrary<Values[K]> },
  holds: (...values: Values) => boolean,
): void {
  test(title, (t) => {
    seeded(t, (_, seed) => {
      const property = fc.property(fc.tuple<Values>(...arbitraries), (values) => holds(...values));
      fc.assert(property, { seed: seed | 0, numRuns: 500 });
      t.pass();
    });
  });
}

check("a low-pass is stable, passes 0 Hz whole, is down by 3 dB at its corner and falls", [corner, order], (f, n) => {
  const sections = lowPass(f, n);
  return stable(sections) && near(gain(sections, 0), 1) && near(gain(sections, f), HALF) && gain(sections, 0.5) < 1e-6;
});

check(
  "a high-pass is stable, stops 0 Hz, is down by 3 dB at its corner and passes the fastest whole",
  [corner, order],
  (f, n) => {
    const sections = highPass(f, n);
    return (
      stable(sections) && gain(sections, 0) < 1e-6 && near(gain(sections, f), HALF) && near(gain(sections, 0.5), 1)
    );
  },
);

check(
  "a band-pass is stable, is down by 3 dB at both ends and stops 0 Hz",
  [corner, corner, fc.boolean()],
  (f, g, steep) => {
    const [low, high] = [Math.min(f, g), Math.max(f, g)];
    if (low > high * 0.99) return true;
    const sections = bandPass(low, high, steep ? 4 : 2);
    const ends = near(gain(sections, low), HALF) && near(gain(sections, high), HALF);
    return stable(sections) && ends && gain(sections, 0) < 1e-6;
  },
);

check("a notch is stable, stops its frequency and leaves 0 Hz alone", [corner, corner], (f, width) => {
  const sections = notch(f, width);
  return stable(sections) && gain(sections, f) < 1e-6 && near(gain(sections, 0), 1);
});
