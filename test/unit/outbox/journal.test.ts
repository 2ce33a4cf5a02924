import test from "ava";
import { ALARM, DATA, Journal } from "../../../firmware/outbox/journal.js";
import type { JournalEntry, JournalOptions } from "../../../firmware/outbox/journal.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { FlashModel } from "../../../simulator/io/flash.js";
import { Random } from "../../../simulator/random.js";
import { openJournal } from "../../torture/journal-log.js";
import { Reference } from "../../torture/reference.js";
import { Workload } from "../../torture/workload.js";

const record = (cls: number, text: string) => ({
  class: cls,
  payload: Uint8Array.from(text, (letter) => letter.charCodeAt(0)),
});
const text = (entry: JournalEntry | undefined): string | undefined =>
  entry?.kind === "record"
    ? String.fromCharCode(...entry.payload)
    : entry && `gap of ${entry.lost} at ${entry.sequence}`;
const all = (journal: Journal, cls: number): (string | undefined)[] => {
  const found: (string | undefined)[] = [];
  for (let entry = journal.next(cls); entry !== undefined; entry = journal.next(cls)) found.push(text(entry));
  return found;
};
const open = (flash: FlashModel, options?: JournalOptions) => new Journal(flash.powerUp(), options);

test("records come back in the order of their class, after a restart too", (t) => {
  const flash = new FlashModel({ blocks: 4 });
  const journal = open(flash);
  t.is(journal.append([record(DATA, "one"), record(ALARM, "high"), record(DATA, "two")]), 3);
  for (const reader of [journal, open(flash)]) {
    t.deepEqual(all(reader, ALARM), ["high"]);
    t.deepEqual(all(reader, DATA), ["one", "two"]);
    t.deepEqual(all(reader, DATA), []);
    reader.rewind(DATA);
    t.deepEqual(all(reader, DATA), ["one", "two"]);
  }
});

test("a blank partition is a journal with nothing in it, and mounting it writes nothing", (t) => {
  const flash = new FlashModel({ blocks: 4 });
  const { damage, longestPayload } = open(flash);
  t.deepEqual(damage, { records: [0, 0], blocks: 0, ends: 0 });
  t.is(flash.operations, 0);
  t.is(longestPayload, 4096 - 2 * 64 - 20);
});

test("a payload as long as a block fits, one byte more is refused before anything is written", (t) => {
  const flash = new FlashModel({ blocks: 8 });
  const journal = open(flash);
  const { longestPayload } = journal;
  t.throws(() => journal.append([record(DATA, "x"), record(DATA, "y".repeat(longestPayload + 1))]), {
    instanceOf: RangeError,
    message: `journal: a record of ${longestPayload + 1} bytes does not fit a block; ${longestPayload} are the most`,
  });
  t.throws(() => journal.append([record(2, "x")]), { message: "journal: class 2 is not 0 or 1" });
  t.is(flash.operations, 0);
  journal.append([record(DATA, "z".repeat(longestPayload)), record(DATA, "")]);
  t.deepEqual(all(open(flash), DATA), ["z".repeat(longestPayload), ""]);
});

test("what is acknowledged does not come again once that is written: every so many, or by flush", (t) => {
  const flash = new FlashModel({ blocks: 4 });
  const journal = open(flash, { acknowledgeEvery: 4 });
  journal.append([..."abcdefgh"].map((letter) => record(DATA, letter)));
  for (const sequence of [1, 2, 3]) journal.acknowledge(DATA, sequence);
  t.is(journal.waiting(DATA), 5);
  t.is(open(flash).waiting(DATA), 8);
  journal.acknowledge(DATA, 5);
  t.deepEqual(all(open(flash), DATA), ["f", "g", "h"]);
  journal.acknowledge(DATA, 6);
  journal.flush();
  t.deepEqual(all(open(flash), DATA), ["g", "h"]);
  journal.acknowledge(DATA, 99);
  t.is(journal.waiting(DATA), 0);
});

