import test from "ava";
import { FusedDetector } from "../../../firmware/condition/fused-detector.js";
import { Random } from "../../../simulator/random.js";

const ALARM = 0.5;
const STEP_MS = 1000;

type Machine = (row: number, values: Float64Array) => void;

/** A detector that is shown a machine, a row a second. */
function bench(channels: number, state = new ArrayBuffer(FusedDetector.stateBytes(channels))) {
  const detector = new FusedDetector(state, channels);
  const values = new Float64Array(channels);
  let row = 0;
  let ticks = 0;
  /** Scores of the next rows. */
  const run = (rows: number, machine: Machine): number[] =>
    Array.from({ length: rows }, () => {
      machine(row++, values);
      return detector.update(values, (ticks += STEP_MS), NaN);
    });
  const wait = (ms: number) => void (ticks += ms);
  return { detector, state, run, wait };
}

/** Channels that follow the same load. */
function pump(random: Random): Machine {
  return (_, values) => {
    const load = random.normal();
    for (let i = 0; i < values.length; i++) values[i] = 10 * i + load + 0.2 * random.normal();
  };
}

/** Channels of white noise. */
function noise(random: Random): Machine {
  return (_, values) => {
    for (let i = 0; i < values.length; i++) values[i] = random.normal();
  };
}

function changed(machine: Machine, change: (row: number, values: Float64Array) => void): Machine {
  return (row, values) => {
    machine(row, values);
    change(row, values);
  };
}

function share(scores: readonly number[]): number {
  return scores.filter((score) => score >= ALARM).length / scores.length;
}

test("eight channels fit into 2,048 bytes", (t) => {
  t.is(FusedDetector.stateBytes(8), 1616);
  for (let channels = 2; channels <= 8; channels++) t.true(FusedDetector.stateBytes(channels) <= 2048);
});

test("it learns first and says nothing, and of what is usual it says little afterwards", (t) => {
  for (let seed = 1; seed <= 10; seed++) {
    const { run } = bench(5);
    const machine = pump(new Random(seed));
    t.true(run(256, machine).every((score) => score === 0));
    const scores = run(10_000, machine);
    t.true(share(scores) < 0.01, `seed ${seed}: ${share(scores)}`);
    t.true(scores.every((score) => score >= 0 && score <= 1));
  }
});

test("a shift of one channel is an alarm as long as it lasts", (t) => {
  for (let seed = 1; seed <= 10; seed++) {
    const { run } = bench(8);
    const machine = noise(new Random(seed));
    run(1000, machine);
    const shifted = run(
      600,
      changed(machine, (_, values) => (values[3]! += 3)),
    );
    t.true(shifted.findIndex((score) => score >= ALARM) < 12, `seed ${seed}`);
    t.is(share(shifted.slice(12)), 1, `seed ${seed}: ten minutes do not make it normal`);
    t.is(share(run(600, machine).slice(100)), 0, `seed ${seed}: and then it is over`);
  }
});

test("channels that part company are an alarm, though each stays in its range", (t) => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = new Random(seed);
    const together = bench(4);
    const machine = pump(random);
    // The same channel beside one that has nothing to do with it.
    const alone = bench(2);
    const single = new Float64Array(4);
    const one = (whole: Machine): Machine => {
      return (row, values) => {
        whole(row, single);
        values[0] = single[2]!;
        values[1] = random.normal();
      };
    };
    together.run(2000, machine);
    alone.run(2000, one(machine));
    // The same mean and variance as before, but of its own.
    const apart = changed(machine, (_, values) => (values[2] = 20 + random.normal() + 0.2 * random.normal()));
    const seen = share(together.run(600, apart));
    t.true(seen > 0.3, `seed ${seed}: ${seen}`);
    t.true(share(alone.run(600, one(apart))) < 0.05, `seed ${seed}`);
  }
});

test("a channel may be rescaled and shifted, each by its own, and the scores stay", (t) => {
  const factors = [1000, 1e-3, 1, 1e6, -5];
  const offsets = [-77, 5, 1e4, 0, 273.15];
  const plain = bench(5);
  const rescaled = bench(5);
  const fault = (machine: Machine) =>
    changed(machine, (row, values) => {
      if (row > 1500 && row < 1800) values[1]! += 2;
    });
  const scores = plain.run(3000, fault(pump(new Random(7))));
  const others = rescaled.run(
    3000,
    changed(fault(pump(new Random(7))), (_, values) =>
      values.forEach((v, i) => (values[i] = v * factors[i]! + offsets[i]!)),
    ),
  );
  const largest = Math.max(...scores.map((score, i) => Math.abs(score - others[i]!)));
  t.true(largest < 1e-6, String(largest));
  t.true(share(scores.slice(1530, 1800)) > 0.9);
});

test("a copy of the state goes on exactly as the first would have", (t) => {
  for (const rows of [1, 5, 100, 257, 1003]) {
    const first = bench(5);
    first.run(rows, pump(new Random(8)));
    const second = bench(5, first.state.slice(0));
    second.wait(rows * STEP_MS);
    t.deepEqual(second.run(1500, pump(new Random(9))), first.run(1500, pump(new Random(9))));
    t.deepEqual(new Uint8Array(second.state), new Uint8Array(first.state));
  }
});

