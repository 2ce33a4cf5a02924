import test from "ava";
import { VirtualClock } from "../../../../simulator/clock.js";
import { VirtualNetwork } from "../../../../simulator/io/network.js";
import type { VirtualNetworkOptions, VirtualSocket } from "../../../../simulator/io/network.js";
import { Random } from "../../../../simulator/random.js";
import { seeded } from "../../../support/seed.js";

const ADDRESS = "10.0.0.1";

class Bench {
  readonly clock = new VirtualClock(0);
  readonly network: VirtualNetwork;
  readonly log: string[] = [];
  readonly received: number[] = [];
  server: VirtualSocket | undefined;

  constructor(options: Partial<VirtualNetworkOptions> = {}) {
    this.network = new VirtualNetwork({ clock: this.clock, random: new Random(1), latencyMs: 10, ...options });
  }

  listen(reads = true): void {
    this.network.listen(1883, (socket) => {
      this.server = socket;
      socket.onReadable = () => {
        if (reads) this.received.push(...new Uint8Array(socket.read()!));
      };
      socket.onError = () => this.note("server error");
    });
  }

  connect(address = ADDRESS, port = 1883) {
    const { TCP } = this.network.client();
    return new TCP({
      address,
      port,
      onReadable: (bytes) => this.note(`readable ${bytes}`),
      onWritable: (bytes) => this.note(`writable ${bytes}`),
      onError: () => this.note("error"),
    });
  }

  note(text: string): void {
    this.log.push(`${this.clock.ticks()} ${text}`);
  }

  run(ms: number): void {
    this.clock.advanceTo(this.clock.ticks() + ms);
  }
}

const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => index);

test("a connection opens after a round trip, with the whole send buffer", (t) => {
  const bench = new Bench();
  bench.listen();
  const tcp = bench.connect();
  t.throws(() => tcp.write(bytes(1)), { message: /not ready/ });
  bench.run(1000);
  t.deepEqual(bench.log, ["20 writable 5744"]);
});

test("a port where nobody listens is refused, a host that is down answers late or never", (t) => {
  const bench = new Bench();
  bench.connect();
  bench.run(1000);
  t.deepEqual(bench.log, ["20 error"]);
  bench.listen();
  bench.network.down(ADDRESS);
  bench.connect();
  bench.run(1000);
  bench.network.up(ADDRESS);
  bench.run(10_000);
  t.regex(bench.log[1]!, /writable/);
  bench.network.down(ADDRESS);
  bench.connect();
  bench.run(200_000);
  t.regex(bench.log[2]!, /error/);
});

test("addresses and ports that are none throw in the constructor", (t) => {
  const bench = new Bench();
  for (const address of ["localhost", "1.2.3", "1.2.3.256", "1.2.3.", ""])
    t.throws(() => bench.connect(address), { message: /dotted/ });
  t.throws(() => bench.connect(ADDRESS, 0), { instanceOf: RangeError });
  bench.run(1000);
  t.deepEqual(bench.log, []);
});

test("writing more than was announced throws, and room comes back once the far end has the bytes", (t) => {
  const bench = new Bench({ sendBufferBytes: 100 });
  bench.listen();
  const tcp = bench.connect();
  bench.run(100);
  t.throws(() => tcp.write(bytes(101)), { message: /more than the 100 announced/ });
  tcp.write(bytes(60));
  t.throws(() => tcp.write(bytes(41)), { message: /would block/ });
  tcp.write(bytes(40));
  bench.run(100);
  t.deepEqual(bench.log, ["20 writable 100", "120 writable 60", "120 writable 100"]);
  t.deepEqual(bench.received, [...bytes(60), ...bytes(40)]);
});

test("an end that is not read holds the sender up, until it is read", (t) => {
  const bench = new Bench({ sendBufferBytes: 2000, windowBytes: 2000 });
  bench.listen(false);
  const tcp = bench.connect();
  bench.run(100);
  tcp.write(bytes(2000));
  bench.run(100);
  tcp.write(bytes(2000));
  bench.run(10_000);
  const held = bench.log.length;
  t.is(bench.log.at(-1), "120 writable 2000");
  t.throws(() => tcp.write(bytes(1)), { message: /would block/ });
  let read = 0;
  for (let piece = bench.server!.read(); piece !== undefined; piece = bench.server!.read()) {
    read += piece.byteLength;
    bench.run(100);
  }
  t.is(read, 4000);
  t.true(bench.log.length > held);
  t.regex(bench.log.at(-1)!, /writable 2000$/);
});

test("read takes what is asked for, and throws for more than has arrived", (t) => {
  const bench = new Bench();
  bench.listen();
  const tcp = bench.connect();
  bench.run(100);
  t.is(tcp.read(), undefined);
  bench.server!.write(bytes(10));
  bench.server!.write(bytes(5));
  bench.run(100);
  t.deepEqual(bench.log.slice(1), ["110 readable 10", "110 readable 15"]);
  t.throws(() => tcp.read(16), { message: /invalid/ });
  t.throws(() => tcp.read(0), { message: /invalid/ });
  t.deepEqual([...new Uint8Array(tcp.read(12)!)], [...bytes(10), 0, 1]);
  t.deepEqual([...new Uint8Array(tcp.read()!)], [2, 3, 4]);
  t.is(tcp.read(), undefined);
});

