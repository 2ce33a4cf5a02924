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

/** The full topic of a stream. @param node `<site>/<node>` */
export function topicOf(node: string, stream: string): string {
  return `millwright/${node}/${stream}`;
}

/** MQTT filters of all that nodes publish. @param node `<site>/<node>`, either of them `+` for any */
export function filtersOf(node: string): readonly string[] {
  return [topicOf(node, "#"), `m/${node}/d`];
}
