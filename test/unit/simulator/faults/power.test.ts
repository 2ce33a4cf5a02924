import test from "ava";
import { VirtualClock } from "../../../../simulator/clock.js";
import { PowerCycle } from "../../../../simulator/faults/power.js";
import { FaultyTimers } from "../../../../simulator/faults/timers.js";
import { VirtualNetwork } from "../../../../simulator/io/network.js";
import { Random } from "../../../../simulator/random.js";

function bench() {
  const clock = new VirtualClock(1_000_000);
  const network = new VirtualNetwork({ clock, random: new Random(1) });
  clock.advanceTo(5000);
  return { clock, network, cycle: new PowerCycle(clock, network.client()) };
}

test("ticks begin at 0 with the power, those of the board go on, and UTC is that of the world", (t) => {
  const { clock, cycle } = bench();
  t.is(cycle.clock.ticks(), 0);
  t.is(cycle.boardClock.ticks(), 5000);
  clock.advanceTo(6000);
  t.is(cycle.clock.ticks(), 1000);
  t.is(cycle.clock.utc(), 1_006_000);
});

test("without power nothing that was scheduled comes", (t) => {
  const { clock, cycle } = bench();
  const calls: string[] = [];
  cycle.clock.schedule(() => calls.push("before"), 10);
  cycle.clock.schedule(() => calls.push("after"), 20);
  cycle.boardClock.schedule(() => calls.push("board"), 20);
  cycle.clock.cancel(cycle.clock.schedule(() => calls.push("cancelled"), 5));
  clock.advanceTo(5015);
  cycle.end();
  cycle.end();
  t.false(cycle.on);
  clock.advanceTo(9000);
  t.deepEqual(calls, ["before"]);
});

test("connections are half-open after a power cut: neither end is told, and the program hears nothing more", (t) => {
  const { clock, network, cycle } = bench();
  const heard: string[] = [];
  const server: string[] = [];
  network.listen(1883, (socket) => {
    socket.onReadable = (bytes) => server.push(`${bytes}`);
    socket.onError = () => server.push("error");
    clock.schedule(() => socket.write(new Uint8Array(3)), 100);
  });
  const client = new cycle.network.TCP({
    address: "10.0.0.1",
    port: 1883,
    onWritable: () => {
      heard.push("writable");
      if (heard.length === 1) client.write(new Uint8Array(2));
    },
    onReadable: () => heard.push("readable"),
    onError: () => heard.push("error"),
  });
  clock.advanceTo(5050);
  cycle.end();
  clock.advanceTo(9000);
  t.true(heard.length >= 1 && heard.every((what) => what === "writable"));
  t.deepEqual(server, ["2"]);
});

test("names and datagrams are not answered either", (t) => {
  const { clock, network, cycle } = bench();
  network.names.set("somewhere", "10.0.0.2");
  const heard: string[] = [];
  const ask = (from: PowerCycle, name: string) =>
    new from.network.Resolver({}).resolve({
      host: "somewhere",
      onResolved: () => heard.push(name),
      onError: () => heard.push("error"),
    });
  const listen = (from: PowerCycle, port: number, name: string) =>
    new from.network.UDP!({ port, onReadable: () => heard.push(name) });
  ask(cycle, "dead");
  listen(cycle, 4000, "dead datagram");
  cycle.end();
  const next = new PowerCycle(clock, network.client());
  ask(next, "alive");
  listen(next, 4000, "datagram");
  const sender = new next.network.UDP!({});
  for (const host of ["10.255.0.1", "10.255.0.2"]) sender.write(new Uint8Array(1), host, 4000);
  clock.advanceTo(9000);
  t.deepEqual(heard.sort(), ["alive", "datagram"]);
});

test("timers can be lost or late, by the delay that they were set with", (t) => {
  const clock = new VirtualClock();
  const timers = new FaultyTimers(clock);
  const calls: string[] = [];
  const set = (name: string, delayMs: number) => timers.schedule(() => calls.push(`${clock.ticks()} ${name}`), delayMs);
  set("before", 100);
  timers.lose((delayMs) => delayMs === 100);
  set("kept", 101);
  timers.delay(50, (delayMs) => delayMs === 7);
  set("late", 7);
  timers.cancel(set("cancelled", 8));
  clock.advanceTo(1000);
  t.deepEqual(calls, ["57 late", "101 kept"]);
  t.is(timers.losses, 1);
  timers.restore();
  set("again", 100);
  clock.advanceTo(2000);
  t.is(calls.at(-1), "1100 again");
  t.throws(() => timers.delay(-1), { message: "fault: lateMs -1 is not 0 or more" });
});
