/** What Node and XS must compute alike, bit by bit; runs on both. */
import { CborWriter, decode } from "../../firmware/data/cbor.js";
import { atan, cos, exp, log, log10, pow, sin } from "../../firmware/data/math.js";
import { Random } from "../../simulator/random.js";

export interface MathFunction {
  /** Where half of the inputs lie, evenly; the other half are doubles of any bits. */
  range: [from: number, to: number];
  /** A function of one number takes the first. */
  of: (x: number, y: number) => number;
}

export const mathFunctions: Record<string, MathFunction> = {
  exp: { range: [-750, 720], of: exp },
  log: { range: [0, 1000], of: log },
  log10: { range: [0, 1000], of: log10 },
  pow: { range: [-30, 30], of: pow },
  sin: { range: [-1000, 1000], of: sin },
  cos: { range: [-1000, 1000], of: cos },
  atan: { range: [-50, 50], of: atan },
};

/** Pairs x, y one after the other. */
export function mathInputs(name: string, seed: number, count: number): Float64Array {
  const { range } = mathFunctions[name]!;
  const [from, to] = range;
  const random = new Random(seed).fork(name);
  const inputs = new Float64Array(2 * count);
  const words = new Uint32Array(inputs.buffer);
  for (let i = 0; i < inputs.length; i++) {
    if (i % 4 < 2) inputs[i] = from + (to - from) * random.next();
    else {
      words[2 * i] = random.integer();
      words[2 * i + 1] = random.integer();
    }
  }
  return inputs;
}

export function mathValues(name: string, inputs: Float64Array): Float64Array {
  const { of } = mathFunctions[name]!;
  const values = new Float64Array(inputs.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = of(inputs[2 * i]!, inputs[2 * i + 1]!);
  return values;
}

export function randomValues(seed: number, count: number): Float64Array {
  const random = new Random(seed);
  const fork = random.fork("compressor.vibration");
  const values = new Float64Array(4 * count);
  for (let i = 0; i < values.length;) {
    values[i++] = random.integer();
    values[i++] = random.next();
    values[i++] = random.normal();
    values[i++] = fork.integer();
  }
  return values;
}

const texts = ["", "bearing.temperature", "µm/s", "−40 °C … 85 °C", "😀 fan", "x".repeat(300), "\ud83d cut", "漢字"];
const resolutions = [0, 1, 0.1, 0.01, 0.25, 1e-6, 3, 100, 1 / 3];

/** One CBOR message of `count` items, each of a kind and size drawn by chance. */
export function cborBytes(seed: number, count: number): Uint8Array {
  const random = new Random(seed).fork("cbor");
  const writer = new CborWriter(new Uint8Array(64 + 400 * count));
  const bits = new DataView(new ArrayBuffer(8));
  writer.array(count);
  for (let i = 0; i < count; i++) {
    const magnitude = (random.next() - 0.5) * [1, 100, 70000, 1e7, 1e12, 1e300][random.integer() % 6]!;
    switch (random.integer() % 12) {
      case 0:
        writer.integer(Math.floor((random.next() - 0.5) * [40, 1000, 1e6, 1e11, 1e15][random.integer() % 5]!));
        break;
      case 1:
        writer.number(magnitude);
        break;
      case 2:
        bits.setUint32(0, random.integer());
        bits.setUint32(4, random.integer());
        writer.number(bits.getFloat64(0));
        break;
      case 3:
        writer.number(Math.fround(magnitude));
        break;
      case 4:
        writer.number([0, -0, NaN, Infinity, -Infinity, 65504, 5.960464477539063e-8, 0.5][random.integer() % 8]!);
        break;
      case 5:
      case 6:
        writer.decimal(magnitude, resolutions[random.integer() % resolutions.length]!);
        break;
      case 7:
        writer.text(texts[random.integer() % texts.length]!);
        break;
      case 8:
        writer.byteString(new Uint8Array(random.integer() % 300).fill(i));
        break;
      case 9:
        writer.map(2);
        writer.integer(-1);
        writer.double(magnitude);
        writer.text("u");
        writer.null();
        break;
      case 10:
        writer.boolean(random.next() < 0.5);
        break;
      default:
        writer.undefined();
    }
  }
  return writer.bytes().slice();
}

/** What decode() makes of `bytes` that were damaged in one place each: the value's size or the error's message. */
export function cborVerdicts(bytes: Uint8Array, seed: number, count: number): string[] {
  const random = new Random(seed).fork("damage");
  const limits = { maximumLength: bytes.length, maximumItems: 100_000 };
  const verdicts: string[] = [];
  for (let i = 0; i < count; i++) {
    const damaged = bytes.slice(0, i === 0 ? bytes.length : 1 + (random.integer() % bytes.length));
    if (i > 0) damaged[random.integer() % damaged.length] = random.integer();
    try {
      const value = decode(damaged, limits);
      verdicts.push(value instanceof Array ? `${value.length} items` : typeof value);
    } catch (error) {
      verdicts.push((error as Error).message);
    }
  }
  return verdicts;
}
