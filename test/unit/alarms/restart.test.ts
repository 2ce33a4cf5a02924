import test from "ava";
import { crc32 } from "../../../firmware/data/crc.js";
import { MemoryKeyValue } from "../../../simulator/io/key-value.js";
import { alarm, Bench } from "./bench.js";

const high = alarm({ kind: "high", setpoint: 80 });
const KEYS = ["alarms", "alarms1", "alarms2", "alarms3"];

class CountedStorage extends MemoryKeyValue {
  writes = 0;
  broken = false;

  override write(key: string, value: string | number): void {
    if (this.broken) throw new Error("no space");
    this.writes++;
    super.write(key, value);
  }
}

/** Whatever the process did is kept within a second, while there is not much of it. */
function second(bench: Bench): void {
  bench.wait(1000);
  bench.expire();
}

test("a restart brings states, conditions and counts back, and tells nothing", (t) => {
  const storage = new MemoryKeyValue();
  const given = { a: [high], b: [alarm({ ...high, latching: true })], c: [high] };
  const bench = new Bench(given, storage);
  for (const channel of ["a", "b", "c"]) bench.value(channel, 90);
  bench.value("b", 70);
  bench.system.takeOutOfService("c", undefined, "me");
  bench.wait(30_000);
  second(bench);
  bench.system.save();
  const again = new Bench(given, storage);
  t.deepEqual(
    ["a", "b", "c"].map((channel) => again.state(channel)),
    ["unacknowledged", "latched-unacknowledged", "out-of-service"],
  );
  t.deepEqual(again.told, []);
  const [a, , c] = again.system.list();
  t.true(a!.active && c!.active);
  t.like(a!.statistics, { annunciations: 1, timeInAlarmS: 31 });
  t.is(a!.value, 90);
  again.value("a", 90);
  t.deepEqual(again.told, [], "the condition goes on");
  again.value("a", 70);
  t.is(again.state("a"), "returned-unacknowledged");
  again.system.returnToService("c", undefined, "me");
  t.is(again.state("c"), "unacknowledged");
});

test("a shelving goes on after a restart, by its own time or by UTC, whichever ends first", (t) => {
  const shelved = (utc?: number) => {
    const storage = new MemoryKeyValue();
    new Bench({ a: [high] }, storage, undefined, utc).system.shelve("a", "high", "me", 60_000);
    return storage;
  };
  const endsAfter = (storage: MemoryKeyValue, utc: number | undefined) => {
    const bench = new Bench({ a: [high] }, storage, undefined, utc);
    bench.expire();
    for (; bench.state("a") === "shelved" && bench.clock.now < 100_000; bench.expire()) bench.wait(1000);
    return bench.clock.now;
  };
  t.is(endsAfter(shelved(), undefined), 60_000, "UTC was never known");
  t.is(endsAfter(shelved(1e12), undefined), 60_000, "UTC is not known now");
  t.is(endsAfter(shelved(1e12), 1e12 + 50_000), 10_000, "the node was off for 50 s");
  t.is(endsAfter(shelved(1e12), 2e12), 0, "it was off for years");
  t.is(endsAfter(shelved(1e12), 1e12 - 1e9), 60_000, "the clock was put back");
});

test("a shelving that began before UTC was known also ends by UTC after a restart", (t) => {
  const storage = new MemoryKeyValue();
  const bench = new Bench({ a: [high] }, storage);
  bench.system.shelve("a", "high", "me", 60_000);
  bench.wait(10_000);
  bench.clock.synchronised = 1e12;
  bench.system.save();
  const again = new Bench({ a: [high] }, storage, undefined, 1e12 + 50_000);
  again.expire();
  t.is(again.state("a"), "normal");
});

test("what a person did is kept at once; a chattering alarm does not wear flash out", (t) => {
  const storage = new CountedStorage();
  const bench = new Bench({ a: [high] }, storage);
  for (let i = 0; i < 3600; i++) {
    bench.value("a", i % 2 === 0 ? 90 : 70);
    second(bench);
  }
  t.true(storage.writes >= 70 && storage.writes <= 20 + 60, `${storage.writes}`);
  const before = storage.writes;
  bench.system.shelve("a", undefined, "me", 1000);
  t.is(storage.writes, before + 1);
});

test("a node with nothing to keep writes nothing, and one in alarm writes once an hour", (t) => {
  const storage = new CountedStorage();
  const bench = new Bench({ a: [high] }, storage);
  for (let i = 0; i < 7200; i++) second(bench);
  t.is(storage.writes, 0);
  bench.value("a", 90);
  for (let i = 0; i < 7202; i++) second(bench);
  t.is(storage.writes, 3);
});

test("other definitions take what is theirs, by channel and name", (t) => {
  const storage = new MemoryKeyValue();
  const bench = new Bench({ a: [high, alarm({ ...high, name: "x", latching: true })], b: [high] }, storage);
  for (const channel of ["a", "b"]) bench.value(channel, 90);
  bench.value("a", 70);
  bench.system.save();
  const again = new Bench({ b: [high], c: [high], a: [alarm({ kind: "low", setpoint: 0, name: "x" })] }, storage);
  t.false(again.system.damaged);
  t.deepEqual(
    ["a", "b", "c"].map((channel) => again.state(channel)),
    ["returned-unacknowledged", "unacknowledged", "normal"],
  );
});