test("frozen it judges and learns nothing more", (t) => {
  const { detector, run } = bench(3);
  const machine = noise(new Random(10));
  run(1000, machine);
  detector.frozen = true;
  const other = changed(machine, (_, values) => (values[1]! += 4));
  t.is(share(run(100_000, other).slice(20)), 1, "a day does not make it normal");
  t.true(share(run(5000, machine).slice(100)) < 0.01);
  detector.frozen = false;
  run(100_000, other);
  t.is(share(run(3600, other)), 0);
});

test("frozen before it has learned, it has nothing to say", (t) => {
  const { detector, run } = bench(3);
  detector.frozen = true;
  t.true(run(2000, noise(new Random(11))).every((score) => score === 0));
});

test("reset forgets everything", (t) => {
  const { detector, state, run } = bench(4);
  run(2000, pump(new Random(12)));
  detector.reset();
  t.true(new Uint8Array(state).every((byte) => byte === 0));
  t.true(run(256, pump(new Random(13))).every((score) => score === 0));
});

test("a constant channel has no say, and its first movement gives it its scale", (t) => {
  const { run } = bench(3);
  const machine = changed(noise(new Random(14)), (_, values) => (values[1] = 5));
  t.true(share(run(3000, machine)) < 0.01);
  const moved = run(
    3000,
    changed(machine, (_, values) => (values[1] = 6)),
  );
  t.true(share(moved) < 0.02);
  t.true(moved.every((score) => score >= 0 && score <= 1));
});

test("nothing but constant channels is never unusual", (t) => {
  const { run } = bench(2);
  t.true(run(2000, (_, values) => values.fill(3)).every((score) => score === 0));
});

test("two channels that are the same one are no trouble, until they are not", (t) => {
  const { run } = bench(3);
  const machine = changed(noise(new Random(15)), (_, values) => (values[2] = values[1]!));
  run(2000, machine);
  t.true(share(run(2000, machine)) < 0.01);
  t.true(
    share(
      run(
        200,
        changed(machine, (_, values) => (values[2]! += 1)),
      ),
    ) > 0.8,
  );
});

test("a channel that wanders by itself does not raise the alarm for wandering", (t) => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = new Random(seed);
    let temperature = 70;
    const { run } = bench(4);
    const machine = changed(noise(random), (_, values) => (values[0] = temperature += 0.1 * random.normal()));
    run(400, machine);
    t.true(share(run(10_000, machine)) < 0.02, `seed ${seed}`);
    t.true(
      share(
        run(
          300,
          changed(machine, (_, values) => (values[1]! += 3)),
        ),
      ) > 0.9,
      `seed ${seed}: the others are watched as before`,
    );
  }
});

test("a drift over days is learned", (t) => {
  const { run } = bench(3);
  const machine = noise(new Random(16));
  run(20_000, machine);
  const drift = changed(machine, (row, values) => (values[1]! += (row - 20_000) / 17_280));
  t.true(share(run(172_800, drift)) < 0.02, "ten standard deviations in two days");
});

test("what is always unusual is not forever an alarm", (t) => {
  const { run } = bench(3);
  const machine = noise(new Random(17));
  run(1000, machine);
  const other = changed(machine, (_, values) => (values[1]! += 4));
  t.is(share(run(1200, other).slice(20)), 1, "after twenty minutes it still is");
  run(86_400, other);
  t.is(share(run(3600, other)), 0, "after a day no more");
});

test("after a gap in time the levels begin anew, and a wandering channel is met afresh", (t) => {
  const random = new Random(18);
  let temperature = 70;
  const { run, wait } = bench(4);
  const machine = changed(noise(random), (_, values) => (values[0] = temperature += 0.1 * random.normal()));
  run(2000, machine);
  wait(3 * 86_400_000);
  temperature += 20;
  t.is(share(run(500, machine)), 0);
  wait(86_400_000);
  const stopped = run(
    300,
    changed(machine, (_, values) => (values[1]! += 4)),
  );
  t.is(share(stopped.slice(0, 12)), 0, "no word before the levels have settled");
  t.is(share(stopped.slice(20)), 1, "a steady channel is where it was, or it is unusual");
});

test("times that repeat or go back, and rows that are not numbers, do no harm", (t) => {
  const values = new Float64Array(2);
  const random = new Random(19);
  const detector = new FusedDetector(new ArrayBuffer(FusedDetector.stateBytes(2)), 2);
  for (let row = 0; row < 2000; row++) {
    values[0] = row % 100 === 50 ? [NaN, Infinity, -Infinity][(row / 50) % 3]! : random.normal();
    values[1] = random.normal();
    const score = detector.update(values, row % 7 === 0 ? 0 : row * 1000, row * 1000);
    t.true(score >= 0 && score <= 1);
  }
});

test("a wrong number of channels, of bytes or of values is told of", (t) => {
  for (const channels of [1, 9, 2.5, NaN]) {
    const told = {
      instanceOf: RangeError,
      message: `fused detector: channels ${channels} is not an integer from 2 to 8`,
    };
    t.throws(() => FusedDetector.stateBytes(channels), told);
    t.throws(() => new FusedDetector(new ArrayBuffer(64), channels), told);
  }
  t.throws(() => new FusedDetector(new ArrayBuffer(64), 8), {
    instanceOf: RangeError,
    message: "fused detector: state of 64 bytes is not 1616 bytes long",
  });
  const { detector } = bench(3);
  t.throws(() => detector.update(new Float64Array(4), 0, NaN), {
    instanceOf: RangeError,
    message: "fused detector: values of length 4 is not one per channel, 3",
  });
});
