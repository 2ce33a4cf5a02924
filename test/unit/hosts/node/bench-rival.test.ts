import test from "ava";
import { besideRivals, NO_RIVAL, RIVAL_COLUMNS, rivalMembers } from "../../../../hosts/node/bench-rival.js";
import { nameOf } from "../../../../hosts/xs/inside/beside.js";

const figures = (steps: number, slots: number) => ({ steps, slots, retained: 0 });

test("each of ours stands beside each of its rivals, both without what is not to be told for", (t) => {
  const costs = besideRivals<{ part: string; size: number }>({
    "(feed)": figures(20, 1),
    [nameOf({ part: "a", size: 1 }, "(feed)")]: figures(120, 1),
    [nameOf({ part: "a", size: 1 }, "(feed)", "first")]: figures(420, 3),
    [nameOf({ part: "a", size: 2 })]: figures(200, 0),
    [nameOf({ part: "a", size: 1 }, "", "second")]: figures(50, 0),
    [nameOf({ part: "b", size: 1 })]: figures(7, 0),
  });
  t.deepEqual(costs, [
    { part: "a", size: 1, steps: 100, slots: 0, rival: "first", rivalSteps: 400, rivalSlots: 2 },
    { part: "a", size: 1, steps: 100, slots: 0, rival: "second", rivalSteps: 50, rivalSlots: 0 },
    { part: "a", size: 2, steps: 200, slots: 0, rival: NO_RIVAL, rivalSteps: NaN, rivalSlots: NaN },
    { part: "b", size: 1, steps: 7, slots: 0, rival: NO_RIVAL, rivalSteps: NaN, rivalSlots: NaN },
  ]);
});

test("what is to be taken off must have been measured", (t) => {
  t.throws(() => besideRivals({ [nameOf({}, "(feed)")]: figures(1, 0) }), { message: "bench: (feed) is not measured" });
});

test("a row ends with rival, its steps and slots, and the ratio; without a rival they are empty", (t) => {
  const cost = { steps: 100.4, slots: 0, rival: "other", rivalSteps: 300.4, rivalSlots: 1.234 };
  const row = rivalMembers(cost);
  t.deepEqual(row, { rival: "other", "rival steps": 300, "rival slots": 1.23, ratio: 0.334 });
  t.deepEqual(Object.keys(row), [...RIVAL_COLUMNS]);
  const none = rivalMembers({ ...cost, rival: NO_RIVAL, rivalSteps: NaN, rivalSlots: NaN });
  t.deepEqual(none, { rival: "none", "rival steps": "", "rival slots": "", ratio: "" });
});
