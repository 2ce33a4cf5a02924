/** Messages of values as operations: the same batch in SenML and in the dense profile, and cbor-x's of the same records. */
import { Decoder, Encoder } from "cbor-x";
import { CborWriter } from "../../../firmware/data/cbor.js";
import { Batch } from "../../../firmware/telemetry/batch.js";
import { DenseWriter } from "../../../firmware/telemetry/dense.js";
import { SenmlWriter } from "../../../firmware/telemetry/senml-writer.js";
import { Random } from "../../../simulator/random.js";
import { nameOf } from "./beside.js";
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
/** As it writes the most numbers as short as SenmlWriter does. */
const cbor = { mapsAsObjects: false, useRecords: false, useFloat32: 4 } as const;
const encoder = new Encoder(cbor);
const decoder = new Decoder(cbor);
const measured: Record<string, () => unknown> = {};

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
  const name = (format: string, rival?: string) => nameOf({ format, values, channels: used, timing }, "", rival);
  const asSenml = (): void => {
    writer.length = 0;
    senml.values(batch, header, UTC);
  };
  asSenml();
  const records = decoder.decode(writer.bytes().slice()) as unknown;
  const byCborX = () => encoder.encode(records);
  measured[name("SenML")] = asSenml;
  measured[name("SenML", "cbor-x, the same records")] = byCborX;
  measured[name("dense")] = () => {
    writer.length = 0;
    dense.values(batch, header, UTC);
  };
  measured[name("dense", "our SenML")] = asSenml;
  measured[name("dense", "cbor-x, SenML")] = byCborX;
}

add(1, 1, "regular");
add(2, 2, "regular");
add(10, 1, "regular");
add(60, 1, "regular");
add(60, 1, "irregular");
add(60, 8, "regular");
operations(measured);
