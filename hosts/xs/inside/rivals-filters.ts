/** Filters as one writes them down who needs just one: what bench-filters.ts measures beside ours. */
import type { FilterSettings, SingleFilterSettings } from "../../../firmware/filters/index.js";
import { bandPass, highPass, lowPass, notch } from "../../../firmware/signal/biquad.js";
import type { BiquadCoefficients } from "../../../firmware/signal/biquad.js";
import { ThermistorCurve } from "../../../firmware/signal/thermistor-curve.js";
import * as one from "./rivals-over-time.js";
import type { RivalFilter } from "./rivals-over-time.js";
import * as windows from "./rivals-windows.js";

export interface FilterRival {
  readonly name: string;
  /** It is an expression that stands where the value is: no call is counted. */
  readonly inline: boolean;
  readonly filter: RivalFilter;
}

type Maker<Settings> = (settings: Settings, uneven: boolean) => FilterRival[];
type Makers = { [K in FilterSettings["kind"]]: Maker<Extract<FilterSettings, { kind: K }>> };

const inline = (name: string, filter: RivalFilter): FilterRival[] => [{ name, inline: true, filter }];
const called = (name: string, filter: RivalFilter): FilterRival[] => [{ name, inline: false, filter }];
/** What is taken off a sum leaves its rounding errors behind. */
const RUNNING = "ring, running sum (errors add up)";
const MS_PER = { s: 1000, min: 60_000, h: 3_600_000 };

const MAKERS: Makers = {
  median: ({ samples }) => [
    ...called("array, sorted copy", windows.median(samples)),
    ...called("array, copy by insertion", windows.medianByInsertion(samples)),
  ],
  quantile: ({ samples, quantile }) => called("array, sorted copy", windows.quantile(samples, quantile)),
  hampel: ({ samples, sigmas }) => called("array, two sorted copies", windows.hampel(samples, sigmas)),
  minimum: ({ samples }) => called("array, Math.min", windows.minimum(samples)),
  maximum: ({ samples }) => called("array, Math.max", windows.maximum(samples)),
  "moving-average": ({ samples }) => [
    ...called("array, sum of all", windows.mean(samples)),
    ...called(RUNNING, windows.meanByRunningSum(samples)),
  ],
  "root-mean-square": ({ samples }) => [
    ...called("array, sum of all", windows.rootMeanSquare(samples)),
    ...called(RUNNING, windows.rootMeanSquareByRunningSum(samples)),
  ],
  "standard-deviation": ({ samples }) => called("array, two sums of all", windows.standardDeviation(samples)),
  exponential: ({ timeConstantMs }, uneven) =>
    uneven
      ? called("with Math.exp", one.exponentialUneven(timeConstantMs))
      : inline("y += a (x − y), even steps only", one.exponential(timeConstantMs)),
  kalman: ({ processNoise, measurementNoise }) =>
    called("textbook, even steps only", one.kalman(processNoise, measurementNoise)),
  "low-pass": ({ cutoffHz, order, rateHz }) => biquads(lowPass(cutoffHz / rateHz, order)),
  "high-pass": ({ cutoffHz, order, rateHz }) => biquads(highPass(cutoffHz / rateHz, order)),
  "band-pass": ({ lowHz, highHz, order, rateHz }) => biquads(bandPass(lowHz / rateHz, highHz / rateHz, order)),
  notch: ({ frequencyHz, bandwidthHz, rateHz }) => biquads(notch(frequencyHz / rateHz, bandwidthHz / rateHz)),
  "rate-of-change": () => called("difference by time", one.rateOfChange()),
  integrator: ({ per }) => called("trapezoids, plain sum", one.integrator(MS_PER[per])),
  "peak-hold": ({ holdMs, decayMs }) =>
    decayMs > 0 ? called("with Math.exp", one.peakDecay(holdMs, decayMs)) : called("textbook", one.peakHold(holdMs)),
  offset: ({ offset }) => inline("x + offset", (value) => value + offset),
  gain: ({ gain }) => inline("x × gain", (value) => value * gain),
  "calibrate-linear": ({ points }) => inline("slope × x + offset", one.straightLine(points)),
  "calibrate-polynomial": ({ points }) => inline("(c x + b) x + a", one.parabola(points)),
  "ntc-temperature": ({ points, betaKelvin }) =>
    inline("Steinhart–Hart, Math.log", one.celsius(new ThermistorCurve(points, betaKelvin))),
  "ntc-resistance": ({ points, betaKelvin }) => {
    const curve = new ThermistorCurve(points, betaKelvin);
    if (curve.c === 0) return inline("B equation, Math.exp", one.ohmsByBeta(curve));
    return inline("Steinhart–Hart, Math.cbrt, Math.exp", one.ohms(curve));
  },
  clamp: ({ minimum, maximum }) => inline("Math.min, Math.max", (value) => Math.min(Math.max(value, minimum), maximum)),
  reject: ({ values }) => inline("values.includes(x)", (value) => (values.includes(value) ? NaN : value)),
  round: ({ decimals }) => inline("Math.round", one.roundTo(decimals)),
  quantize: ({ step }) => inline("Math.round", (value) => Math.round(value / step) * step),
  "significant-digits": ({ digits }) => inline("toPrecision", (value) => Number(value.toPrecision(digits))),
  "skip-initial": ({ samples }) => inline("if", one.skipInitial(samples)),
  decimate: ({ samples }) => inline("if", one.decimate(samples)),
  throttle: ({ intervalMs }) => inline("if", one.throttle(intervalMs)),
  "block-average": ({ intervalMs }) => called("sum and count", one.blockAverage(intervalMs)),
  deadband: ({ absolute, relative }) => inline("if, Math.abs", one.deadband(absolute, relative)),
  debounce: ({ holdMs, tolerance }) => called("if, Math.abs", one.debounce(holdMs, tolerance)),
  heartbeat: ({ intervalMs }) => inline("if, no repetition", one.throttle(intervalMs)),
  timeout: ({ timeoutMs }) => inline("the time of the value", one.timeout(timeoutMs)),
  or: ({ filters }) => inline("two ifs", throttleOrDeadband(filters)),
};

/** What does the same as these settings, where values come at even steps of time, or not. */
export function filterRivals(settings: FilterSettings, uneven: boolean): FilterRival[] {
  return (MAKERS[settings.kind] as Maker<FilterSettings>)(settings, uneven);
}

function biquads(sections: readonly BiquadCoefficients[]): FilterRival[] {
  const name = sections.length === 1 ? "direct form I" : "direct form I, twice";
  const first = one.biquad(sections[0]!);
  if (sections.length === 1) return called(name, first);
  const second = one.biquad(sections[1]!);
  return called(name, (value) => second(first(value)));
}

/** Of the standard branches. */
function throttleOrDeadband(filters: readonly SingleFilterSettings[]): RivalFilter {
  const [first, second] = filters;
  if (first?.kind !== "throttle" || second?.kind !== "deadband") throw new Error("or: these branches have no rival");
  return one.throttleOrDeadband(first.intervalMs, second.absolute);
}
