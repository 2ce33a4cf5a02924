/** Filters over the last values as they are usually written: an array that is pushed to and shifted. */

type Filter = (value: number) => number;

export function median(samples: number): Filter {
  const last: number[] = [];
  return (value) => {
    last.push(value);
    if (last.length > samples) last.shift();
    const sorted = last.slice().sort((a, b) => a - b);
    return sorted[sorted.length >> 1]!;
  };
}

/** As one writes it who found sort() too slow. */
export function medianByInsertion(samples: number): Filter {
  const last: number[] = new Array<number>(samples).fill(0);
  const sorted = last.slice();
  let next = 0;
  return (value) => {
    last[next] = value;
    next = (next + 1) % samples;
    for (let i = 0; i < samples; i++) {
      const moved = last[i]!;
      let j = i;
      for (; j > 0 && sorted[j - 1]! > moved; j--) sorted[j] = sorted[j - 1]!;
      sorted[j] = moved;
    }
    return sorted[samples >> 1]!;
  };
}

export function quantile(samples: number, part: number): Filter {
  const last: number[] = [];
  return (value) => {
    last.push(value);
    if (last.length > samples) last.shift();
    const sorted = last.slice().sort((a, b) => a - b);
    const place = (sorted.length - 1) * part;
    const below = Math.floor(place);
    const above = Math.ceil(place);
    return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
  };
}

export function hampel(samples: number, sigmas: number): Filter {
  const last: number[] = [];
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  return (value) => {
    last.push(value);
    if (last.length > samples) last.shift();
    const centre = middle(last.slice());
    const deviation = middle(last.map((one) => Math.abs(one - centre)));
    return Math.abs(value - centre) > sigmas * 1.4826 * deviation ? centre : value;
  };
}

export function minimum(samples: number): Filter {
  const last: number[] = [];
  return (value) => {
    last.push(value);
    if (last.length > samples) last.shift();
    return Math.min(...last);
  };
}

export function maximum(samples: number): Filter {
  const last: number[] = [];
  return (value) => {
    last.push(value);
    if (last.length > samples) last.shift();
    return Math.max(...last);
  };
}

export function mean(samples: number): Filter {
  const last: number[] = [];
  return (value) => {
    last.push(value);
    if (last.length > samples) last.shift();
    let sum = 0;
    for (let i = 0; i < last.length; i++) sum += last[i]!;
    return sum / last.length;
  };
}

export function meanByRunningSum(samples: number): Filter {
  const last: number[] = new Array<number>(samples).fill(0);
  let next = 0;
  let length = 0;
  let sum = 0;
  return (value) => {
    sum += value - last[next]!;
    last[next] = value;
    next = (next + 1) % samples;
    if (length < samples) length++;
    return sum / length;
  };
}

export function rootMeanSquare(samples: number): Filter {
  const last: number[] = [];
  return (value) => {
    last.push(value);
    if (last.length > samples) last.shift();
    let sum = 0;
    for (let i = 0; i < last.length; i++) sum += last[i]! * last[i]!;
    return Math.sqrt(sum / last.length);
  };
}

export function rootMeanSquareByRunningSum(samples: number): Filter {
  const mean = meanByRunningSum(samples);
  return (value) => Math.sqrt(mean(value * value));
}

export function standardDeviation(samples: number): Filter {
  const last: number[] = [];
  return (value) => {
    last.push(value);
    if (last.length > samples) last.shift();
    let sum = 0;
    for (let i = 0; i < last.length; i++) sum += last[i]!;
    const mean = sum / last.length;
    let squares = 0;
    for (let i = 0; i < last.length; i++) squares += (last[i]! - mean) ** 2;
    return Math.sqrt(squares / (last.length - 1));
  };
}
