import test from "ava";
import { Wandering } from "../../../firmware/signal/wandering.js";
import { Random } from "../../../simulator/random.js";

const ORIGIN = new Float64Array(2);

function bench(memory = 10_000) {
  const wandering = new Wandering(new Float64Array(Wandering.stateLength(2)), 2, memory);
  const values = new Float64Array(2);
  const run = (rows: number, first: () => number, second: () => number, weight = 1, cautious = false): void => {
    for (let row = 0; row < rows; row++) {
      values[0] = first();
      values[1] = second();
      wandering.update(values, ORIGIN, weight, cautious);
    }
  };
  return { wandering, run };
}

/** A random walk. */
function walk(random: Random): () => number {
  let place = 0;
  return () => (place += random.normal());
}

test("noise about a mean is steady, a random walk wanders", (t) => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const { wandering, run } = bench();
    run(2000, () => 20 + random.normal(), walk(random));
    t.is(wandering.degree(0), 0, `seed ${seed}`);
    t.true(wandering.degree(1) > 0.4, `seed ${seed}: ${wandering.degree(1)}`);
  }
});

test("the variance of white noise is told, whatever its mean", (t) => {
  const random = new Random(2);
  const { wandering, run } = bench();
  run(
    20_000,
    () => 3 * random.normal() + 1000,
    () => 5,
  );
  t.true(Math.abs(wandering.noise(0) - 9) < 0.9, String(wandering.noise(0)));
  t.is(wandering.noise(1), 0);
  t.is(wandering.degree(1), 0, "a constant does not wander");
});

test("nothing is known before sixteen blocks of eight", (t) => {
  const { wandering, run } = bench();
  let place = 0;
  const ramp = () => place++;
  run(127, ramp, ramp);
  t.is(wandering.degree(0), 0);
  run(1, ramp, ramp);
  t.is(wandering.degree(0), 1);
});

test("blocks before a gap are compared with none after it", (t) => {
  const random = new Random(4);
  const { wandering, run } = bench();
  const noise = () => random.normal();
  run(1000, noise, noise);
  const before = wandering.noise(0);
  wandering.interrupt();
  run(
    1000,
    () => 1e6 + random.normal(),
    () => random.normal(),
  );
  t.true(Math.abs(wandering.noise(0) / before - 1) < 0.3);
  t.is(wandering.degree(0), 0);
});

test("a weight of 0 learns nothing, and caution draws in what is far out", (t) => {
  const random = new Random(5);
  const noise = () => random.normal();
  const { wandering, run } = bench();
  run(1000, noise, noise);
  const before = wandering.noise(0);
  run(16, () => 1000 * noise(), noise, 0);
  t.is(wandering.noise(0), before);
  run(16, () => 1000 * noise(), noise, 1, true);
  t.true(wandering.noise(0) < 1.3 * before);
});
