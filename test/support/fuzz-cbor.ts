import { CborError, CborWriter, decode } from "../../firmware/data/cbor.js";
import type { CborLimits, CborValue } from "../../firmware/data/cbor.js";
import { Random } from "../../simulator/random.js";
import { anyValue, below, writeValue } from "./random-cbor.js";

export interface FuzzOptions {
  seed: number;
  count: number;
}
export interface FuzzStats {
  readonly count: number;
  readonly accepted: number;
  readonly refused: number;
  readonly slowestMs: number;
}

/** What one decoding may take at most, a garbage collection of the desk's engine included. */
const MAXIMUM_MS = 500;

/** Input that tells how long the longest part taken of it is: `subarray` and `slice` call this constructor. */
class WatchedBytes extends Uint8Array {
  static longest = 0;

  constructor(...args: [number] | [ArrayLike<number>] | [ArrayBufferLike, number, number]) {
    super(...(args as [number]));
    WatchedBytes.longest = Math.max(WatchedBytes.longest, this.length);
  }
}

/**
 * Decodes `count` inputs, from noise to items that are nearly right, and throws when one does anything but decode within
 * its limits or be refused with a `CborError`.
 */
export function fuzzCbor({ seed, count }: FuzzOptions): FuzzStats {
  const random = new Random(seed);
  const writer = new CborWriter(new Uint8Array(65536));
  let accepted = 0;
  let slowestMs = 0;
  for (let index = 0; index < count; index++) {
    const input = new WatchedBytes(anyInput(random, writer));
    const limits: Required<CborLimits> = {
      maximumLength: random.next() < 0.9 ? 4096 : 16,
      maximumDepth: below(random, 10),
      maximumItems: 1 + below(random, 300),
    };
    WatchedBytes.longest = 0;
    const start = performance.now();
    const fault = tryDecode(input, limits);
    const tookMs = performance.now() - start;
    slowestMs = Math.max(slowestMs, tookMs);
    if (fault === undefined) accepted++;
    const wrong =
      fault !== undefined && fault !== "refused"
        ? fault
        : WatchedBytes.longest > input.length
          ? `a part of ${WatchedBytes.longest} bytes was taken`
          : tookMs > MAXIMUM_MS
            ? `it took ${tookMs} ms`
            : undefined;
    if (wrong !== undefined) {
      const hex = Buffer.from(input).toString("hex");
      throw new Error(`fuzzCbor({ seed: ${seed}, count: ${count} }): input ${index}, ${hex}: ${wrong}`);
    }
  }
  return { count, accepted, refused: count - accepted, slowestMs };
}

/** `undefined` when the input decodes, "refused" when it is refused as it should be, or what went wrong. */
function tryDecode(input: Uint8Array, limits: Required<CborLimits>): string | undefined {
  try {
    const value = decode(input, limits);
    const { items, bytes, depth } = weigh(value);
    if (items > limits.maximumItems) return `${items} items, ${limits.maximumItems} allowed`;
    if (bytes > input.length) return `${bytes} bytes of strings`;
    if (depth > limits.maximumDepth) return `depth ${depth}, ${limits.maximumDepth} allowed`;
    if (input.length > limits.maximumLength) return `${input.length} bytes, ${limits.maximumLength} allowed`;
    return undefined;
  } catch (error) {
    if (!(error instanceof CborError)) return `${error}`;
    const { offset, message } = error;
    if (!message.startsWith(`cbor: at offset ${offset}: `)) return `message ${message}`;
    return offset >= 0 && offset <= input.length ? "refused" : `offset ${offset}`;
  }
}

function weigh(value: CborValue): { items: number; bytes: number; depth: number } {
  if (typeof value === "string") return { items: 1, bytes: value.length, depth: 0 };
  if (value instanceof Uint8Array) return { items: 1, bytes: value.length, depth: 0 };
  if (typeof value !== "object" || value === null) return { items: 1, bytes: 0, depth: 0 };
  const inside = Array.isArray(value) ? value : value instanceof Map ? [...value].flat(1) : [value.value];
  const total = { items: 1, bytes: 0, depth: 0 };
  for (const part of inside) {
    const { items, bytes, depth } = weigh(part);
    total.items += items;
    total.bytes += bytes;
    total.depth = Math.max(total.depth, depth);
  }
  total.depth++;
  return total;
}

function anyInput(random: Random, writer: CborWriter): Uint8Array {
  switch (below(random, 6)) {
    case 0:
      return Uint8Array.from({ length: below(random, 64) }, () => random.integer());
    case 1:
      return hugeLength(random);
    case 2:
      return nest(random);
    default:
      return mutate(random, validItem(random, writer));
  }
}

function validItem(random: Random, writer: CborWriter): Uint8Array {
  writer.length = 0;
  if (random.next() < 0.2) writer.decimal(random.normal() * 1000, 0.001);
  else writeValue(writer, anyValue(random, 4));
  return writer.bytes().slice();
}

/** A head of any major type that promises up to 2^64 − 1, and little after it. */
function hugeLength(random: Random): Uint8Array {
  const bytes = Uint8Array.from({ length: 9 + below(random, 20) }, () => random.integer());
  const wide = random.next() < 0.5;
  const at = below(random, 3);
  if (at > 0) bytes[0] = 0x80 + at;
  bytes[at] = (below(random, 8) << 5) | (wide ? 27 : 26);
  if (wide && random.next() < 0.7) bytes.fill(0, at + 1, at + 4 + below(random, 2));
  return bytes;
}

/** Containers inside each other, up to beyond every limit, definite and indefinite, closed or not. */
function nest(random: Random): Uint8Array {
  const heads = [0x81, 0x9f, 0xc1, 0xd8, 0xa1, 0xbf, 0x5f, 0x7f];
  const kinds = 1 + below(random, heads.length);
  const bytes: number[] = [];
  for (let depth = random.next() < 0.1 ? 5000 : below(random, 20); depth > 0; depth--) {
    const head = heads[below(random, kinds)]!;
    bytes.push(head);
    if (head === 0xd8 || head === 0xa1 || head === 0xbf) bytes.push(below(random, 24));
  }
  if (random.next() < 0.5) bytes.push(below(random, 24));
  for (let breaks = below(random, 20); breaks > 0; breaks--) bytes.push(0xff);
  return Uint8Array.from(bytes);
}

function mutate(random: Random, item: Uint8Array): Uint8Array {
  const bytes = [...item];
  for (let changes = below(random, 4); changes > 0 && bytes.length > 0; changes--) {
    const at = below(random, bytes.length);
    switch (below(random, 6)) {
      case 0:
      case 1:
        bytes[at]! ^= 1 << below(random, 8);
        break;
      case 2:
        bytes[at] = below(random, 256);
        break;
      case 3:
        bytes.length = at;
        break;
      case 4:
        bytes.splice(at, 0, below(random, 256));
        break;
      default:
        bytes.splice(at, 1 + below(random, 4));
    }
  }
  return Uint8Array.from(bytes);
}
