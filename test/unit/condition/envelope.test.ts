import test from "ava";
import { AveragedSpectrum } from "../../../firmware/condition/averaged-spectrum.js";
import { bearingOrders } from "../../../firmware/condition/bearing.js";
import {
  BearingEvidence,
  CAGE,
  INNER_RACE,
  OUTER_RACE,
  ROLLING_ELEMENT,
} from "../../../firmware/condition/bearing-evidence.js";
import { EnvelopeFilter } from "../../../firmware/condition/envelope-filter.js";
import { RealFFT } from "../../../firmware/signal/fft.js";
import { Random } from "../../../simulator/random.js";
import { BEARING_6205, RotatingMachine } from "../../../simulator/world/rotating-machine.js";
import type { BearingFault } from "../../../simulator/world/rotating-machine.js";
import { tone, white } from "./synthesis.js";
import type { Signal } from "./synthesis.js";

const RATE = 20_000;
const SPEED = 29.95;
const SAMPLES = 2048;
const DECIMATION = 10;
const COUNTS = 500;

/** Values of the squared envelope between 2 and 4 kHz, in m²/s⁴. */
function envelopeOf(signal: Signal, count: number, decimation = DECIMATION, push = 100): Float64Array {
  const filter = new EnvelopeFilter(2000 / RATE, 4000 / RATE, decimation);
  const values = new Float64Array(count);
  const samples = new Int16Array(push);
  let at = 0;
  for (let next = 0; at < count;) {
    for (let i = 0; i < push; i++) samples[i] = Math.round(signal(next++ / RATE) * COUNTS);
    at += filter.push(samples, 0, 1, push, values, at);
  }
  return values.map((value) => value / COUNTS ** 2);
}

test("a tone within the band has a steady squared envelope, a quarter of its squared amplitude", (t) => {
  // The band-pass lets positive frequencies through, which are half of the tone.
  for (const value of envelopeOf(tone(3000, 2), 200)) t.true(Math.abs(value / 2 - 1) < 0.01, `${value}`);
});

test("tones well outside of the band leave nothing, gravity neither", (t) => {
  for (const hz of [30, 90, 400, 5600, 8000]) {
    for (const value of envelopeOf(tone(hz, 2), 50)) t.true(value < 2e-5, `${hz} Hz: ${value}`);
  }
  for (const value of envelopeOf(() => 9.81, 50)) t.true(value < 1e-3);
});

test("it does not matter in what portions samples come", (t) => {
  const signal = () => white(7, 1);
  t.deepEqual(envelopeOf(signal(), 100, 10, 1), envelopeOf(signal(), 100, 10, 977));
});

test("a modulated tone has its modulation in the envelope", (t) => {
  const signal: Signal = (s) => tone(3000, 1)(s) * (1 + 0.5 * Math.sin(2 * Math.PI * 125 * s));
  const values = envelopeOf(signal, SAMPLES);
  const spectrum = new AveragedSpectrum(new RealFFT(SAMPLES), "hann", false);
  spectrum.begin(values);
  while (!spectrum.step());
  const strongest = spectrum.power.indexOf(Math.max(...spectrum.power));
  t.is(strongest, Math.round((125 * SAMPLES * DECIMATION) / RATE));
});

function evidenceOf(signal: Signal, blocks: number, told = SPEED): BearingEvidence {
  const fft = new RealFFT(SAMPLES);
  const spectrum = new AveragedSpectrum(fft, "hann", true);
  const values = envelopeOf(signal, SAMPLES * blocks);
  for (let i = 0; i < blocks; i++) {
    spectrum.begin(values.slice(i * SAMPLES, (i + 1) * SAMPLES));
    while (!spectrum.step());
  }
  const evidence = new BearingEvidence(bearingOrders(BEARING_6205));
  const binHz = RATE / DECIMATION / SAMPLES;
  evidence.begin(spectrum.power, blocks, binHz, 900, told, new Float64Array(SAMPLES));
  while (!evidence.step());
  return evidence;
}

function machine(fault: BearingFault, faultAmplitude: number, noise: number, seed = 1): Signal {
  const world = new RotatingMachine({
    random: new Random(seed),
    speedHz: SPEED,
    bearing: BEARING_6205,
    fault,
    faultAmplitude,
    harmonics: [1, 2, 3].map((order) => ({ order, amplitude: 2 / order })),
    noise: [{ rms: noise, toHz: 8000 }],
  });
  return (seconds) => world.acceleration(0, seconds);
}

const CODES = [
  ["outer-race", OUTER_RACE],
  ["inner-race", INNER_RACE],
  ["rolling-element", ROLLING_ELEMENT],
  ["cage", CAGE],
] as const;

for (const [fault, code] of CODES) {
  test(`a plain fault is named: ${fault}`, (t) => {
    for (const seed of [1, 2, 3]) {
      const evidence = evidenceOf(machine(fault, 5, 0.5, seed), 4);
      t.is(evidence.fault, code);
      t.true(evidence.evidence(code) > 2, `${evidence.evidence(code)}`);
    }
  });
}

test("a speed that is told 1 % wrong does not matter, one 5 % wrong does", (t) => {
  const signal = () => machine("outer-race", 5, 0.5);
  for (const told of [0.99, 1.01]) t.is(evidenceOf(signal(), 4, told * SPEED).fault, OUTER_RACE);
  t.not(evidenceOf(signal(), 4, 1.05 * SPEED).fault, OUTER_RACE);
});

test("the evidence grows with the damage", (t) => {
  const of = (amplitude: number) => evidenceOf(machine("outer-race", amplitude, 1), 4).evidence(OUTER_RACE);
  t.true(of(1) < of(2) && of(2) < of(4) && of(4) < of(8));
});

test("a healthy machine is healthy", (t) => {
  for (let seed = 1; seed <= 10; seed++) t.is(evidenceOf(machine("none", 0, 1, seed), 4).fault, 0);
});

test("one line where a fault would have its first, and another at its second, are no fault", (t) => {
  const { bpfo } = bearingOrders(BEARING_6205);
  const noise = white(1, 0.3);
  const beat = (s: number, k: number) => Math.cos(2 * Math.PI * k * bpfo * SPEED * s);
  const signal: Signal = (s) => tone(3000, 1)(s) * Math.sqrt(1 + 0.4 * beat(s, 1) + 0.4 * beat(s, 2)) + noise(s);
  const evidence = evidenceOf(signal, 4);
  t.is(evidence.fault, 0);
  t.true(evidence.evidence(OUTER_RACE) < 1);
});

test("lines at multiples of the speed are no fault", (t) => {
  const noise = white(2, 0.3);
  const signal: Signal = (s) => {
    let loud = 1;
    for (let k = 1; k <= 18; k++) loud += 0.2 * Math.cos(2 * Math.PI * k * SPEED * s);
    return tone(3000, 1)(s) * loud + noise(s);
  };
  t.is(evidenceOf(signal, 4).fault, 0);
});

test("a bearing whose lines do not fit into the spectrum has no evidence", (t) => {
  const evidence = new BearingEvidence(bearingOrders(BEARING_6205));
  const judge = (binHz: number, topHz: number) => {
    evidence.begin(new Float32Array(1024).fill(1), 4, binHz, topHz, SPEED, new Float64Array(2048));
    while (!evidence.step());
  };
  judge(2, 400);
  t.is(evidence.evidence(CAGE), NaN); // 12 Hz are 6 bins
  t.is(evidence.evidence(INNER_RACE), NaN); // 3 × 162 Hz are beyond
  t.is(evidence.evidence(OUTER_RACE), 0);
  t.is(evidence.fault, 0);
});
