import { encode } from "cbor-x";
import test from "ava";
import { decode } from "../../../../hosts/node/decode.js";
import { Ledger } from "../../../../hosts/node/ledger.js";
import type { LedgerState } from "../../../../hosts/node/ledger.js";

function receive(ledger: Ledger, path: string, content: object, retained = false) {
  const topic = `millwright/${path}`;
  return ledger.receive({ topic, ...decode(topic, encode(content), 0), retained });
}
const event = (ledger: Ledger, ep: number, sq: number, node = "plant/p1") =>
  receive(ledger, `${node}/event`, { ep, sq, t: 0, event: "x", source: "", cause: "", detail: "" }).taken;
const status = (ledger: Ledger, ep: number, retained = false) =>
  receive(ledger, "plant/p1/status", { ep, state: "online", firmware: "1", definition: "d" }, retained);
const begins = (ledger: Ledger, ep: number, sq: number) =>
  receive(ledger, "plant/p1/resume", { ep, stream: "event", next: [ep, sq] });

test("nodes are told apart, and a duplicate of one is none of another", (t) => {
  const ledger = new Ledger();
  t.deepEqual([event(ledger, 1, 0), event(ledger, 1, 0, "plant/p2"), event(ledger, 1, 0)], [true, true, false]);
});

test("what is not counted is passed on every time", (t) => {
  const ledger = new Ledger();
  for (let i = 0; i < 2; i++) {
    t.true(receive(ledger, "plant/p1/health", { ep: 1, sq: 5, t: 0, uptime: 3 }).taken);
    t.true(status(ledger, 1).taken);
    t.true(receive(ledger, "plant/p1/event", { nonsense: true }).taken);
  }
});

test("a restart of the node is told once, by whatever tells it first", (t) => {
  const ledger = new Ledger();
  event(ledger, 4, 0);
  t.deepEqual(
    status(ledger, 5).notices.map(({ notice }) => notice),
    [{ kind: "epoch", from: 4, to: 5 }],
  );
  t.true(event(ledger, 5, 0));
  t.deepEqual(status(ledger, 5).notices, []);
});

test("a node that was erased is a new one; an old retained status is not taken for that", (t) => {
  const ledger = new Ledger();
  event(ledger, 40, 0);
  t.deepEqual(status(ledger, 3, true).notices, []);
  t.false(event(ledger, 40, 0));
  t.deepEqual(
    status(ledger, 0).notices.map(({ notice }) => notice),
    [{ kind: "anew", from: 40, to: 0 }],
  );
  t.true(event(ledger, 0, 0));
});

test("a node that the broker knew before is asked; one that has just come is told only, if there is anything to tell", (t) => {
  const ledger = new Ledger();
  t.deepEqual([status(ledger, 1, true).ask, status(ledger, 1).ask], [true, true]);
  begins(ledger, 1, 0);
  event(ledger, 1, 0);
  t.deepEqual([status(ledger, 1, true).ask, status(ledger, 1).ask], [true, false]);
  t.is(status(ledger, 1).online, "plant/p1");
  const offline = { ep: 1, state: "offline", firmware: "1", definition: "d" };
  t.is(receive(ledger, "plant/p1/status", offline, true).online, undefined);
});

test("a consumer that comes back knows what came before, and can say so", (t) => {
  const first = new Ledger();
  begins(first, 6, 0);
  for (const sequence of [0, 1, 2]) event(first, 6, sequence);
  t.deepEqual(first.acknowledgements(), [{ node: "plant/p1", streams: [{ stream: "event", epoch: 6, sequence: 2 }] }]);
  const second = new Ledger(JSON.parse(JSON.stringify(first.state)) as LedgerState);
  t.deepEqual([event(second, 6, 1), event(second, 6, 3)], [false, true]);
  t.deepEqual(second.standing("plant/p1").streams, [{ stream: "event", epoch: 6, sequence: 3 }]);
  receive(second, "plant/p1/resume", { ep: 7, stream: "event", after: [6, 3], next: [7, 0] });
  event(second, 7, 0);
  t.deepEqual(second.standing("plant/p1").streams, [
    { stream: "event", epoch: 6, sequence: 4_294_967_295 },
    { stream: "event", epoch: 7, sequence: 0 },
  ]);
});

test("nodes beyond ten thousand are passed over, and nothing grows", (t) => {
  const ledger = new Ledger();
  for (let i = 0; i < 10_050; i++) event(ledger, 1, 0, `plant/n${i}`);
  t.is(Object.keys(ledger.state).length, 10_000);
  t.false(event(ledger, 1, 1, "plant/n10049"));
});
