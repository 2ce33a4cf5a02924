/**
 * The inner loops of fft.ts: sums of 2, 4 or 8 neighbouring blocks with twiddle factors e^(−2πi j k / block), after which
 * each group of blocks is one (decimation in time over data in bit-reversed order, so that blocks come with the
 * residues 0 4 2 6 1 5 3 7). `re` and `im` hold a number in every second place; `from` and `to` are such places, and a
 * block's size is told in complex numbers.
 *
 * Written for XS, which counts bytecodes: variables outlive the loop, and what is stored is used where it is assigned.
 */
const ROOT_HALF = 0.7071067811865476;

/** Blocks of one number into blocks of 2. */
export function sumPairs(re: Float64Array, im: Float64Array, from: number, to: number): void {
  let a = from;
  let b: number, r: number, i: number, s: number, t: number;
  while (a < to) {
    b = a + 2;
    re[a] = (r = re[a]!) + (s = re[b]!);
    im[a] = (i = im[a]!) + (t = im[b]!);
    re[b] = r - s;
    im[b] = i - t;
    a += 4;
  }
}

/** Blocks of one number into blocks of 4. */
export function sumFours(re: Float64Array, im: Float64Array, from: number, to: number): void {
  let a = from;
  let b: number, c: number, d: number;
  let ar: number, ai: number, br: number, bi: number, cr: number, ci: number, dr: number, di: number;
  while (a < to) {
    b = a + 2;
    c = a + 4;
    d = a + 6;
    // x0 + x2 and x0 − x2, x1 + x3 and x1 − x3
    ar = (br = re[a]!) + (dr = re[b]!);
    ai = (bi = im[a]!) + (di = im[b]!);
    br -= dr;
    bi -= di;
    cr = (dr = re[c]!) + (di = re[d]!);
    dr -= di;
    ci = (di = im[c]!) + im[d]!;
    di -= im[d]!;
    re[a] = ar + cr;
    im[a] = ai + ci;
    re[c] = ar - cr;
    im[c] = ai - ci;
    re[b] = br + di;
    im[b] = bi - dr;
    re[d] = br - di;
    im[d] = bi + dr;
    a += 8;
  }
}

/** Row 0, whose twiddle factors are 1, of eight blocks each into one of `block`. */
export function sumEights(re: Float64Array, im: Float64Array, from: number, to: number, block: number): void {
  const step = block >> 2;
  const stride = block + block;
  let a = from;
  let b: number, c: number, d: number, e: number, f: number, g: number, h: number;
  let ar: number, ai: number, br: number, bi: number, cr: number, ci: number, dr: number, di: number;
  let er: number, ei: number, fr: number, fi: number, gr: number, gi: number, hr: number, hi: number;
  let r: number, i: number, s: number, t: number;
  while (a < to) {
    b = a + step;
    c = b + step;
    d = c + step;
    e = d + step;
    f = e + step;
    g = f + step;
    h = g + step;
    // Sums and differences of x0 and x4, x2 and x6, x1 and x5, x3 and x7
    ar = (r = re[a]!) + (s = re[b]!);
    ai = (i = im[a]!) + (t = im[b]!);
    br = r - s;
    bi = i - t;
    cr = (r = re[c]!) + (s = re[d]!);
    ci = (i = im[c]!) + (t = im[d]!);
    dr = r - s;
    di = i - t;
    er = (r = re[e]!) + (s = re[f]!);
    ei = (i = im[e]!) + (t = im[f]!);
    fr = r - s;
    fi = i - t;
    gr = (r = re[g]!) + (s = re[h]!);
    gi = (i = im[g]!) + (t = im[h]!);
    hr = r - s;
    hi = i - t;
    // Row 0 and 4, 2 and 6, 1 and 5, 3 and 7 of the sum: the even four ± the odd four turned by eighths
    re[a] = (r = ar + cr) + (s = er + gr);
    im[a] = (i = ai + ci) + (t = ei + gi);
    re[e] = r - s;
    im[e] = i - t;
    re[c] = (r = ar - cr) + (s = ei - gi);
    im[c] = (i = ai - ci) + (t = gr - er);
    re[g] = r - s;
    im[g] = i - t;
    re[b] = (r = br + di) + (s = ROOT_HALF * ((er = fr + hi) + (ei = fi - hr)));
    im[b] = (i = bi - dr) + (t = ROOT_HALF * (ei - er));
    re[f] = r - s;
    im[f] = i - t;
    re[d] = (r = br - di) + (s = ROOT_HALF * ((ei = fi + hr) - (er = fr - hi)));
    im[d] = (i = bi + dr) - (t = ROOT_HALF * (er + ei));
    re[h] = r - s;
    im[h] = i + t;
    a += stride;
  }
}

