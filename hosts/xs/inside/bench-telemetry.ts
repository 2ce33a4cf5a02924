/** Messages of values as operations: the same batch in SenML and in the dense profile. */
import { CborWriter } from "../../../firmware/data/cbor.js";
import { Batch } from "../../../firmware/telemetry/batch.js";
import { DenseWriter } from "../../../firmware/telemetry/dense.js";
import { SenmlWriter } from "../../../firmware/telemetry/senml-writer.js";
import { Random } from "../../../simulator/random.js";
import { operations } from "./operations.js";

const CHANNELS = 8;
const header = { epoch: 7, sequence: 42 };
const UTC = 1_800_000_000.25;
const buffer = new Uint8Array(4096);
const writer = new CborWriter(buffer);
const channels = Array.from({ length: CHANNELS }, (_, i) => ({
  name: `machine.value${i + 1}`,
  unit: "1",
  resolution: 0.01,
}));
const senml = new SenmlWriter(writer, buffer, channels);
const dense = new DenseWriter(writer, buffer, channels, 64);
const measured: Record<string, () => void> = {};

/** A temperature that wanders, sampled every second; of every `everyth` second only, by chance, where that is more than 1. */
function add(values: number, used: number, timing: "regular" | "irregular"): void {
  const random = new Random(1);
  const batch = new Batch(values);
  const level = new Float64Array(used).fill(73.97);
  let second = 0;
  for (let i = 0; i < values; i++) {
    const channel = i % used;
    if (channel === 0) second += timing === "regular" ? 1 : 1 + (random.integer() % 5);
    level[channel] = level[channel]! + random.normal();
    batch.push(channel, level[channel]!, 1000 * second);
  }
  const label = (format: string) => JSON.stringify({ format, values, channels: used, timing });
  measured[label("SenML")] = () => {
    writer.length = 0;
    senml.values(batch, header, UTC);
  };
  measured[label("dense")] = () => {
    writer.length = 0;
    dense.values(batch, header, UTC);
  };
}

add(1, 1, "regular");
add(2, 2, "regular");
add(10, 1, "regular");
add(60, 1, "regular");
add(60, 1, "irregular");
add(60, 8, "regular");
operations(measured);
