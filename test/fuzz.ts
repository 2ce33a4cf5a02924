/** `npm run fuzz -- [COUNT] [SEED]`: the full number of malformed packets and items (1,000,000 each by default). */
import { fuzzCbor } from "./support/fuzz-cbor.js";
import { fuzzMqtt } from "./support/fuzz-mqtt.js";

const count = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 2 ** 32));
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  process.stderr.write("COUNT and SEED are integers: npm run fuzz -- 1000000 42\n");
  process.exit(2);
}

process.stdout.write(`seed ${seed}; again with: npm run fuzz -- ${count} ${seed}\n`);
for (const [name, fuzz] of [
  ["CBOR items", fuzzCbor],
  ["MQTT packets", fuzzMqtt],
] as const) {
  const start = performance.now();
  const { accepted, refused } = fuzz({ seed, count });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(
    `${count} ${name}: ${accepted} accepted, ${refused} refused, 0 crashes, 0 hangs, ${seconds} s\n`,
  );
}
