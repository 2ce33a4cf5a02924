import test from "ava";
import { generate } from "mqtt-packet";
import { loseBroker, OUTAGES } from "../../torture/fleet.js";
import { dieSilently, HALF_OPEN_RUNS } from "../../torture/half-open.js";
import { SessionWire } from "../../torture/session-wire.js";
import { breakStreams } from "../../torture/stream.js";

// The campaigns of `npm run torture` against the session, in short, and whether they notice what they are there for.
const seed = Number(process.env["MILLWRIGHT_SEED"] ?? 20_261_123);

test("the stream cut, reset, split, coalesced or delayed at any byte: nothing is lost or out of order", (t) => {
  const { failures, ...figures } = breakStreams({ seed, messages: 100, step: 41 });
  t.log(JSON.stringify(figures), `npm run torture -- stream --seed ${seed}`);
  t.deepEqual(failures, []);
  t.true(figures.sessions > 400 && figures.resent > 1000 && figures.duplicates > 500);
});

for (const run of HALF_OPEN_RUNS) {
  test(`a connection that dies without a word is noticed within one and a half keep alives: ${run}`, (t) => {
    const { failures, ...figures } = dieSilently({ seed, deaths: 400, run });
    t.log(JSON.stringify(figures), `npm run torture -- half-open --seed ${seed}`);
    t.deepEqual(failures, []);
    t.true(figures.worst > 1.45 && figures.worst <= 1.5);
  });
}

for (const outage of OUTAGES) {
  test(`a thousand nodes come back spread out: ${outage}`, (t) => {
    for (const goneMs of outage === "process ends" ? [1000, 60_000] : [60_000]) {
      const { failures, ...figures } = loseBroker({ seed, nodes: 1000, outage, goneMs });
      t.log(`${goneMs / 1000} s`, JSON.stringify(figures), `npm run torture -- fleet --seed ${seed}`);
      t.deepEqual(failures, []);
    }
  });
}

test("a thousand nodes come back spread out after an hour, and when only so many are let in per second", (t) => {
  const hour = loseBroker({ seed, nodes: 1000, outage: "process ends", goneMs: 3_600_000 });
  t.deepEqual(hour.failures, []);
  const busy = loseBroker({ seed, nodes: 1000, outage: "process ends", goneMs: 60_000, acceptsPerS: 10 });
  t.deepEqual(busy.failures, []);
  t.true(busy.refused > 100);
});

test("a fleet without a window is found out", (t) => {
  const { failures } = loseBroker({
    seed,
    nodes: 1000,
    outage: "process ends",
    goneMs: 1000,
    settings: { reconnectSpreadMs: 0 },
  });
  t.regex(failures.join(), /times the uniform spread/);
});

test("a session without keep alive is found out", (t) => {
  const { failures } = dieSilently({ seed, deaths: 4, run: "idle", settings: { keepAliveS: 0 } });
  t.true(failures.length > 0);
});

test("what a session may not write is found out", (t) => {
  const BIRTH = 1000;
  const connect = generate({ cmd: "connect", clientId: "a", keepalive: 60, clean: true });
  const publish = (number: number, messageId: number, dup = false) =>
    generate({
      cmd: "publish",
      topic: "t",
      payload: Buffer.from([number >> 8, number & 255]),
      qos: 1,
      retain: false,
      dup,
      messageId,
    });
  const problems = (...connections: Uint8Array[][]): string => {
    const wire = new SessionWire(BIRTH);
    connections.forEach((packets, index) => packets.forEach((bytes) => wire.written(index, bytes)));
    return wire.problems.join("; ");
  };
  const first = [connect, publish(0, 1), publish(1, 2)];
  t.is(problems(first, [connect, publish(BIRTH, 7), publish(0, 1, true), publish(1, 2, true), publish(2, 3)]), "");
  t.regex(problems([publish(0, 1)]), /publish before CONNECT/);
  t.regex(problems([connect, publish(0, 1, true)]), /DUP and was never sent/);
  t.regex(problems([connect, publish(0, 1), publish(1, 1)]), /takes the identifier 1 of message 0/);
  t.regex(problems([connect, publish(1, 1)]), /message 1 sent after -1/);
  t.regex(problems(first, [connect, publish(0, 1)]), /message 0 sent again without DUP/);
  t.regex(problems(first, [connect, publish(0, 9, true)]), /message 0 sent again as 9, not 1/);
  t.regex(problems(first, [connect, publish(1, 2, true), publish(0, 1, true)]), /message 0 after 1/);
  t.regex(problems(first, [connect, publish(2, 3)]), /message 2 sent before 0 was sent again/);
  t.regex(problems([connect, publish(0, 1), publish(0, 1, true)]), /twice on one connection/);
});