test("loss and jitter delay the bytes, and neither lose nor reorder them", (t) => {
  seeded(t, (random) => {
    const bench = new Bench({ random, loss: 0.3, jitterMs: 50 });
    bench.listen();
    const tcp = bench.connect();
    bench.run(300_000);
    const sent: number[] = [];
    for (let count = 0; count < 100; count++) {
      const piece = Uint8Array.from({ length: 50 }, () => random.integer());
      sent.push(...piece);
      tcp.write(piece);
      bench.run(20_000);
    }
    bench.run(600_000);
    t.deepEqual(bench.received, sent);
  });
});

test("what the other end closes is read to its end before the error comes, and writing then does nothing", (t) => {
  const bench = new Bench();
  bench.listen();
  const tcp = bench.connect();
  bench.run(100);
  bench.server!.write(bytes(3));
  bench.server!.close();
  bench.run(100);
  t.deepEqual(bench.log.slice(1), ["110 readable 3"]);
  tcp.write(bytes(100_000));
  t.is(tcp.read()!.byteLength, 3);
  t.is(bench.log.length, 2);
  bench.run(1);
  t.deepEqual(bench.log.slice(2), ["200 error"]);
});

test("close sends what was written first, is idempotent, and everything after it throws", (t) => {
  const bench = new Bench({ loss: 0.5 });
  bench.listen();
  const tcp = bench.connect();
  bench.run(100_000);
  const heard = bench.log.length;
  tcp.write(bytes(5000));
  tcp.close();
  tcp.close();
  t.throws(() => tcp.write(bytes(1)), { message: /closed/ });
  t.throws(() => tcp.read(), { message: /closed/ });
  bench.run(1_000_000);
  t.deepEqual(bench.received, [...bytes(5000)]);
  t.deepEqual(
    bench.log.slice(heard).map((line) => line.split(" ").slice(1).join(" ")),
    ["server error"],
  );
});

test("bytes for an end that has closed are answered with a reset", (t) => {
  const bench = new Bench();
  bench.listen();
  const tcp = bench.connect();
  bench.run(100);
  tcp.close();
  bench.server!.write(bytes(1));
  bench.run(15);
  t.deepEqual(bench.log.at(-1), "110 server error");
});

test("a cut connection swallows bytes both ways and tells nobody", (t) => {
  const bench = new Bench({ sendBufferBytes: 100 });
  bench.listen();
  const tcp = bench.connect();
  bench.run(100);
  bench.network.cut();
  tcp.write(bytes(100));
  bench.server!.write(bytes(10));
  bench.run(1_000_000);
  t.deepEqual(bench.log, ["20 writable 100"]);
  t.deepEqual(bench.received, []);
  t.throws(() => tcp.write(bytes(1)), { message: /would block/ });
});

test("a reset is told to the device, what was under way is lost", (t) => {
  const bench = new Bench();
  bench.listen();
  const tcp = bench.connect();
  bench.run(100);
  tcp.write(bytes(10));
  bench.network.reset();
  t.is(bench.log.length, 1);
  bench.run(1000);
  t.deepEqual(bench.log.slice(1), ["100 error"]);
  t.deepEqual(bench.received, []);
});

test("bytes to a host that is down arrive once it is up", (t) => {
  const bench = new Bench();
  bench.listen();
  const tcp = bench.connect();
  bench.run(100);
  bench.network.down(ADDRESS);
  tcp.write(bytes(3));
  bench.run(20_000);
  t.deepEqual(bench.received, []);
  bench.network.up(ADDRESS);
  bench.run(60_000);
  t.deepEqual(bench.received, [0, 1, 2]);
});

test("names resolve, or do not, and a closed resolver says nothing", (t) => {
  const bench = new Bench();
  const { Resolver } = bench.network.client();
  bench.network.names.set("broker", ADDRESS);
  const resolve = (host: string) => {
    const resolver = new Resolver({});
    resolver.resolve({
      host,
      onResolved: (name, address) => bench.note(`${name} ${address}`),
      onError: () => bench.note("no such name"),
    });
    return resolver;
  };
  resolve("broker");
  resolve("nobody");
  resolve("broker").close();
  t.deepEqual(bench.log, []);
  bench.run(100);
  t.deepEqual(bench.log, [`20 broker ${ADDRESS}`, "20 no such name"]);
  bench.network.answersNames = false;
  resolve("broker");
  bench.run(100_000);
  t.deepEqual(bench.log.at(-1), "10100 no such name");
});

test("a tap sees what a device writes, in order, each write on its own", (t) => {
  const bench = new Bench();
  bench.listen();
  const seen: number[][] = [];
  const { TCP } = bench.network.client((written) => seen.push([...written]));
  const tcp = new TCP({ address: ADDRESS, port: 1883 });
  bench.run(100);
  tcp.write(bytes(2));
  tcp.write(bytes(1));
  t.deepEqual(seen, [[0, 1], [0]]);
});

test("a port is taken once, and free again when nobody listens", (t) => {
  const bench = new Bench();
  const stop = bench.network.listen(1, () => {});
  t.throws(() => bench.network.listen(1, () => {}), { message: /taken/ });
  stop();
  t.notThrows(() => bench.network.listen(1, () => {}));
  t.throws(() => new Bench({ loss: 1 }), { instanceOf: RangeError });
});
