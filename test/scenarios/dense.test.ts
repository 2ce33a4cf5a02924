import test from "ava";
import type { SettingsOverrides } from "../../firmware/settings/settings.js";
import type { Decoded } from "../../hosts/node/decoded.js";
import { ask, pumpRoom, START_UTC } from "../support/virtual-node.js";

const EVERY: SettingsOverrides = { channels: { "bearing.temperature": { report: { kind: "every" } } } };
const DENSE: SettingsOverrides = { ...EVERY, batch: { profile: "dense" } };

/** Values and qualities by channel, as text: `bearing.temperature 12.345 s 21.5 Cel`. */
function told(lines: readonly Decoded[]): string[] {
  return lines
    .flatMap((line) => {
      const at = `${(line.time - START_UTC / 1000).toFixed(3)} s`;
      if ("quality" in line) return [`${line.name} ${at} ${line.quality}`];
      if (!("value" in line) || "alarm" in line) return [];
      return [`${line.name} ${at} ${Number(line.value.toPrecision(12))} ${line.unit}`];
    })
    .sort();
}

/** An hour in which a wire breaks and is mended, and the broker is away. */
function hour(settings: SettingsOverrides, synchronisedAt = 0) {
  const room = pumpRoom({ settings, synchronisedAt });
  const { node, clock, board, broker, network } = room;
  node.start();
  clock.advanceTo(600_000);
  board.bearing.setCircuit("open");
  clock.advanceTo(620_000);
  board.bearing.setCircuit("normal");
  clock.advanceTo(1_200_000);
  broker.stop();
  network.reset();
  clock.advanceTo(1_500_000);
  broker.start();
  clock.advanceTo(3_600_000);
  node.stop();
  clock.advanceTo(3_601_000);
  return room;
}

test("in the dense profile a consumer reads the same values, qualities and times as in SenML", (t) => {
  const senml = hour(EVERY);
  const dense = hour(DENSE);
  t.deepEqual(told(dense.lines), told(senml.lines));
  t.true(told(dense.lines).length > 1000);
  t.true(told(dense.lines).some((line) => line.endsWith("failure open-circuit")));
  const numbers = new Set(dense.messages.flatMap(({ stream, sequence }) => (stream === "data" ? [sequence] : [])));
  t.deepEqual(
    [...numbers],
    [...numbers].map((_, i) => i),
  );
});

test("values of the time before the node knew it come with their right times, in the dense profile too", (t) => {
  const known = hour(DENSE);
  const late = hour(DENSE, 60_000);
  const values = (lines: readonly Decoded[]) => told(lines).filter((line) => line.startsWith("bearing.temperature"));
  const afterwards = values(late.lines).filter((line) => Number(line.split(" ")[1]) > 60);
  t.true(afterwards.length > 500);
  const all = new Set(values(known.lines));
  t.true(afterwards.every((line) => all.has(line)));
});

test("the profile is changed while the node runs, and the numbers of channels are told before the first values", (t) => {
  const room = pumpRoom({ settings: EVERY });
  const { node, clock, lines } = room;
  node.start();
  clock.advanceTo(60_000);
  t.false(lines.some((line) => "channels" in line));
  const reply = ask(room, { id: 1, command: "settings.set", settings: { batch: { profile: "dense" } } });
  t.true(reply.ok);
  lines.length = 0;
  clock.advanceTo(120_000);
  t.true(told(lines).length > 20);
  t.true(told(lines).every((line) => !line.startsWith("#")));
});

test("the broker keeps the numbers of channels, and is told again when it has lost them", (t) => {
  const { node, clock, broker, network } = pumpRoom({ settings: DENSE });
  const topic = "millwright/plant/p1/channels";
  node.start();
  clock.advanceTo(60_000);
  t.true(broker.retained.has(topic));
  broker.stop();
  broker.forget();
  network.reset();
  broker.start();
  clock.advanceTo(180_000);
  t.true(broker.retained.has(topic));
});

test("with the short topic values come under it, and nothing else does", (t) => {
  const topics = (settings: SettingsOverrides) => {
    const { node, clock, topics } = pumpRoom({ settings });
    node.start();
    clock.advanceTo(120_000);
    return topics;
  };
  const full = topics(DENSE);
  const short = topics({ ...DENSE, batch: { profile: "dense", topic: "short" } });
  t.deepEqual(
    short.map((topic) => (topic === "m/plant/p1/d" ? "millwright/plant/p1/data" : topic)),
    full,
  );
  t.true(short.includes("m/plant/p1/d"));
  t.false(short.includes("millwright/plant/p1/data"));
});
