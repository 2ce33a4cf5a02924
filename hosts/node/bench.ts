import { findWorker, workerMissing } from "../xs/find-worker.js";
import { bytesSection } from "./bench-bytes.js";
import { deskSection } from "./bench-desk.js";
import { memorySection } from "./bench-memory.js";
import { fftSection } from "./bench-fft.js";
import { filterSection } from "./bench-filters.js";
import { Unavailable } from "./bench-section.js";
import type { BenchSection } from "./bench-section.js";
import { mqttSection } from "./bench-mqtt.js";
import { signalSection } from "./bench-signal.js";
import { judgementSection } from "./bench-judgement.js";
import { telemetrySection } from "./bench-telemetry.js";
import { vibrationSection } from "./bench-vibration.js";
import { waySection } from "./bench-way.js";
import { wireSection } from "./bench-wire.js";
import { run, UsageError } from "./command-line.js";
import type { Command } from "./command-line.js";

const sections: readonly BenchSection[] = [
  filterSection,
  judgementSection,
  signalSection,
  fftSection,
  vibrationSection,
  waySection,
  telemetrySection,
  wireSection,
  mqttSection,
  bytesSection,
  memorySection,
  deskSection,
];
const names = sections.map(({ name }) => name).join(", ");

const command: Command = {
  usage: "npm run bench --",
  about: `Measures what the firmware costs in the XS engine, and the simulator on this machine. SECTION is one of ${names}; without it, all of them.`,
  positional: "[SECTION]",
  options: {
    json: { type: "boolean", help: "one JSON line per row" },
    data: { type: "string", value: "DIR", help: "recordings: holds nab and skab (default: ../shared/data)" },
  },
};

await run(command, async (values, chosen) => {
  const wanted = chosen === undefined ? sections : sections.filter(({ name }) => name === chosen);
  if (wanted.length === 0) throw new UsageError(`"${chosen}" is not one of ${names}; see ${command.usage} --help`);
  if (findWorker() === undefined) throw new Error(workerMissing);
  const options = values.data === undefined ? {} : { data: String(values.data) };
  for (const section of wanted) {
    try {
      const rows = await section.rows(options);
      process.stdout.write(values.json === true ? lines(section, rows) : table(section, rows));
    } catch (error) {
      // What was not asked for by name may be missing.
      if (!(error instanceof Unavailable) || chosen !== undefined) throw error;
      process.stderr.write(`${section.name}: ${error.message}\n`);
    }
  }
});

type Rows = Awaited<ReturnType<BenchSection["rows"]>>;

function lines({ name }: BenchSection, rows: Rows): string {
  return rows.map((row) => `${JSON.stringify({ section: name, ...row })}\n`).join("");
}

/** Texts to the left, numbers to the right. */
function table({ name, about, columns }: BenchSection, rows: Rows): string {
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column])))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  const numeric = columns.map((column) => rows.some((row) => typeof row[column] === "number"));
  const text = cells.map((row) =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd(),
  );
  return `${name}: ${about}\n\n${text.join("\n")}\n\n`;
}
