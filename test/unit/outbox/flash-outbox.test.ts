import test from "ava";
import { FlashOutbox } from "../../../firmware/outbox/flash-outbox.js";
import { FlashModel } from "../../../simulator/io/flash.js";
import { names, OutboxBench, send, settingsWith } from "./bench.js";

test("data wait in memory until there are enough bytes of them for a write", (t) => {
  const bench = new OutboxBench({ exposedBytes: 400, exposedS: 3600 });
  bench.push(10);
  t.is(bench.flash.operations, 0);
  t.is(bench.outbox.health().exposedBytes, 400);
  bench.push(1);
  t.true(bench.flash.operations > 0);
  t.is(bench.outbox.health().exposedBytes, 0);
  t.is(bench.outbox.length, 11);
  bench.restart();
  t.is(bench.outbox.length, 11);
});

test("data wait in memory for so many seconds and no longer, and health says for how long", (t) => {
  const bench = new OutboxBench({ exposedS: 10 });
  bench.push(1);
  bench.clock.advanceTo(4_000);
  bench.push(1);
  bench.clock.advanceTo(9_999);
  t.is(bench.outbox.health().exposedMs, 9_999);
  t.is(bench.flash.operations, 0);
  bench.clock.advanceTo(10_000);
  t.deepEqual([bench.outbox.health().exposedMs, bench.outbox.health().exposedBytes], [0, 0]);
  bench.restart();
  t.is(bench.outbox.length, 2);
});

test("the seconds count from the oldest that is still in memory only", (t) => {
  const bench = new OutboxBench({ exposedS: 10 });
  bench.push(1);
  send(bench.outbox).forEach((message) => bench.outbox.remove(message));
  bench.clock.advanceTo(6_000);
  bench.push(1);
  bench.clock.advanceTo(15_999);
  t.is(bench.flash.operations, 0);
  bench.clock.advanceTo(16_000);
  t.true(bench.flash.operations > 0);
});

test("an alarm is on flash when push returns, with the data before it", (t) => {
  const bench = new OutboxBench();
  bench.push(3);
  bench.push(1, { urgent: true });
  t.is(bench.outbox.health().exposedBytes, 0);
  bench.restart();
  t.deepEqual(names(send(bench.outbox)), ["e1 alarm 0", "e1 data 0", "e1 data 1", "e1 data 2"]);
});

test("data that the broker takes in time cost no write", (t) => {
  const bench = new OutboxBench({ exposedS: 10 });
  for (let second = 1; second < 100; second++) {
    bench.push(1);
    send(bench.outbox).forEach((message) => bench.outbox.remove(message));
    bench.clock.advanceTo(1000 * second);
  }
  t.is(bench.flash.operations, 0);
  t.is(bench.outbox.length, 0);
});

test("a restart brings every message back that the broker has not acknowledged, byte for byte", (t) => {
  const bench = new OutboxBench({ acknowledgeEvery: 1, exposedBytes: 0 });
  const made = [...bench.push(30), ...bench.push(5, { urgent: true }), ...bench.push(3, { unresolved: 123_456 })];
  const sent = send(bench.outbox, 12);
  sent.slice(0, 8).forEach((message) => bench.outbox.remove(message));
  const left = made.filter(
    (message) => !sent.slice(0, 8).some(({ payload }) => payload.join() === message.payload.join()),
  );
  bench.restart();
  const again = send(bench.outbox);
  t.is(again.length, 30);
  const plain = (message: (typeof made)[number]) => ({ ...message, payload: [...message.payload] });
  const order = [...left.filter(({ urgent }) => urgent), ...left.filter(({ urgent }) => !urgent)];
  t.deepEqual(again.map(plain), order.map(plain));
});

test("messages that were sent from memory are not sent again when they have been written", (t) => {
  const bench = new OutboxBench({ exposedS: 10 });
  bench.push(4);
  const sent = send(bench.outbox);
  bench.clock.advanceTo(10_000);
  t.true(bench.flash.operations > 0);
  bench.push(1);
  t.deepEqual(names(send(bench.outbox)), ["e1 data 4"]);
  sent.forEach((message) => bench.outbox.remove(message));
  t.is(bench.outbox.length, 1);
});

