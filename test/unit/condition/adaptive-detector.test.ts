import test from "ava";
import fc from "fast-check";
import { AdaptiveDetector } from "../../../firmware/condition/adaptive-detector.js";
import { Random } from "../../../simulator/random.js";

const ALARM = 0.5;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONDAY = Date.UTC(2026, 0, 5);

type Machine = (utc: number, row: number) => number;

interface BenchOptions {
  state?: ArrayBuffer;
  step?: number;
  /** Whether the node knows the time. */
  known?: boolean;
}

/** A detector that is shown a machine. */
function bench({
  state = new ArrayBuffer(AdaptiveDetector.stateBytes),
  step = MINUTE,
  known = true,
}: BenchOptions = {}) {
  const detector = new AdaptiveDetector(state);
  const clock = { known, ticks: 5000, now: MONDAY, row: 0 };
  /** Scores of the next values. */
  const run = (time: number, machine: Machine): number[] =>
    Array.from({ length: Math.round(time / step) }, () => {
      clock.ticks += step;
      clock.now += step;
      return detector.update(machine(clock.now, clock.row++), clock.ticks, clock.known ? clock.now : NaN);
    });
  const wait = (ms: number): void => {
    clock.ticks += ms;
    clock.now += ms;
  };
  return { detector, state, clock, run, wait };
}

function noise(random: Random): Machine {
  return () => 20 + random.normal();
}

/** A temperature that follows the day. */
function daily(random: Random): Machine {
  return (utc) => 20 + 5 * Math.sin(((utc % DAY) / DAY) * 2 * Math.PI) + 0.5 * random.normal();
}

/** A pump that runs from 7 to 17, but not at weekends. */
function pump(random: Random): Machine {
  return (utc) => {
    const hour = (utc % DAY) / HOUR;
    const runs = new Date(utc).getUTCDay() % 6 !== 0 && hour >= 7 && hour < 17;
    return (runs ? 20 : 0) + 0.5 * random.normal();
  };
}

function alarms(scores: readonly number[]): number {
  return scores.filter((score) => score >= ALARM).length;
}

function first(scores: readonly number[]): number {
  const at = scores.findIndex((score) => score >= ALARM);
  return at < 0 ? Infinity : at;
}

test("the state fits into 1,024 bytes", (t) => {
  t.true(AdaptiveDetector.stateBytes <= 1024);
});

test("scores lie between 0 and 1, and the first hundred values are not judged", (t) => {
  const { run } = bench({ step: SECOND });
  const scores = run(HOUR, noise(new Random(1)));
  t.true(scores.every((score) => score >= 0 && score <= 1));
  t.true(scores.slice(0, 100).every((score) => score === 0));
});

test("a constant is never an alarm, its first change is one at once", (t) => {
  const { run } = bench({ step: SECOND });
  t.is(alarms(run(DAY, () => 20.1)), 0);
  t.is(first(run(MINUTE, () => 20.2)), 0);
});

test("noise is seldom an alarm after the first day", (t) => {
  for (let seed = 1; seed <= 4; seed++) {
    const { run } = bench({ step: 5 * SECOND });
    const machine = noise(new Random(seed));
    run(DAY, machine);
    t.true(alarms(run(6 * DAY, machine)) <= 6, `seed ${seed}`);
  }
});

test("a day's cycle is seldom an alarm after the first week", (t) => {
  for (let seed = 1; seed <= 4; seed++) {
    const { run } = bench();
    const machine = daily(new Random(seed));
    run(7 * DAY, machine);
    t.true(alarms(run(21 * DAY, machine)) <= 3, `seed ${seed}`);
  }
});

test("it finds a spike at once, and a spike alone is one alarm", (t) => {
  for (let seed = 1; seed <= 5; seed++) {
    const { run } = bench();
    const machine = daily(new Random(seed));
    run(14 * DAY, machine);
    const scores = run(3 * HOUR, (utc, row) => machine(utc, row) + (row === 14 * 1440 ? 8 : 0));
    t.is(first(scores), 0, `seed ${seed}`);
    t.is(alarms(scores), 1, `seed ${seed}`);
  }
});

