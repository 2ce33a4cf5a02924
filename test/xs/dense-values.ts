/** Messages in the dense profile, of batches drawn by chance; runs on Node and XS. */
import { CborWriter } from "../../firmware/data/cbor.js";
import { Batch } from "../../firmware/telemetry/batch.js";
import { DenseWriter } from "../../firmware/telemetry/dense.js";
import { Random } from "../../simulator/random.js";

const CAPACITY = 64;
const resolutions = [0.01, 1, 0.25, 0, 1e-6, 1 / 3];

/** So many messages, one after the other. */
export function denseMessages(seed: number, count: number): Uint8Array {
  const random = new Random(seed).fork("dense");
  const buffer = new Uint8Array(4096);
  const writer = new CborWriter(buffer);
  const channels = resolutions.map((resolution, i) => ({ name: `c${i}`, unit: "1", resolution }));
  const dense = new DenseWriter(writer, buffer, channels, CAPACITY);
  const batch = new Batch(CAPACITY);
  const messages: Uint8Array[] = [];
  for (let sequence = 0; sequence < count; sequence++) {
    batch.clear();
    const used = 1 + (random.integer() % resolutions.length);
    const spread = [0, 0.01, 1, 1e4, 1e9, 1e300][random.integer() % 6]!;
    const length = 1 + (random.integer() % CAPACITY);
    let ticks = random.integer();
    for (let i = 0; i < length; i++) {
      if (i % used === 0) ticks += random.next() < 0.9 ? 1000 : random.integer() % 100_000;
      batch.push(i % used, 20 + spread * random.normal(), ticks);
    }
    writer.length = 0;
    dense.values(batch, { epoch: 7, sequence }, sequence % 5 === 0 ? undefined : 1_800_000_000 + random.next());
    messages.push(writer.bytes().slice());
  }
  const all = new Uint8Array(messages.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const message of messages) {
    all.set(message, at);
    at += message.length;
  }
  return all;
}
