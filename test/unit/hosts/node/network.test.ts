import test from "ava";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import type { ExecutionContext } from "ava";
import { startEmbeddedBroker } from "../../../../hosts/node/embedded-broker.js";
import { nodeNetwork } from "../../../../hosts/node/network.js";
import { freePort } from "../../../support/mosquitto.js";

const { TCP, Resolver } = nodeNetwork;

async function server(t: ExecutionContext, onConnection: (socket: Socket) => void): Promise<number> {
  const listener = createServer((socket) => {
    socket.on("error", () => {});
    t.teardown(() => socket.destroy());
    onConnection(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  t.teardown(() => listener.close());
  return (listener.address() as AddressInfo).port;
}

/** A client whose callbacks are promises. */
function client(port: number) {
  const events: string[] = [];
  let wake = () => {};
  const note = (event: string) => {
    events.push(event);
    wake();
  };
  const tcp = new TCP({
    address: "127.0.0.1",
    port,
    onReadable: (bytes) => note(`readable ${bytes}`),
    onWritable: (bytes) => note(`writable ${bytes}`),
    onError: () => note("error"),
  });
  const next = async (pattern: RegExp) => {
    while (!events.some((event) => pattern.test(event))) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { tcp, events, next };
}

test("a connection opens, sends, announces the room that comes back, and closes with everything sent", async (t) => {
  let received = 0;
  let ended = () => {};
  const end = new Promise<void>((resolve) => (ended = resolve));
  const port = await server(t, (socket) => {
    socket.on("data", (bytes) => (received += bytes.length));
    socket.on("end", ended);
  });
  const { tcp, events, next } = client(port);
  t.deepEqual(events, []);
  t.throws(() => tcp.write(new Uint8Array(1)), { message: /not ready/ });
  await next(/writable/);
  t.deepEqual(events, ["writable 5744"]);
  const bytes = new Uint8Array(5744);
  tcp.write(bytes);
  t.throws(() => tcp.write(new Uint8Array(1)), { message: /would block/ });
  t.is(events.length, 1);
  events.length = 0;
  await next(/writable 5744/);
  tcp.write(bytes);
  tcp.close();
  tcp.close();
  t.throws(() => tcp.write(bytes), { message: /closed/ });
  t.throws(() => tcp.read(), { message: /closed/ });
  await end;
  t.is(received, 2 * 5744);
});

test("what was written does not change when the caller's buffer does", async (t) => {
  let seen = (_bytes: Buffer) => {};
  const first = new Promise<Buffer>((resolve) => (seen = resolve));
  const port = await server(t, (socket) => socket.on("data", (bytes) => seen(bytes)));
  const { tcp, next } = client(port);
  await next(/writable/);
  const bytes = Uint8Array.of(1, 2, 3);
  tcp.write(bytes);
  bytes.fill(9);
  t.deepEqual([...(await first)], [1, 2, 3]);
  tcp.close();
});

test("read takes what has arrived, and the error comes after the last byte", async (t) => {
  const port = await server(t, (socket) => socket.end(Buffer.from([1, 2, 3, 4])));
  const { tcp, events, next } = client(port);
  await next(/readable 4/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.false(events.includes("error"));
  t.throws(() => tcp.read(5), { message: /invalid/ });
  t.throws(() => tcp.read(0), { message: /invalid/ });
  t.deepEqual([...new Uint8Array(tcp.read(3)!)], [1, 2, 3]);
  t.deepEqual([...new Uint8Array(tcp.read()!)], [4]);
  t.is(tcp.read(), undefined);
  t.false(events.includes("error"));
  await next(/error/);
  t.notThrows(() => tcp.write(new Uint8Array(100_000)));
  tcp.close();
});

test("a refused connection is an error, once", async (t) => {
  const { tcp, events, next } = client(await freePort());
  await next(/error/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.deepEqual(events, ["error"]);
  tcp.close();
});

test("names are not addresses, and resolve through the resolver", async (t) => {
  t.throws(() => new TCP({ address: "localhost", port: 1 }), { message: /dotted/ });
  const resolve = (host: string) =>
    new Promise<string>((done) =>
      new Resolver({}).resolve({
        host,
        onResolved: (name, address) => done(`${name} ${address}`),
        onError: () => done("error"),
      }),
    );
  t.is(await resolve("localhost"), "localhost 127.0.0.1");
  t.is(await resolve("no-such-host.invalid"), "error");
});

test("a resolver that was closed says nothing, and takes no more", async (t) => {
  const resolver = new Resolver({});
  resolver.resolve({ host: "localhost", onResolved: () => t.fail(), onError: () => t.fail() });
  resolver.close();
  t.throws(() => resolver.resolve({ host: "localhost", onResolved: () => {}, onError: () => {} }));
  await new Promise((resolve) => setTimeout(resolve, 50));
});

test("the embedded broker takes the next free port, and ends its connections when it closes", async (t) => {
  const first = await startEmbeddedBroker(0);
  const second = await startEmbeddedBroker(first.port);
  t.true(second.port > first.port);
  const { tcp, next } = client(first.port);
  await next(/writable/);
  await first.close();
  await next(/error/);
  tcp.close();
  await second.close();
});
