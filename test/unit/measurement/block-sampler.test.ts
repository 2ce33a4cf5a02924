import test from "ava";
import { SensorFault } from "../../../firmware/model/sensor.js";
import type { Clock, Timer } from "../../../firmware/ports/clock.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { blockBench, consecutive, USUAL_SETTINGS } from "./block-bench.js";

test("at every period a record is taken, of samples that follow each other, and its results have the time of its end", (t) => {
  const clock = new VirtualClock();
  const { sampler, log, analyses } = blockBench(clock);
  sampler.start();
  clock.advanceTo(2999);
  // 1000 samples at 10 a ms, read every 10 ms.
  t.deepEqual(log, ["100 rms 1000 good", "1100 rms 1000 good", "2100 rms 1000 good"]);
  t.true(consecutive(analyses[0]!.taken));
  t.is(analyses.length, 1, "it is made once");
  t.is(sampler.faults, 0);
});

test("what waited in the FIFO is older than the record and no part of it", (t) => {
  const clock = new VirtualClock();
  const { sampler, analyses } = blockBench(clock, { periodMs: 10_000 });
  sampler.start();
  clock.advanceTo(10_150);
  const { taken } = analyses[0]!;
  t.is(taken.length, 1000);
  t.is(taken[0], (100_001 << 16) >> 16, "the first sample after 10 s");
  t.is(analyses[0]!.interruptions, 0, "that the FIFO ran over before the record is nobody's loss");
});

test("between records the part is not spoken to", (t) => {
  const clock = new VirtualClock();
  const { sampler, part } = blockBench(clock, { periodMs: 10_000 });
  sampler.start();
  clock.advanceTo(200);
  const { reads } = part;
  clock.advanceTo(9999);
  t.is(part.reads, reads);
});

test("an analysis knows its part and its axis, and how fast the machine turns at the begin of each record", (t) => {
  const clock = new VirtualClock();
  let speed = 24.5;
  const { sampler, analyses } = blockBench(clock, { axes: ["z", "y"], speedHz: () => speed });
  sampler.start();
  clock.advanceTo(500);
  speed = 25;
  clock.advanceTo(1500);
  t.deepEqual(analyses[0]!.source, { rateHz: 10_000, scale: 0.01, bandwidthHz: 3000 });
  t.deepEqual(analyses[0]!.begun, [24.5, 25]);
  t.true(analyses[0]!.taken.every((value) => value === 9));
  t.true(analyses[1]!.taken.every((value) => value === 7));
});

test("a record that takes longer than the period skips periods, and there is never more than one", (t) => {
  const clock = new VirtualClock();
  const { sampler, log, analyses } = blockBench(clock, {
    periodMs: 200,
    make: (analysis) => (analysis.wanted = 5000),
  });
  sampler.start();
  clock.advanceTo(1700);
  t.deepEqual(
    log.map((line) => Number(line.split(" ")[0])),
    [500, 1100, 1700],
  );
  t.is(analyses[0]!.begun.length, 3);
  sampler.sample();
  sampler.sample();
  clock.advanceTo(1750);
  t.is(analyses[0]!.begun.length, 4);
});

test("analyses of different lengths share the samples, and none is worked on before the last one is full", (t) => {
  const clock = new VirtualClock();
  const { sampler, part, analyses, log } = blockBench(clock, {
    axes: ["x", "x"],
    periodMs: 10_000,
    make: (analysis, i) => {
      analysis.wanted = i === 0 ? 300 : 2000;
      analysis.blocks = i === 0 ? 3 : 1;
    },
  });
  sampler.start();
  clock.advanceTo(195);
  t.deepEqual(
    analyses.map(({ steps }) => steps),
    [0, 0],
  );
  const { reads } = part;
  clock.advanceTo(205);
  t.true(analyses[1]!.steps > 0);
  t.is(part.reads, reads + 2, "one read fills it, one belongs to the next stretch");
  clock.advanceTo(1000);
  t.deepEqual(log, ["260 rms 900 good", "260 rms 2000 good"]);
  t.true(consecutive(analyses[1]!.taken));
});

test("lost samples are told to the analyses whose block they belong to", (t) => {
  const clock = new VirtualClock();
  const { sampler, part, analyses, log } = blockBench(clock, {
    axes: ["x", "y"],
    make: (analysis, i) => (analysis.wanted = i === 0 ? 300 : 1000),
  });
  sampler.start();
  clock.advanceTo(55);
  part.lose();
  clock.advanceTo(500);
  t.deepEqual(
    analyses.map(({ interruptions }) => interruptions),
    [0, 1],
  );
  t.deepEqual(log, ["150 rms 300 good", "150 rms 1500 good"]);
});

