import test from "ava";
import { VIBRATION_FIELDS, vibrationProblem } from "../../../firmware/condition/settings.js";
import { settings } from "./synthesis.js";

const BEARING = { rollingElements: 9 };

test("fields are frozen to the leaves, and their defaults go together", (t) => {
  t.true(Object.isFrozen(VIBRATION_FIELDS));
  for (const field of Object.values(VIBRATION_FIELDS)) {
    t.true(Object.isFrozen(field) && Object.isFrozen(field.default));
    t.true(field.type !== "choice" || Object.isFrozen(field.choices));
  }
  t.is(vibrationProblem(settings()), undefined);
});

test("what contradicts itself is found", (t) => {
  const wrong = [
    [{ samples: 1000 }, ".samples 1000 is not 512, 1024, 2048 or 4096"],
    [
      {
        bands: [
          [10, 100],
          [200, 150],
        ],
      },
      ".bands[1] [200, 150] is not from a frequency to a higher one",
    ],
    [{ rollingElements: 2 }, ".rollingElements 2 is not 0, or 3 or more"],
    [{ ...BEARING, elementDiameterMm: 40 }, ".elementDiameterMm 40 is not below .pitchDiameterMm 39.04"],
    [{ ...BEARING, envelopeFromHz: 4000 }, ".envelopeFromHz 4000 is not below .envelopeToHz 4000"],
  ] as const;
  for (const [overrides, message] of wrong) t.is(vibrationProblem(settings(overrides)), message);
});

test("what a sensor does not do for is told, and what would be needed", (t) => {
  const long = { samples: 4096, decimation: 8 };
  const wrong = [
    [{}, 400, 200, ".decimation 1: 180 Hz are measured, not the 1000 Hz that a velocity needs"],
    [{ decimation: 16 }, 26_667, 6300, ".decimation 16: 650 Hz are measured, not the 1000 Hz that a velocity needs"],
    [{}, 26_667, 6300, ".samples 1024 last 0.038 s, not the 0.6 s that a velocity from 10 Hz on needs"],
    [
      { samples: 2048, decimation: 8, blocks: 1 },
      26_667,
      6300,
      ".blocks 1 last 0.614 s together, not the 1 s that a velocity needs",
    ],
    [
      { ...long, bands: [[500, 2000]] },
      26_667,
      6300,
      ".bands[0] [500, 2000] goes beyond the 1300 Hz that are measured",
    ],
    [
      { ...long, ...BEARING, envelopeToHz: 8000 },
      26_667,
      6300,
      ".envelopeToHz 8000 goes beyond the 6300 Hz that are measured",
    ],
    [
      { ...long, ...BEARING, envelopeDecimation: 16 },
      26_667,
      6300,
      ".envelopeDecimation 16 leaves 1667 Hz, too little for a band of 2000 Hz",
    ],
    [
      { ...long, ...BEARING, speedHz: 10 },
      26_667,
      6300,
      ".samples 4096 of the envelope last 12.288 turns, not the 26 that the cage needs",
    ],
    [
      { ...long, ...BEARING, speedHz: 120 },
      26_667,
      6300,
      ".speedHz 120 has faults up to 1949 Hz, the envelope only 1500 Hz",
    ],
  ] as const;
  for (const [overrides, rateHz, bandwidthHz, message] of wrong) {
    t.is(vibrationProblem(settings(overrides)), undefined);
    t.is(vibrationProblem(settings(overrides), rateHz, bandwidthHz), message);
  }
  t.is(vibrationProblem(settings({ ...long, ...BEARING, speedHz: 30 }), 26_667, 6300), undefined);
});
