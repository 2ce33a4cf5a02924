/** What was thrown, and where, in at most six lines. */
export function inBrief(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const lines = (error.stack ?? "")
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .slice(0, 5);
  return [`${error.name}: ${error.message}`, ...lines].join("\n");
}
