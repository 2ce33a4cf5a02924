import test from "ava";
import { ALARM_FIELDS, alarmName, alarmProblem } from "../../../firmware/alarms/index.js";
import { ALARM_KINDS } from "../../../firmware/model/alarm.js";
import { failureOf, GOOD, OUT_OF_SPECIFICATION } from "../../../firmware/model/quality.js";
import type { Random } from "../../../simulator/random.js";
import { seeded } from "../../support/seed.js";
import { alarm, Bench } from "./bench.js";

const ON = "unacknowledged";
const OFF = "normal";
/** Raised acknowledged, so that it is normal again when the condition has gone. */
const automatic = { acknowledgement: "automatic" };
const FAILED = failureOf("bus");

/** Whether the alarm is on after each value, one value a second. */
function course(given: Parameters<typeof alarm>[0], values: readonly number[]): string {
  const states = new Bench({ a: [alarm({ ...given, ...automatic })] }).values("a", values);
  return states.map((state) => (state === "acknowledged" ? "!" : ".")).join("");
}

test("a high alarm is raised at its limit and ends strictly behind limit and deadband", (t) => {
  t.is(course({ kind: "high", setpoint: 80, deadband: 2 }, [79.9, 80, 79, 78, 77.9]), ".!!!.");
  t.is(course({ kind: "high-high", setpoint: 80 }, [80, 80, 80, 79.99]), "!!!.");
});

test("a low alarm is the mirror image", (t) => {
  t.is(course({ kind: "low-low", setpoint: -5, deadband: 2 }, [-4.9, -5, -4, -3, -2.9]), ".!!!.");
  t.is(course({ kind: "low", setpoint: 1 }, [2, 1, 0, 1.01]), ".!!.");
});

test("the on-delay and the off-delay must pass without a break", (t) => {
  const high = { kind: "high", setpoint: 80 } as const;
  t.is(course({ ...high, onDelayMs: 3000 }, [81, 81, 81, 79, 81, 81, 81, 81]), ".......!");
  t.is(course({ ...high, offDelayMs: 2000 }, [81, 70, 70, 80, 70, 70, 70]), "!!!!!!.");
});

test("a failure of the channel breaks a delay, a value out of specification does not", (t) => {
  for (const [quality, state] of [[FAILED, OFF] as const, [OUT_OF_SPECIFICATION, ON] as const]) {
    const bench = new Bench({ a: [alarm({ kind: "high", setpoint: 80, onDelayMs: 2000 })] });
    bench.values("a", [81, 81]);
    bench.channels.a!.quality(quality, bench.clock.now);
    bench.channels.a!.quality(GOOD, bench.clock.now);
    bench.values("a", [81]);
    t.is(bench.state("a"), state);
  }
});

test("a deviation is judged on the side that counts, from a number or from another channel", (t) => {
  const deviation = { kind: "deviation", setpoint: 5, deadband: 1, reference: 20 } as const;
  t.is(course(deviation, [20, 25, 24.5, 23.9, 15, 16.1]), ".!!.!.");
  t.is(course({ ...deviation, direction: "above" }, [15, 25, 23.9]), ".!.");
  t.is(course({ ...deviation, direction: "below" }, [25, 15, 16.1]), ".!.");

  const bench = new Bench({ a: [alarm({ ...deviation, channel: "b" })], b: [] });
  t.true(bench.system.watches("b"));
  t.false(bench.system.watches("a"));
  t.deepEqual(bench.values("a", [100]), [OFF], "there is no reference yet");
  bench.value("b", 100);
  t.deepEqual(bench.values("a", [100, 105]), [OFF, ON]);
  bench.system.lost("b", bench.clock.now);
  t.deepEqual(bench.values("a", [100]), [ON], "without a reference nothing is judged");
});

test("a rate of change is the difference over the window, and begins anew after a failure", (t) => {
  const rate = { kind: "rate-of-change", setpoint: 1, windowMs: 3000 } as const;
  // 1 per second over the last three seconds; a step of 1.5 is only 0.5 per second.
  t.is(course(rate, [0, 1.5, 1.5, 1.5, 2.5, 3.5, 4.5, 4.5]), "......!.");
  t.is(course({ ...rate, direction: "falling" }, [9, 8, 7, 6, 9, 9, 9]), "...!...");
  t.is(course({ ...rate, direction: "rising" }, [9, 8, 7, 6, 9, 9, 9]), "......!");
  const bench = new Bench({ a: [alarm({ ...rate })] });
  bench.values("a", [0, 0, 0]);
  bench.channels.a!.quality(FAILED, bench.clock.now);
  bench.channels.a!.quality(GOOD, bench.clock.now);
  t.deepEqual(bench.values("a", [50, 50, 50, 53]), [OFF, OFF, OFF, ON]);
});

test("a discrete alarm is due in its state, or in every other", (t) => {
  t.is(course({ kind: "discrete", state: 1 }, [0, 1, 0.6, 0.4]), ".!!.");
  t.is(course({ kind: "discrete", state: 1, when: "is-not" }, [1, 0, 2, 1.4]), ".!!.");
});

