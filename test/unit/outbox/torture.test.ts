import test from "ava";
import { nothing, sometimes } from "../../../simulator/faults/flash.js";
import { Random } from "../../../simulator/random.js";
import { cutEverywhere } from "../../torture/cuts.js";
import { overfill } from "../../torture/full.js";
import { mountImages } from "../../torture/images.js";
import type { Delivered, OpenLog } from "../../torture/log.js";
import { NaiveLog } from "../../torture/naive-log.js";
import { PairLog } from "../../torture/pair-log.js";
import { storm } from "../../torture/storm.js";
import { EVEN, wear } from "../../torture/wear.js";

// The campaigns against logs of which one knows beforehand what they are worth.
const naive: OpenLog = (flash) => new NaiveLog(flash);
const sound: OpenLog = (flash) => new PairLog(flash);
const seed = 7;

/** A sound log, but what consumers get goes through `change`. */
const changed =
  (change: (item: Delivered, index: number) => Delivered | undefined): OpenLog =>
  (flash) => {
    const log = new PairLog(flash);
    return {
      append: (records) => log.append(records),
      read: (cls, most) => log.read(cls, most).flatMap((item, index) => change(item, index) ?? []),
      acknowledge: (cls, sequence) => log.acknowledge(cls, sequence),
      damaged: 0,
    };
  };

test("a sound log stands power cuts everywhere, in recoveries too, and again and again", (t) => {
  const once = cutEverywhere({ open: sound, seed, records: 200, blocks: 2, phaseRecords: 60 });
  t.deepEqual(once.failures, []);
  t.is(once.cuts, 3 * once.operations);
  t.true(once.lost > 0, "the run overfills the log");
  const twice = cutEverywhere({ open: sound, seed, records: 12, blocks: 2, phaseRecords: 4, twice: true });
  t.deepEqual(twice.failures, []);
  t.true(twice.secondCuts > 10 * twice.cuts);
  for (const failingErases of [0, 0.1]) {
    const run = storm({ open: sound, seed, cuts: 100, blocks: 2, writeAlign: 16, phaseRecords: 60, failingErases });
    t.deepEqual([run.cuts, run.failures], [100, []]);
  }
});

test("a log without checksums is found out by every campaign", (t) => {
  const blocks = 4;
  t.true(cutEverywhere({ open: naive, seed, records: 50, blocks }).failures.length > 0);
  t.true(cutEverywhere({ open: naive, seed, records: 10, blocks, twice: true }).failures.length > 0);
  t.true(storm({ open: naive, seed, cuts: 100, blocks }).failures.length > 0);
  t.true(mountImages({ open: naive, seed, count: 100, blocks }).failures.length > 0);
});

test("one record that is lost, changed, doubled or out of order is found", (t) => {
  const reports = (open: OpenLog) => cutEverywhere({ open, seed, records: 30, blocks: 2 }).failures.join("\n");
  t.regex(
    reports(changed((item, index) => (index === 3 ? undefined : item))),
    /records lost and not stated, first mis/,
  );
  const spoilt = (item: Delivered) => ({
    ...item,
    payload: item.payload?.map((byte, i) => (i === 4 ? byte ^ 1 : byte)),
  });
  t.regex(reports(changed((item, index) => (index === 3 ? spoilt(item) : item))), /corrupt record delivered/);
  let last: Delivered | undefined;
  const doubled = (item: Delivered, index: number) => (index === 3 ? last : (last = item));
  t.regex(reports(changed(doubled)), /sequence (\d+) after \1/);
});

test("shards of a campaign make the same cuts as the whole", (t) => {
  const options = { open: sound, seed, records: 40, blocks: 2 };
  const whole = cutEverywhere(options);
  const parts = [0, 1, 2].map((index) => cutEverywhere({ ...options, shard: { index, count: 3 } }));
  t.is(
    parts.reduce((sum, { cuts }) => sum + cuts, 0),
    whole.cuts,
  );
});

test("flash that does not write what it was told is noticed", (t) => {
  const open: OpenLog = (flash) => {
    flash.disturb ??= sometimes(new Random(seed), 0.02, nothing, "write");
    return new PairLog(flash);
  };
  t.true(storm({ open, seed, cuts: 200, blocks: 2 }).failures.length > 0);
});

test("losses are to be stated to the record", (t) => {
  const records = 600;
  const { failures, lost, stated } = overfill({ open: sound, seed, records, blocks: 2 });
  t.deepEqual([failures, stated], [[], lost]);
  t.true(lost > 0);
  for (const off of [-1, 1]) {
    const open = changed((item) => (item.lost > 0 ? { ...item, lost: item.lost + off } : item));
    t.regex(overfill({ open, seed, records, blocks: 2 }).failures.join("\n"), /records lost and not stated/);
  }
});

test("a block that is never used is uneven wear", (t) => {
  const options = { open: sound, seed, records: 300, run: "consumers keep up" } as const;
  t.true(wear({ ...options, blocks: 2 }).ratio <= EVEN);
  t.is(wear({ ...options, blocks: 3 }).ratio, Infinity);
});
