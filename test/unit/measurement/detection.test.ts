import test from "ava";
import type { DetectorSettings } from "../../../firmware/condition/detector-settings.js";
import { requireSources } from "../../../firmware/definition.js";
import type { NodeDefinition } from "../../../firmware/definition.js";
import { Detection } from "../../../firmware/measurement/detection.js";
import { failureOf, qualityText } from "../../../firmware/model/quality.js";
import { ChannelPipeline } from "../../../firmware/measurement/pipeline.js";
import { NumericInput } from "../../../firmware/sensors/numeric-input.js";
import { composeSettings } from "../../../firmware/settings/settings.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { MemoryKeyValue } from "../../../simulator/io/key-value.js";
import { Random } from "../../../simulator/random.js";
import { alarmsOf } from "../../support/alarms.js";

const UTC = Date.UTC(2026, 10, 1);
const LEARNING: DetectorSettings = { learning: "on", saveIntervalMs: 3_600_000 };

/** A detector of some channels at work, and what comes out of it. */
function bench(names: readonly string[], { storage = new MemoryKeyValue(), settings = LEARNING, name = "drive" } = {}) {
  const clock = new VirtualClock(UTC);
  const log: string[] = [];
  const scores: number[] = [];
  const make = (channel: string, source: string) => {
    const definition = { name: channel, source, field: "value", unit: "1", resolution: 0 };
    const node = {
      name: "test",
      sensors: [],
      channels: [{ ...definition, defaults: { report: { kind: "every" } } }],
    } as const;
    const own = composeSettings(node).channels[channel]!;
    return new ChannelPipeline(0, definition, own, alarmsOf(channel, own), {
      onValue: (_, value) => void (source === name && scores.push(value)),
      onQuality: (_, quality, __, ticks) => void (source === name && log.push(`${ticks} ${qualityText(quality)}`)),
    });
  };
  const inputs = names.map((channel) => make(channel, "somewhere"));
  const detection = new Detection({
    definition: { name, channels: names },
    slot: 0,
    inputs,
    outputs: [make("score", name)],
    settings,
    clock,
    storage,
  });
  return { clock, detection, inputs, scores, log, storage };
}

/** Values as usual, a second apart, from row `from` on. */
function feed({ clock, inputs }: ReturnType<typeof bench>, from: number, rows: number): void {
  const random = new Random(from + 1);
  for (let i = from; i < from + rows; i++) {
    clock.advanceTo(i * 1000);
    for (const input of inputs) input.process(20 + random.normal(), i * 1000);
  }
}

test("every value of its channel has a score, which the channels that name the detector show", (t) => {
  const one = bench(["flow"]);
  feed(one, 0, 500);
  t.is(one.scores.length, 500);
  t.true(one.scores.every((score) => score >= 0 && score < 0.5));
  one.inputs[0]!.process(60, 500_000);
  t.true(one.scores.at(-1)! >= 0.5, `${one.scores.at(-1)}`);
});

test("a detector of several channels judges once each of them has a new value", (t) => {
  const two = bench(["flow", "pressure"]);
  const [flow, pressure] = two.inputs;
  flow!.process(1, 0);
  flow!.process(2, 1000);
  t.is(two.scores.length, 0);
  pressure!.process(7, 1500);
  t.is(two.scores.length, 1);
  pressure!.process(7, 2500);
  t.is(two.scores.length, 1);
});

test("while a channel has failed there is no score, and the failure is the score's too", (t) => {
  const two = bench(["flow", "pressure"]);
  const [flow, pressure] = two.inputs;
  flow!.process(1, 0);
  pressure!.process(7, 0);
  flow!.fail(failureOf("bus"), 1000);
  pressure!.process(7, 1000);
  pressure!.process(7, 2000);
  t.is(two.scores.length, 1);
  flow!.process(1, 3000);
  t.is(two.scores.length, 2);
  t.deepEqual(two.log, ["1000 failure bus", "3000 good"]);
});

