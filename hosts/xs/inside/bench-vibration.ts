/**
 * Records of vibration as operations: gathered and worked off whole, and broken off after each piece of their work; and
 * their rivals.
 */
import { bearingOrders } from "../../../firmware/condition/bearing.js";
import { VIBRATION_FIELDS } from "../../../firmware/condition/settings.js";
import type { VibrationSettings } from "../../../firmware/condition/settings.js";
import { VibrationAnalysis } from "../../../firmware/condition/vibration-analysis.js";
import { checkFields } from "../../../firmware/settings/fields.js";
import { Random } from "../../../simulator/random.js";
import { nameOf } from "./beside.js";
import { operations } from "./operations.js";
import { RivalAnalysis } from "./rivals-vibration.js";

/** Of an IIS3DWB. */
const RATE_HZ = 26_667;
const BANDWIDTH_HZ = 6300;
const AXES = 3;
const SCALE = 0.0012;
const SPEED_HZ = 25;
/** What a read of the FIFO gives. */
const READ = 128;

/** A bearing of type 6205. */
const BEARING = { rollingElements: 9, elementDiameterMm: 7.94, pitchDiameterMm: 39.04 };
const BANDS = [
  [10, 1000],
  [1000, 2500],
  [2500, 5000],
] as const;

/** One record of one block each; `cut`: also after each piece. */
const variants: readonly { name: string; cut: boolean; settings: Partial<VibrationSettings> }[] = [
  { name: "features and spectrum", cut: true, settings: { samples: 1024 } },
  { name: "and bands, lines", cut: true, settings: { samples: 1024, bands: BANDS, lines: 5 } },
  { name: "and bearing", cut: true, settings: { samples: 1024, bands: BANDS, lines: 5, ...BEARING } },
  { name: "and decimation by 8", cut: false, settings: { samples: 1024, decimation: 8, lines: 5, ...BEARING } },
  { name: "and 4096 samples", cut: false, settings: { samples: 4096, decimation: 8, lines: 5, ...BEARING } },
];

const random = new Random(3);
const samples = Int16Array.from({ length: AXES * READ }, () => 500 * random.normal());

/** Runs a record until it is done or so many pieces are; the numbers of the pieces before which samples were pushed. */
function runRecord(analysis: VibrationAnalysis, most: number, gathered: number[]): number {
  let pieces = 0;
  gathered.length = 0;
  analysis.begin(SPEED_HZ);
  while (!analysis.complete && pieces < most) {
    if (analysis.wants) {
      analysis.push(samples, READ, RATE_HZ);
      if (gathered[gathered.length - 1] !== pieces) gathered.push(pieces);
    } else {
      analysis.step();
      pieces++;
    }
  }
  return pieces;
}

/** What the rival is told of the same. */
function rivalOf(settings: VibrationSettings, bandOnly: boolean): RivalAnalysis {
  const shared = { ...settings, rateHz: RATE_HZ, scale: SCALE };
  if (settings.rollingElements === 0) return new RivalAnalysis(shared);
  const { bpfo, bpfi, bsf, ftf } = bearingOrders(settings);
  const faultsHz = [bpfo, bpfi, 2 * bsf, ftf].map((order) => order * SPEED_HZ);
  return new RivalAnalysis({ ...shared, bearing: { ...settings, bandOnly, faultsHz } });
}

function addRivals(row: object, settings: VibrationSettings): void {
  const add = (name: string, rival: RivalAnalysis): void => {
    measured[nameOf(row, "", name)] = () => rival.record(samples, AXES);
  };
  const blocks = settings.decimation > 1 ? "whole blocks, FIR, fft.js" : "whole blocks, fft.js";
  if (settings.rollingElements === 0) add(blocks, rivalOf(settings, false));
  else {
    add(`${blocks}; envelope by FFT`, rivalOf(settings, false));
    add(`${blocks}; envelope by FFT of its band`, rivalOf(settings, true));
  }
}

const measured: Record<string, () => unknown> = {};
for (const { name, cut, settings } of variants) {
  const checked = {
    ...checkFields({}, "analysis", VIBRATION_FIELDS),
    blocks: 1,
    ...settings,
  } as unknown as VibrationSettings;
  const analysis = new VibrationAnalysis(checked, RATE_HZ, AXES, 0, SCALE, BANDWIDTH_HZ);
  const gathered: number[] = [];
  const pieces = runRecord(analysis, Infinity, gathered);
  const own = [...gathered];
  const row = { analysis: name, samples: checked.samples, pieces };
  measured[nameOf(row)] = () => runRecord(analysis, Infinity, gathered);
  addRivals(row, checked);
  if (!cut) continue;
  for (let count = 0; count <= pieces; count++) {
    measured[`cut ${JSON.stringify({ name, gathered: own, count })}`] = () => runRecord(analysis, count, gathered);
  }
}
operations(measured);
