import type { ExecutionContext } from "ava";
import { serveSockets } from "../../hosts/xs/sockets.js";
import { startRpc, xsTest } from "../support/xs.js";
import { FakeNetwork } from "./fake-network.js";
import type { Echo } from "./inside/echo.js";

async function start(t: ExecutionContext, network: FakeNetwork, options: { beforeEvent?: () => void } = {}) {
  const faults: string[] = [];
  const onFault = (error: Error): void => void faults.push(error.message);
  const rpc = await startRpc(t, "test/xs/inside/echo.ts");
  const served = serveSockets(network.classes, rpc, { onFault, ...options });
  const xs = rpc.caller<Echo>();
  /** What happened inside since the start, once everything queued so far has run. */
  const log = async (): Promise<string[]> => {
    for (let round = 0; round < 3; round++) await xs("log");
    return (await xs("log")).result;
  };
  return { xs, log, faults, served };
}

const hosts = { broker: "10.0.0.7", elsewhere: "10.0.0.8" };

xsTest("an echo inside XS answers over the host's sockets", async (t) => {
  const network = new FakeNetwork(hosts);
  const { xs, log, faults } = await start(t, network);
  await xs("start", { host: "broker", port: 1883 });
  t.deepEqual(await log(), ["start", "resolved broker 10.0.0.7", "writable 1000"]);
  network.send("hello");
  t.deepEqual((await log()).slice(3), ["readable 5"]);
  t.deepEqual(network.received, ["hello"]);
  network.hangUp();
  t.deepEqual((await log()).slice(4), ["error"]);
  t.deepEqual([network.opened, network.closed, faults], [1, 1, []]);
});

xsTest("events that come while a request runs wait their turn, in order", async (t) => {
  const network = new FakeNetwork(hosts);
  const { xs, log } = await start(t, network);
  await xs("start", { host: "broker", port: 1883 });
  await log();
  let rounds = 0;
  network.onWrite = () => {
    if (rounds++ < 3) network.send("again");
    else if (rounds === 4) network.hangUp();
  };
  await xs("write", { text: "go" });
  t.deepEqual((await log()).slice(3), ["write", "readable 5", "readable 5", "readable 5", "error"]);
  t.deepEqual(network.received, ["go", "again", "again", "again"]);
});

xsTest("a count tells what is there when it arrives, and an event that came too late is dropped", async (t) => {
  const network = new FakeNetwork(hosts);
  const { xs, log } = await start(t, network);
  await xs("start", { host: "broker", port: 1883 });
  await log();
  network.send("one");
  network.send("two");
  t.deepEqual((await log()).slice(3), ["readable 3"]);
  t.deepEqual(network.received, ["onetwo"]);
});

xsTest("what was not read stays, and is counted next time", async (t) => {
  const network = new FakeNetwork(hosts);
  const { xs, log } = await start(t, network);
  await xs("start", { host: "broker", port: 1883, atMost: 4 });
  await log();
  network.send("abcdef");
  await log();
  network.send("g");
  t.deepEqual((await log()).slice(3), ["readable 6", "readable 3"]);
  t.deepEqual(network.received, ["abcd", "efg"]);
});

xsTest("writing more than was announced throws inside, and the host hears nothing of it", async (t) => {
  const network = new FakeNetwork(hosts, 8);
  const { xs, log } = await start(t, network);
  await xs("start", { host: "broker", port: 1883 });
  await log();
  await xs("write", { text: "12345" });
  await t.throwsAsync(xs("write", { text: "6789" }), {
    message: "tcp: 4 bytes are more than the 3 that can be written",
  });
  t.deepEqual(network.received, ["12345"]);
  network.drain(6);
  t.is((await log()).at(-1), "writable 6");
  await xs("write", { text: "678901" });
  t.deepEqual(network.received, ["12345", "678901"]);
});

xsTest("reading more than has arrived throws inside, as it does on the host", async (t) => {
  const network = new FakeNetwork(hosts);
  const { xs, log } = await start(t, network);
  await xs("start", { host: "broker", port: 1883, atMost: 2 });
  await log();
  network.send("abc");
  await log();
  await t.throwsAsync(xs("read", { byteLength: 2 }), { message: "fake: not so much has arrived" });
  await t.notThrowsAsync(xs("read", { byteLength: 1 }));
});

xsTest("a host that has no address is told as an error", async (t) => {
  const { xs, log } = await start(t, new FakeNetwork(hosts));
  await xs("start", { host: "nowhere", port: 1883 });
  t.deepEqual(await log(), ["start", "unresolved"]);
});

xsTest("a constructor that fails on the host throws inside; uncaught in a callback, it is a fault", async (t) => {
  const { xs, log, faults } = await start(t, new FakeNetwork(hosts));
  await xs("start", { host: "elsewhere", port: 1883 });
  await log();
  t.deepEqual(faults, ["fake: no route to 10.0.0.8"]);
});

xsTest("a closed socket hears nothing more, refuses writing and may be closed again", async (t) => {
  const network = new FakeNetwork(hosts);
  const { xs, log } = await start(t, network);
  await xs("start", { host: "broker", port: 1883 });
  await log();
  const stopped = xs("stop");
  network.send("too late");
  await stopped;
  await xs("stop");
  await t.throwsAsync(xs("write", { text: "x" }), { message: "tcp: the socket is closed" });
  t.deepEqual((await log()).slice(3), ["stop", "stop", "write"]);
  t.is(network.closed, 1);
});

xsTest("beforeEvent comes before each event, and close ends what the script left open", async (t) => {
  const network = new FakeNetwork(hosts);
  let events = 0;
  const { xs, log, served } = await start(t, network, { beforeEvent: () => void events++ });
  await xs("start", { host: "broker", port: 1883 });
  await log();
  network.send("hello");
  await log();
  t.is(events, 3);
  served.close();
  t.is(network.closed, 1);
});