test("more than eight losses end the record with failure overrun, which ends with the first whole record", (t) => {
  const clock = new VirtualClock();
  const { sampler, part, log } = blockBench(clock);
  let broken = true;
  part.onRead = () => broken && part.lose();
  sampler.start();
  clock.advanceTo(2500);
  t.deepEqual(log, [
    "100 rms failure overrun",
    "100 fault drive overrun: samples were lost too often",
    "1100 rms failure overrun",
    "2100 rms failure overrun",
  ]);
  t.is(sampler.faults, 1);
  t.is(part.closed, 0);
  broken = false;
  clock.advanceTo(3500);
  t.deepEqual(log.slice(4), ["3100 recovered drive", "3100 rms 1000 good"]);
});

test("one bad reading is retried; the analyses hear that samples are missing, and no one else hears of it", (t) => {
  const clock = new VirtualClock();
  const { sampler, part, analyses, log } = blockBench(clock);
  part.onRead = (reads) => {
    if (reads === 4) {
      // The driver starts the stream anew, and its next block says so.
      part.lose();
      throw new SensorFault("bus", "nack");
    }
  };
  sampler.start();
  clock.advanceTo(500);
  t.is(analyses[0]!.interruptions, 1);
  t.is(log.length, 1);
  t.is(sampler.faults, 0);
});

test("a lasting fault is told once, the part is opened anew at every period, and found when it is back", (t) => {
  const clock = new VirtualClock();
  const { sampler, part, log } = blockBench(clock);
  let absent = true;
  part.onRead = () => {
    if (absent) throw new Error("read failed");
  };
  sampler.start();
  clock.advanceTo(3500);
  t.deepEqual(log, [
    "20 rms failure bus",
    "20 fault drive bus: read failed",
    "1000 rms failure bus",
    "2000 rms failure bus",
    "3000 rms failure bus",
  ]);
  t.is(part.opened, 4);
  t.is(part.closed, 4);
  absent = false;
  clock.advanceTo(4500);
  t.deepEqual(log.slice(5), ["4100 recovered drive", "4100 rms 1000 good"]);
  t.is(sampler.faults, 1);
});

test("a part that cannot be opened, and one that disappears in the middle of a record", (t) => {
  const clock = new VirtualClock();
  const { sampler, part, log } = blockBench(clock);
  part.onOpen = () => {
    throw new Error("no such pin");
  };
  sampler.start();
  clock.advanceTo(100);
  t.deepEqual(log, ["20 rms failure bus", "20 fault drive bus: no such pin"]);
  part.onOpen = () => {};
  clock.advanceTo(1999);
  part.onRead = () => {
    if (clock.ticks() > 2050) throw new SensorFault("bus", "gone");
  };
  clock.advanceTo(2500);
  t.deepEqual(log.slice(2), [
    "1100 recovered drive",
    "1100 rms 1000 good",
    "2080 rms failure bus",
    "2080 fault drive bus: gone",
  ]);
});

test("a part that gives nothing is stale after a period, and tried again", (t) => {
  const clock = new VirtualClock();
  const { sampler, part, log } = blockBench(clock);
  part.silent = true;
  sampler.start();
  clock.advanceTo(1500);
  t.deepEqual(log, ["1000 rms failure stale", "1000 fault drive stale: no samples for 1000 ms"]);
  part.silent = false;
  clock.advanceTo(2500);
  t.deepEqual(log.slice(2), ["1560 recovered drive", "1560 rms 1000 good", "2100 rms 1000 good"]);
});

test("a part that gives more than can be read does not hold a record off for ever", (t) => {
  const clock = new VirtualClock();
  const { sampler, part, log } = blockBench(clock, { make: (analysis) => (analysis.wanted = 200) });
  part.rateHz = 10_000_000;
  sampler.start();
  clock.advanceTo(100);
  t.deepEqual(log, ["10 rms 200 good"]);
});

test("an analysis that neither takes samples nor ends does not keep the node busy", (t) => {
  const clock = new VirtualClock();
  const { sampler, log } = blockBench(clock, {
    make: (analysis) => Object.defineProperty(analysis, "wants", { get: () => false }),
  });
  sampler.start();
  clock.advanceTo(100);
  t.deepEqual(log, ["0 rms failure stale", "0 fault drive stale: an analysis does not end"]);
});

