import { availableParallelism } from "node:os";
import { choice, integer, run, UsageError } from "../../hosts/node/command-line.js";
import type { Command, Values } from "../../hosts/node/command-line.js";
import { merged } from "./campaigns.js";
import type { Job, Outcome } from "./campaigns.js";
import { nodeRunner, runAll, xsRunner } from "./runners.js";
import { SECTIONS } from "./sections.js";
import type { Section } from "./sections.js";
import { table, words } from "./table.js";

const command: Command = {
  usage: "npm run torture --",
  positional: "CAMPAIGN",
  about:
    `Breaks the journal's flash and the session's network in every way that they break; CAMPAIGN is one of ${SECTIONS.map(({ name }) => name).join(", ")}\n` +
    "(default: all). The same seed gives the same run. Ends with code 1 where anything is lost, corrupt or out of order.",
  options: {
    seed: { type: "string", value: "N", help: "0 to 4294967295 (default: by chance, printed)" },
    count: { type: "string", value: "N", help: "records, cuts, images, messages, deaths or nodes of each campaign" },
    only: { type: "string", value: "N", help: "only the flash operation, the image or the session of that number" },
    engine: { type: "string", value: "E", help: "node (default) or xs, with smaller counts" },
    jobs: { type: "string", value: "N", help: "processes at a time (default: one a core)" },
    json: { type: "boolean", help: "one JSON line per campaign" },
  },
};

interface Plan {
  readonly seed: number;
  readonly count: number | undefined;
  readonly only: number | undefined;
  readonly engine: "node" | "xs";
  readonly processes: number;
}

await run(command, async (values, name) => {
  const sections = SECTIONS.filter((section) => name === undefined || section.name === name);
  if (sections.length === 0) {
    throw new UsageError(`"${name}" is not one of ${SECTIONS.map((section) => section.name).join(", ")}`);
  }
  const plan = planOf(values);
  const json = values.json === true;
  if (!json)
    process.stdout.write(`seed ${plan.seed}; again with: ${command.usage} ${name ?? ""} --seed ${plan.seed}\n`);
  let failed = 0;
  for (const section of sections) {
    const start = performance.now();
    const parts = await runSection(section, plan);
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    if (!json) process.stdout.write(`${section.name}: ${section.about} (${seconds} s)\n`);
    for (const { label, outcome } of parts) {
      failed += outcome.failures.length;
      const line = { campaign: section.name, ...(label && { label }), engine: plan.engine, seed: plan.seed, seconds };
      if (json) process.stdout.write(`${JSON.stringify({ ...line, ...outcome })}\n`);
      else if (section.table !== true) process.stdout.write(text(label, outcome));
    }
    if (!json && section.table === true) process.stdout.write(table(parts));
  }
  if (failed > 0) process.exitCode = 1;
});

function planOf(values: Values): Plan {
  const only = integer(values, "only", -1, 0, 1e9);
  const count = integer(values, "count", 0, 1, 1e8);
  return {
    seed: integer(values, "seed", Math.floor(Math.random() * 2 ** 32), 0, 2 ** 32 - 1),
    count: count === 0 ? undefined : count,
    only: only < 0 ? undefined : only,
    engine: choice(values, "engine", "node", ["node", "xs"]),
    processes: integer(values, "jobs", availableParallelism(), 1, 64),
  };
}

interface Part {
  readonly label: string;
  readonly outcome: Outcome;
}

async function runSection({ jobs, nodeCount, xsCount }: Section, plan: Plan): Promise<Part[]> {
  const count = plan.count ?? (plan.engine === "xs" ? xsCount : nodeCount);
  const list: Job[] = jobs(count, plan.seed, plan.processes).map((job) =>
    plan.only === undefined ? job : { ...job, only: plan.only },
  );
  const outcomes = await runAll(list, plan.processes, plan.engine === "xs" ? xsRunner : nodeRunner);
  const labels = [...new Set(list.map(({ label = "" }) => label))];
  return labels.map((label) => ({
    label,
    outcome: merged(outcomes.filter((_, index) => (list[index]!.label ?? "") === label)),
  }));
}

function text(label: string, { figures, failures }: Outcome): string {
  const rows = Object.entries(figures).map(([figure, value]) => {
    return `  ${words(figure).padEnd(22)}${Number.isInteger(value) ? value.toLocaleString("en") : value.toFixed(3)}`;
  });
  const verdict = failures.map((failure) => `  FAILED ${failure}`);
  return [
    ...(label === "" ? [] : [` ${label}`]),
    ...rows,
    `  failures${" ".repeat(14)}${failures.length}`,
    ...verdict,
    "",
  ].join("\n");
}
