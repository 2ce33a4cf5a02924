/** A message of two values and a command as operations: ours, and cbor-x's of the same. */
import { Decoder, Encoder } from "cbor-x";
import { parseCommand } from "../../../firmware/control/command.js";
import { CborWriter, decode } from "../../../firmware/data/cbor.js";
import { Batch } from "../../../firmware/telemetry/batch.js";
import { SenmlWriter } from "../../../firmware/telemetry/senml-writer.js";

const CHANNELS = [
  { name: "bearing.temperature", unit: "Cel", resolution: 0.01 },
  { name: "bearing.current", unit: "A", resolution: 0.01 },
];
const HEADER = { epoch: 7, sequence: 1042 };
const UTC = 1_800_000_000.25;
/** The longest that a person at a screen gives often. */
const COMMAND = {
  id: 17,
  command: "alarm.shelve",
  channel: "bearing.temperature",
  alarm: "high",
  by: "operator",
  forMs: 3_600_000,
};
/** cbor-x: a number goes as a single where that says as many digits as the number has. */
const DECIMAL_FIT = 4;

export interface WireOperation {
  readonly what: string;
  readonly ours: () => unknown;
  readonly theirs: () => unknown;
}

/** @throws Error when the two do not write the same bytes */
export function wireOperations(): WireOperation[] {
  const buffer = new Uint8Array(256);
  const writer = new CborWriter(buffer);
  const senml = new SenmlWriter(writer, buffer, CHANNELS);
  const batch = new Batch(2);
  batch.push(0, 73.97, 1000);
  batch.push(1, 41.83, 1000);
  const encode = (): number => {
    writer.length = 0;
    return senml.values(batch, HEADER, UTC);
  };
  const maps = { mapsAsObjects: false, useRecords: false, useFloat32: DECIMAL_FIT } as const;
  const encoder = new Encoder(maps);
  const records = [
    new Map<number | string, number | string>([
      [-3, UTC],
      ["ep", HEADER.epoch],
      ["sq", HEADER.sequence],
      [-2, CHANNELS[0]!.name],
      [-4, CHANNELS[0]!.unit],
      [2, 73.97],
    ]),
    new Map<number | string, number | string>([
      [-2, CHANNELS[1]!.name],
      [-4, CHANNELS[1]!.unit],
      [2, 41.83],
    ]),
  ];
  encode();
  if (writer.bytes().join() !== encoder.encode(records).join()) throw new Error("bench: cbor-x writes other bytes");
  const decoder = new Decoder(maps);
  const objects = new Decoder({ useRecords: false });
  const command = new Encoder({ useRecords: false }).encode(COMMAND).slice();
  return [
    { what: "two values as SenML", ours: encode, theirs: () => encoder.encode(records) },
    { what: "a command read", ours: () => decode(command), theirs: () => decoder.decode(command) },
    { what: "a command read and checked", ours: () => parseCommand(command), theirs: () => objects.decode(command) },
  ];
}
