/** Filters of one value after the other as they are usually written: a few variables and an if. */
import type { BiquadCoefficients } from "../../../firmware/signal/biquad.js";
import type { Point } from "../../../firmware/signal/curve.js";
import type { ThermistorCurve } from "../../../firmware/signal/thermistor-curve.js";

/** A value and its ticks in, the filtered value out; NaN: nothing passes. */
export type RivalFilter = (value: number, ticks: number) => number;

const KELVIN = 273.15;

export function exponential(timeConstantMs: number): RivalFilter {
  const a = 1 - Math.exp(-1000 / timeConstantMs);
  let y = NaN;
  return (value) => (y = Number.isNaN(y) ? value : y + a * (value - y));
}

export function exponentialUneven(timeConstantMs: number): RivalFilter {
  let y = NaN;
  let before = 0;
  return (value, ticks) => {
    y = Number.isNaN(y) ? value : y + (1 - Math.exp((before - ticks) / timeConstantMs)) * (value - y);
    before = ticks;
    return y;
  };
}

export function kalman(processNoise: number, measurementNoise: number): RivalFilter {
  const q = processNoise ** 2;
  const r = measurementNoise ** 2;
  let x = NaN;
  let p = r;
  return (value) => {
    if (Number.isNaN(x)) return (x = value);
    p += q;
    const k = p / (p + r);
    x += k * (value - x);
    p *= 1 - k;
    return x;
  };
}

export function biquad([b0, b1, b2, a1, a2]: BiquadCoefficients): (value: number) => number {
  let x1 = 0;
  let x2 = 0;
  let y1 = 0;
  let y2 = 0;
  return (x) => {
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    return (y1 = y);
  };
}

export function rateOfChange(): RivalFilter {
  let before = NaN;
  let then = 0;
  return (value, ticks) => {
    const rate = ((value - before) * 1000) / (ticks - then);
    before = value;
    then = ticks;
    return rate;
  };
}

export function integrator(perMs: number): RivalFilter {
  let before = NaN;
  let then = 0;
  let total = 0;
  return (value, ticks) => {
    if (!Number.isNaN(before)) total += (((value + before) / 2) * (ticks - then)) / perMs;
    before = value;
    then = ticks;
    return total;
  };
}

export function peakHold(holdMs: number): RivalFilter {
  let peak = -Infinity;
  let until = 0;
  return (value, ticks) => {
    if (value < peak && ticks < until) return peak;
    until = ticks + holdMs;
    return (peak = value);
  };
}

export function peakDecay(holdMs: number, decayMs: number): RivalFilter {
  let peak = -Infinity;
  let since = 0;
  return (value, ticks) => {
    if (value >= peak) {
      since = ticks + holdMs;
      return (peak = value);
    }
    if (ticks < since) return peak;
    peak -= (1 - Math.exp((since - ticks) / decayMs)) * (peak - value);
    since = ticks;
    return peak;
  };
}

/** Through the first two points. */
export function straightLine(points: readonly Point[]): RivalFilter {
  const [[x0, y0], [x1, y1]] = points as readonly [Point, Point];
  const slope = (y1 - y0) / (x1 - x0);
  const offset = y0 - slope * x0;
  return (value) => slope * value + offset;
}

/** Through the first three points. */
export function parabola(points: readonly Point[]): RivalFilter {
  const [[x0, y0], [x1, y1], [x2, y2]] = points as readonly [Point, Point, Point];
  const slope = (y1 - y0) / (x1 - x0);
  const c = ((y2 - y1) / (x2 - x1) - slope) / (x2 - x0);
  const b = slope - c * (x0 + x1);
  const a = y0 - (b + c * x0) * x0;
  return (value) => (c * value + b) * value + a;
}

export function celsius({ a, b, c }: ThermistorCurve): RivalFilter {
  return (value) => {
    const x = Math.log(value);
    return 1 / (a + b * x + c * x * x * x) - KELVIN;
  };
}

export function ohmsByBeta({ a, b }: ThermistorCurve): RivalFilter {
  return (value) => Math.exp((1 / (value + KELVIN) - a) / b);
}

export function ohms({ a, b, c }: ThermistorCurve): RivalFilter {
  return (value) => {
    const half = (a - 1 / (value + KELVIN)) / c / 2;
    const root = Math.sqrt((b / (3 * c)) ** 3 + half * half);
    return Math.exp(Math.cbrt(root - half) - Math.cbrt(root + half));
  };
}

export function roundTo(decimals: number): RivalFilter {
  const scale = 10 ** decimals;
  return (value) => Math.round(value * scale) / scale;
}

export function skipInitial(samples: number): RivalFilter {
  let n = 0;
  return (value) => (n++ < samples ? NaN : value);
}

export function decimate(samples: number): RivalFilter {
  let n = 0;
  return (value) => (n++ % samples === 0 ? value : NaN);
}

export function throttle(intervalMs: number): RivalFilter {
  let sent = -Infinity;
  return (value, ticks) => {
    if (ticks - sent < intervalMs) return NaN;
    sent = ticks;
    return value;
  };
}

export function blockAverage(intervalMs: number): RivalFilter {
  let start = NaN;
  let sum = 0;
  let count = 0;
  return (value, ticks) => {
    let mean = NaN;
    if (!(ticks - start < intervalMs)) {
      mean = sum / count;
      start = ticks;
      sum = count = 0;
    }
    sum += value;
    count++;
    return mean;
  };
}

export function deadband(absolute: number, relative: number): RivalFilter {
  let sent = NaN;
  return (value) => {
    if (Math.abs(value - sent) <= absolute + relative * Math.abs(sent)) return NaN;
    return (sent = value);
  };
}

export function debounce(holdMs: number, tolerance: number): RivalFilter {
  let candidate = NaN;
  let since = 0;
  return (value, ticks) => {
    if (!(Math.abs(value - candidate) <= tolerance)) {
      candidate = value;
      since = ticks;
    }
    return ticks - since >= holdMs ? value : NaN;
  };
}

/** A timer elsewhere looks whether it is over. */
export function timeout(timeoutMs: number): RivalFilter {
  const silence = { due: Infinity };
  return (value, ticks) => {
    silence.due = ticks + timeoutMs;
    return value;
  };
}

export function throttleOrDeadband(intervalMs: number, absolute: number): RivalFilter {
  let sent = -Infinity;
  let passed = NaN;
  return (value, ticks) => {
    const due = ticks - sent >= intervalMs;
    if (due) sent = ticks;
    const changed = !(Math.abs(value - passed) <= absolute);
    if (changed) passed = value;
    return due || changed ? value : NaN;
  };
}
