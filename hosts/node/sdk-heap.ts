import { startEmbeddedBroker } from "./embedded-broker.js";
import { Unavailable } from "./bench-section.js";
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

/** What XS's heap holds: the least that was seen in some seconds, as garbage is in every figure. */
export interface SdkHeap {
  readonly slots: number;
  readonly chunkBytes: number;
}

/**
 * Builds the pump room with instrumentation for the SDK's simulator, runs it beside a broker for a minute, and tells what
 * its heap held before the node was made and while it was at work. Chunks are those of a computer of 64 bits, where
 * arrays take twice as much as on ESP32.
 *
 * @throws Error when there is no SDK, or its tools fail
 */
export async function measureSdkHeap(): Promise<{ readonly before: SdkHeap; readonly atWork: SdkHeap }> {
  const sdk = findSdk();
  await buildImage(sdk, IMAGE);
  const broker = await startEmbeddedBroker(PORT);
  try {
    if (broker.port !== PORT) throw new Unavailable(`port ${PORT} is taken, where the image looks for its broker`);
    const enough = (lines: readonly string[]) => samplesOf(lines).after.length >= SETTLING_S + LOOKED_AT_S;
    const { before, after } = samplesOf(await runImage(sdk, IMAGE, enough, WITHIN_MS));
    return { before: least(before), atWork: least(after.slice(-LOOKED_AT_S)) };
  } finally {
    await broker.close();
  }
}

/** The lines of figures before and after the one with which the node says that it has started. */
export function samplesOf(lines: readonly string[]): { before: SdkHeap[]; after: SdkHeap[] } {
  const found = { before: [] as SdkHeap[], after: [] as SdkHeap[] };
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
    if (chunkBytes > 0) into.push({ slots: slotBytes / SLOT_BYTES, chunkBytes });
  }
  return found;
}

function least(samples: readonly SdkHeap[]): SdkHeap {
  return {
    slots: Math.min(...samples.map(({ slots }) => slots)),
    chunkBytes: Math.min(...samples.map(({ chunkBytes }) => chunkBytes)),
  };
}