test("acknowledgements out of order keep what is before them", (t) => {
  const bench = new OutboxBench({ exposedBytes: 0, acknowledgeEvery: 1 });
  bench.push(4);
  const sent = send(bench.outbox);
  for (const i of [1, 2]) bench.outbox.remove(sent[i]!);
  bench.restart();
  t.is(bench.outbox.length, 4);
  const again = send(bench.outbox);
  for (const i of [1, 0]) bench.outbox.remove(again[i]!);
  bench.restart();
  t.deepEqual(names(send(bench.outbox)), ["e1 data 2", "e1 data 3"]);
});

test("what a full journal drops is told where it was, to the message", (t) => {
  const bench = new OutboxBench({ exposedBytes: 0 }, 4);
  bench.push(200, { size: 100 });
  const came = send(bench.outbox);
  t.deepEqual(bench.gaps, [["data", 200 - came.length, 200 - came.length]]);
  t.is(bench.outbox.dropped, 200 - came.length);
  t.is(came.at(-1)!.sequence, 199);
  t.is(came[0]!.sequence, 200 - came.length);
});

test("the policy drop-newest keeps the oldest, and tells of the others once there is room", (t) => {
  const bench = new OutboxBench({ exposedBytes: 0, dataWhenFull: "drop-newest" }, 4);
  bench.push(200, { size: 100 });
  const kept = 200 - bench.outbox.dropped;
  const came = send(bench.outbox);
  t.deepEqual(names([came[0]!, came.at(-1)!]), ["e1 data 0", `e1 data ${kept - 1}`]);
  t.deepEqual(bench.gaps, [["data", 200 - kept, 200]]);
  came.forEach((message) => bench.outbox.remove(message));
  bench.push(1);
  t.deepEqual(names(send(bench.outbox)), ["e1 data 200"]);
});

test("data that are too old are passed over, told and counted", (t) => {
  const bench = new OutboxBench({ exposedBytes: 0, dataExpiryS: 60 });
  bench.push(3);
  bench.push(1, { urgent: true });
  bench.clock.advanceTo(61_000);
  bench.push(2);
  t.deepEqual(names(send(bench.outbox)), ["e1 alarm 0", "e1 data 3", "e1 data 4"]);
  t.deepEqual(bench.gaps, [["data", 3, 3]]);
  t.is(bench.outbox.health().lost, 3);
});

test("a message that no block can hold is dropped and counted", (t) => {
  const bench = new OutboxBench();
  bench.push(1, { size: 5_000 });
  t.deepEqual([bench.outbox.length, bench.outbox.dropped], [0, 1]);
});

test("while the flash throws, messages wait in memory within bounds, and are written when it does not", (t) => {
  const bench = new OutboxBench({ exposedBytes: 100, exposedS: 10, maximumMessages: 20, maximumBytes: 4096 });
  let broken = true;
  bench.flash.observe = () => {
    if (broken) throw new Error("flash: no answer");
  };
  bench.push(15);
  bench.push(5, { urgent: true });
  t.is(bench.outbox.length, 20);
  t.true(bench.outbox.health().flash!.failures > 0);
  bench.push(2, { urgent: true });
  t.deepEqual([bench.outbox.length, bench.outbox.dropped], [20, 2]);
  t.deepEqual(names(send(bench.outbox, 3)), ["e1 alarm 0", "e1 alarm 1", "e1 alarm 2"]);
  broken = false;
  bench.clock.advanceTo(10_000);
  t.is(bench.outbox.health().exposedBytes, 0);
  bench.restart();
  const expected = [...Array(7).keys()].map((i) => `e1 alarm ${i}`);
  t.deepEqual(names(send(bench.outbox, 7)), expected);
  t.deepEqual(
    names(send(bench.outbox)),
    [...Array(13).keys()].map((i) => `e1 data ${i + 2}`),
  );
});

