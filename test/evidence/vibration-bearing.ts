// Records of a machine with a bearing, straight from its world: as the IIS3DWB would give them, but without bus and driver.
import type { VibrationSettings } from "../../firmware/condition/settings.js";
import { VibrationAnalysis } from "../../firmware/condition/vibration-analysis.js";
import { Random } from "../../simulator/random.js";
import { BEARING_6205, RotatingMachine } from "../../simulator/world/rotating-machine.js";
import type { BearingFault } from "../../simulator/world/rotating-machine.js";
import { BandNoise } from "../../simulator/world/band-noise.js";
import { defaults } from "./vibration-bench.js";
import type { Signal } from "./vibration-bench.js";

/** Of the fault's field. */
export const FAULTS = ["none", "outer-race", "inner-race", "rolling-element", "cage"] as const;

/** ±16 g in 16 bits. */
const SCALE = (0.488 * 9.80665) / 1000;
const NOMINAL_HZ = 26_667;
const BANDWIDTH_HZ = 6300;
export const BAND_HZ = [2000, 4000] as const;
const NOISE_TO_HZ = 10_000;
export const SPEED_HZ = 29.95;
/** RMS of the ringing that a fault leaves, m/s²; noise is scaled to it. */
const RINGING = 1;
const MEASURED_SAMPLES = 60_000;
const PUSHED = 256;

export const BEARING_SETTINGS: VibrationSettings = {
  ...defaults(),
  ...BEARING_6205,
  samples: 4096,
  blocks: 16,
  envelopeFromHz: BAND_HZ[0],
  envelopeToHz: BAND_HZ[1],
  envelopeDecimation: 8,
};

/** A machine whose ringing is `decibels` above its noise in the resonance band; of none, the noise is the same. */
export function machineOf(seed: number, fault: BearingFault, decibels: number): RotatingMachine {
  const amplitude = fault === "none" ? 0 : RINGING / ringingOf(seed, fault);
  const inBand = RINGING * 10 ** (-decibels / 20);
  return new RotatingMachine({
    random: new Random(seed),
    speedHz: SPEED_HZ,
    bearing: BEARING_6205,
    fault,
    faultAmplitude: amplitude,
    harmonics: [
      { order: 1, amplitude: 2 },
      { order: 2, amplitude: 1 },
      { order: 3, amplitude: 0.5 },
    ],
    noise: [{ rms: inBand * Math.sqrt(NOISE_TO_HZ / (BAND_HZ[1] - BAND_HZ[0])), toHz: NOISE_TO_HZ }],
  });
}

/** RMS of the ringing alone for an amplitude of 1. Nearly all of it is in the resonance band. */
function ringingOf(seed: number, fault: BearingFault): number {
  const random = new Random(seed);
  const machine = new RotatingMachine({ random, speedHz: SPEED_HZ, bearing: BEARING_6205, fault, faultAmplitude: 1 });
  let sum = 0;
  for (let i = 0; i < MEASURED_SAMPLES; i++) {
    const value = machine.acceleration(0, i / NOMINAL_HZ);
    sum += value * value;
  }
  return Math.sqrt(sum / MEASURED_SAMPLES);
}

/** Machines without a fault whose resonance band is not just full of white noise. */
export const HEALTHY: Readonly<Record<string, (seed: number) => Signal>> = {
  "noise with a step at 2.7 kHz": (seed) => {
    const white = new BandNoise(new Random(seed), 10_000);
    const low = new BandNoise(new Random(-seed), 2700);
    return (seconds) => white.at(seconds, 0) + 3 * low.at(seconds, 0);
  },
  "a mode 40 Hz wide at 3.1 kHz": (seed) => {
    const white = new BandNoise(new Random(seed), 10_000);
    const slow = new BandNoise(new Random(-seed), 20);
    return (seconds) => {
      const angle = 2 * Math.PI * ((3100 * seconds) % 1);
      const mode = slow.at(seconds, 0) * Math.cos(angle) + slow.at(seconds, 1) * Math.sin(angle);
      return 0.3 * white.at(seconds, 0) + 2 * mode;
    };
  },
  "noise that rises and falls with every turn": (seed) => {
    const white = new BandNoise(new Random(seed), 10_000);
    return (seconds) => {
      const angle = 2 * Math.PI * ((SPEED_HZ * seconds) % 1);
      return white.at(seconds, 0) * (1 + 0.5 * Math.cos(angle) + 0.3 * Math.cos(3 * angle));
    };
  },
  "noise of slowly changing loudness": (seed) => {
    const white = new BandNoise(new Random(seed), 10_000);
    const slow = new BandNoise(new Random(-seed), 4);
    return (seconds) => white.at(seconds, 0) * Math.exp(slow.at(seconds, 0));
  },
  "noise and tones at 2.95, 3 and 3.1 kHz": (seed) => {
    const white = new BandNoise(new Random(seed), 10_000);
    const tone = (hz: number, seconds: number) => 2 * Math.sin(2 * Math.PI * ((hz * seconds) % 1));
    return (seconds) => white.at(seconds, 0) + tone(2950, seconds) + tone(3000, seconds) + tone(3100, seconds);
  },
};

/** What the analysis says: the speed that it is told is wrong by up to 0.5 %, the measured rate by up to 0.2 %. */
export function judge(seed: number, signal: Signal, settings = BEARING_SETTINGS): VibrationAnalysis {
  const random = new Random(seed).fork("surroundings");
  const trueHz = NOMINAL_HZ * (1 + 0.03 * (2 * random.next() - 1));
  const measuredHz = trueHz * (1 + 0.002 * (2 * random.next() - 1));
  const analysis = new VibrationAnalysis(settings, NOMINAL_HZ, 1, 0, SCALE, BANDWIDTH_HZ);
  const samples = new Int16Array(PUSHED);
  analysis.begin(SPEED_HZ * (1 + 0.005 * (2 * random.next() - 1)));
  // Some minutes after the start.
  for (let next = Math.floor(1e7 * random.next()); !analysis.complete; next += PUSHED) {
    for (let i = 0; i < PUSHED; i++) {
      const counts = Math.round(signal((next + i) / trueHz) / SCALE);
      samples[i] = Math.min(Math.max(counts, -32768), 32767);
    }
    analysis.push(samples, PUSHED, measuredHz);
    while (!analysis.step());
  }
  return analysis;
}
