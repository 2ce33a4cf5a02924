import test from "ava";
import { LOWEST_VELOCITY_BIN } from "../../../firmware/condition/coverage.js";
import type { WindowKind } from "../../../firmware/signal/window.js";
import { bandRms, moving, spectrumOf, sum, white } from "./synthesis.js";

const BAND = [10, 1000] as const;

function velocityOf(signal: (seconds: number) => number, rateHz: number, samples: number, window: WindowKind = "hann") {
  const spectrum = spectrumOf(signal, rateHz, { samples, blocks: 4, window });
  return bandRms(spectrum, rateHz / samples, BAND, true, window);
}

for (const window of ["hann", "flat-top"] as const) {
  test(`${window}: with the coarsest resolution allowed a tone from 10 to 1,000 Hz is read to 1 %`, (t) => {
    // 10 Hz is as close to bin 0 as it may be.
    const rateHz = (4096 * 10) / LOWEST_VELOCITY_BIN[window];
    for (const hz of [10, 10.4, 11, 12.3, 15.9, 21.7, 50, 333.3, 700.1, 990, 999.9, 1000]) {
      for (const phase of [0, 1, 2]) {
        const velocity = velocityOf(moving(hz, 0.0045, phase), rateHz, 4096, window);
        t.true(Math.abs(velocity / 0.0045 - 1) < 0.01, `${hz} Hz: ${velocity}`);
      }
    }
  });
}

test("tones outside of 10 to 1,000 Hz do not count, however close", (t) => {
  const inside = moving(77, 0.003);
  const outside = sum(moving(7.5, 0.01), moving(1005, 0.003), moving(1200, 0.01));
  const velocity = velocityOf(sum(inside, outside), 3333, 4096);
  t.true(Math.abs(velocity / 0.003 - 1) < 0.01, `${velocity}`);
});

test("tones add up as powers", (t) => {
  const velocity = velocityOf(sum(moving(25, 0.003), moving(50, 0.004), moving(988.8, 0.012)), 3333, 4096);
  t.true(Math.abs(velocity / 0.013 - 1) < 0.005, `${velocity}`);
});

test("white noise has the velocity that its density has between 10 and 1,000 Hz", (t) => {
  const rateHz = 3200;
  // ∫ S / (2π f)² df with S = rms² / (rate / 2)
  const known = Math.sqrt(((2 / rateHz) * (1 / 10 - 1 / 1000)) / (4 * Math.PI ** 2));
  const spectrum = spectrumOf(white(5, 1), rateHz, { samples: 4096, blocks: 400 });
  const velocity = bandRms(spectrum, rateHz / 4096, BAND, true);
  t.true(Math.abs(velocity / known - 1) < 0.02, `${velocity / known}`);
});