test("what could not be read from flash is not taken for sent", (t) => {
  const bench = new OutboxBench({ exposedBytes: 0, acknowledgeEvery: 1 });
  bench.push(6);
  bench.restart();
  const read = bench.flash.read.bind(bench.flash);
  bench.flash.read = (() => {
    throw new Error("flash: no answer");
  }) as typeof read;
  bench.push(1);
  const sent = send(bench.outbox);
  bench.flash.read = read;
  sent.forEach((message) => bench.outbox.remove(message));
  bench.restart();
  t.deepEqual(
    names(send(bench.outbox)).slice(0, 6),
    [...Array(6).keys()].map((i) => `e1 data ${i}`),
  );
});

test("a flash that is too small is refused with what would be right", (t) => {
  const { clock, epoch } = new OutboxBench();
  const open = () =>
    new FlashOutbox(
      {
        flash: new FlashModel({ blocks: 2 }),
        clock,
        settings: settingsWith(),
        epoch,
      },
      {
        revive: (one) => one,
      },
    );
  t.throws(open, { instanceOf: RangeError, message: /too small; 4 blocks are the fewest/ });
});

test("the time of an epoch is kept for its messages, and for those only that need it", (t) => {
  const bench = new OutboxBench({ exposedBytes: 0 });
  bench.push(1);
  bench.outbox.timeKnown(1_000_000);
  const before = bench.flash.operations;
  bench.outbox.timeKnown(1_000_001);
  t.is(bench.flash.operations, before);
  bench.restart();
  t.is(bench.outbox.offsetMs(1), undefined);
  bench.push(1, { unresolved: 5_000 });
  bench.outbox.timeKnown(2_000_000);
  t.is(bench.outbox.offsetMs(2), 2_000_000);
  bench.restart();
  bench.push(1, { unresolved: 6_000 });
  bench.restart();
  t.is(bench.outbox.offsetMs(2), 2_000_000);
  t.is(bench.outbox.offsetMs(3), undefined);
  t.deepEqual(
    send(bench.outbox).map(({ epoch, unresolved }) => [epoch, unresolved]),
    [
      [1, undefined],
      [2, 5_000],
      [3, 6_000],
    ],
  );
});

test("the time that was known before a message is written is kept with it, too", (t) => {
  const bench = new OutboxBench({ exposedS: 10 });
  bench.push(1, { unresolved: 0 });
  bench.outbox.timeKnown(3_000_000);
  bench.clock.advanceTo(10_000);
  bench.restart();
  t.is(bench.outbox.offsetMs(1), 3_000_000);
});

test("health tells of the flash: room, wear, writes and erases a day, years to its end", (t) => {
  const bench = new OutboxBench({ exposedBytes: 0, enduranceErases: 1000 }, 8);
  const fresh = bench.outbox.health().flash!;
  t.deepEqual([fresh.bytes, fresh.bytesUsed, fresh.erasesPerDay, fresh.yearsLeft], [32_768, 0, 0, Infinity]);
  for (let hour = 1; hour <= 24; hour++) {
    for (let i = 0; i < 100; i++) {
      bench.push(1, { size: 100 });
      send(bench.outbox).forEach((message) => bench.outbox.remove(message));
    }
    bench.clock.advanceTo(hour * 3_600_000);
  }
  const { flash } = bench.outbox.health();
  const erases = bench.flash.wear.reduce((sum, wear) => sum + wear, 0);
  t.is(flash!.mostWorn, Math.max(...bench.flash.wear));
  t.is(flash!.erasesPerDay, erases);
  t.true(flash!.writesPerDay >= 2_400);
  const years = (8 * (1000 - flash!.mostWorn)) / erases / 365.25;
  t.true(Math.abs(flash!.yearsLeft - years) < 1e-9);
});

test("a planned restart leaves nothing behind, nor anything to send twice", (t) => {
  const bench = new OutboxBench();
  bench.push(10);
  const sent = send(bench.outbox, 4);
  bench.outbox.flush();
  sent.forEach((message) => bench.outbox.remove(message));
  bench.outbox.flush();
  bench.restart();
  t.deepEqual(
    names(send(bench.outbox)),
    [...Array(6).keys()].map((i) => `e1 data ${i + 4}`),
  );
});
