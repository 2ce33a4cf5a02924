import { encode } from "cbor-x";
import { Unavailable } from "./bench-section.js";
import { Consumer } from "./consumer.js";
import { startEmbeddedBroker } from "./embedded-broker.js";
import { nodeNetwork } from "./network.js";
import { findSdk } from "./sdk.js";
import { buildImage, runImage } from "./sdk-image.js";

/** hosts/moddable/lin-late.ts, and where it looks for a broker. */
const IMAGE = { folder: "lin-late", name: "millwright", manifest: "manifests/lin-late.json", instrument: true };
const PORT = 18_839;
/** Of a slot on a computer of 64 bits. */
const SLOT_BYTES = 32;
/** Seconds of the node at work that are looked at, and those before them. */
const LOOKED_AT_S = 30;
const SETTLING_S = 30;
const WITHIN_MS = 180_000;

/** What takes most of the stack: all settings are composed and taken, alarms are raised and end by it, and are told. */
const COMMAND_TOPIC = "millwright/plant/pump-room/command";
const COMMANDS: readonly object[] = [
  { command: "settings.set", settings: { channels: { "bearing.temperature": { alarms: [raised(-1000)] } } } },
  { command: "alarms.get" },
  { command: "alarm.acknowledge", channel: "bearing.temperature", by: "bench" },
  { command: "settings.set", settings: { channels: { "bearing.temperature": { alarms: [raised(-900)] } } } },
  { command: "settings.get", channel: "bearing.temperature" },
  { command: "settings.reset" },
];
const COMMANDS_APART_MS = 3000;

/** What XS has in use. */
export interface SdkSample {
  readonly slots: number;
  readonly chunkBytes: number;
  readonly stackSlots: number;
}

/**
 * Builds the pump room with instrumentation for the SDK's simulator, runs it beside a broker for a minute, gives it
 * commands, and tells what the node takes of the heap at work: what that holds less what it held before the node was
 * made; of the stack the most, commands included. Chunks are those of a computer of 64 bits, where arrays take twice as
 * much as on ESP32.
 *
 * @throws Error when there is no SDK, or its tools fail
 */
export async function measureSdkHeap(): Promise<SdkSample> {
  const sdk = findSdk();
  // Before the image is built, which takes minutes.
  const broker = await startEmbeddedBroker(PORT);
  let commander: Commander | undefined;
  try {
    if (broker.port !== PORT) throw new Unavailable(`port ${PORT} is taken, where the image looks for its broker`);
    await buildImage(sdk, IMAGE);
    commander = new Commander();
    const enough = (lines: readonly string[]) => samplesOf(lines).after.length >= SETTLING_S + LOOKED_AT_S;
    const { before, after } = samplesOf(await runImage(sdk, IMAGE, enough, WITHIN_MS));
    const atWork = after.slice(-LOOKED_AT_S);
    const taken = (name: "slots" | "chunkBytes") => least(atWork, name) - least(before, name);
    const stackSlots = Math.max(...after.map((sample) => sample.stackSlots));
    return { slots: taken("slots"), chunkBytes: taken("chunkBytes"), stackSlots };
  } finally {
    commander?.close();
    await broker.close();
  }
}

/** The lines of figures before and after the one with which the node says that it has started. */
export function samplesOf(lines: readonly string[]): { before: SdkSample[]; after: SdkSample[] } {
  const found = { before: [] as SdkSample[], after: [] as SdkSample[] };
  let key: readonly string[] = [];
  let into = found.before;
  for (const line of lines) {
    if (line.startsWith("millwright: ")) into = found.after;
    const [, names] = /^instruments key: (.*)$/.exec(line) ?? [];
    if (names !== undefined) key = names.trim().split(",");
    const [, figures] = /^instruments: (.*)$/.exec(line) ?? [];
    if (figures === undefined) continue;
    const values = figures.split(",").map(Number);
    const slotBytes = values[key.indexOf("Slot used")] ?? 0;
    // The first line comes before there is a machine.
    const chunkBytes = values[key.indexOf("Chunk used")] ?? 0;
    const stackSlots = (values[key.indexOf("Stack used")] ?? 0) / SLOT_BYTES;
    if (chunkBytes > 0) into.push({ slots: slotBytes / SLOT_BYTES, chunkBytes, stackSlots });
  }
  return found;
}

/** As garbage is in every sample, what is in use is the least of them. */
function least(samples: readonly SdkSample[], name: "slots" | "chunkBytes"): number {
  return Math.min(...samples.map((sample) => sample[name]));
}

function raised(setpoint: number): object {
  return { kind: "high", setpoint };
}

/** Gives the node one command after the other, once it is online. */
class Commander {
  readonly #consumer: Consumer;
  #timer: NodeJS.Timeout | undefined;
  #next = 0;

  constructor() {
    this.#consumer = new Consumer({
      network: nodeNetwork,
      broker: { host: "127.0.0.1", port: PORT },
      filters: ["millwright/plant/pump-room/status"],
      onMessage: () => (this.#timer ??= setInterval(() => this.#command(), COMMANDS_APART_MS)),
    });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#consumer.close();
  }

  #command(): void {
    const command = COMMANDS[this.#next++];
    if (command !== undefined) this.#consumer.publish(COMMAND_TOPIC, encode({ id: this.#next, ...command }));
  }
}