test("alarms take room from data, and data leave them theirs", (t) => {
  const flash = new FlashModel({ blocks: 8 });
  const journal = open(flash);
  const fill = (cls: number, count: number): void => {
    for (let i = 0; i < count; i++) journal.append([record(cls, `${cls} ${i} ${"-".repeat(90)}`)]);
  };
  fill(DATA, 1000);
  t.true(journal.dropped(DATA) > 700);
  fill(ALARM, 30);
  t.is(journal.dropped(ALARM), 0);
  fill(ALARM, 1000);
  t.true(journal.waiting(DATA) > 0, "data keep an eighth");
  t.is(journal.waiting(DATA) + journal.dropped(DATA), 1000);
  t.is(journal.waiting(ALARM) + journal.dropped(ALARM), 1030);
  const [gap] = all(journal, ALARM);
  t.is(gap, `gap of ${journal.dropped(ALARM)} at ${journal.dropped(ALARM)}`);
});

test("what is full of what it keeps can be used again when that is acknowledged", (t) => {
  const flash = new FlashModel({ blocks: 4 });
  const journal = open(flash, { policies: [{}, { whenFull: "drop-newest" }] });
  const size = 400;
  let accepted = 0;
  while (journal.append([record(DATA, "x".repeat(size))]) === 1) accepted++;
  t.true(accepted >= 9);
  journal.acknowledge(DATA, accepted);
  t.is(journal.waiting(DATA), 0);
  t.is(journal.append([record(DATA, "room")]), 1);
  t.deepEqual(all(journal, DATA), [`gap of 1 at ${accepted + 1}`, "room"]);
  t.deepEqual(all(open(flash, { policies: [{}, { whenFull: "drop-newest" }] }), DATA).slice(-1), ["room"]);
});

test("ages count the time with power, from one start to the next", (t) => {
  const flash = new FlashModel({ blocks: 4 });
  const clock = new VirtualClock();
  const journal = open(flash, { clock });
  journal.append([record(DATA, "old")]);
  clock.advanceTo(100_000);
  journal.append([record(DATA, "new")]);
  t.deepEqual(journal.statistics().oldestS, [0, 100]);
  const later = new VirtualClock();
  const again = open(flash, { clock: later, policies: [{}, { expiryS: 150 }] });
  later.advanceTo(60_000);
  t.deepEqual(again.statistics().oldestS, [0, 160]);
  t.deepEqual(all(again, DATA), ["gap of 1 at 1", "new"]);
  t.is(again.statistics().expired, 1);
});

test("a note stays, through marks without end", (t) => {
  const flash = new FlashModel({ blocks: 4 });
  const journal = open(flash, { acknowledgeEvery: 1 });
  t.is(journal.note, undefined);
  journal.note = Uint8Array.of(1, 2, 3);
  t.throws(() => (journal.note = new Uint8Array(257)), { message: /257 bytes; 256 are the most/ });
  for (let i = 1; i < 500; i++) {
    journal.append([record(ALARM, "x")]);
    journal.acknowledge(ALARM, i);
  }
  t.deepEqual([...open(flash).note!], [1, 2, 3]);
});

test("a record that does not read as it was written is a gap, and nothing else is", (t) => {
  const flash = new FlashModel({ blocks: 4 });
  const journal = open(flash);
  for (const letter of "abc") journal.append([record(DATA, letter.repeat(50))]);
  flash.image[Buffer.from(flash.image.buffer).indexOf("bbbb") + 20] = 0;
  t.deepEqual(all(journal, DATA), ["a".repeat(50), "gap of 1 at 2", "c".repeat(50)]);
  t.is(journal.statistics().unreadable, 1);
});

test("a flash that throws now and then loses nothing that was accepted", (t) => {
  for (let seed = 1; seed <= 4; seed++) {
    const flash = new FlashModel({ blocks: 8 });
    const reference = new Reference();
    const random = new Random(seed);
    const faults = random.fork("faults");
    const fault = (): void => {
      if (faults.next() < 0.01) throw new Error("flash: no answer");
    };
    const workload = new Workload({ flash, open: openJournal(), reference, random, phaseRecords: 800 });
    let doubtful = 0;
    for (let step = 0; step < 1500; step++) {
      flash.observe = fault;
      try {
        workload.step();
        reference.commit();
      } catch (error) {
        t.regex((error as Error).message, /no answer/);
        doubtful += reference.doubt();
      }
      flash.observe = undefined;
      if (step % 100 > 0) continue;
      const { problems, losses, unstated, duplicates, statedAgain } = reference.check(workload.log);
      t.deepEqual(problems, [], `seed ${seed}`);
      t.true(unstated <= 0 && -unstated <= doubtful + duplicates + statedAgain, `seed ${seed}: ${losses.join()}`);
    }
    t.deepEqual(flash.violations, []);
  }
});
