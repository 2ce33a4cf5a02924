import test from "ava";
import { encode } from "cbor-x";
import { Fleet } from "../../hosts/simulated/fleet.js";
import { seeded } from "../../hosts/simulated/options.js";
import type { SimulationOptions } from "../../hosts/simulated/options.js";
import { VirtualRun } from "../../hosts/simulated/virtual-run.js";

const START_UTC = Date.UTC(2026, 10, 1);
/** The bearing begins to fail meanwhile. */
const RUN_MS = 600_000;

function optionsOf(seed: number): SimulationOptions {
  return {
    node: "pump-room",
    seed,
    ...seeded(seed),
    startUtc: START_UTC,
    identity: { site: "plant", node: `node-${seed}` },
    broker: { host: "192.168.1.10", port: 1883 },
  };
}

/** Ticks, topic and payload. */
type Told = [number, string, string];

function ofFleet(seeds: readonly number[], steps: readonly number[]): { fleet: Fleet; told: Told[] } {
  const told: Told[] = [];
  const fleet = new Fleet(seeds.map(optionsOf), {
    onPublish: (topic, payload, ticks) => told.push([ticks, topic, Buffer.from(payload).toString("hex")]),
  });
  fleet.start();
  for (const ticks of steps) fleet.advanceTo(ticks);
  return { fleet, told };
}

function alone(seed: number): Told[] {
  const told: Told[] = [];
  const run = new VirtualRun(optionsOf(seed), {
    onPublish: (topic, payload, ticks) => told.push([ticks, topic, Buffer.from(payload).toString("hex")]),
  });
  run.simulated.start();
  run.clock.advanceTo(RUN_MS);
  return told;
}

test("a node of a fleet sends at the same ticks the same bytes as alone", (t) => {
  const { told } = ofFleet([1, 2, 3], [RUN_MS]);
  for (const seed of [1, 2, 3]) {
    const own = told.filter(([, topic]) => topic.startsWith(`millwright/plant/node-${seed}/`));
    t.true(own.length > 20);
    t.deepEqual(own, alone(seed));
  }
});

test("what the broker accepts is told in the order of time, the same in whatever steps time passes", (t) => {
  const { told } = ofFleet([4, 5, 6], [RUN_MS]);
  const ticks = told.map(([at]) => at);
  t.deepEqual(
    ticks,
    ticks.toSorted((a, b) => a - b),
  );
  t.true(new Set(told.slice(0, 12).map(([, topic]) => topic)).size > 3, "they take turns");
  const steps = [1, 7, 999, 29_999, 30_000, 95_001, 400_000, RUN_MS];
  t.deepEqual(ofFleet([4, 5, 6], steps).told, told);
});

test("the owner's command reaches the node that it is for, at the tick at which all of them are", (t) => {
  const { fleet, told } = ofFleet([7, 8, 9], [45_000]);
  const before = told.length;
  const payload = encode({ id: 1, command: "settings.get" });
  fleet.broker.publish({ topic: "millwright/plant/node-8/command", payload, qos: 1, retain: false });
  fleet.advanceTo(46_000);
  const replies = told.slice(before).filter(([, topic]) => topic.endsWith("/reply"));
  t.is(replies.length, 1);
  t.is(replies[0]![1], "millwright/plant/node-8/reply");
  t.true(replies[0]![0] > 45_000 && replies[0]![0] < 45_200);
});

test("nodes that could not be told apart are not a fleet", (t) => {
  const fleet = new Fleet([optionsOf(1), { ...optionsOf(2), clientId: optionsOf(1).clientId }], {
    onPublish: () => {},
  });
  fleet.start();
  t.throws(() => fleet.advanceTo(1000), { message: /^broker: millwright-.* connects from two networks$/ });
  t.throws(() => new Fleet([], { onPublish: () => {} }), { message: "fleet: it has no nodes" });
});
