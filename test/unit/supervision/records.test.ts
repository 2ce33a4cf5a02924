import test from "ava";
import { CrashRecord, crashOf } from "../../../firmware/supervision/crash.js";
import { GuardedClock } from "../../../firmware/supervision/guarded-clock.js";
import { Lateness } from "../../../firmware/supervision/lateness.js";
import { StartCount } from "../../../firmware/supervision/starts.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { FaultyTimers } from "../../../simulator/faults/timers.js";
import { MemoryKeyValue } from "../../../simulator/io/key-value.js";

const broken = {
  read(): never {
    throw new Error("worn");
  },
  write(): never {
    throw new Error("worn");
  },
  delete(): never {
    throw new Error("worn");
  },
};

test("a crash is kept until it was told, in one line each of at most 80 characters", (t) => {
  const storage = new MemoryKeyValue();
  new CrashRecord(storage).keep({ reason: "first\nline", place: "here" });
  t.deepEqual(new CrashRecord(storage).get(), { reason: "first line", place: "here" });
  const record = new CrashRecord(storage);
  record.keep({ reason: "x".repeat(500), place: "y".repeat(500) });
  t.deepEqual(record.get(), { reason: "x".repeat(80), place: "y".repeat(80) });
  record.forget();
  t.is(new CrashRecord(storage).get(), undefined);
});

test("storage that fails keeps neither a crash from passing nor the node from starting", (t) => {
  const record = new CrashRecord(broken);
  t.notThrows(() => record.keep({ reason: "r", place: "p" }));
  t.is(record.get(), undefined);
  t.notThrows(() => record.forget());
  t.is(new StartCount(broken, "panic").failed, 0);
  t.notThrows(() => new StartCount(broken, "panic").succeeded());
});

test("where: the stage and the first frame, without the way to the file, of V8 and of XS", (t) => {
  const of = (stack: string | undefined) => {
    const fault = new Error("broken");
    fault.stack = stack as string;
    return crashOf(fault, "sampling");
  };
  t.deepEqual(of("Error: broken\n    at pick (file:///a/b/sampler.ts:12:3)\n    at main (x.ts:1)"), {
    reason: "broken",
    place: "sampling at pick (sampler.ts:12:3)",
  });
  t.is(of("Error: broken\n    at file:///a/b/sampler.ts:12:3").place, "sampling at sampler.ts:12:3");
  t.is(of("\n at pick (/home/x/firmware/sampler.js:12:)").place, "sampling at pick (sampler.js:12:)");
  t.is(of("\n at pick ()").place, "sampling at pick ()");
  t.is(of(undefined).place, "sampling");
  t.is(of("").place, "sampling");
  t.deepEqual(crashOf("a text", "time"), { reason: "a text", place: "time" });
  t.is(crashOf(new Error(""), "time").reason, "an error without a message");
});

test("starts that did not last are counted until one does; a power-on begins anew", (t) => {
  const storage = new MemoryKeyValue();
  const failed = (reason: string) => new StartCount(storage, reason).failed;
  t.deepEqual([failed("power-on"), failed("panic"), failed("watchdog"), failed("software")], [0, 1, 2, 3]);
  new StartCount(storage, "panic").succeeded();
  t.is(failed("software"), 0);
  t.is(failed("software"), 1);
  t.is(failed("power-on"), 0);
  storage.write("starts", "nonsense");
  t.is(failed("panic"), 0);
});

test("lateness: worst and mean since it was taken last", (t) => {
  const lateness = new Lateness();
  t.deepEqual(lateness.take(), { worstMs: 0, meanMs: 0, calls: 0 });
  for (const late of [0, 0, 30, 10, -1]) lateness.came(late);
  t.deepEqual(lateness.take(), { worstMs: 30, meanMs: 8, calls: 5 });
  t.deepEqual(lateness.take(), { worstMs: 0, meanMs: 0, calls: 0 });
});

test("a guarded clock hands on what a call throws, notes how late it came, and takes calls back", (t) => {
  const inner = new VirtualClock(1000);
  const late = new FaultyTimers(inner);
  const lateness = new Lateness();
  const faults: unknown[] = [];
  const owner = { lateness, failed: (stage: string, fault: unknown) => void faults.push(stage, fault) };
  const clock = new GuardedClock(late, "sampling", owner);
  late.delay(7);
  clock.schedule(() => {
    throw new RangeError("broken");
  }, 10.5);
  clock.cancel(clock.schedule(() => t.fail(), 10));
  inner.advanceTo(100);
  t.is(faults[0], "sampling");
  t.is((faults[1] as Error).message, "broken");
  t.deepEqual(lateness.take(), { worstMs: 7, meanMs: 7, calls: 1 });
  t.is(clock.utc(), 1100);
  t.is(clock.utcAt(40), 1040);
  const told = new GuardedClock(inner, "publishing", owner, { utc: () => undefined, utcAt: (ticks) => 5 * ticks });
  t.is(told.utc(), undefined);
  t.is(told.utcAt(3), 15);
});
