import test from "ava";
import type { UDP } from "../../../../firmware/ports/network.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { VirtualNetwork } from "../../../../simulator/io/network.js";
import { Random } from "../../../../simulator/random.js";

const SERVER = { address: "10.0.0.1", port: 7 };

function open(options: { latencyMs?: number; jitterMs?: number; loss?: number } = {}) {
  const clock = new VirtualClock();
  const network = new VirtualNetwork({ clock, random: new Random(1), latencyMs: 10, ...options });
  const { UDP: Socket } = network.client();
  const log: string[] = [];
  const note = (text: string) => void log.push(`${clock.ticks()} ${text}`);
  const run = (ms: number) => clock.advanceTo(clock.ticks() + ms);
  /** Sends everything back, the first byte one higher. */
  const echo = () =>
    network.datagrams.bind(SERVER, (bytes, from) => {
      note(`server has ${bytes.join(" ")}`);
      bytes[0]!++;
      network.datagrams.send(bytes, SERVER, from);
    });
  const socket = (read = true): UDP => {
    const udp: UDP = new Socket!({
      onReadable: (count) => {
        note(`readable ${count}`);
        for (let i = 0; read && i < count; i++) {
          const datagram = udp.read()!;
          note(`${new Uint8Array(datagram).join(" ")} from ${datagram.address}:${datagram.port}`);
        }
      },
    });
    return udp;
  };
  return { clock, network, Socket: Socket!, log, run, echo, socket };
}

test("a datagram goes there and back, whole, and says where it is from", (t) => {
  const { echo, socket, run, log } = open();
  echo();
  const udp = socket();
  const bytes = Uint8Array.of(1, 2, 3);
  udp.write(bytes, SERVER.address, SERVER.port);
  bytes[0] = 99;
  t.is(udp.read(), undefined);
  run(1000);
  t.deepEqual(log, ["10 server has 1 2 3", "20 readable 1", "20 2 2 3 from 10.0.0.1:7"]);
  t.is(udp.read(), undefined);
});

test("what comes at once is told at once, waits to be read, and the oldest goes when there is too much", (t) => {
  const { echo, socket, run, log } = open();
  echo();
  const udp = socket(false);
  for (let i = 0; i < 120; i++) udp.write(Uint8Array.of(i), SERVER.address, SERVER.port);
  run(1000);
  t.deepEqual(log.slice(120), ["20 readable 100"]);
  t.is(new Uint8Array(udp.read()!)[0], 21);
});

test("nobody is told of what nobody takes: no listener, a host that is down, a socket that is closed", (t) => {
  const { echo, socket, run, log, network } = open();
  const udp = socket();
  udp.write(Uint8Array.of(1), SERVER.address, SERVER.port);
  run(100);
  const unbind = echo();
  network.down(SERVER.address);
  udp.write(Uint8Array.of(2), SERVER.address, SERVER.port);
  run(100);
  t.deepEqual(log, []);
  network.up(SERVER.address);
  udp.write(Uint8Array.of(3), SERVER.address, SERVER.port);
  udp.close();
  udp.close();
  run(100);
  t.deepEqual(log, ["210 server has 3"]);
  unbind();
  t.throws(() => udp.read(), { message: /closed/ });
  t.throws(() => udp.write(Uint8Array.of(1), SERVER.address, 7), { message: /closed/ });
});

test("datagrams get lost and overtake each other, as it is set", (t) => {
  const { echo, socket, run, log } = open({ jitterMs: 50, loss: 0.3 });
  echo();
  const udp = socket();
  for (let i = 0; i < 100; i++) {
    udp.write(Uint8Array.of(i), SERVER.address, SERVER.port);
    run(10);
  }
  run(1000);
  const arrived = log.filter((line) => line.includes("server")).map((line) => Number(line.split(" ").at(-1)));
  t.true(arrived.length > 55 && arrived.length < 85, `${arrived.length}`);
  t.notDeepEqual(
    arrived,
    [...arrived].sort((a, b) => a - b),
  );
});

test("ports are the device's own, and each is taken once", (t) => {
  const { Socket, network } = open();
  const one = new Socket({ port: 5000 });
  t.throws(() => new Socket({ port: 5000 }), { message: /taken/ });
  const other = network.client().UDP!;
  t.notThrows(() => new other({ port: 5000 }));
  one.close();
  t.notThrows(() => new Socket({ port: 5000 }));
  t.throws(() => new Socket({ port: 65_536 }), { instanceOf: RangeError });
});

test("what is no address, no port, or too long for one packet throws", (t) => {
  const udp = open().socket();
  const bytes = Uint8Array.of(1);
  for (const address of ["time", "10.0.0", "10.0.0.256"]) {
    t.throws(() => udp.write(bytes, address, 7), { message: /dotted/ });
  }
  t.throws(() => udp.write(bytes, SERVER.address, 0), { instanceOf: RangeError });
  t.throws(() => udp.write(new Uint8Array(1473), SERVER.address, 7), { message: /longer/ });
});
