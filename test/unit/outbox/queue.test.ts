import test from "ava";
import type { OutboxMessage } from "../../../firmware/outbox/outbox.js";
import { MessageQueue } from "../../../firmware/outbox/queue.js";

const known: string[] = [];
const message = (name: string, size = 10, urgent = false): OutboxMessage & { name: string } => ({
  name,
  payload: new Uint8Array(size),
  urgent,
  stream: 0,
  epoch: 1,
  sequence: known.push(name) - 1,
  unresolved: undefined,
  timeOffset: 0,
});
const owner = {
  revive: (stored: OutboxMessage) => ({ ...stored, unresolved: undefined, name: known[stored.sequence]! }),
};
const names = (queue: MessageQueue<ReturnType<typeof message>>) => {
  const found: string[] = [];
  for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
    found.push(next.name);
    queue.markSent();
  }
  return found;
};

test("messages leave in the order in which they came", (t) => {
  const queue = new MessageQueue<ReturnType<typeof message>>({ maximumMessages: 8, maximumBytes: 1024 }, owner);
  for (const name of ["a", "b", "c"]) queue.push(message(name));
  t.deepEqual(names(queue), ["a", "b", "c"]);
});

test("a full queue drops the oldest that is not on its way, and counts it", (t) => {
  const queue = new MessageQueue<ReturnType<typeof message>>({ maximumMessages: 3, maximumBytes: 1024 }, owner);
  for (const name of ["a", "b", "c"]) queue.push(message(name));
  queue.markSent();
  queue.push(message("d"));
  t.deepEqual(names(queue), ["c", "d"]);
  t.is(queue.dropped, 1);
  t.is(queue.length, 3);
});

test("bytes are bounded too", (t) => {
  const queue = new MessageQueue<ReturnType<typeof message>>({ maximumMessages: 100, maximumBytes: 1024 }, owner);
  for (let i = 0; i < 50; i++) queue.push(message(`m${i}`, 100));
  t.is(queue.length, 10);
  t.is(queue.bytes, 1000);
  t.is(queue.dropped, 40);
});

test("alarms and events stay while there is data to drop", (t) => {
  const queue = new MessageQueue<ReturnType<typeof message>>({ maximumMessages: 3, maximumBytes: 1024 }, owner);
  queue.push(message("alarm", 10, true));
  queue.push(message("data"));
  queue.push(message("event", 10, true));
  queue.push(message("alarm 2", 10, true));
  queue.push(message("data 2"));
  t.deepEqual(names(queue), ["alarm", "event", "alarm 2"]);
  t.is(queue.dropped, 2);
});

test("a message larger than the whole queue pushes nothing else out", (t) => {
  const queue = new MessageQueue<ReturnType<typeof message>>({ maximumMessages: 8, maximumBytes: 1024 }, owner);
  queue.push(message("a"));
  queue.push(message("huge", 2000, true));
  t.deepEqual(names(queue), ["a"]);
  t.is(queue.dropped, 1);
});

test("an acknowledged message makes room, also out of order", (t) => {
  const queue = new MessageQueue<ReturnType<typeof message>>({ maximumMessages: 3, maximumBytes: 1024 }, owner);
  const [a, b, c] = ["a", "b", "c"].map((name) => message(name)) as [
    ReturnType<typeof message>,
    ReturnType<typeof message>,
    ReturnType<typeof message>,
  ];
  for (const one of [a, b, c]) queue.push(one);
  queue.markSent();
  queue.markSent();
  queue.remove(b);
  t.is(queue.peek()?.name, "c");
  queue.remove(a);
  t.is(queue.peek()?.name, "c");
  t.is(queue.bytes, 10);
});
