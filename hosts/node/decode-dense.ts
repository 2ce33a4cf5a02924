import type { ChannelNames } from "./channel-names.js";
import type { Decoded } from "./decoded.js";
import { readDense } from "./dense.js";
import { absolute } from "./wire-time.js";

/** Values and qualities of a message in the dense profile. */
export function decodeDense(
  topic: string,
  items: readonly unknown[],
  now: number,
  names: ChannelNames,
): { header: { epoch: number; sequence: number }; lines: Decoded[] } {
  const { epoch, sequence, uptime, values, quality } = readDense(items);
  const more = uptime === undefined ? {} : { uptime };
  const header = { epoch, sequence };
  if (quality !== undefined) {
    const { name } = names.of(topic, quality.channel);
    return { header, lines: [{ topic, time: absolute(quality.time, now), name, quality: quality.quality, ...more }] };
  }
  const lines = values.map(({ channel, value, time }) => {
    const { name, unit } = names.of(topic, channel);
    return { topic, time: absolute(time, now), name, value, unit, ...more };
  });
  return { header, lines };
}
