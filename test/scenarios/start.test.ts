import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { ExecutionContext } from "ava";
import { RunningCommand, runCommand } from "../support/command.js";
import { xsTest } from "../support/xs.js";

const folder = mkdtempSync(join(tmpdir(), "millwright-start-"));
const CHANNELS = [
  "bearing.temperature",
  "coldroom.humidity",
  "coldroom.pressure",
  "coldroom.temperature",
  "hall.humidity",
  "hall.temperature",
  "tank.level",
  "winding.temperature",
];
const channelsIn = (lines: Record<string, unknown>[]) =>
  [...new Set(lines.filter((line) => "value" in line).map((line) => line.name as string))].sort();

/** Traffic from client to broker of a run in virtual time. */
async function traffic(name: string, args: readonly string[]): Promise<Buffer> {
  const file = join(folder, name);
  const { code, stderr } = await runCommand("start", [
    "--speed",
    "max",
    "--for",
    "12m",
    "--json",
    "--capture",
    file,
    ...args,
  ]);
  if (code !== 0) throw new Error(stderr);
  return readFileSync(file);
}

test("the same seed gives byte-identical traffic, another seed another", async (t) => {
  const [first, again, other] = await Promise.all([
    traffic("first", ["--seed", "7"]),
    traffic("again", ["--seed", "7"]),
    traffic("other", ["--seed", "8"]),
  ]);
  t.true(first.length > 10_000);
  t.true(first.equals(again));
  t.false(first.equals(other));
});

test("start time, epoch and client id can be given", async (t) => {
  const args = [
    "--start",
    "2026-11-01T00:00:00Z",
    "--epoch",
    "77",
    "--client-id",
    "bench-1",
    "--site",
    "lab",
    "--node",
    "p1",
  ];
  const capture = await traffic("given", args);
  t.true(capture.includes("bench-1"));
  t.true(capture.includes("millwright/lab/p1/status"));
  const run = ["--speed", "max", "--for", "5s", "--json", ...args];
  const { stdout } = await runCommand("start", run);
  const [birth] = stdout.split("\n").map((line) => JSON.parse(line || "{}") as Record<string, unknown>);
  t.is(birth!.epoch, 77);
  t.is(Math.floor(birth!.time as number), Date.UTC(2026, 10, 1) / 1000);
});

xsTest("XS and Node.js give the same bytes", async (t) => {
  const node = await traffic("node", ["--seed", "3"]);
  const xs = await traffic("xs", ["--seed", "3", "--engine", "xs"]);
  t.true(node.equals(xs));
});

test("the bearing that begins to fail raises its high and then its high-high alarm", async (t) => {
  const { code, stdout } = await runCommand("start", ["--speed", "max", "--for", "15m", "--json"]);
  t.is(code, 0);
  const alarms = stdout
    .split("\n")
    .filter((line) => line.includes('"alarm"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  t.deepEqual(
    alarms.map(({ name, alarm, state }) => `${String(name)} ${String(alarm)} ${String(state)}`),
    ["bearing.temperature high unacknowledged", "bearing.temperature high-high unacknowledged"],
  );
});

for (const engine of ["node", "xs"] as const) {
  (engine === "xs" ? xsTest : test)(
    `npm start on ${engine}: a broker, all channels decoded, and a clean end`,
    async (t: ExecutionContext) => {
      // A node of its own: somebody else on this machine may take the broker on 1883 for theirs.
      const own = ["--node", `start-${engine}-${process.pid}`];
      const command = new RunningCommand("start", ["--json", "--speed", "20", "--engine", engine, ...own]);
      await command.until("every channel was seen", ({ lines }) => channelsIn(lines).length === CHANNELS.length);
      const { code, stderr } = await command.stop();
      t.is(code, 0, stderr);
      t.deepEqual(channelsIn(command.lines), CHANNELS);
      const states = command.lines.filter((line) => "status" in line).map((line) => line.status);
      t.deepEqual(states, ["online", "offline"]);
    },
  );
}

test("a taken port makes the broker take the next one, and it says which", async (t) => {
  // 1883 may be taken by somebody else: then that is the same case.
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.once("error", () => resolve());
    server.listen(1883, "127.0.0.1", resolve);
  });
  const command = new RunningCommand("start", ["--json"]);
  await command.until("the port is told", ({ stderr }) => stderr.includes("\n"));
  t.regex(command.stderr, /^Port 1883 is taken; the broker listens on 127\.0\.0\.1:\d+\.\n/);
  t.is((await command.stop()).code, 0);
  server.close();
});

test("where there is no terminal the lines are plain text", async (t) => {
  const { code, stdout } = await runCommand("start", ["--speed", "max", "--for", "1m"]);
  t.is(code, 0);
  t.regex(stdout, /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}bearing\.temperature {2}\d+(\.\d+)? Cel$/m);
  t.false(stdout.includes("\x1b"));
});

test("a broker that is not there is waited for, and Ctrl-C still ends at once", async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const command = new RunningCommand("start", ["--json", "--broker", `mqtt://127.0.0.1:${port}`]);
  const waiting = `No connection to mqtt://127.0.0.1:${port}: `;
  await command.until("it is told that there is no broker", ({ stderr }) => stderr.split(waiting).length > 2);
  const { code } = await command.stop();
  t.is(code, 0);
});

test("--help of every command shows its options and ends well", async (t) => {
  for (const name of ["start", "replay", "listen", "build"] as const) {
    const { code, stdout, stderr } = await runCommand(name, ["--help"]);
    t.is(code, 0);
    t.is(stderr, "");
    t.regex(stdout, /^npm (start|run \w+) --.*\n\n.+/);
  }
});

const wrong: [command: "start" | "listen", args: string[], message: string][] = [
  ["start", ["--speed", "fast"], "--speed fast is not max or a number from 0.01 to 1000"],
  ["start", ["--seed", "x"], "--seed x is not an integer from 0 to 4294967295"],
  ["start", ["--for", "10"], "--for 10 is not a time span such as 30s, 10m, 2h or 1d"],
  ["start", ["--broker", "localhost"], "--broker localhost is not of the form mqtt://host:port"],
  ["start", ["--speed", "max", "--broker", "mqtt://localhost"], "--broker does not go with --speed max"],
  ["start", ["--capture", "x"], "--capture goes with --speed max only"],
  ["start", ["--speed", "max", "--capture", "/nowhere/x"], "--capture /nowhere/x cannot be written"],
  ["start", ["--engine"], "--engine needs a value; see npm start -- --help"],
  ["start", ["--site", "a/b"], '--site "a/b" is not 1 to 64 letters, digits, dots, dashes or underscores'],
  ["start", ["--start", "soon"], "--start soon is not a time such as 2026-11-01T00:00:00Z"],
  ["start", ["now"], '"now" is one argument too many; see npm start -- --help'],
  ["listen", [], "--broker is missing; give mqtt://host:port"],
];
for (const [command, args, message] of wrong) {
  test(`a wrong ${command} is told in one line: ${message}`, async (t) => {
    const { code, stdout, stderr } = await runCommand(command, args);
    t.is(code, 2, stderr);
    t.is(stdout, "");
    t.true(stderr.includes(message), stderr);
    t.is(stderr.split("\n").length, 2);
  });
}
