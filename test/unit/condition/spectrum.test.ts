import test from "ava";
import { LINE_SHAPES } from "../../../firmware/condition/coverage.js";
import { StrongestLines } from "../../../firmware/condition/strongest-lines.js";
import type { WindowKind } from "../../../firmware/signal/window.js";
import { bandRms, spectrumOf, sum, tone, white } from "./synthesis.js";

const RATE = 1024;
const WINDOWS: readonly WindowKind[] = ["hann", "flat-top"];

for (const window of WINDOWS) {
  test(`${window}: a line has its RMS value in its band wherever it lies between two bins, and none outside`, (t) => {
    for (const hz of [100, 100.25, 100.5, 100.77]) {
      const spectrum = spectrumOf(
        sum(tone(hz, 2), () => 9.81),
        RATE,
        { samples: 1024, blocks: 2, window },
      );
      const within = bandRms(spectrum, 1, [80, 120], false, window);
      t.true(Math.abs(within / 2 - 1) < 1e-3, `${hz}: ${within}`);
      t.true(bandRms(spectrum, 1, [130, 300], false, window) < 0.02);
    }
  });

  test(`${window}: noise has its RMS value over the whole spectrum, and a share of it in a band`, (t) => {
    const spectrum = spectrumOf(white(3, 2), RATE, { samples: 1024, blocks: 64, window });
    const whole = bandRms(spectrum, 1, [0, 512], false, window);
    t.true(Math.abs(whole / 2 - 1) < 0.02, `${whole}`);
    const part = bandRms(spectrum, 1, [100, 228], false, window);
    t.true(Math.abs(part - 1) < 0.03, `${part}`);
  });

  test(`${window}: a line at the end of a band is in it whole, one beyond is not in it at all`, (t) => {
    const rms = (hz: number, band: readonly [number, number]) =>
      bandRms(spectrumOf(tone(hz, 1), RATE, { samples: 1024, blocks: 1, window }), 1, band, false, window);
    for (const hz of [100, 200]) t.true(Math.abs(rms(hz, [100, 200]) - 1) < 1e-3);
    t.true(rms(97.8, [100, 200]) < 0.03);
    t.true(rms(203.3, [100, 200]) < 0.03);
  });

  test(`${window}: the strongest lines are found in order, to a fiftieth of a bin and 1 %`, (t) => {
    const known = [
      [60.3, 2],
      [210.5, 5],
      [333.8, 1],
    ] as const;
    const signal = sum(...known.map(([hz, rms], i) => tone(hz, rms, i)), white(1, 0.05));
    const spectrum = spectrumOf(signal, RATE, { samples: 1024, blocks: 4, window });
    const lines = new StrongestLines(3, LINE_SHAPES[window]);
    lines.begin(spectrum.power, 511);
    while (!lines.step());
    const strongestFirst = [...known].sort((a, b) => b[1] - a[1]);
    strongestFirst.forEach(([hz, rms], i) => {
      t.true(Math.abs(lines.centre(i) - hz) < 0.02, `${hz} Hz: ${lines.centre(i)}`);
      const found = Math.sqrt(lines.power(i) / spectrum.blocks);
      t.true(Math.abs(found / rms - 1) < 0.01, `${hz} Hz: ${found}`);
    });
  });
}

test("without a line there is none, and of fewer lines than asked for the others are not there", (t) => {
  const lines = new StrongestLines(3, LINE_SHAPES.hann);
  lines.begin(new Float32Array(512), 511);
  while (!lines.step());
  t.is(lines.found, 0);
  t.is(lines.centre(0), NaN);
  t.is(lines.power(0), NaN);
});
