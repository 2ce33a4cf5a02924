import test from "ava";
import { SNAPSHOT_FIELDS, WaveformSnapshot } from "../../../firmware/condition/snapshot.js";
import type { WaveformPiece } from "../../../firmware/model/waveform.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { Random } from "../../../simulator/random.js";
import { blockBench, consecutive } from "../measurement/block-bench.js";

const REASON = { channel: "drive.velocity", alarm: "high" };

/** A snapshot that is given numbered samples of two axes, 1000 a second: the second axis is the first one's negative. */
function bench(preTrigger: number, postTrigger: number, pieceSamples = 256) {
  const snapshot = new WaveformSnapshot("drive", 2, { preTrigger, postTrigger, pieceSamples });
  let made = 0;
  const block = new Int16Array(512);
  /** So many more samples, the last of which is of the tick of its number. */
  const record = (count: number, lost = false): boolean => {
    if (lost) made += 100;
    for (let i = 0; i < count; i++) block.set([++made, -made], 2 * i);
    return snapshot.record(block, count, 1000, 0.01, made, lost);
  };
  return { snapshot, record, made: () => made };
}

function taken(snapshot: { next(): WaveformPiece | undefined }) {
  const pieces: (Omit<WaveformPiece, "samples"> & { samples: number[] })[] = [];
  for (let piece = snapshot.next(); piece !== undefined; piece = snapshot.next()) {
    pieces.push({ ...piece, samples: [...piece.samples] });
  }
  const samples = pieces.flatMap((piece) => piece.samples);
  return { pieces, x: samples.filter((_, i) => i % 2 === 0), y: samples.filter((_, i) => i % 2 === 1) };
}

test("a snapshot has the samples before the trigger and those after, in order and on all axes", (t) => {
  const { snapshot, record } = bench(100, 60, 50);
  for (let i = 0; i < 20; i++) record(33);
  t.true(snapshot.request(REASON, 660));
  t.true(snapshot.gathering);
  t.false(record(33));
  t.true(record(33), "that completes it");
  t.true(snapshot.waiting);
  const { pieces, x, y } = taken(snapshot);
  t.deepEqual(
    x,
    Array.from({ length: 160 }, (_, i) => 561 + i),
  );
  t.deepEqual(
    y,
    x.map((value) => -value),
  );
  t.true(pieces.every(({ samples }) => samples.length <= 2 * 50));
  let offset = 0;
  for (const piece of pieces) {
    t.like(piece, {
      id: 0,
      source: "drive",
      reason: REASON,
      axes: 2,
      scale: 0.01,
      rateHz: 1000,
      startTicks: 561,
      triggerTicks: 660,
      resumedTicks: 661,
      gap: false,
      preTrigger: 100,
      total: 160,
      offset,
      dropped: 0,
    });
    offset += piece.samples.length / 2;
  }
  t.is(offset, 160);
});

test("whatever the sizes of reads and pieces, no sample is missing, doubled or out of place", (t) => {
  const seed = Number(process.env.MILLWRIGHT_SEED ?? Math.floor(Math.random() * 2 ** 32));
  t.log(`again with: MILLWRIGHT_SEED=${seed} npx ava test/unit/condition/snapshot.test.ts`);
  const random = new Random(seed);
  const below = (limit: number) => random.integer() % limit;
  for (let round = 0; round < 300; round++) {
    const [before, after] = [below(200), below(200)];
    const { snapshot, record, made } = bench(before, after, 16 + below(100));
    for (let shots = 0; shots < 3; shots++) {
      let kept = 0;
      for (let i = below(12); i > 0; i--) {
        const count = below(257);
        record(count);
        kept += count;
      }
      const trigger = made();
      const wanted = Math.min(kept, before);
      if (before + after === 0) {
        t.false(snapshot.request(REASON, trigger));
        continue;
      }
      t.true(snapshot.request(REASON, trigger));
      while (snapshot.gathering && after > 0) record(1 + below(256));
      const { x, pieces } = taken(snapshot);
      t.deepEqual(
        x,
        Array.from({ length: wanted + after }, (_, i) => trigger - wanted + 1 + i),
      );
      t.true(pieces.every((piece) => piece.preTrigger === wanted && piece.id === pieces[0]!.id));
    }
  }
});