/**
 * Rows `row` to `end` (not 0) of eight blocks each into one of `block`.
 *
 * @param sines first quarter of a sine, both ends included
 */
export function turnEights(
  re: Float64Array,
  im: Float64Array,
  from: number,
  to: number,
  block: number,
  row: number,
  end: number,
  sines: Float64Array,
): void {
  const step = block >> 2;
  const stride = block + block;
  const quarter = sines.length - 1;
  const turn = (4 * quarter) / block;
  let a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number;
  let ar: number, ai: number, br: number, bi: number, cr: number, ci: number, dr: number, di: number;
  let er: number, ei: number, fr: number, fi: number, gr: number, gi: number, hr: number, hi: number;
  let r: number, i: number, s: number, t: number;
  let w1r: number, w1i: number, w2r: number, w2i: number, w3r: number, w3i: number, w4r: number, w4i: number;
  let w5r: number, w5i: number, w6r: number, w6i: number, w7r: number, w7i: number;
  do {
    w1r = sines[quarter - (a = row * turn)]!;
    w1i = -sines[a]!;
    w2r = w1r * w1r - w1i * w1i;
    w2i = 2 * w1r * w1i;
    w3r = w1r * w2r - w1i * w2i;
    w3i = w1r * w2i + w1i * w2r;
    w4r = w2r * w2r - w2i * w2i;
    w4i = 2 * w2r * w2i;
    w5r = w2r * w3r - w2i * w3i;
    w5i = w2r * w3i + w2i * w3r;
    w6r = w3r * w3r - w3i * w3i;
    w6i = 2 * w3r * w3i;
    w7r = w3r * w4r - w3i * w4i;
    w7i = w3r * w4i + w3i * w4r;
    a = from + row + row;
    while (a < to) {
      b = a + step;
      c = b + step;
      d = c + step;
      e = d + step;
      f = e + step;
      g = f + step;
      h = g + step;
      ar = (r = re[a]!) + (br = (s = re[b]!) * w4r - (t = im[b]!) * w4i);
      ai = (i = im[a]!) + (bi = s * w4i + t * w4r);
      br = r - br;
      bi = i - bi;
      cr = (r = (s = re[c]!) * w2r - (t = im[c]!) * w2i) + (dr = (er = re[d]!) * w6r - (ei = im[d]!) * w6i);
      ci = (i = s * w2i + t * w2r) + (di = er * w6i + ei * w6r);
      dr = r - dr;
      di = i - di;
      er = (r = (s = re[e]!) * w1r - (t = im[e]!) * w1i) + (fr = (gr = re[f]!) * w5r - (gi = im[f]!) * w5i);
      ei = (i = s * w1i + t * w1r) + (fi = gr * w5i + gi * w5r);
      fr = r - fr;
      fi = i - fi;
      gr = (r = (s = re[g]!) * w3r - (t = im[g]!) * w3i) + (hr = (gi = re[h]!) * w7r - (hi = im[h]!) * w7i);
      gi = (i = s * w3i + t * w3r) + (hi = gi * w7i + hi * w7r);
      hr = r - hr;
      hi = i - hi;
      re[a] = (r = ar + cr) + (s = er + gr);
      im[a] = (i = ai + ci) + (t = ei + gi);
      re[e] = r - s;
      im[e] = i - t;
      re[c] = (r = ar - cr) + (s = ei - gi);
      im[c] = (i = ai - ci) + (t = gr - er);
      re[g] = r - s;
      im[g] = i - t;
      re[b] = (r = br + di) + (s = ROOT_HALF * ((er = fr + hi) + (ei = fi - hr)));
      im[b] = (i = bi - dr) + (t = ROOT_HALF * (ei - er));
      re[f] = r - s;
      im[f] = i - t;
      re[d] = (r = br - di) + (s = ROOT_HALF * ((ei = fi + hr) - (er = fr - hi)));
      im[d] = (i = bi + dr) - (t = ROOT_HALF * (er + ei));
      re[h] = r - s;
      im[h] = i + t;
      a += stride;
    }
  } while (++row < end);
}
