import test from "ava";
import { atan, cos, exp, log, log10, pow, sin } from "../../../firmware/data/math.js";
import { Random } from "../../../simulator/random.js";
import { anyDouble } from "../../support/random-cbor.js";
import { seeded } from "../../support/seed.js";

const bits = new DataView(new ArrayBuffer(8));

/** Doubles counted from 0, so that neighbours differ by one. */
function rank(x: number): bigint {
  bits.setFloat64(0, x);
  const word = bits.getBigInt64(0);
  return word < 0n ? -(word & 0x7fffffffffffffffn) : word;
}

function ulps(a: number, b: number): number {
  if (a === b || (a !== a && b !== b)) return 0;
  if (a !== a || b !== b) return Infinity;
  const distance = rank(a) - rank(b);
  return Number(distance < 0n ? -distance : distance);
}

type Arguments = [x: number, y: number];
const uniform = (random: Random, from: number, to: number): number =>
  from + (to - from) * (random.next() + random.next() / 4294967296);

/** Function, `Math`'s, largest distance in ulp, and ranges to draw from. V8's log10 is less exact than ours. */
const functions: [string, (x: number, y: number) => number, number, ((random: Random) => Arguments)[]][] = [
  [
    "exp",
    exp,
    1,
    [(r) => [uniform(r, -746, 710), 0], (r) => [uniform(r, -1, 1), 0], (r) => [uniform(r, -746, -708), 0]],
  ],
  ["log", log, 1, [(r) => [Math.abs(anyDouble(r)), 0], (r) => [uniform(r, 0.5, 2), 0], nearOne]],
  ["log10", log10, 2, [(r) => [Math.abs(anyDouble(r)), 0], (r) => [uniform(r, 0.5, 2), 0]]],
  [
    "pow",
    pow,
    1,
    [
      (r) => [uniform(r, 0, 10), uniform(r, -20, 20)],
      (r) => [uniform(r, 0.9, 1.1), uniform(r, -7000, 7000)],
      powerOfAnything,
      (r) => [anyDouble(r), anyDouble(r)],
    ],
  ],
  [
    "sin",
    sin,
    1,
    [(r) => [uniform(r, -7, 7), 0], (r) => [uniform(r, -2e8, 2e8), 0], (r) => [anyDouble(r), 0], quarter],
  ],
  [
    "cos",
    cos,
    1,
    [(r) => [uniform(r, -7, 7), 0], (r) => [uniform(r, -2e8, 2e8), 0], (r) => [anyDouble(r), 0], quarter],
  ],
  ["atan", atan, 1, [(r) => [uniform(r, -1, 1), 0], (r) => [uniform(r, -8, 8), 0], (r) => [anyDouble(r), 0]]],
];

function nearOne(random: Random): Arguments {
  return [1 + uniform(random, -1, 1) * 2 ** -Math.floor(uniform(random, 0, 52)), 0];
}
/** Results over the whole range of doubles, subnormal ones too. */
function powerOfAnything(random: Random): Arguments {
  const x = Math.abs(anyDouble(random));
  return [x, uniform(random, -1080, 1030) / Math.log2(x)];
}
/** As near to a multiple of π/2 as a double comes. */
function quarter(random: Random): Arguments {
  return [(Math.floor(uniform(random, 0, 2 ** 27)) * Math.PI) / 2, 0];
}

for (const [name, ours, limit, ranges] of functions) {
  test(`${name} is within ${limit} ulp of Node's on a million inputs`, (t) => {
    const theirs = (Math as unknown as Record<string, (x: number, y: number) => number>)[name]!;
    seeded(t, (random) => {
      for (let i = 0; i < 1_000_000; i++) {
        const [x, y] = ranges[i % ranges.length]!(random);
        const distance = ulps(ours(x, y), theirs(x, y));
        if (distance > limit) t.fail(`${name}(${x}, ${y}) is ${ours(x, y)}, Node's is ${theirs(x, y)}`);
      }
    });
    t.pass();
  });
}

test("special cases are Node's, signs of zeros included", (t) => {
  const special = [
    0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 1e-320, -1e-320, 5e-324, 1e300, -1e300, 1.7976931348623157e308,
  ];
  special.push(NaN, Infinity, -Infinity, 709.782712893384, 709.7827128933841, -745.1332191019411, -745.1332191019412);
  special.push(9007199254740991, -9007199254740991, 9007199254740992, 1 - 2 ** -53, 1 + 2 ** -52, -1 - 2 ** -52);
  for (const [name, ours] of functions) {
    const theirs = (Math as unknown as Record<string, (x: number, y: number) => number>)[name]!;
    for (const x of special) {
      for (const y of name === "pow" ? special : [0]) {
        const [actual, expected] = [ours(x, y), theirs(x, y)];
        const same = Object.is(actual, expected) || (expected !== 0 && ulps(actual, expected) <= 1);
        t.true(same, `${name}(${x}, ${y}) is ${actual}, not ${expected}`);
      }
    }
  }
});

test("exact results are exact", (t) => {
  for (let n = -300; n <= 300; n++) t.is(log10(Number(`1e${n}`)), n);
  for (let n = 0; n <= 22; n++) t.is(pow(10, n), Number(`1e${n}`));
  for (let n = -1074; n <= 1023; n++) t.is(pow(2, n), 2 ** n);
  for (let n = 1; n <= 2000; n++) t.is(pow(n * n, 0.5), n);
  t.is(exp(0), 1);
  t.is(log(1), 0);
});

test("the same inputs give the same bits on every engine and in every release", (t) => {
  t.is(fingerprint(), "358aa87f");
});

/** Over a fixed sequence of inputs; the same loop in an XS worker gives the same. */
function fingerprint(): string {
  const random = new Random(419);
  let hash = 0;
  for (const [, ours, , ranges] of functions) {
    for (let i = 0; i < 20_000; i++) {
      // Only ranges made by exact arithmetic: the others ask the engine's own log2 and powers.
      const [x, y] = ranges[i & 1]!(random);
      bits.setFloat64(0, ours(x, y));
      hash = Math.imul(hash ^ bits.getInt32(0), 0x01000193);
      hash = Math.imul(hash ^ bits.getInt32(4), 0x01000193);
    }
  }
  return (hash >>> 0).toString(16);
}