test("a result that is not there is a failure, and so is one that the analysis does not vouch for", (t) => {
  const clock = new VirtualClock();
  const { sampler, log } = blockBench(clock, { fields: ["velocity", "zone", "nonsense"] });
  sampler.start();
  clock.advanceTo(500);
  t.deepEqual(log, ["100 velocity 0.002 good", "100 zone failure bandwidth", "100 nonsense failure out-of-range"]);
});

test("a part that does not do for what the settings ask says so, and is not taken for a broken bus", (t) => {
  const clock = new VirtualClock();
  const { sampler, part, log } = blockBench(clock, {
    create: () => {
      throw new RangeError("vibration: envelopeToHz 9000 is not at most 3000");
    },
  });
  sampler.start();
  clock.advanceTo(500);
  t.deepEqual(log, [
    "20 rms failure bandwidth",
    "20 fault drive bandwidth: vibration: envelopeToHz 9000 is not at most 3000",
  ]);
  t.is(part.closed, 0);
});

test("other settings make the analyses anew; the same ones change nothing", (t) => {
  const clock = new VirtualClock();
  const { sampler, analyses, log } = blockBench(clock);
  sampler.start();
  clock.advanceTo(50);
  sampler.apply({ x: { ...USUAL_SETTINGS } });
  clock.advanceTo(500);
  t.is(analyses.length, 1);
  clock.advanceTo(1050);
  sampler.apply({ x: { ...USUAL_SETTINGS, blocks: 9 } });
  clock.advanceTo(1500);
  t.is(analyses.length, 2);
  t.deepEqual(log, ["100 rms 1000 good", "1150 rms 1000 good"]);
});

test("a sampler that is stopped leaves nothing behind", (t) => {
  const clock = new VirtualClock();
  const { sampler, part, log } = blockBench(clock);
  sampler.start();
  clock.advanceTo(1050);
  sampler.stop();
  t.is(clock.nextDue(), undefined);
  t.is(part.closed, 1);
  t.is(log.length, 1);
});

/** A machine that does one thing at a time: what is due meanwhile waits, and is done in its order. */
class BusyClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #pending: { due: number; order: number; callback: (() => void) | undefined }[] = [];

  ticks(): number {
    return this.#now;
  }

  utc(): undefined {
    return undefined;
  }

  schedule<Owner>(callback: (this: Owner) => void, delayMs: number, owner?: Owner): Timer {
    const pending = { due: this.#now + delayMs, order: this.#order++, callback: () => callback.call(owner as Owner) };
    this.#pending.push(pending);
    return pending;
  }

  cancel(timer: Timer): void {
    (timer as { callback: undefined }).callback = undefined;
  }

  /** What is being done takes so long. */
  spend(ms: number): void {
    this.#now += ms;
  }

  runUntil(ticks: number): void {
    for (;;) {
      this.#pending.sort((a, b) => a.due - b.due || a.order - b.order);
      const next = this.#pending[0];
      if (next === undefined || next.due > ticks) return;
      this.#pending.shift();
      this.#now = Math.max(this.#now, next.due);
      next.callback?.();
    }
  }
}

test("while a record is worked on, what else is due waits for one piece at most", (t) => {
  const clock = new BusyClock();
  const PIECE_MS = 7;
  const { sampler, log, analyses } = blockBench(clock, {
    axes: ["x", "y", "z"],
    periodMs: 10_000,
    make: (analysis) => {
      analysis.pieces = 200;
      analysis.onStep = () => clock.spend(PIECE_MS);
    },
  });
  const late: number[] = [];
  const slow = (due: number): void => {
    late.push(clock.ticks() - due);
    clock.schedule(() => slow(due + 100), Math.max(0, due + 100 - clock.ticks()));
  };
  slow(0);
  sampler.start();
  clock.runUntil(9000);
  t.is(log.length, 3);
  t.true(
    log.every((line) => line.startsWith("100 ")),
    "the record's end, not the work's",
  );
  t.is(
    analyses.reduce((sum, { steps }) => sum + steps, 0),
    600,
  );
  t.true(clock.ticks() >= 600 * PIECE_MS);
  t.is(late.length, 91);
  t.true(Math.max(...late) <= PIECE_MS, `${Math.max(...late)} ms late`);
});

test("no read takes more than 128 samples, however many wait, and none is lost by that", (t) => {
  const clock = new VirtualClock();
  const { sampler, part, analyses } = blockBench(clock);
  part.rateHz = 45_000;
  sampler.start();
  clock.advanceTo(500);
  t.is(analyses[0]!.longest, 128);
  t.true(consecutive(analyses[0]!.taken));
});
