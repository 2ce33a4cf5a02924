import { PacketReader } from "../../firmware/mqtt/packet-reader.js";
import { MqttError } from "../../firmware/mqtt/packets.js";
import { PacketStream } from "../../simulator/broker/packet-stream.js";
import { ProtocolError } from "../../simulator/broker/packets.js";
import { Random } from "../../simulator/random.js";
import { below } from "./random-cbor.js";
import { anyBrokerPacket, anyBytes, anyClientPacket, encode, split } from "./random-mqtt.js";

export interface FuzzStats {
  /** Streams read. */
  readonly count: number;
  /** Streams read to their end. */
  readonly accepted: number;
  /** Streams that ended in `MqttError` or `ProtocolError`. */
  readonly refused: number;
}

/** What one stream may take at most, a garbage collection of the desk's engine included. */
const MAXIMUM_MS = 500;
const MAXIMUM_PACKET_BYTES = 1024;

const PlainBytes = Uint8Array;

/** Stands in for the engine's own while a stream is read, and remembers the longest that was made. */
class WatchedBytes extends PlainBytes {
  static longest = 0;

  constructor(...args: [number] | [ArrayLike<number>] | [ArrayBuffer, number, number]) {
    super(...(args as [number]));
    WatchedBytes.longest = Math.max(WatchedBytes.longest, this.length);
  }
}

/** Runs `read`; throws when it makes an array longer than any that this stream deserves. */
function watched(read: () => boolean, bytes: number): boolean {
  WatchedBytes.longest = 0;
  globalThis.Uint8Array = WatchedBytes as unknown as Uint8ArrayConstructor;
  let whole: boolean;
  try {
    whole = read();
  } finally {
    globalThis.Uint8Array = PlainBytes;
  }
  if (WatchedBytes.longest > MAXIMUM_PACKET_BYTES + 2 * bytes)
    throw new Error(`made an array of ${WatchedBytes.longest} bytes`);
  return whole;
}

/**
 * Feeds `count` streams of whole, damaged and made-up packets, cut anywhere, to the client's reader and to the simulated
 * broker's, in turn. Throws when one does anything but read them or refuse them: another exception, more packets than
 * there are bytes for, a packet or an array longer than allowed, or more time than any stream deserves.
 */
export function fuzzMqtt({ seed, count }: { seed: number; count: number }): FuzzStats {
  const random = new Random(seed);
  let accepted = 0;
  for (let index = 0; index < count; index++) {
    const client = index % 2 === 0;
    const stream = anyStream(random, client);
    const chunks = split(random, stream);
    const start = performance.now();
    let fault: unknown;
    try {
      const { length } = stream;
      if (watched(() => (client ? readAsClient(chunks, length) : readAsBroker(chunks, length)), length)) accepted++;
    } catch (error) {
      fault = error;
    }
    const tookMs = performance.now() - start;
    if (fault === undefined && tookMs > MAXIMUM_MS) fault = new Error(`took ${tookMs.toFixed(0)} ms`);
    if (fault !== undefined) {
      const hex = chunks.map((chunk) => Buffer.from(chunk).toString("hex")).join(" ");
      throw new Error(`seed ${seed}, stream ${index} (${client ? "client" : "broker"}): ${hex}`, { cause: fault });
    }
  }
  return { count, accepted, refused: count - accepted };
}

function readAsClient(chunks: readonly Uint8Array[], bytes: number): boolean {
  const reader = new PacketReader(MAXIMUM_PACKET_BYTES);
  let packets = 0;
  try {
    for (const chunk of chunks) {
      reader.push(chunk);
      for (let packet = reader.next(); packet !== undefined; packet = reader.next()) {
        if (++packets > bytes / 2) throw new Error("more packets than bytes for them");
        if (packet.kind !== "publish") continue;
        const { topic, payload } = packet;
        if (Buffer.byteLength(topic) + payload.length > MAXIMUM_PACKET_BYTES) throw new Error("a packet too long");
        if (topic === "" || /[+#\0]/.test(topic)) throw new Error(`topic "${topic}" was let through`);
      }
    }
    return true;
  } catch (error) {
    if (error instanceof MqttError) return false;
    throw error;
  }
}

function readAsBroker(chunks: readonly Uint8Array[], bytes: number): boolean {
  const stream = new PacketStream(MAXIMUM_PACKET_BYTES);
  let packets = 0;
  try {
    for (const chunk of chunks)
      stream.push(chunk, () => {
        if (++packets > bytes / 2) throw new Error("more packets than bytes for them");
        return true;
      });
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

/** From noise to packets that are nearly right. */
function anyStream(random: Random, client: boolean): Uint8Array {
  const kind = below(random, 10);
  if (kind === 0) return anyBytes(random, 64);
  if (kind === 1) return madeUp(random);
  const packets = Array.from({ length: 1 + below(random, 4) }, () =>
    client ? anyBrokerPacket(random) : anyClientPacket(random),
  );
  const bytes = encode(packets);
  if (kind < 4) return bytes;
  for (let damages = 1 + below(random, 3); damages > 0 && bytes.length > 0; damages--) damage(random, bytes);
  return kind === 9 ? bytes.slice(0, below(random, bytes.length)) : bytes;
}

/** A fixed header of any type with a length that may or may not be true. */
function madeUp(random: Random): Uint8Array {
  const body = anyBytes(random, 40);
  const lengths = [
    [body.length],
    [below(random, 128)],
    [0xff, 0xff, 0xff, 0x7f],
    [0x80, 0x80, 0x80, 0x80, 1],
    [0x80, 0],
  ];
  return Uint8Array.from([below(random, 256), ...lengths[below(random, lengths.length)]!, ...body]);
}

function damage(random: Random, bytes: Uint8Array): void {
  const at = random.next() < 0.5 ? below(random, Math.min(8, bytes.length)) : below(random, bytes.length);
  if (random.next() < 0.3) bytes[at] = [0, 1, 0x7f, 0x80, 0xff, 0x23, 0x2b][below(random, 7)]!;
  else if (random.next() < 0.5) bytes[at] = bytes[at]! ^ (1 << below(random, 8));
  else bytes.copyWithin(at, below(random, bytes.length));
}