test("bad quality is a failure, or anything but good; delays pass by time alone", (t) => {
  const bench = new Bench({
    a: [alarm({ kind: "bad-quality", onDelayMs: 2000 })],
    b: [alarm({ kind: "bad-quality", from: "any" })],
  });
  for (const channel of ["a", "b"]) bench.channels[channel]!.quality(OUT_OF_SPECIFICATION, 0);
  t.deepEqual([bench.state("a"), bench.state("b")], [OFF, ON]);
  bench.channels.a!.quality(FAILED, 0);
  bench.wait(1999);
  bench.expire();
  t.is(bench.state("a"), OFF);
  bench.wait(1);
  bench.expire();
  t.is(bench.state("a"), ON);
});

test("bad quality is silence too, when it says after what time", (t) => {
  const bench = new Bench({ a: [alarm({ kind: "bad-quality", staleMs: 5000 })] });
  bench.wait(4000);
  bench.values("a", [1]);
  bench.wait(3000);
  bench.expire();
  t.is(bench.state("a"), OFF);
  bench.wait(1000);
  bench.expire();
  t.is(bench.state("a"), ON);
  bench.value("a", 1);
  t.is(bench.state("a"), "returned-unacknowledged");
});

test("an event count counts rises within the window, and ends by time alone", (t) => {
  const bench = new Bench({
    a: [alarm({ kind: "event-count", setpoint: 10, deadband: 2, count: 3, windowMs: 10_000, ...automatic })],
  });
  t.deepEqual(new Set(bench.values("a", [11, 9, 11, 7, 11, 7, 11])), new Set([OFF]), "up at the start is no rise");
  t.deepEqual(bench.values("a", [7, 11]), [OFF, "acknowledged"]);
  // The first of the three was at 4 s.
  bench.clock.now = 14_000;
  bench.expire();
  t.is(bench.state("a"), "acknowledged");
  bench.clock.now = 14_001;
  bench.expire();
  t.is(bench.state("a"), OFF);
});

test("unusual is a score of a half or more", (t) => {
  t.is(course({ kind: "unusual" }, [0.49, 0.5, 1, 0.4]), ".!!.");
});

test("values far from all limits are passed as the others are judged: four limits and a delay", (t) => {
  const kinds = ["low-low", "low", "high", "high-high"] as const;
  const limits = kinds.map((kind, i) => alarm({ kind, setpoint: [0, 10, 20, 30][i], deadband: 1, ...automatic }));
  const bench = new Bench({ a: limits });
  const states = (value: number) => {
    bench.values("a", [value]);
    return bench.channels.a!.alarms.map(({ active }) => (active ? "!" : ".")).join("");
  };
  t.deepEqual([15, 20, 19, 18.9, 10, 11, 11.1, 35, 15, -1, 15].map(states), [
    "....",
    "..!.",
    "..!.",
    "....",
    ".!..",
    ".!..",
    "....",
    "..!!",
    "....",
    "!!..",
    "....",
  ]);
});

test("a square wave with noise gives one annunciation with deadband and delays, and many without", (t) => {
  seeded(t, (random: Random) => {
    const annunciations = (given: object) => {
      const bench = new Bench({ a: [alarm({ kind: "high", setpoint: 80, ...automatic, ...given })] });
      // One excursion, from 79.8 to 80.2 and back, under noise of ten times its size.
      const wave = Array.from({ length: 1500 }, (_, i) => (Math.floor(i / 500) === 1 ? 82 : 78) + noise[i]!);
      bench.values("a", wave);
      return bench.channels.a!.alarms[0]!.statistics.annunciations;
    };
    const noise = Array.from({ length: 1500 }, () => 2 * Math.max(-2.5, Math.min(2.5, random.normal())));
    t.is(annunciations({ deadband: 2, onDelayMs: 15_000, offDelayMs: 15_000 }), 1);
    t.true(annunciations({}) > 50);
  });
});

test("what cannot be is named", (t) => {
  const problem = (given: Parameters<typeof alarm>[0]) => alarmProblem(alarm(given));
  t.is(problem({ kind: "high" }), " has no setpoint; a high alarm needs one");
  t.is(problem({ kind: "event-count" }), " has no setpoint; an event-count alarm needs one");
  t.is(problem({ kind: "rate-of-change", setpoint: 1, deadband: 1 }), ".deadband 1 is not below the setpoint 1");
  t.is(problem({ kind: "deviation" }), " has no setpoint; a deviation alarm needs one");
  for (const kind of ALARM_KINDS) t.is(problem({ kind, setpoint: 1 }), undefined, kind);
});

test("every kind's fields can be in flash, and say what they are for", (t) => {
  const frozen = (value: unknown): boolean =>
    typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
  t.true(frozen(ALARM_FIELDS));
  t.deepEqual(Object.keys(ALARM_FIELDS), [...ALARM_KINDS]);
  for (const kind of ALARM_KINDS) {
    for (const [name, { help }] of Object.entries(ALARM_FIELDS[kind])) {
      t.true(help.length > 10 && !help.includes("\n"), `${kind}.${name}`);
    }
  }
});

test("an alarm without a name is called by its kind", (t) => {
  t.is(alarmName(alarm({ kind: "low" })), "low");
  t.is(alarmName(alarm({ kind: "low", name: "dry" })), "dry");
});
