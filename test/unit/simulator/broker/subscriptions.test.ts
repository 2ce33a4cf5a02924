import test from "ava";
import fc from "fast-check";
import { Subscriptions } from "../../../../simulator/broker/subscriptions.js";
import { matches } from "../../../../simulator/broker/topics.js";

const name = fc.constantFrom("a", "b", "$c", "");
const topic = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
const filter = fc
  .tuple(fc.array(fc.oneof(name, fc.constant("+")), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([names, all]) => (all ? [...names.slice(1), "#"] : names).join("/"));
const subscription = fc.record({
  filter,
  subscriber: fc.integer({ min: 0, max: 3 }),
  qos: fc.constantFrom<0 | 1>(0, 1),
  stays: fc.boolean(),
});

test("whoever has a filter that matches gets a message, with the highest quality of service of those", (t) => {
  fc.assert(
    fc.property(fc.array(subscription, { maxLength: 12 }), topic, (list, published) => {
      const subscriptions = new Subscriptions<number>();
      const kept = new Map<string, (typeof list)[number]>();
      for (const one of list) {
        const key = `${one.subscriber} ${one.filter}`;
        subscriptions.add(one.filter, one.subscriber, one.qos);
        kept.set(key, one);
        if (one.stays) continue;
        subscriptions.remove(one.filter, one.subscriber);
        kept.delete(key);
      }
      const expected = new Map<number, number>();
      for (const one of kept.values())
        if (matches(one.filter, published))
          expected.set(one.subscriber, Math.max(one.qos, expected.get(one.subscriber) ?? 0));
      const sorted = (map: ReadonlyMap<number, number>) => [...map].sort(([a], [b]) => a - b);
      t.deepEqual(sorted(subscriptions.of(published)), sorted(expected));
    }),
    { numRuns: 2000 },
  );
});