test("what was learned is kept at every interval and at the end, and another start goes on with it", (t) => {
  const first = bench(["flow"]);
  feed(first, 0, 600);
  first.detection.stop();
  const second = bench(["flow"], { storage: first.storage });
  feed(first, 600, 600);
  feed(second, 600, 600);
  t.deepEqual(second.scores, first.scores.slice(600));

  const long = bench(["flow"], { settings: { ...LEARNING, saveIntervalMs: 60_000 } });
  long.detection.start();
  feed(long, 0, 59);
  t.is(long.storage.read("detector0"), undefined);
  feed(long, 59, 10);
  t.is(typeof long.storage.read("detector0"), "string");
});

test("the memory of another detector, or a damaged one, is not read", (t) => {
  const first = bench(["flow"]);
  feed(first, 0, 600);
  first.detection.stop();
  const fresh = bench(["flow"]);
  feed(fresh, 600, 20);
  for (const change of [
    () => bench(["pressure"], { storage: first.storage }),
    () => bench(["flow"], { storage: first.storage, name: "pump" }),
    () => {
      const storage = new MemoryKeyValue();
      storage.write("detector0", String(first.storage.read("detector0")).slice(0, -5));
      return bench(["flow"], { storage });
    },
  ]) {
    const other = change();
    feed(other, 600, 20);
    t.deepEqual(other.scores, fresh.scores);
  }
});

test("a frozen detector judges and learns nothing; reset, it has forgotten everything", (t) => {
  const one = bench(["flow"]);
  feed(one, 0, 600);
  one.detection.apply({ ...LEARNING, learning: "frozen" });
  // Far away and for long: a detector that learns would get used to it.
  for (let i = 600; i < 5000; i++) one.inputs[0]!.process(40 + (i % 3), i * 1000);
  one.detection.apply(LEARNING);
  feed(one, 5000, 200);
  const usual = one.scores.slice(-50);
  t.true(usual.every((score) => score < 0.5));
  one.detection.reset();
  const fresh = bench(["flow"]);
  one.scores.length = 0;
  feed(one, 6000, 30);
  feed(fresh, 6000, 30);
  t.deepEqual(one.scores, fresh.scores);
});

const sensor = { name: "port", driver: NumericInput, io: "Numeric", wiring: { port: 0 }, periodMs: 1000 } as const;
const channel = (name: string, source: string) => ({ name, source, field: "value", unit: "1", resolution: 0 });
const wrong: [part: Partial<NodeDefinition>, message: string][] = [
  [{ channels: [channel("a", "nowhere")] }, "channel a names source nowhere, which is not there"],
  [{ channels: [channel("a", "port"), channel("a", "port")] }, "channel a is there twice"],
  [{ sensors: [sensor, sensor] }, "sensor, analysis or detector port is there twice"],
  [{ analyses: [{ name: "v", sensor: "x", axis: "x" }] }, "analysis v names sensor x, which is not there"],
  [
    { analyses: [{ name: "v", sensor: "port", axis: "x" }], channels: [channel("a", "port")] },
    "channel a names sensor port, whose blocks go to an analysis; name that",
  ],
  [{ detectors: [{ name: "d", channels: [] }] }, "detector d watches 0 channels; 1 to 8 are right"],
  [{ detectors: [{ name: "d", channels: ["a"] }] }, "detector d names channel a, which is not there"],
  [
    { detectors: [{ name: "d", channels: ["a"] }], channels: [channel("a", "d")] },
    "detector d watches a, which is a detector's; name what is measured",
  ],
];
for (const [part, message] of wrong) {
  test(`a definition is refused: ${message}`, (t) => {
    const definition: NodeDefinition = { name: "node", sensors: [sensor], channels: [], ...part };
    t.is(t.throws(() => requireSources(definition)).message, `node: ${message}`);
  });
}
