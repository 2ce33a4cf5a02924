import test from "ava";
import type { TCP } from "../../../../firmware/ports/network.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { faultyNetwork } from "../../../../simulator/faults/network.js";
import type { StreamFault } from "../../../../simulator/faults/network.js";
import { VirtualNetwork } from "../../../../simulator/io/network.js";
import type { VirtualSocket } from "../../../../simulator/io/network.js";
import { Random } from "../../../../simulator/random.js";

const NUMBERS = Uint8Array.from({ length: 10 }, (_, index) => index);

/** A device and a server, connected; each notes what arrives in pieces with its time, and errors. */
function bench(fault?: StreamFault) {
  const clock = new VirtualClock(0);
  const network = new VirtualNetwork({ clock, random: new Random(1), latencyMs: 10 });
  const atServer: string[] = [];
  const atDevice: string[] = [];
  const written: number[] = [];
  let server!: VirtualSocket;
  network.listen(1, (socket) => {
    server = socket;
    socket.onReadable = () => atServer.push(`${clock.ticks()} ${new Uint8Array(socket.read()!).join("")}`);
    socket.onError = () => atServer.push(`${clock.ticks()} error`);
  });
  const { TCP } = faultyNetwork(network.client(), {
    clock,
    fault: () => fault,
    onWritten: (_, bytes) => written.push(...bytes),
  });
  let writable = 0;
  const device: TCP = new TCP({
    address: "10.0.0.1",
    port: 1,
    onReadable: (bytes) => atDevice.push(`${clock.ticks()} ${new Uint8Array(device.read(bytes)!).join("")}`),
    onWritable: (bytes) => (writable = bytes),
    onError: () => atDevice.push(`${clock.ticks()} error`),
  });
  clock.advanceTo(100);
  const run = (ms: number) => clock.advanceTo(clock.ticks() + ms);
  return { clock, atServer, atDevice, written, device, server, run, writable: () => writable };
}

test("without a fault bytes pass both ways as they are", (t) => {
  const { device, server, run, atServer, atDevice, written } = bench();
  device.write(NUMBERS);
  server.write(NUMBERS);
  run(1000);
  t.deepEqual(atServer, ["110 0123456789"]);
  t.deepEqual(atDevice, ["110 0123456789"]);
  t.deepEqual(written, [...NUMBERS]);
  device.close();
  device.close();
  run(1000);
  t.deepEqual(atServer.slice(1), ["1110 error"]);
});

for (const direction of ["sent", "received"] as const) {
  const play = (fault: Omit<StreamFault, "direction">, ...pieces: Uint8Array[]) => {
    const made = bench({ ...fault, direction });
    for (const piece of pieces) {
      if (direction === "sent") made.device.write(piece);
      else made.server.write(piece);
      made.run(100);
    }
    made.run(1000);
    const [arrived, back] = direction === "sent" ? [made.atServer, made.atDevice] : [made.atDevice, made.atServer];
    return { ...made, arrived, back };
  };

  test(`cut: after its bytes nothing ${direction} arrives, nor the other way, and nobody is told`, (t) => {
    const { device, server, run, arrived, back } = play({ kind: "cut", at: 4 }, NUMBERS, NUMBERS);
    t.deepEqual(arrived, ["110 0123"]);
    device.write(NUMBERS);
    server.write(NUMBERS);
    run(10_000);
    device.close();
    run(10_000);
    t.deepEqual(arrived, ["110 0123"]);
    t.deepEqual(back, []);
  });

  test(`cut between two pieces that are ${direction}: the first arrives whole`, (t) => {
    t.deepEqual(play({ kind: "cut", at: 10 }, NUMBERS, NUMBERS).arrived, ["110 0123456789"]);
    t.deepEqual(play({ kind: "cut", at: 0 }, NUMBERS).arrived, []);
  });

  test(`reset: after its bytes nothing ${direction} arrives, and both ends are told`, (t) => {
    const { device, server, run, atServer, atDevice, arrived, back } = play({ kind: "reset", at: 4, ms: 30 }, NUMBERS);
    t.is(arrived[0], "110 0123");
    t.is(arrived.length, 2);
    t.is(back.length, 1);
    t.true(atServer.at(-1)!.endsWith("error") && atDevice.at(-1)!.endsWith("error"));
    device.write(NUMBERS);
    server.close();
    run(1000);
    t.deepEqual([arrived.length, back.length], [2, 1]);
    device.close();
    t.throws(() => device.write(NUMBERS), { message: "tcp: the socket is closed" });
  });

  test(`split: so many bytes that are ${direction} arrive one by one`, (t) => {
    const pieces = (fault: Partial<StreamFault>) =>
      play({ kind: "split", at: 3, ...fault }, NUMBERS).arrived.map((line) => line.split(" ")[1]);
    t.deepEqual(pieces({ bytes: 4 }), ["012", "3", "4", "5", "6", "789"]);
    t.deepEqual(pieces({}), ["012", "3", "4", "5", "6", "7", "8", "9"]);
  });

  test(`coalesce: what is ${direction} arrives together`, (t) => {
    const short = [NUMBERS.subarray(0, 3), NUMBERS.subarray(3, 6), NUMBERS.subarray(6)];
    const { arrived } = play({ kind: "coalesce", at: 2, ms: 250 }, ...short);
    t.deepEqual(
      arrived.map((line) => line.split(" ")[1]),
      ["01", "23456789"],
    );
  });

  test(`delay: what is ${direction} arrives later, in order and in its pieces`, (t) => {
    const { arrived } = play({ kind: "delay", at: 12, ms: 500 }, NUMBERS, NUMBERS, NUMBERS);
    t.deepEqual(arrived, ["110 0123456789", "210 01", "710 23456789", "810 0123456789"]);
  });
}

test("an error waits for what is delayed, and what was written before a close still arrives", (t) => {
  const late = bench({ kind: "delay", direction: "received", at: 0, ms: 300 });
  late.server.write(NUMBERS);
  late.server.close();
  late.run(1000);
  t.deepEqual(late.atDevice, ["410 0123456789", "410 error"]);
  const closing = bench({ kind: "delay", direction: "sent", at: 0, ms: 300 });
  closing.device.write(NUMBERS);
  closing.device.close();
  closing.run(1000);
  t.deepEqual(closing.atServer, ["410 0123456789", "410 error"]);
});

test("what is held up still takes room in the send buffer", (t) => {
  const { device, run, writable } = bench({ kind: "delay", direction: "sent", at: 0, ms: 300 });
  const room = writable();
  device.write(new Uint8Array(room));
  t.throws(() => device.write(NUMBERS), { message: /would block/ });
  run(1000);
  t.is(writable(), room);
});

test("a fault that makes no sense is refused", (t) => {
  t.throws(() => bench({ kind: "cut", direction: "sent", at: 1.5 }), {
    message: "fault: at 1.5 is not a whole number from 0",
  });
  t.throws(() => bench({ kind: "delay", direction: "sent", at: 0, ms: -1 }), {
    message: "fault: ms -1 is not 0 or more",
  });
});
