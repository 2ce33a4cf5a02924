import test from "ava";
import fc from "fast-check";
import { Confirmation } from "../../../firmware/time/confirmation.js";
import { serversOf, TIME_FIELDS, timeProblem } from "../../../firmware/time/settings.js";
import { AGREEMENT_MS, vote } from "../../../firmware/time/vote.js";
import { TIME_DEFAULTS } from "./bench.js";

const at = (base: number, halfWidthMs = 20) => ({ base, halfWidthMs, sigmaMs: halfWidthMs / 4 });

test("a majority that overlaps is believed, its most precise member speaks", (t) => {
  t.is(vote([]), undefined);
  t.deepEqual(vote([at(5)]), { ...at(5), votes: 1 });
  t.deepEqual(vote([at(0), at(1000)]), undefined);
  t.deepEqual(vote([at(0), at(30, 15), at(1000)]), { ...at(30, 15), base: 20, votes: 2 });
  t.deepEqual(vote([at(0), at(1000), at(2000)]), undefined);
  t.deepEqual(vote([at(0), at(1000), at(5, 30), at(1010)]), undefined);
  t.is(vote([at(0), at(1000), at(5, 30), at(1010), at(2)])!.votes, 3);
});

test("a wrong server that claims to be exact does not speak for those who disagree with it", (t) => {
  const verdict = vote([at(0, 30), at(10, 25), at(500, 1)])!;
  t.is(verdict.base, 10);
  // One that is wrong by less than others can tell is held to what they agree on.
  const close = vote([at(0, 30), at(5, 30), at(34, 1)])!;
  t.true(close.base <= 30);
});

test("a wide interval that joins two which exclude each other settles nothing", (t) => {
  for (const order of [
    [at(0), at(300), at(100, 450)],
    [at(100, 450), at(300), at(0)],
    [at(300), at(100, 450), at(0)],
  ]) {
    t.is(vote(order), undefined);
  }
  t.is(vote([at(0, 10), at(22, 10), at(5, 20)])!.votes, 2);
  t.is(vote([at(0), at(0), at(0)])!.votes, 3);
  t.is(vote([at(0), at(300), at(10), at(100, 450)])!.votes, 3);
});

test("servers that are exact need not agree to less than the bound", (t) => {
  t.is(vote([at(0, 1), at(2 * AGREEMENT_MS, 1)])!.votes, 2);
  t.is(vote([at(0, 1), at(2 * AGREEMENT_MS + 1, 1)]), undefined);
});

test("as long as more than half tell the truth, the verdict is within what they say of themselves", (t) => {
  const honest = fc.record({
    error: fc.double({ min: -1, max: 1, noNaN: true }),
    width: fc.integer({ min: 10, max: 500 }),
  });
  const liar = fc.record({
    base: fc.integer({ min: -100_000, max: 100_000 }),
    width: fc.integer({ min: 0, max: 300 }),
  });
  let asked = 0;
  let answered = 0;
  fc.assert(
    fc.property(fc.array(honest, { minLength: 1, maxLength: 4 }), fc.array(liar, { maxLength: 3 }), (good, bad) => {
      if (bad.length >= good.length) return;
      const samples = [
        ...bad.map(({ base, width }) => at(base, width)),
        ...good.map(({ error, width }) => at(error * width, width)),
      ];
      const verdict = vote(samples);
      asked++;
      if (verdict === undefined) return;
      answered++;
      const widest = Math.max(...good.map(({ width }) => width));
      // At least one honest server is of every majority.
      t.true(Math.abs(verdict.base) <= 2 * widest + 300);
    }),
    { numRuns: 2000 },
  );
  // The others were two majorities, or none.
  t.true(answered > 0.95 * asked, `${answered} of ${asked}`);
});

test("something is confirmed when it was said often enough, for long enough, and nothing else between", (t) => {
  const confirmation = new Confirmation(3, 100);
  t.false(confirmation.again(1, 5, 0));
  t.false(confirmation.again(2, 5, 10));
  t.false(confirmation.again(3, 5, 20));
  t.true(confirmation.again(3, 5, 100));
  t.false(confirmation.again(30, 5, 110));
  t.false(confirmation.again(30, 5, 220));
  t.true(confirmation.again(30, 5, 230));
  confirmation.clear();
  t.false(confirmation.again(30, 5, 240));
});

test("servers are a list of names and addresses", (t) => {
  t.deepEqual(serversOf({ servers: " a, b.example ,,10.0.0.1,a" }), ["a", "b.example", "10.0.0.1"]);
  t.deepEqual(serversOf({ servers: "" }), []);
  t.is(timeProblem(TIME_DEFAULTS), undefined);
  t.is(timeProblem({ ...TIME_DEFAULTS, servers: "" }), undefined);
  t.regex(timeProblem({ ...TIME_DEFAULTS, servers: "a,b,c,d,e,f" })!, /^\.servers names 6 servers; 5 are the most$/);
  t.regex(timeProblem({ ...TIME_DEFAULTS, servers: "a,b c" })!, /^\.servers "b c" is not/);
  t.regex(timeProblem({ ...TIME_DEFAULTS, pollMaximumS: 64, pollMinimumS: 65 })!, /^\.pollMaximumS 64 is less/);
  for (const name of Object.keys(TIME_DEFAULTS)) t.true(TIME_FIELDS[name]!.help.length > 10);
});
