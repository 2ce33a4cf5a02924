import test from "ava";
import { bytesSection, entropyOfDifferences, measureBytes } from "../../../../hosts/node/bench-bytes.js";
import { DENSE } from "../../../../hosts/node/bench-formats.js";
import type { Reading } from "../../../../hosts/node/bench-formats.js";
import { Unavailable } from "../../../../hosts/node/bench-section.js";
import { Random } from "../../../../simulator/random.js";

const CHANNELS = [
  { name: "Temperature", unit: "Cel", resolution: 0.01 },
  { name: "Pressure", unit: "Pa", resolution: 1 },
  { name: "Humidity", unit: "%RH", resolution: 0.1 },
];
/** Half a year after the epoch of UTC seconds 1,800,000,000, every 5 minutes. */
const START = 1_815_000_000_000;

/** Readings that wander, by steps of so many resolutions in the mean. */
function wander(channels: typeof CHANNELS, count: number, steps: number): Reading[] {
  const random = new Random(1);
  const levels = [73.97, 101_325, 45];
  return Array.from({ length: count }, (_, i) => {
    const channel = i % channels.length;
    levels[channel]! += steps * channels[channel]!.resolution * random.normal();
    return { channel, value: levels[channel]!, utc: START + 300_000 * Math.floor(i / channels.length) };
  });
}

const one = CHANNELS.slice(0, 1);

test("the node's SenML CBOR is never longer than what cbor-x makes of the same records", (t) => {
  for (const channels of [one, CHANNELS]) {
    const costs = measureBytes(channels, wander(channels, 3000, 40));
    for (const batch of [1, 10, 60]) {
      const [ours, theirs] = ["SenML CBOR", "SenML CBOR by cbor-x"].map((name) =>
        costs.find((cost) => cost.batch === batch && cost.format === name)!,
      );
      t.true(ours!.payload <= theirs!.payload, `${batch}: ${ours!.payload} and ${theirs!.payload}`);
    }
  }
});

test("the dense profile is the shortest of all, and near the entropy of the differences at 60 values", (t) => {
  for (const channels of [one, CHANNELS]) {
    const readings = wander(channels, 6000, 40);
    const costs = measureBytes(channels, readings);
    for (const { batch, format, toDense, toDenseWithMqtt } of costs) {
      if (format.startsWith(DENSE)) continue;
      t.true(toDense > 2 && toDenseWithMqtt > 1.4, `${format} at ${batch}: ${toDense}, ${toDenseWithMqtt}`);
    }
    const { payload } = costs.find(({ batch, format }) => batch === 60 && format === DENSE)!;
    const limit = entropyOfDifferences(channels, readings);
    // Beside the values a message has a head, and of each channel a number, a step and a first value.
    const head = (13 + 5 * channels.length) / 60;
    t.true(payload <= 1.06 * limit + head, `${payload} bytes per value, the entropy is ${limit}`);
  }
});

test("the entropy of the differences is that of their frequencies, channel by channel", (t) => {
  const values = [0, 1, 0, 1, 0, 1, 0, 1, 0];
  const alternating = values.map((value, i): Reading => ({ channel: 1, value, utc: i }));
  t.is(entropyOfDifferences(CHANNELS, alternating), 1 / 8);
  const constant = values.map((_, i): Reading => ({ channel: 2, value: 5, utc: i }));
  t.is(entropyOfDifferences(CHANNELS, [...alternating, ...constant]), 1 / 16);
});

test("a PUBLISH packet adds its header, topic and packet identifier", (t) => {
  const costs = measureBytes(one, wander(one, 10, 1));
  const added = (name: string) => {
    const { payload, withMqtt } = costs.find(({ batch, format }) => batch === 1 && format === name)!;
    return Math.round((withMqtt - payload) * 1000) / 1000;
  };
  t.is(added(DENSE), 2 + 2 + "millwright/plant/pump-room/data".length + 2);
  t.is(added("dense, short topic"), 2 + 2 + "m/plant/pump-room/d".length + 2);
  t.is(added("JSON as of Tasmota"), 2 + 2 + "tele/pump-room/SENSOR".length);
});

test("recordings that are not there are told in one sentence", async (t) => {
  await t.throwsAsync(bytesSection.rows({ data: "/nowhere" }), {
    instanceOf: Unavailable,
    message:
      "the recordings are not there: /nowhere/nab/data/realKnownCause/machine_temperature_system_failure.csv does not " +
      "exist; give the folder that holds nab and skab with --data DIR",
  });
});
