/** Who published what: `millwright/<site>/<node>/<stream>`, or `m/<site>/<node>/d` where values have the short topic. */
export interface TopicParts {
  /** `<site>/<node>`. */
  readonly node: string;
  readonly stream: string;
}

/** The parts of a topic; of any other topic the last level is the stream. */
export function topicParts(topic: string): TopicParts {
  const levels = topic.split("/");
  const last = levels[levels.length - 1]!;
  return { node: levels.slice(-3, -1).join("/"), stream: levels[0] === "m" && last === "d" ? "data" : last };
}