test("it finds a step within the hour", (t) => {
  for (let seed = 1; seed <= 5; seed++) {
    const { run } = bench();
    const machine = daily(new Random(seed));
    run(14 * DAY, machine);
    t.true(first(run(DAY, (utc, row) => machine(utc, row) + 3)) < 60, `seed ${seed}`);
  }
});

test("it finds noise three times as strong within the hour", (t) => {
  for (let seed = 1; seed <= 5; seed++) {
    const { run } = bench();
    const random = new Random(seed);
    const machine = daily(random);
    run(14 * DAY, machine);
    t.true(first(run(DAY, (utc, row) => machine(utc, row) + 1.4 * random.normal())) < 60, `seed ${seed}`);
  }
});

test("it finds a value that is stuck", (t) => {
  for (let seed = 1; seed <= 5; seed++) {
    const { run } = bench();
    run(14 * DAY, daily(new Random(seed)));
    t.true(first(run(DAY, () => 20.25)) <= 60, `seed ${seed}`);
  }
});

test("it finds a day without its cycle, whether the time is known or not", (t) => {
  for (const known of [true, false]) {
    const { run } = bench({ known });
    const random = new Random(3);
    run(14 * DAY, daily(random));
    t.true(first(run(DAY, () => 20 + 0.5 * random.normal())) < 12 * 60, known ? "known" : "unknown");
  }
});

test("what lasts is reported once, not for as long as it lasts", (t) => {
  const { run } = bench();
  const machine = daily(new Random(1));
  run(14 * DAY, machine);
  t.true(alarms(run(2 * DAY, (utc, row) => machine(utc, row) + 5)) <= 6);
});

test("it learns the week: idle weekends are usual, an idle Tuesday is not", (t) => {
  for (let seed = 1; seed <= 3; seed++) {
    const { run } = bench();
    const random = new Random(seed);
    const machine = pump(random);
    run(35 * DAY, machine);
    t.is(alarms(run(15 * DAY, machine)), 0, `seed ${seed}`);
    t.true(first(run(DAY, () => 0.5 * random.normal())) < 12 * 60, `seed ${seed}`);
  }
});

test("it follows a trend in silence, and finds a step on top of it", (t) => {
  for (const perDay of [0.1, 1]) {
    const { run } = bench();
    const random = new Random(1);
    const drifting: Machine = (utc) => 100 + ((utc - MONDAY) / DAY) * perDay + 0.5 * random.normal();
    run(30 * DAY, drifting);
    t.true(alarms(run(60 * DAY, drifting)) <= 2, `${perDay} a day`);
    t.true(first(run(DAY, (utc) => drifting(utc, 0) + 3)) < 60, `${perDay} a day`);
  }
});

test("another unit and another offset change no verdict", (t) => {
  const faulty = (random: Random): Machine => {
    const machine = daily(random);
    return (utc, row) => machine(utc, row) + (row % 5000 > 4700 ? 4 : 0);
  };
  const usual = bench().run(20 * DAY, faulty(new Random(4)));
  t.true(alarms(usual) > 0);
  for (const [factor, offset] of [
    [1000, -77],
    [1e-3, 5],
    [1e9, 0],
  ] as const) {
    const machine = faulty(new Random(4));
    const other = bench().run(20 * DAY, (utc, row) => factor * machine(utc, row) + offset);
    t.true(
      other.every((score, i) => score >= ALARM === usual[i]! >= ALARM),
      `${factor} v + ${offset}`,
    );
  }
});

test("a detector over a copy of the state goes on exactly", (t) => {
  const one = bench();
  const machine = daily(new Random(1));
  one.run(10 * DAY, machine);
  const other = bench({ state: one.state.slice(0) });
  Object.assign(other.clock, one.clock);
  const values = Array.from({ length: 3000 }, (_, i) => machine(one.clock.now + i * MINUTE, 0) + (i > 2000 ? 4 : 0));
  const shown =
    (from: number): Machine =>
    (_, row) =>
      values[row - from]!;
  t.deepEqual(one.run(3000 * MINUTE, shown(one.clock.row)), other.run(3000 * MINUTE, shown(other.clock.row)));
  t.deepEqual(new Uint8Array(one.state), new Uint8Array(other.state));
});