test("only samples that follow each other stand before the trigger", (t) => {
  const { snapshot, record } = bench(100, 10);
  record(80);
  record(30, true);
  snapshot.request(REASON, 210);
  record(10);
  const { x, pieces } = taken(snapshot);
  t.is(pieces[0]!.preTrigger, 30);
  t.true(consecutive(x));
  t.false(pieces[0]!.gap);
});

test("a gap at the trigger is told, and so is when the samples after it begin", (t) => {
  const { snapshot, record } = bench(50, 20);
  record(200);
  snapshot.request(REASON, 200);
  record(20, true);
  const { x, pieces } = taken(snapshot);
  t.like(pieces[0], { gap: true, startTicks: 151, triggerTicks: 200, resumedTicks: 301, preTrigger: 50, total: 70 });
  t.true(consecutive(x.slice(0, 50)) && consecutive(x.slice(50)));
  t.is(x[50], 301);
});

test("where samples are lost after the trigger they are gathered anew, but not for ever", (t) => {
  const { snapshot, record } = bench(50, 20);
  record(200);
  snapshot.request(REASON, 200);
  record(10);
  record(10, true);
  record(10);
  const { x, pieces } = taken(snapshot);
  t.is(pieces[0]!.total, 70);
  t.true(pieces[0]!.gap);
  t.true(consecutive(x.slice(50)));

  record(50);
  snapshot.request(REASON, 1000);
  let reads = 0;
  while (!record(10, true)) reads++;
  t.is(reads, 9);
  t.is(snapshot.next()!.total, 60, "what there was is sent");
});

test("what was asked for while a snapshot was under way is counted, dropped and told", (t) => {
  const { snapshot, record } = bench(10, 10);
  record(20);
  t.true(snapshot.request(REASON, 20));
  t.false(snapshot.request({ channel: "drive.peak", alarm: "high" }, 21));
  record(20);
  t.true(snapshot.waiting);
  t.false(snapshot.request(REASON, 40));
  const { pieces } = taken(snapshot);
  t.is(pieces[0]!.dropped, 2);
  t.is(pieces[0]!.reason, REASON);
  t.true(snapshot.request(REASON, 50), "it can be asked again when all pieces are taken");
  record(20);
  t.is(snapshot.next()!.id, 1);
});

test("a snapshot that waits to be taken keeps what it has", (t) => {
  const { snapshot, record } = bench(10, 10);
  record(20);
  snapshot.request(REASON, 20);
  record(10);
  for (let i = 0; i < 10; i++) record(100);
  t.deepEqual(
    taken(snapshot).x,
    Array.from({ length: 20 }, (_, i) => 11 + i),
  );
});

test("one that gets no more samples is what there is; without any there is none", (t) => {
  const { snapshot, record } = bench(10, 10);
  snapshot.request(REASON, 5);
  t.false(snapshot.finish());
  t.false(snapshot.waiting);
  record(20);
  snapshot.request(REASON, 20);
  record(4);
  t.true(snapshot.finish());
  t.like(snapshot.next(), { id: 0, total: 14, preTrigger: 10 });
});

test("its settings hold at most 4096 samples, and a piece of them fits into a message", (t) => {
  const { preTrigger, postTrigger, pieceSamples } = SNAPSHOT_FIELDS as Record<string, { maximum: number }>;
  t.is(preTrigger!.maximum + postTrigger!.maximum, 4096);
  t.true(pieceSamples!.maximum * 6 < 2560);
});

