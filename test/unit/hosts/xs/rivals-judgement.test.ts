import test from "ava";
import { createCondition } from "../../../../firmware/alarms/index.js";
import * as rivals from "../../../../hosts/xs/inside/rivals-judgement.js";
import { Random } from "../../../../simulator/random.js";
import { alarm } from "../../alarms/bench.js";

const COUNT = 800;
const SECOND = 1000;

/** Values that go everywhere between 0 and 100, slowly, with noise. */
function wandering(seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: COUNT }, (_, i) => 50 + 55 * Math.sin(i / 40) + 3 * random.normal());
}

/** Whether ours holds after each value. */
function course(settings: Parameters<typeof alarm>[0], values: Float64Array): boolean[] {
  const condition = createCondition(alarm(settings), 0);
  return Array.from(values, (value, i) => {
    condition.update(value, (i + 1) * SECOND);
    return condition.active;
  });
}

function courseOf(rival: rivals.RivalAlarm, values: Float64Array): (string | boolean)[] {
  return Array.from(values, (value, i) => rival(value, (i + 1) * SECOND));
}

for (const deadband of [0, 7]) {
  test(`four comparisons name the limit that is passed, with a deadband of ${deadband}`, (t) => {
    const limits = { lowLow: 10, low: 20, high: 80, highHigh: 90 };
    const values = wandering(1);
    const [highHigh, high, lowLow, low] = (
      [
        ["high-high", 90],
        ["high", 80],
        ["low-low", 10],
        ["low", 20],
      ] as const
    ).map(([kind, setpoint]) => course({ kind, setpoint, deadband }, values));
    const named = Array.from(values, (_, i) =>
      highHigh![i] ? "high-high" : high![i] ? "high" : lowLow![i] ? "low-low" : low![i] ? "low" : "",
    );
    t.deepEqual(courseOf(rivals.fourLimits(limits, deadband), values), named);
    t.is(new Set(named).size, 5);
  });
}

test("one comparison is a deviation alarm, a discrete one", (t) => {
  const values = wandering(2);
  const deviation = course({ kind: "deviation", setpoint: 30, deadband: 5, reference: 40 }, values);
  t.deepEqual(courseOf(rivals.deviation(30, 5, 40), values), deviation);
  const states = values.map((value) => (value > 60 ? 1 : 0));
  const discrete = course({ kind: "discrete", state: 1 }, states);
  t.deepEqual(courseOf(rivals.discrete(1), states), discrete);
  for (const one of [deviation, discrete]) t.is(new Set(one).size, 2);
});

test("an array of times is an event count", (t) => {
  const values = Float64Array.from({ length: COUNT }, (_, i) => (i % (i < 400 ? 150 : 40) < 5 ? 60 : 20));
  const ours = course({ kind: "event-count", setpoint: 50, count: 3, windowMs: 100_000 }, values);
  t.deepEqual(courseOf(rivals.eventCount(50, 3, 100_000), values), ours);
  t.is(new Set(ours).size, 2);
});

test("arrays of values and times are a rate of change, which ours tells an eighth of its window later at most", (t) => {
  // Level, then 2 per second for 200 s, then level again.
  const values = Float64Array.from({ length: COUNT }, (_, i) => 2 * Math.min(Math.max(i - 200, 0), 200));
  const ours = course({ kind: "rate-of-change", setpoint: 1, windowMs: 60_000 }, values);
  const theirs = courseOf(rivals.rateOfChange(1, 0, 60_000), values);
  for (const held of [true, false]) {
    const after = held ? 0 : 400;
    const distance = ours.indexOf(held, after) - theirs.indexOf(held, after);
    t.true(ours.indexOf(held, after) > after && distance >= 0 && distance <= 8, `${held}: ${distance} s later`);
  }
});

test("the time of the value tells that none has come, as ours does", (t) => {
  const ours = createCondition(alarm({ kind: "bad-quality", staleMs: 10_000 }), 0);
  const theirs = rivals.badQuality(10_000);
  for (let ticks = SECOND; ticks <= 100 * SECOND; ticks += SECOND) {
    if (ticks <= 30 * SECOND || ticks === 60 * SECOND) {
      ours.update(1, ticks);
      t.is(theirs.update(1, ticks), ours.active);
    }
    ours.expire(ticks);
    t.is(theirs.expire(ticks), ours.active, `${ticks}`);
  }
  t.true(ours.active);
});

test("z-scores and Hotelling's T² tell a jump of ten deviations from what is usual", (t) => {
  const random = new Random(3);
  const row = () => Array.from({ length: 8 }, () => 20 + 0.5 * random.normal());
  const judges = {
    "z-score": rivals.zScore(200),
    "z-score by memory": rivals.zScoreByMemory(200),
  };
  const fused = { "z-scores": rivals.zScores(8, 200), hotelling: rivals.hotelling(8, 1000) };
  const limits = { "z-score": 5, "z-score by memory": 5, "z-scores": 6, hotelling: 50 };
  for (let i = 0; i < 2000; i++) {
    const values = row();
    for (const [name, judge] of Object.entries(judges)) {
      const score = judge(values[0]!);
      if (i > 1000) t.true(score < limits[name as keyof typeof limits], `${name}: ${score}`);
    }
    for (const [name, judge] of Object.entries(fused)) {
      const score = judge(values);
      if (i > 1000) t.true(score < limits[name as keyof typeof limits], `${name}: ${score}`);
    }
  }
  const jump = row().map((value) => value + 5);
  for (const [name, judge] of Object.entries(judges)) t.true(judge(jump[0]!) > 6, name);
  for (const [name, judge] of Object.entries(fused)) t.true(judge(jump) > limits[name as keyof typeof limits], name);
});
