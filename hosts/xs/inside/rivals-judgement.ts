/** Alarms and detectors as one writes them down who needs just one: what bench-judgement.ts measures beside ours. */

/** A value and its ticks in; the name of what is in alarm, or whether it is. Nobody is told, and nothing waits for a delay. */
export type RivalAlarm = (value: number, ticks: number) => string | boolean;

export interface FourLimits {
  readonly lowLow: number;
  readonly low: number;
  readonly high: number;
  readonly highHigh: number;
}

export function fourLimits({ lowLow, low, high, highHigh }: FourLimits, deadband: number): RivalAlarm {
  let isLowLow = false;
  let isLow = false;
  let isHigh = false;
  let isHighHigh = false;
  return (value) => {
    isLowLow = value <= (isLowLow ? lowLow + deadband : lowLow);
    isLow = value <= (isLow ? low + deadband : low);
    isHigh = value >= (isHigh ? high - deadband : high);
    isHighHigh = value >= (isHighHigh ? highHigh - deadband : highHigh);
    return isHighHigh ? "high-high" : isHigh ? "high" : isLowLow ? "low-low" : isLow ? "low" : "";
  };
}

export function deviation(setpoint: number, deadband: number, reference: number): RivalAlarm {
  let active = false;
  return (value) => (active = Math.abs(value - reference) >= (active ? setpoint - deadband : setpoint));
}

/** @param setpoint per second */
export function rateOfChange(setpoint: number, deadband: number, windowMs: number): RivalAlarm {
  const values: number[] = [];
  const times: number[] = [];
  let active = false;
  return (value, ticks) => {
    values.push(value);
    times.push(ticks);
    while (times.length > 1 && times[1]! <= ticks - windowMs) {
      values.shift();
      times.shift();
    }
    if (times[0]! > ticks - windowMs) return false;
    const rate = (Math.abs(value - values[0]!) * 1000) / (ticks - times[0]!);
    return (active = rate >= (active ? setpoint - deadband : setpoint));
  };
}

export function discrete(state: number): RivalAlarm {
  return (value) => Math.round(value) === state;
}

/** With every value; a timer elsewhere looks for how long none has come. */
export function badQuality(staleMs: number): { update: RivalAlarm; expire: (ticks: number) => boolean } {
  let valueAt = 0;
  return {
    update: (_value, ticks) => {
      valueAt = ticks;
      return false;
    },
    expire: (ticks) => ticks - valueAt >= staleMs,
  };
}

export function eventCount(setpoint: number, count: number, windowMs: number): RivalAlarm {
  const events: number[] = [];
  let up = true;
  return (value, ticks) => {
    if (value >= setpoint && !up) events.push(ticks);
    up = value >= setpoint;
    while (events.length > 0 && ticks - events[0]! > windowMs) events.shift();
    return events.length >= count;
  };
}

/** Distance from the mean of the last values in standard deviations; NaN before there are that many. */
export function zScore(samples: number): (value: number) => number {
  const last: number[] = [];
  return (value) => {
    let score = NaN;
    if (last.length === samples) {
      let sum = 0;
      for (let i = 0; i < samples; i++) sum += last[i]!;
      const mean = sum / samples;
      let squares = 0;
      for (let i = 0; i < samples; i++) squares += (last[i]! - mean) ** 2;
      score = Math.abs(value - mean) / Math.sqrt(squares / (samples - 1));
      last.shift();
    }
    last.push(value);
    return score;
  };
}

/** The same with mean and variance that forget exponentially. */
export function zScoreByMemory(samples: number): (value: number) => number {
  const part = 1 / samples;
  let mean = NaN;
  let variance = 0;
  return (value) => {
    if (Number.isNaN(mean)) mean = value;
    const distance = value - mean;
    const score = Math.abs(distance) / Math.sqrt(variance);
    mean += part * distance;
    variance = (1 - part) * (variance + part * distance * distance);
    return score;
  };
}

/** The largest of each channel's own: what channels have to do with each other is not seen. */
export function zScores(channels: number, samples: number): (values: ArrayLike<number>) => number {
  const scores = Array.from({ length: channels }, () => zScore(samples));
  return (values) => {
    let largest = 0;
    for (let i = 0; i < channels; i++) largest = Math.max(largest, scores[i]!(values[i]!));
    return largest;
  };
}

/** Hotelling's T² from means and covariances that forget exponentially, by Gaussian elimination. */
export function hotelling(channels: number, memory: number): (values: ArrayLike<number>) => number {
  const part = 1 / memory;
  const mean = new Array<number>(channels).fill(NaN);
  const covariance = mean.map(() => new Array<number>(channels).fill(0));
  return (values) => {
    const distance = mean.map((m, i) => (Number.isNaN(m) ? 0 : values[i]! - m));
    const score = quadraticForm(covariance, distance);
    for (let i = 0; i < channels; i++) {
      for (let j = 0; j < channels; j++) {
        covariance[i]![j] = (1 - part) * (covariance[i]![j]! + part * distance[i]! * distance[j]!);
      }
      mean[i] = Number.isNaN(mean[i]!) ? values[i]! : mean[i]! + part * distance[i]!;
    }
    return score;
  };
}

/** dᵀ C⁻¹ d. */
function quadraticForm(c: readonly number[][], d: readonly number[]): number {
  const rows = c.map((row, i) => [...row, d[i]!]);
  const n = d.length;
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const pivot = rows[k]!;
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i]![k]! / pivot[k]!;
      for (let j = k; j <= n; j++) rows[i]![j]! -= factor * pivot[j]!;
    }
    sum += (pivot[n]! * pivot[n]!) / pivot[k]!;
  }
  return sum;
}
