/** Whether a topic filter matches a topic (MQTT 3.1.1 §4.7); wildcards leave topics that begin with `$` alone. */
export function matches(filter: string, topic: string): boolean {
  if (topic.startsWith("$") && !filter.startsWith("$")) return false;
  const wanted = filter.split("/");
  const levels = topic.split("/");
  for (let index = 0; index < wanted.length; index++) {
    if (wanted[index] === "#") return true;
    if (index >= levels.length || (wanted[index] !== "+" && wanted[index] !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}