test("a frozen detector judges, but what it has learned stays", (t) => {
  const { detector, state, run } = bench();
  const machine = daily(new Random(1));
  run(10 * DAY, machine);
  detector.frozen = true;
  // All but the present views and the alarm in force, which come first, and the clock, which the forecast begins with.
  const learned = (): number[] => [...new Uint8Array(state, 8 * 7, 8 * 17), ...new Uint8Array(state, 8 * 28)];
  const before = learned();
  t.true(first(run(DAY, (utc, row) => machine(utc, row) + 4)) < 60);
  t.deepEqual(learned(), before);
  t.true(alarms(run(2 * DAY, machine)) < 10, "it is silent again once the fault is over");
  detector.frozen = false;
  run(HOUR, machine);
  t.notDeepEqual(learned(), before);
});

test("a frozen detector that has learned nothing says nothing", (t) => {
  const { detector, state, run } = bench();
  detector.frozen = true;
  t.true(run(DAY, noise(new Random(1))).every((score) => score === 0));
  t.true(new Uint8Array(state).every((byte) => byte === 0));
});

test("reset forgets everything", (t) => {
  const { detector, state, run } = bench();
  const before = run(3 * DAY, daily(new Random(1)));
  detector.reset();
  t.true(new Uint8Array(state).every((byte) => byte === 0));
  const again = bench({ state });
  t.deepEqual(again.run(3 * DAY, daily(new Random(1))), before);
});

for (const wrong of [1e6, -1.7e308])
  test(`one wrong value, ${wrong}, is an alarm, but does not blind it`, (t) => {
    const { run } = bench();
    const machine = daily(new Random(2));
    run(14 * DAY, machine);
    t.is(first(run(DAY, (utc, row) => (row === 14 * 1440 ? wrong : machine(utc, row)))), 0);
    run(DAY, machine);
    t.true(first(run(DAY, (utc, row) => machine(utc, row) + 4)) < 120);
  });

test("a gap of days is no alarm, and faults are found after it", (t) => {
  const { run, wait } = bench();
  const machine = daily(new Random(2));
  run(14 * DAY, machine);
  wait(3 * DAY + 5 * HOUR);
  t.is(alarms(run(DAY, machine)), 0);
  t.true(first(run(DAY, (utc, row) => machine(utc, row) + 4)) < 60);
});

test("the hours that it has learned stay when the time becomes known", (t) => {
  const { clock, run } = bench({ known: false });
  const machine = daily(new Random(2));
  run(14 * DAY + 7 * HOUR, machine);
  clock.known = true;
  t.is(alarms(run(3 * DAY, machine)), 0);
});

test("after a restart it waits for the time, with the hours that it had learned", (t) => {
  const { clock, run } = bench();
  const machine = daily(new Random(2));
  run(14 * DAY, machine);
  clock.ticks = 0;
  clock.known = false;
  run(HOUR, machine);
  clock.known = true;
  t.is(alarms(run(2 * DAY, machine).slice(120)), 0);
});

test("a node that never knows the time learns the hours anew after a restart", (t) => {
  const { clock, run } = bench({ known: false });
  const random = new Random(2);
  const machine = daily(random);
  run(14 * DAY, machine);
  clock.ticks = 0;
  clock.now += 7 * HOUR;
  run(10 * DAY, machine);
  t.true(alarms(run(3 * DAY, machine)) <= 1);
  t.true(first(run(DAY, () => 20 + 0.5 * random.normal())) < 12 * 60);
});

test("whatever finite values come, the score lies between 0 and 1", (t) => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, -0, 5e-324, -1e300, 1.7976931348623157e308, -1.7976931348623157e308),
    fc.double({ min: 19, max: 21, noNaN: true }),
  );
  const steps = fc.integer({ min: 0, max: 10 * DAY });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, steps), { minLength: 150, maxLength: 400 }), fc.boolean(), (values, known) => {
      const detector = new AdaptiveDetector(new ArrayBuffer(AdaptiveDetector.stateBytes));
      let ticks = 0;
      return values.every(([x, step]) => {
        ticks += step;
        const score = detector.update(x, ticks, known ? MONDAY + ticks : NaN);
        return score >= 0 && score <= 1;
      });
    }),
  );
  t.pass();
});
