import test from "ava";
import { encode } from "cbor-x";
import type { SettingsOverrides } from "../../firmware/settings/settings.js";
import type { Decoded } from "../../hosts/node/decoded.js";
import { FlashModel } from "../../simulator/io/flash.js";
import { Random } from "../../simulator/random.js";
import { VirtualConsumer } from "../support/virtual-consumer.js";
import { pumpRoom, START_UTC } from "../support/virtual-node.js";

const EVERY: SettingsOverrides = { channels: { "bearing.temperature": { report: { kind: "every" } } } };
const AT_ONCE = { batch: { maximumRecords: 1 }, outbox: { exposedBytes: 0, acknowledgeEvery: 1 } } as const;
const bearing = (lines: readonly Decoded[]) =>
  lines.flatMap((line) =>
    "value" in line && "unit" in line && !("alarm" in line) && line.name === "bearing.temperature" ? [line] : [],
  );
type Room = ReturnType<typeof pumpRoom>;

/** The same board, its flash and its settings, after a power cut; its time is known from `synchronisedAt` on. */
function restart(
  room: Room,
  flash: FlashModel,
  options: { synchronisedAt?: number; settings?: SettingsOverrides } = {},
) {
  return pumpRoom({ storage: room.storage, flash: flash.powerUp(), ...options });
}

const dataOf = ({ messages }: Room) => messages.filter(({ stream }) => stream === "data");

test("what was measured while the broker was away survives a power cut, in order and with its time", (t) => {
  const flash = new FlashModel({ random: new Random(1) });
  const settings = { ...EVERY, ...AT_ONCE };
  const first = pumpRoom({ flash, settings });
  first.node.start();
  first.clock.advanceTo(20_000);
  const arrived = dataOf(first).length;
  first.broker.stop();
  first.clock.advanceTo(60_000);
  const second = restart(first, flash, { settings });
  second.node.start();
  second.clock.advanceTo(20_000);
  const old = dataOf(second).filter(({ epoch }) => epoch === dataOf(first)[0]!.epoch);
  const sequences = [...dataOf(first).slice(0, arrived), ...old].map(({ sequence }) => sequence!);
  const distinct = [...new Set(sequences)].sort((a, b) => a - b);
  t.deepEqual(
    distinct,
    distinct.map((_, i) => i),
  );
  t.true(old.length > 10);
  t.deepEqual(
    old.map(({ sequence }) => sequence!),
    old.map((_, i) => old[0]!.sequence! + i),
  );
  const times = bearing(second.lines).map(({ time }) => time - START_UTC / 1000);
  t.true(times.some((time) => time > 21 && time < 60));
  t.true(second.lines.every((line) => line.uptime === undefined));
});

test("an epoch that learned its time after the measurement, and never had a broker, is sent with its time by the next", (t) => {
  const flash = new FlashModel({ random: new Random(1) });
  const settings = { ...EVERY, ...AT_ONCE };
  const first = pumpRoom({ flash, settings, synchronisedAt: 30_000 });
  first.broker.stop();
  first.node.start();
  first.clock.advanceTo(40_000);
  const second = restart(first, flash, { settings, synchronisedAt: 86_400_000 });
  second.node.start();
  second.clock.advanceTo(20_000);
  const times = bearing(second.lines).map(({ time }) => time - START_UTC / 1000);
  t.true(times.some((time) => time > 0 && time < 30));
  t.true(second.lines.every((line) => line.uptime === undefined));
});

test("an epoch that never learned its time is sent with when it was at the latest, and how long after its start", (t) => {
  const flash = new FlashModel({ random: new Random(1) });
  const settings = { ...EVERY, ...AT_ONCE };
  const first = pumpRoom({ flash, settings, synchronisedAt: 86_400_000 });
  first.broker.stop();
  first.node.start();
  first.clock.advanceTo(40_000);
  const second = restart(first, flash, { settings });
  second.node.start();
  second.clock.advanceTo(20_000);
  const marked = bearing(second.lines).filter(({ uptime }) => uptime !== undefined);
  t.true(marked.length > 10);
  t.true(
    marked.every(({ time }) => time <= START_UTC / 1000),
    "before this start",
  );
  t.true(marked.every(({ uptime }) => uptime! >= 0 && uptime! <= 40));
  t.deepEqual(
    marked.map(({ uptime }) => uptime),
    marked.map(({ uptime }) => uptime).sort((a, b) => a! - b!),
  );
  t.true(bearing(second.lines).some(({ uptime }) => uptime === undefined));
});

