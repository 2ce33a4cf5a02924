import test from "ava";
import fc from "fast-check";
import type { Notice, StreamPosition } from "../../../../hosts/node/decoded.js";
import { StreamLedger } from "../../../../hosts/node/stream-ledger.js";
import type { StreamState } from "../../../../hosts/node/stream-ledger.js";

const at = (epoch: number, sequence: number): StreamPosition => ({ epoch, sequence });
const take = (ledger: StreamLedger, epoch: number, ...sequences: number[]) =>
  sequences.map((sequence) => ledger.take(at(epoch, sequence)).taken);
const text = (notice: Notice): string => {
  if (notice.kind === "epoch" || notice.kind === "anew") return notice.kind;
  const { kind, from, to } = notice;
  return `${kind} ${from.epoch}:${from.sequence}-${to.epoch}:${to.sequence}`;
};

test("what comes a second time is not taken", (t) => {
  const ledger = new StreamLedger();
  t.deepEqual(take(ledger, 3, 0, 1, 1, 0, 2), [true, true, false, false, true]);
});

test("a hole is told, and told again when it is filled, in whatever order", (t) => {
  const ledger = new StreamLedger();
  take(ledger, 3, 0, 1);
  t.deepEqual(ledger.take(at(3, 5)).notices.map(text), ["missing 3:2-3:5"]);
  t.true(ledger.waits);
  t.deepEqual(
    [3, 2].flatMap((sequence) => ledger.take(at(3, sequence)).notices),
    [],
  );
  t.deepEqual(ledger.take(at(3, 4)).notices.map(text), ["recovered 3:2-3:5"]);
  t.false(ledger.waits);
});

test("a new epoch that does not begin with its first message has a hole; how the last one ended is not known", (t) => {
  const ledger = new StreamLedger();
  take(ledger, 3, 0, 1);
  t.deepEqual(ledger.take(at(4, 0)).notices, []);
  t.deepEqual(ledger.take(at(6, 2)).notices.map(text), ["missing 6:0-6:2"]);
  t.deepEqual(take(ledger, 3, 2, 1), [true, false]);
});

test("nothing is acknowledged before the node has said where it begins, and nothing behind a hole", (t) => {
  const ledger = new StreamLedger();
  take(ledger, 3, 4, 5);
  t.deepEqual(ledger.acknowledgements(), []);
  t.deepEqual(ledger.resume(undefined, at(3, 4)), []);
  t.deepEqual(ledger.acknowledgements(), [at(3, 5)]);
  t.deepEqual(ledger.acknowledgements(), []);
  take(ledger, 3, 8, 9);
  t.deepEqual(ledger.acknowledgements(), []);
  take(ledger, 3, 6, 7);
  t.deepEqual(ledger.acknowledgements(), [at(3, 9)]);
});

test("what comes twice is acknowledged twice: the first one did not arrive", (t) => {
  const ledger = new StreamLedger();
  ledger.resume(undefined, at(3, 0));
  take(ledger, 3, 0, 1, 2);
  ledger.resume(at(3, 2), at(4, 0));
  take(ledger, 4, 0);
  t.deepEqual(ledger.acknowledgements(), [at(3, 2), at(4, 0)]);
  take(ledger, 3, 1);
  t.deepEqual(ledger.acknowledgements(), [at(3, 1)]);
});

test("a node that goes on elsewhere closes the hole, and what was missing is lost", (t) => {
  const ledger = new StreamLedger();
  ledger.resume(undefined, at(3, 0));
  take(ledger, 3, 0, 5);
  t.deepEqual(ledger.resume(undefined, at(3, 3)).map(text), ["lost 3:1-3:3"]);
  take(ledger, 3, 3);
  t.deepEqual(ledger.take(at(3, 4)).notices.map(text), ["recovered 3:3-3:5"]);
  t.deepEqual(ledger.acknowledgements(), [at(3, 5)]);
  t.deepEqual(ledger.resume(at(3, 5), at(3, 9)).map(text), ["lost 3:6-3:9"]);
  t.deepEqual(take(ledger, 3, 9), [true]);
});

test("what comes though it was said to be lost is taken, once", (t) => {
  const ledger = new StreamLedger();
  ledger.resume(undefined, at(3, 0));
  take(ledger, 3, 0, 5);
  ledger.resume(at(3, 0), at(3, 5));
  t.deepEqual(take(ledger, 3, 2, 2), [true, false]);
});

