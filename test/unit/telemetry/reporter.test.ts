import test from "ava";
import { Reporter } from "../../../firmware/telemetry/reporter.js";

const change = { kind: "change", deadband: 0.5, minimumIntervalMs: 2000, maximumIntervalMs: 10_000 } as const;

/** Which of these values, one a second, are sent. */
function sent(reporter: Reporter, values: readonly number[]): number[] {
  return values.filter((value, i) => reporter.offer(value, i * 1000));
}

test("every value is sent when every value is asked for, even the same one twice in a tick", (t) => {
  const reporter = new Reporter({ kind: "every" }, 0.01);
  t.true(reporter.offer(1, 5));
  t.true(reporter.offer(1, 5));
});

test("a value within the deadband of the last one sent is no news", (t) => {
  t.deepEqual(sent(new Reporter(change, 0.01), [20, 20.1, 20.4, 20.49, 20.5, 20.6]), [20, 20.5]);
});

test("the minimum interval holds however fast the value moves", (t) => {
  t.deepEqual(sent(new Reporter(change, 0.01), [0, 10, 20, 30, 40]), [0, 20, 40]);
});

test("after the maximum interval the value is sent even if it is no news", (t) => {
  t.is(sent(new Reporter(change, 0.01), Array(31).fill(20)).length, 4);
  t.is(sent(new Reporter({ ...change, maximumIntervalMs: 0 }, 0.01), Array(1000).fill(20)).length, 1);
});

test("less than a step of the channel's resolution is never news", (t) => {
  const reporter = new Reporter({ ...change, deadband: 0, minimumIntervalMs: 0 }, 0.1);
  t.deepEqual(sent(reporter, [20, 20.05, 20.09, 20.11]), [20, 20.11]);
});

test("after a reset the next value is news", (t) => {
  const reporter = new Reporter(change, 0.01);
  reporter.offer(20, 0);
  reporter.reset();
  t.true(reporter.offer(20, 1));
});
