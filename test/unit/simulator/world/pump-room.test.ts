import test from "ava";
import { Random } from "../../../../simulator/random.js";
import { PumpRoomWorld } from "../../../../simulator/world/pump-room.js";
import type { PumpRoomOptions } from "../../../../simulator/world/pump-room.js";

const world = (seed = 1, options: Omit<PumpRoomOptions, "random"> = {}) =>
  new PumpRoomWorld({ random: new Random(seed), ...options });

/** First second at which the bearing is above `celsius`, and the most it reaches, within two hours. */
function bearing(seed: number, celsius: number) {
  const room = world(seed);
  let first = Infinity;
  let most = 0;
  for (let second = 0; second <= 7200; second++) {
    room.advance(second * 1000);
    const value = room.read("bearing.temperature");
    most = Math.max(most, value);
    if (value > celsius) first = Math.min(first, second);
  }
  return { first, most };
}

test("the bearing runs at 52 °C, then fails: 80 °C after 6 to 8 minutes, 95 °C some minutes later, never 110 °C", (t) => {
  const start = world();
  t.is(start.read("bearing.temperature"), 52);
  start.advance(120_000);
  t.true(Math.abs(start.read("bearing.temperature") - 52) < 2);
  for (let seed = 1; seed <= 5; seed++) {
    const high = bearing(seed, 80);
    const highHigh = bearing(seed, 95);
    t.true(high.first >= 360 && high.first <= 480, `seed ${seed}: 80 °C after ${high.first} s`);
    t.true(highHigh.first > high.first + 120 && highHigh.first < 1200, `seed ${seed}: 95 °C after ${highHigh.first} s`);
    t.true(high.most < 110, `seed ${seed}: ${high.most} °C`);
  }
});

test("the bearing's health goes from 1 to 0 in the time given", (t) => {
  const room = world(1, { failureAfterS: 10, failureOverS: 100 });
  const healthAt = (second: number) => {
    room.advance(second * 1000);
    return room.read("bearing.health");
  };
  t.deepEqual([10, 60, 110, 500].map(healthAt), [1, 0.5, 0, 0]);
});

test("a sound pump room stays within its everyday limits for a week", (t) => {
  const room = world(3, { failureAfterS: Infinity });
  const limits: Record<string, [number, number]> = {
    "bearing.temperature": [45, 60],
    "winding.temperature": [40, 90],
    "hall.temperature": [15, 30],
    "hall.humidity": [25, 75],
    "coldroom.temperature": [1, 8],
    "coldroom.humidity": [60, 100],
    "coldroom.pressure": [100_825, 101_825],
    "tank.level": [0.6, 3.6],
    "motor.load": [0.3, 1],
    "bearing.health": [1, 1],
  };
  t.deepEqual([...room.quantities].sort(), Object.keys(limits).sort());
  const wrong = new Set<string>();
  for (let second = 0; second <= 7 * 86_400; second += 30) {
    room.advance(second * 1000);
    for (const [quantity, [least, most]] of Object.entries(limits)) {
      const value = room.read(quantity);
      if (!(value >= least && value <= most)) wrong.add(`${quantity} ${value}`);
    }
  }
  t.deepEqual([...wrong], []);
});

test("the tank is filled and drawn off between two levels, and the motor works harder while it fills", (t) => {
  const room = world(2, { failureAfterS: Infinity });
  let turns = 0;
  let rising = true;
  let loads = { rising: 0, falling: 0 };
  let before = room.read("tank.level");
  for (let minute = 1; minute <= 120; minute++) {
    room.advance(minute * 60_000);
    const level = room.read("tank.level");
    if (level > before !== rising) turns++;
    rising = level > before;
    loads = {
      rising: Math.max(loads.rising, rising ? room.read("motor.load") : 0),
      falling: Math.max(loads.falling, rising ? 0 : room.read("motor.load")),
    };
    before = level;
  }
  t.true(turns >= 8 && turns <= 20, `${turns} turns in two hours`);
  t.true(loads.rising > 0.75);
});

test("the hall is warmest in the afternoon", (t) => {
  const room = world(1, { failureAfterS: Infinity, timeOfDayS: 0 });
  const at = (hour: number) => {
    room.advance(hour * 3_600_000);
    return room.read("hall.temperature");
  };
  const [night, afternoon] = [at(3), at(15)];
  t.true(afternoon > night + 4);
});

test("what a read gives does not depend on what was asked before", (t) => {
  const often = world(5);
  for (let ticks = 0; ticks <= 900_000; ticks += 37) {
    often.advance(ticks);
    often.read("tank.level");
  }
  const once = world(5);
  often.advance(900_333);
  once.advance(900_333);
  for (const quantity of once.quantities) t.is(often.read(quantity), once.read(quantity));
});

test("between two steps a quantity goes straight", (t) => {
  const room = world(1, { failureAfterS: Infinity });
  const at = (ticks: number) => {
    room.advance(ticks);
    return room.read("tank.level");
  };
  const [from, quarter, to] = [at(10_000), at(10_250), at(11_000)];
  t.true(Math.abs(quarter - (from + (to - from) / 4)) < 1e-12);
});

test("one seed is one world, another is another", (t) => {
  const levels = (seed: number) => {
    const room = world(seed);
    room.advance(3_600_000);
    return room.quantities.map((quantity) => room.read(quantity));
  };
  t.deepEqual(levels(1), levels(1));
  t.notDeepEqual(levels(1), levels(2));
});

test("time backwards, an unknown quantity and impossible options are refused", (t) => {
  const room = world();
  room.advance(1000);
  t.throws(() => room.advance(999), { instanceOf: RangeError, message: "world: cannot go back from tick 1000 to 999" });
  t.throws(() => room.read("moon.phase"), {
    instanceOf: RangeError,
    message: /^world: moon.phase is not one of bearing/,
  });
  t.throws(() => world(1, { failureOverS: 0 }), { instanceOf: RangeError });
  t.throws(() => world(1, { failureAfterS: -1 }), { instanceOf: RangeError });
});
