import test from "ava";
import type { Outbox, OutboxMessage } from "../../../firmware/outbox/outbox.js";
import { MessageQueue } from "../../../firmware/outbox/queue.js";
import { ALARM_STREAM, DATA_STREAM, names, OutboxBench, send, settingsWith } from "./bench.js";

const consumer = { promise: "consumer", confirmS: 60, exposedBytes: 0, acknowledgeEvery: 1 } as const;

const owner = { revive: (stored: OutboxMessage) => stored };

/** The same of both outboxes: on flash, and in memory. */
const KINDS: Readonly<Record<string, (bench: OutboxBench) => Outbox<OutboxMessage>>> = {
  "on flash": (bench) => bench.outbox,
  "in memory": (bench) => new MessageQueue<OutboxMessage>(settingsWith(consumer), owner, bench.clock),
};

for (const [where, make] of Object.entries(KINDS)) {
  const start = () => {
    const bench = new OutboxBench(consumer);
    const outbox = make(bench);
    const push = (count: number, urgent = false): void => {
      for (let i = 0; i < count; i++) outbox.push(bench.message({ urgent }));
    };
    const arrive = (): string[] => {
      const sent = send(outbox);
      sent.forEach((message) => outbox.remove(message));
      return names(sent);
    };
    return { bench, outbox, push, arrive };
  };

  test(`${where}, promise to the consumer: a message stays until the consumer confirms it`, (t) => {
    const { outbox, push, arrive } = start();
    push(5);
    t.is(arrive().length, 5);
    t.is(outbox.length, 5);
    outbox.confirm(DATA_STREAM, 1, 2);
    t.is(outbox.length, 2);
    outbox.confirm(DATA_STREAM, 1, 1);
    outbox.confirm(DATA_STREAM, 2, 4);
    outbox.confirm(ALARM_STREAM, 1, 4);
    t.is(outbox.length, 2);
    outbox.confirm(DATA_STREAM, 1, 4);
    t.is(outbox.length, 0);
  });

  test(`${where}, promise to the consumer: what it does not confirm is sent again, in order, when nothing is on its way`, (t) => {
    const { bench, outbox, push, arrive } = start();
    push(3);
    t.is(arrive().length, 3);
    outbox.confirm(DATA_STREAM, 1, 0);
    bench.clock.advanceTo(59_999);
    t.deepEqual(arrive(), []);
    bench.clock.advanceTo(60_000);
    t.deepEqual(arrive(), ["e1 data 1", "e1 data 2"]);
    push(2);
    const [fourth] = send(outbox, 1);
    outbox.sendAgain();
    t.deepEqual(arrive(), [], "one is on its way");
    outbox.remove(fourth!);
    t.deepEqual(arrive(), ["e1 data 1", "e1 data 2", "e1 data 3", "e1 data 4"]);
    outbox.confirm(DATA_STREAM, 1, 4);
    bench.clock.advanceTo(1_000_000);
    t.deepEqual(arrive(), []);
  });

  test(`${where}, promise to the consumer: what is confirmed while it waits to be sent again is not sent`, (t) => {
    const { outbox, push, arrive } = start();
    push(4);
    arrive();
    outbox.sendAgain();
    outbox.confirm(DATA_STREAM, 1, 2);
    t.deepEqual(arrive(), ["e1 data 3"]);
  });

  test(`${where}, promise to the broker: confirmations mean nothing`, (t) => {
    const bench = new OutboxBench({ exposedBytes: 0 });
    const outbox =
      where === "on flash" ? bench.outbox : new MessageQueue<OutboxMessage>(settingsWith(), owner, bench.clock);
    outbox.push(bench.message());
    outbox.confirm(DATA_STREAM, 1, 0);
    t.is(outbox.length, 1);
    const sent = send(outbox);
    outbox.sendAgain();
    t.deepEqual(send(outbox), []);
    sent.forEach((message) => outbox.remove(message));
    t.is(outbox.length, 0);
  });
}

test("after a restart all that no consumer has confirmed comes again, of every epoch and stream", (t) => {
  const bench = new OutboxBench(consumer);
  bench.push(3);
  send(bench.outbox).forEach((message) => bench.outbox.remove(message));
  bench.outbox.confirm(DATA_STREAM, 1, 0);
  bench.restart();
  bench.push(2, { urgent: true });
  bench.push(1);
  const sent = send(bench.outbox);
  t.deepEqual(names(sent), ["e2 alarm 0", "e2 alarm 1", "e1 data 1", "e1 data 2", "e2 data 0"]);
  sent.forEach((message) => bench.outbox.remove(message));
  bench.outbox.confirm(DATA_STREAM, 2, 0);
  t.is(bench.outbox.length, 5, "the earlier epoch is before it");
  bench.outbox.confirm(DATA_STREAM, 1, 2);
  t.is(bench.outbox.length, 2);
  bench.outbox.confirm(ALARM_STREAM, 2, 1);
  t.is(bench.outbox.length, 0);
});

test("data in memory only that a consumer confirms cost no write", (t) => {
  const bench = new OutboxBench({ ...consumer, exposedBytes: 2048, exposedS: 10 });
  bench.push(3);
  send(bench.outbox).forEach((message) => bench.outbox.remove(message));
  t.is(bench.outbox.length, 3);
  bench.outbox.confirm(DATA_STREAM, 1, 2);
  bench.clock.advanceTo(20_000);
  t.deepEqual([bench.outbox.length, bench.flash.operations], [0, 0]);
});

test("a message that expires unconfirmed does not hold up what comes after it", (t) => {
  const bench = new OutboxBench({ ...consumer, dataExpiryS: 100 });
  bench.push(2);
  send(bench.outbox).forEach((message) => bench.outbox.remove(message));
  bench.restart();
  bench.outbox.confirm(DATA_STREAM, 2, 0);
  bench.clock.advanceTo(200_000);
  bench.push(2);
  send(bench.outbox).forEach((message) => bench.outbox.remove(message));
  t.deepEqual(bench.gaps, [["data", 2, 2]]);
  bench.outbox.confirm(DATA_STREAM, 2, 1);
  t.is(bench.outbox.length, 0);
});

test("in memory everything is exposed, and health says so", (t) => {
  const bench = new OutboxBench();
  const queue = new MessageQueue<OutboxMessage>(settingsWith(), owner, bench.clock);
  queue.push(bench.message({ size: 40 }));
  bench.clock.advanceTo(5_000);
  queue.push(bench.message({ size: 60, urgent: true }));
  t.deepEqual(queue.health(), {
    waiting: [1, 1],
    oldestS: 5,
    lost: 0,
    exposedBytes: 100,
    exposedMs: 5_000,
    flash: undefined,
  });
});
