import type { ChannelName } from "./decoded.js";
import { topicParts } from "./topics.js";

/** What the numbers of channels mean, node by node, as the nodes have told it on stream `channels`. */
export class ChannelNames {
  /** By `<site>/<node>`. */
  readonly #nodes = new Map<string, readonly ChannelName[]>();

  /** @param topic of the message that told it */
  learn(topic: string, channels: readonly ChannelName[]): void {
    this.#nodes.set(topicParts(topic).node, channels);
  }

  /**
   * A number that nothing is known of is named `#3`, without a unit.
   *
   * @param topic of the message that holds it
   */
  of(topic: string, channel: number | string): ChannelName {
    const known = this.#nodes.get(topicParts(topic).node);
    if (typeof channel === "number") return known?.[channel] ?? { name: `#${channel}`, unit: "" };
    return known?.find(({ name }) => name === channel) ?? { name: channel, unit: "" };
  }
}
