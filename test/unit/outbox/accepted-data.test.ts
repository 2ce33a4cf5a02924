import test from "ava";
import { DAMAGES, damageOf } from "../../../simulator/faults/flash.js";
import { AcceptedData } from "../../torture/accepted-data.js";
import { OutboxBench, send } from "./bench.js";

// What the campaign "month" takes for accepted, against an outbox of which one knows what it has accepted.
const LONGEST = 300;
/** Enough for several blocks. */
const MESSAGES = 60;

/** As a message begins: {"ep": 1, "sq": sequence}, both in one byte of CBOR or two, and something of some length. */
function payloadOf(sequence: number): Uint8Array {
  const number = sequence < 24 ? [sequence] : [0x18, sequence];
  const head = [0xbf, 0x62, 0x65, 0x70, 1, 0x62, 0x73, 0x71, ...number];
  return Uint8Array.from({ length: 40 + ((sequence * 97) % (LONGEST - 40)) }, (_, i) => head[i] ?? 0x80);
}

/** Writes messages, one or two to a commit, until the power goes in the operation of that number. */
function written(cutAt: number, damage: number) {
  const bench = new OutboxBench({ exposedBytes: LONGEST, acknowledgeEvery: 1 });
  const { flash } = bench;
  const accepted = new AcceptedData();
  flash.observe = (operation) => {
    const cut = flash.operations === cutAt;
    accepted.observe(operation, cut);
    if (cut) flash.cutAt(cutAt, damageOf(operation, damage));
  };
  let returned = 0;
  for (let sequence = 0; sequence < MESSAGES && flash.operations <= cutAt; sequence++) {
    bench.push(1, { payload: payloadOf(sequence) });
    if (flash.operations <= cutAt && bench.outbox.health().exposedBytes === 0) returned = sequence + 1;
  }
  return { bench, accepted, returned, done: flash.operations <= cutAt };
}

test("what a node has written counts as accepted no sooner and no later than it is sure to be delivered", (t) => {
  let cuts = 0;
  for (let damage = 0; damage < DAMAGES; damage++) {
    for (let cutAt = 0; ; cutAt++, cuts++) {
      const { bench, accepted, returned, done } = written(cutAt, damage);
      if (done) break;
      const counted = accepted.without(() => false);
      const where = `damage ${damage} in operation ${cutAt}`;
      t.true(counted.length >= returned, `${where}: ${returned} were accepted, ${counted.length} count`);
      bench.flash.cutAt(Infinity);
      bench.restart();
      const delivered = new Set(send(bench.outbox).map(({ sequence }) => sequence));
      t.deepEqual(
        accepted.without((epoch, sequence) => epoch === 1 && delivered.has(sequence)),
        [],
        where,
      );
    }
  }
  t.true(cuts > 3 * MESSAGES);
});

test("a message that is accepted and does not come is named", (t) => {
  const { accepted } = written(40, 0);
  t.true(accepted.count > 5);
  t.deepEqual(
    accepted.without((_, sequence) => sequence !== 3),
    ["epoch 1 message 3"],
  );
});

test("a message whose record is not written to its end is not accepted, though its head is", (t) => {
  const bytes = new Uint8Array(256);
  // The header of a record with a payload of 262 bytes, of which that of the message begins after 12.
  bytes.set([0xa6, 1, 262 & 0xff, 262 >> 8], 0);
  bytes.set(payloadOf(5).subarray(0, 200), 16 + 12);
  const accepted = new AcceptedData();
  accepted.observe({ kind: "write", offset: 512, bytes });
  // 16 + 262 + 4 bytes, and 2 up to a multiple of 4.
  const end = { kind: "write", offset: 768, bytes: new Uint8Array(28) } as const;
  accepted.observe(end, true);
  accepted.observe({ kind: "erase", block: 3 });
  t.is(accepted.count, 0);
  for (const _ of [1, 2]) {
    accepted.observe({ kind: "write", offset: 512, bytes });
    accepted.observe(end);
  }
  t.is(accepted.count, 1);
});