test("many alarms take several keys, each short enough, whatever they are called", (t) => {
  const storage = new MemoryKeyValue();
  const names = Array.from({ length: 20 }, (_, i) => `kühlwasser-übertemperatur-€${i}`);
  const channels = Object.fromEntries(
    names.slice(0, 6).map((channel) => [channel, names.map((name) => alarm({ ...high, name }))]),
  );
  const bench = new Bench(channels, storage);
  for (const channel of Object.keys(channels)) bench.value(channel, 90);
  bench.system.save();
  t.is(bench.system.unkept, 0);
  const texts = KEYS.map((key) => storage.read(key)).filter((text) => text !== undefined) as string[];
  t.true(texts.length > 1);
  for (const text of texts) t.true(new TextEncoder().encode(text).length <= 3900);
  const again = new Bench(channels, storage);
  t.false(again.system.damaged);
  t.is(again.system.totals().active, 120);
  for (const channel of Object.keys(channels)) again.channels[channel]!.apply([], 0);
  t.deepEqual(
    KEYS.map((key) => storage.read(key)),
    [undefined, undefined, undefined, undefined],
  );
});

test("what there is no room for is counted", (t) => {
  const storage = new MemoryKeyValue();
  const names = Array.from({ length: 500 }, (_, i) => `a rather long name of an alarm ${i}`);
  const bench = new Bench({ a: names.map((name) => alarm({ ...high, name })) }, storage);
  bench.value("a", 90);
  bench.system.save();
  t.true(bench.system.unkept > 100);
  const again = new Bench({ a: names.map((name) => alarm({ ...high, name })) }, storage);
  t.false(again.system.damaged);
  t.is(again.system.totals().active, 500 - bench.system.unkept);
});

test("damaged or unknown contents are left out and said so, never thrown", (t) => {
  const storage = new MemoryKeyValue();
  const bench = new Bench({ a: [high] }, storage);
  bench.value("a", 90);
  bench.system.save();
  const text = storage.read("alarms") as string;
  const damaged = (content: string | number) => {
    const other = new MemoryKeyValue();
    other.write("alarms", content);
    const { system } = new Bench({ a: [high] }, other);
    t.is(system.totals().active, 0);
    return system.damaged;
  };
  for (let i = 0; i < text.length; i++) {
    const changed = text[i] === "0" ? "1" : "0";
    t.true(damaged(text.slice(0, i) + changed + text.slice(i + 1)), `character ${i}`);
    t.true(damaged(text.slice(0, i)), `cut to ${i}`);
  }
  for (const content of [7, "", "2" + text.slice(1), "[".repeat(4000), "null", text + " "]) t.true(damaged(content));
});

test("whole contents of another shape are left out too, and what is right beside them is not", (t) => {
  const rows = ["7", "{}", "[]", "[1]", '["b"]', '["a",5]', '["a",["high"]]', '["a",["high",1,0,0,0,0,0,"x"]]'];
  rows.push('["a",["high",9,0,0,0,0,0,1]]', '["a",["high",1,4,0,0,0,0,1]]', '["a",["high",1,1,-1,0,0,0,1]]');
  rows.push('["a",["high",6,1,0,0,0,0,1]]', '["a",["high",6,1,0,0,0,0,1,604800001,null]]', '["a",[8,1,1,0,0,0,0,1]]');
  const sealed = (body: string) => {
    const crc = crc32(new TextEncoder().encode(body));
    return `1${crc.toString(16).padStart(8, "0")}${body}`;
  };
  for (const row of [...rows, undefined]) {
    const storage = new MemoryKeyValue();
    storage.write("alarms", sealed(row === undefined ? "{}" : `[${row},["c",["high",1,1,1,0,0,0,1]]]`));
    const bench = new Bench({ a: [high], c: [high] }, storage);
    t.is(bench.system.damaged, row !== '["b"]', row);
    t.is(bench.state("a"), "normal", row);
    t.is(bench.state("c"), row === undefined ? "normal" : "unacknowledged", row);
  }
});

test("a storage that fails is tried again", (t) => {
  const storage = new CountedStorage();
  const bench = new Bench({ a: [high] }, storage);
  storage.broken = true;
  bench.value("a", 90);
  second(bench);
  bench.system.acknowledge("a", undefined, "me");
  t.is(bench.system.unkept, 1);
  storage.broken = false;
  second(bench);
  t.is(bench.system.unkept, 0);
  t.is(new Bench({ a: [high] }, storage).state("a"), "acknowledged");
});

test("a count of events is taken to have been at the restart", (t) => {
  const storage = new MemoryKeyValue();
  const count = alarm({ kind: "event-count", setpoint: 10, count: 2, windowMs: 5000, acknowledgement: "automatic" });
  const bench = new Bench({ a: [count] }, storage);
  bench.values("a", [0, 10, 0, 10]);
  bench.system.save();
  const again = new Bench({ a: [count] }, storage);
  t.deepEqual(again.values("a", [0, 0, 0, 0, 0, 0, 0]).indexOf("normal"), 6);
});