test("what was before the consumer came is not its loss", (t) => {
  const ledger = new StreamLedger();
  t.deepEqual(ledger.resume(undefined, at(3, 100)), []);
  t.deepEqual(ledger.take(at(3, 100)), { taken: true, notices: [] });
  t.deepEqual(ledger.acknowledgements(), [at(3, 100)]);
});

test("memory is bounded: a node that sends again is passed over, any other's oldest hole is given up", (t) => {
  for (const resumed of [true, false]) {
    const ledger = new StreamLedger();
    if (resumed) ledger.resume(undefined, at(1, 0));
    const all = Array.from({ length: 500 }, (_, i) => ledger.take(at(1, 2 * i)).taken);
    t.is(all.filter((taken) => !taken).length > 0, resumed);
    t.true(ledger.state.seen.length <= 64);
    // What is in order goes on.
    const [first] = ledger.state.seen;
    t.true(ledger.take(first!.to).taken);
  }
});

interface Step {
  readonly kind: "take" | "restart";
  readonly index: number;
}

/** Messages of up to four epochs, and arrivals of them in any order and number, with restarts of the consumer between. */
const runs = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 }).chain((lengths) => {
  const all = lengths.flatMap((length, i) => Array.from({ length }, (_, sequence) => at(2 * i + 1, sequence)));
  const step: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom("take" as const, "take" as const, "take" as const, "restart" as const),
    index: fc.nat({ max: all.length - 1 }),
  });
  return fc.record({ all: fc.constant(all), steps: fc.array(step, { maxLength: 80 }) });
});

test("any order, any number of times, over restarts of node and consumer: each is taken once, none is acknowledged early, all at last", (t) => {
  fc.assert(
    fc.property(runs, ({ all, steps }) => {
      let ledger = new StreamLedger();
      const taken = new Set<number>();
      const acknowledged = new Map<number, number>();
      const receive = (index: number) => {
        const verdict = ledger.take(all[index]!);
        if (verdict.taken === taken.has(index)) throw new Error(`message ${index} taken: ${verdict.taken}`);
        taken.add(index);
        for (const { epoch, sequence } of ledger.acknowledgements()) {
          acknowledged.set(epoch, Math.max(acknowledged.get(epoch) ?? -1, sequence));
          const early = all.findIndex(
            (one, i) => (one.epoch < epoch || (one.epoch === epoch && one.sequence <= sequence)) && !taken.has(i),
          );
          if (early >= 0) throw new Error(`acknowledged ${epoch}:${sequence} without message ${early}`);
        }
      };
      // The node says where it begins, and how its epochs follow each other.
      ledger.resume(undefined, all[0]!);
      all.forEach((next, i) => {
        if (i > 0 && next.epoch !== all[i - 1]!.epoch) ledger.resume(all[i - 1], next);
      });
      for (const { kind, index } of steps) {
        if (kind === "take") receive(index);
        else ledger = new StreamLedger(JSON.parse(JSON.stringify(ledger.state)) as StreamState);
      }
      // Everything comes again in the end, the unacknowledged by the node's word.
      all.forEach((_, index) => receive(index));
      for (const { epoch, sequence } of all) {
        if ((acknowledged.get(epoch) ?? -1) < sequence) throw new Error(`${epoch}:${sequence} was never acknowledged`);
      }
      return ledger.state.seen.length === 1 && !ledger.waits;
    }),
    { numRuns: 1000 },
  );
  t.pass();
});

test("holes are told and closed to the message", (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 40 }), { minLength: 1 }), (order) => {
      const ledger = new StreamLedger();
      const missing = new Set<number>();
      let highest = order[0]!;
      const count = (notices: readonly Notice[]) => {
        for (const { kind, from, to } of notices) {
          if (kind === "epoch" || kind === "anew") continue;
          for (let i = from.sequence; i < to.sequence; i++) {
            if (kind === "missing") missing.add(i);
            else missing.delete(i);
          }
        }
      };
      const come = new Set<number>();
      for (const sequence of order) {
        come.add(sequence);
        count(ledger.take(at(1, sequence)).notices);
        highest = Math.max(highest, sequence);
      }
      const left = Array.from({ length: highest }, (_, i) => i).filter((i) => i > order[0]! && !come.has(i));
      const told = [...missing].filter((i) => !come.has(i)).sort((a, b) => a - b);
      return left.join() === told.join() && ledger.waits === left.length > 0;
    }),
    { numRuns: 1000 },
  );
  t.pass();
});