test("a block sampler takes a snapshot out of the record that raised the alarm, and reads on for the rest of it", (t) => {
  const clock = new VirtualClock();
  const bench = blockBench(clock, {
    periodMs: 10_000,
    snapshot: { preTrigger: 400, postTrigger: 300, pieceSamples: 256 },
  });
  const { sampler, log } = bench;
  sampler.start();
  clock.advanceTo(100);
  t.deepEqual(log, ["100 rms 1000 good"]);
  t.true(sampler.capture(REASON, 100));
  clock.advanceTo(200);
  t.deepEqual(log.slice(1), ["130 snapshot drive"]);
  const pieces = taken({ next: () => sampler.nextPiece() }).pieces;
  const x = pieces.flatMap(({ samples }) => samples.filter((_, i) => i % 3 === 0));
  t.deepEqual(
    x,
    Array.from({ length: 700 }, (_, i) => 601 + i),
  );
  t.like(pieces[0], { startTicks: 60, triggerTicks: 100, resumedTicks: 100, gap: false, rateHz: 10_000, axes: 3 });
});

test("a snapshot that is asked for between records has a gap at its trigger", (t) => {
  const clock = new VirtualClock();
  const { sampler, log } = blockBench(clock, {
    periodMs: 10_000,
    snapshot: { preTrigger: 400, postTrigger: 300, pieceSamples: 256 },
  });
  sampler.start();
  clock.advanceTo(5000);
  t.true(sampler.capture(REASON, 5000));
  t.false(sampler.capture(REASON, 5000));
  clock.advanceTo(6000);
  t.is(log.length, 2);
  const piece = sampler.nextPiece()!;
  t.like(piece, { gap: true, startTicks: 60, preTrigger: 400, triggerTicks: 5000, total: 700, dropped: 1 });
  t.true(piece.resumedTicks > 4940 && piece.resumedTicks <= 5000, "as old as what waited in the FIFO");
  t.is(clock.nextDue(), 10_000, "then the part is left alone again");
});

test("records go on while a snapshot is gathered and while it waits, and the work waits for the gathering", (t) => {
  const clock = new VirtualClock();
  const { sampler, log, analyses } = blockBench(clock, {
    periodMs: 1000,
    snapshot: { preTrigger: 100, postTrigger: 2000, pieceSamples: 256 },
  });
  sampler.start();
  clock.advanceTo(1050);
  sampler.capture(REASON, 1050);
  clock.advanceTo(1245);
  t.is(analyses[0]!.steps, 3, "those of the first record");
  clock.advanceTo(4500);
  t.deepEqual(log, [
    "100 rms 1000 good",
    "1250 snapshot drive",
    "1100 rms 1000 good",
    "2100 rms 1000 good",
    "3100 rms 1000 good",
    "4100 rms 1000 good",
  ]);
  const { pieces } = taken({ next: () => sampler.nextPiece() });
  t.like(pieces[0], { triggerTicks: 1050, total: 2100, gap: false });
});

test("a part that fails while a snapshot is gathered gives what there is", (t) => {
  const clock = new VirtualClock();
  const { sampler, part, log } = blockBench(clock, {
    periodMs: 10_000,
    snapshot: { preTrigger: 400, postTrigger: 2000, pieceSamples: 256 },
  });
  sampler.start();
  clock.advanceTo(500);
  part.onRead = () => {
    if (clock.ticks() > 600) throw new Error("gone");
  };
  sampler.capture(REASON, 500);
  clock.advanceTo(1000);
  t.deepEqual(log.slice(1), ["630 rms failure bus", "630 fault drive bus: gone", "630 snapshot drive"]);
  t.true(sampler.nextPiece()!.total > 1000);
});

test("a snapshot of nothing but the past is there at once, and told later", (t) => {
  const clock = new VirtualClock();
  const { sampler, log } = blockBench(clock, {
    periodMs: 10_000,
    snapshot: { preTrigger: 400, postTrigger: 0, pieceSamples: 256 },
  });
  sampler.start();
  clock.advanceTo(500);
  t.true(sampler.capture(REASON, 500));
  t.is(log.length, 1);
  clock.advanceTo(500);
  t.deepEqual(log.slice(1), ["500 snapshot drive"]);
  t.is(sampler.nextPiece()!.total, 400);
});
