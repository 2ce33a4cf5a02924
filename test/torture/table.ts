import type { Outcome } from "./outcome.js";

/** Parts of a campaign that have the same figures: one line each under one line of words. */
export function table(parts: readonly { readonly label: string; readonly outcome: Outcome }[]): string {
  const names = Object.keys(parts[0]?.outcome.figures ?? {});
  const rows = [
    ["", ...names.map(words), "failures"],
    ...parts.map(({ label, outcome: { figures, failures } }) => [
      label,
      ...names.map((name) => shown(figures[name])),
      String(failures.length),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]! + 2))).join(""),
  );
  const failed = parts.flatMap(({ outcome }) => outcome.failures.map((failure) => `  FAILED ${failure}`));
  return `${[...lines.map((line) => `  ${line}`), ...failed].join("\n")}\n`;
}

/** `peakRatio` as a person writes it. */
export function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function shown(value: number | undefined): string {
  if (value === undefined) return "";
  return Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(3);
}