test("a full journal says how many are lost, of what, and once", (t) => {
  const flash = new FlashModel({ blocks: 4, random: new Random(1) });
  const settings = { ...EVERY, ...AT_ONCE };
  const { node, clock, broker, network, lines, messages } = pumpRoom({ flash, settings });
  node.start();
  clock.advanceTo(5000);
  broker.stop();
  network.reset();
  clock.advanceTo(600_000);
  broker.start();
  clock.advanceTo(700_000);
  const told = lines.flatMap((line) => ("event" in line && line.event === "records-lost" ? [line] : []));
  const sequences = new Set(messages.filter(({ stream }) => stream === "data").map(({ sequence }) => sequence!));
  const missing = Math.max(...sequences) + 1 - sequences.size;
  t.true(missing > 10);
  t.deepEqual([...new Set(told.map(({ source }) => source))], ["data"]);
  t.is(
    told.reduce((sum, { count }) => sum + count!, 0),
    missing,
  );
  t.is(new Set(told.map(({ last }) => last)).size, told.length);
});

const CONSUMER: SettingsOverrides = {
  ...EVERY,
  ...AT_ONCE,
  outbox: { ...AT_ONCE.outbox, promise: "consumer", confirmS: 30 },
};

test("promised to the consumer, what only the broker has is kept, and leaves when the consumer has it", (t) => {
  const { node, clock, network, messages } = pumpRoom({ settings: CONSUMER });
  node.start();
  clock.advanceTo(60_000);
  const health = () => node.session.acknowledged;
  t.true(health() > 20);
  const consumer = new VirtualConsumer(clock, network, new Random(2));
  clock.advanceTo(90_000);
  const last = messages.filter(({ stream }) => stream === "data").at(-1)!;
  const taken = consumer.taken.filter(({ stream }) => stream === "data").map(({ sequence }) => sequence!);
  t.deepEqual(
    taken,
    taken.map((_, i) => i),
    "from the first one on, though it came a minute late",
  );
  t.true(taken.at(-1)! >= last.sequence! - 1);
  t.deepEqual(consumer.notices, []);
});

test("acknowledgements that are none, or of what was never made, are passed over", (t) => {
  const room = pumpRoom({ settings: CONSUMER });
  room.node.start();
  room.clock.advanceTo(10_000);
  const topic = "millwright/plant/p1/acknowledge";
  const epoch = room.messages[0]!.epoch ?? room.messages.find((message) => message.epoch !== undefined)!.epoch!;
  const say = (payload: Uint8Array) => {
    room.broker.publish({ topic, payload, qos: 1, retain: false });
    room.clock.advanceTo(room.clock.ticks() + 500);
  };
  const wrong: unknown[] = [
    7,
    "x",
    { stream: "data", ep: epoch, sq: 0 },
    [7],
    [{ stream: "data" }],
    [{ stream: "data", ep: epoch, sq: -1 }],
    [{ stream: "data", ep: epoch, sq: 1e6 }],
    [{ stream: "data", ep: epoch + 1, sq: 0 }],
    Array.from({ length: 33 }, () => ({ stream: "data", ep: epoch, sq: 0 })),
  ];
  for (const content of wrong) say(encode(content));
  say(new Uint8Array(5000));
  const consumer = new VirtualConsumer(room.clock, room.network, new Random(2));
  room.clock.advanceTo(60_000);
  const taken = consumer.taken
    .filter(({ stream }) => stream === "data")
    .map(({ sequence }) => sequence!)
    .sort((a, b) => a - b);
  t.deepEqual(
    taken,
    taken.map((_, i) => i),
    "nothing was taken for acknowledged",
  );
});

test("to a consumer that is not there everything is sent again less and less often", (t) => {
  const room = pumpRoom({ settings: { ...CONSUMER, outbox: { ...CONSUMER.outbox, confirmS: 10 } } });
  room.node.start();
  room.clock.advanceTo(700_000);
  const first = room.messages.filter(({ stream, sequence }) => stream === "data" && sequence === 0).map(({ at }) => at);
  const waits = first.slice(1).map((at, i) => Math.round((at - first[i]!) / 10_000));
  t.deepEqual(waits.slice(0, 5), [1, 2, 4, 8, 16]);
});
