import test from "ava";
import { phaseOf, Reconnection } from "../../../firmware/mqtt/reconnection.js";
import type { ReconnectionOptions } from "../../../firmware/mqtt/reconnection.js";
import { VirtualClock } from "../../../simulator/clock.js";

const clientId = "millwright-0badcafe";

function reconnection(options: Partial<ReconnectionOptions> = {}) {
  const clock = new VirtualClock(0);
  const backoff = { firstMs: 1000, capMs: 400_000 };
  return {
    clock,
    subject: new Reconnection({
      clientId,
      clock,
      random: () => 0.5,
      backoff,
      spreadMs: 30_000,
      startSpreadMs: 10_000,
      ...options,
    }),
  };
}

test("names that count up or are drawn have places all over the window", (t) => {
  for (const name of [
    (index: number) => `node-${index}`,
    (index: number) => `millwright-${(index * 2_654_435_761).toString(16).slice(-8)}`,
    (index: number) => `plant/pump-${String(index).padStart(4, "0")}`,
  ]) {
    const bins = new Array<number>(12).fill(0);
    for (let index = 0; index < 1000; index++) {
      const phase = phaseOf(name(index));
      t.true(phase >= 0 && phase < 1);
      bins[Math.floor(12 * phase)]!++;
    }
    t.true(Math.max(...bins) < (1.5 * 1000) / 12, `${name(0)}: ${bins.join()}`);
    t.true(Math.min(...bins) > (0.5 * 1000) / 12, `${name(0)}: ${bins.join()}`);
  }
  t.is(phaseOf("123456789"), 0xcbf43926 / 2 ** 32, "the check value of CRC-32");
});

test("the first wait is the client's own place, later ones are drawn below three windows, doubling up to the cap", (t) => {
  const { subject } = reconnection();
  const own = Math.floor(phaseOf(clientId) * 30_000);
  t.deepEqual(
    Array.from({ length: 6 }, () => subject.next(0)),
    [own, 45_000, 90_000, 180_000, 200_000, 200_000],
  );
});

test("a connection that lasted as long as the next wait may be brings back the own place", (t) => {
  const { subject } = reconnection();
  const own = subject.next(0);
  t.is(subject.next(89_999), 45_000);
  t.is(subject.next(179_999), 90_000);
  t.is(subject.next(360_000), own);
  t.is(subject.next(0), 45_000);
});

test("without a window there are only waits that are drawn", (t) => {
  const { subject, clock } = reconnection({ spreadMs: 0 });
  t.deepEqual(
    [0, 0, 0].map((ms) => subject.next(ms)),
    [500, 1000, 2000],
  );
  subject.dialled();
  subject.accepted();
  subject.dialled();
  clock.advanceTo(9000);
  t.is(subject.opened(), undefined);
});

test("the first attempt has a window of its own, one after a connection that of reconnecting", (t) => {
  const { subject } = reconnection();
  t.is(subject.openMs, Math.floor(phaseOf(clientId) * 10_000));
  subject.dialled();
  t.is(subject.opened(), undefined);
  subject.accepted();
  t.is(subject.openMs, Math.floor(phaseOf(clientId) * 30_000));
});

test("clients without a name draw their place", (t) => {
  const { subject } = reconnection({ clientId: "", random: () => 0.25 });
  t.is(subject.next(0), 7500);
});

test("a connection that opens a second later than usual is given back once", (t) => {
  const { subject, clock } = reconnection();
  const open = (afterMs: number): number | undefined => {
    subject.dialled();
    clock.advanceTo(clock.ticks() + afterMs);
    return subject.opened();
  };
  t.is(open(5000), undefined, "what is usual is not known before the first");
  t.is(open(700), undefined);
  subject.accepted();
  t.is(open(1699), undefined);
  t.is(open(1700), 30_000);
  t.is(open(9000), undefined, "not twice");
  subject.accepted();
  t.is(open(9500), undefined, "on a slow network that is usual");
  t.is(open(10_000), 30_000);
});

test("waits that are none are refused", (t) => {
  const backoff = { firstMs: 0, capMs: 1000 };
  t.throws(() => reconnection({ backoff }), { message: "mqtt: backoff.firstMs 0 is not more than 0" });
  t.throws(() => reconnection({ spreadMs: -1 }), { message: "mqtt: reconnectSpreadMs -1 is not 0 or more" });
  t.throws(() => reconnection({ startSpreadMs: NaN }), { message: "mqtt: startSpreadMs NaN is not 0 or more" });
});
