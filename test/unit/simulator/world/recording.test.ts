import test from "ava";
import { ConstantWorld, RecordingWorld } from "../../../../simulator/world/recording.js";

test("a recording replaces one quantity of the world around it, row by row", (t) => {
  const world = new RecordingWorld(new ConstantWorld({ a: 1, b: 2 }), ["b"]);
  t.deepEqual([...world.quantities].sort(), ["a", "b"]);
  t.is(world.read("b"), NaN, "before the first row there is no value");
  world.set(0, -1e300);
  t.is(world.read("b"), -1e300);
  world.advance(1000);
  t.is(world.read("b"), -1e300, "a row holds until the next");
  t.is(world.read("a"), 1);
});

test("a quantity that neither has is refused", (t) => {
  const world = new RecordingWorld(new ConstantWorld({ a: 1 }), ["b"]);
  t.throws(() => world.read("toString"), { instanceOf: RangeError, message: "world: toString is not one of a" });
});
