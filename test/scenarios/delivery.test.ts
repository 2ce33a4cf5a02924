import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { ExecutionContext } from "ava";
import { RunningCommand, runCommand } from "../support/command.js";
import { mosquittoTest } from "../support/mosquitto.js";

/** How often the broker is killed; twenty times by hand: MILLWRIGHT_KILLS=20 npx ava --timeout 10m … */
const KILLS = Number(process.env.MILLWRIGHT_KILLS ?? 3);
/** Node time per wall time. */
const SPEED = 10;

const folder = mkdtempSync(join(tmpdir(), "millwright-delivery-"));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

/** How long something may take on a machine that has other things to do. */
const PATIENCE_MS = 120_000;

/** A command that does not outlive its test. */
function run(t: ExecutionContext, name: "start" | "listen", args: readonly string[]): RunningCommand {
  const command = new RunningCommand(name, args);
  t.teardown(() => void command.process.kill("SIGKILL"));
  return command;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const between = (from: number, to: number) => from + Math.random() * (to - from);

/** The messages that a listener wrote out, in order: `stream epoch:number`. */
function messagesOf({ lines }: RunningCommand): string[] {
  const names = lines.flatMap(({ topic, ep, sq }) => {
    const stream = String(topic).slice(String(topic).lastIndexOf("/") + 1);
    return sq === undefined || stream === "health" ? [] : [`${stream} ${String(ep)}:${String(sq)}`];
  });
  // One message may be several lines.
  return names.filter((name, i) => name !== names[i - 1]);
}

/** Nothing is missing between the first message of each epoch of each stream and its last, and nothing is there twice. */
function checkWhole(t: ExecutionContext, messages: readonly string[]): void {
  const distinct = new Set(messages);
  t.deepEqual(
    messages.filter((name, i) => messages.indexOf(name) !== i),
    [],
    "nothing twice",
  );
  const missing = messages.flatMap((name) => {
    const [counter, sequence] = name.split(":") as [string, string];
    const before = `${counter}:${Number(sequence) - 1}`;
    return sequence === "0" || distinct.has(before) ? [] : [before];
  });
  t.deepEqual(missing, [], "nothing missing");
}

mosquittoTest(
  `a Mosquitto is killed and started again ${KILLS} times: nothing missing, nothing twice`,
  async (t, port, mosquitto) => {
    t.timeout(600_000);
    const broker = ["--broker", `mqtt://127.0.0.1:${port}`];
    const state = join(folder, "listen.json");
    const listen = run(t, "listen", [...broker, "--acknowledge", "--json", "--state", state]);
    const node = ["--json", "--speed", String(SPEED), "--promise", "consumer", "--flash", join(folder, "kills.flash")];
    const start = run(t, "start", [...broker, ...node]);
    await listen.until("messages arrive", (command) => messagesOf(command).length > 0, PATIENCE_MS);
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(between(500, 3000));
      await mosquitto.stop("SIGKILL");
      await sleep(between(100, 1500));
      const before = messagesOf(listen).length;
      await mosquitto.start();
      await listen.until("messages arrive again", (command) => messagesOf(command).length > before, PATIENCE_MS);
    }
    // A node that has lost its place sends again after a while: 300 s of its time.
    const known = messagesOf(listen).length;
    await sleep(5000);
    await listen.until(
      "what was missing has come",
      (command) => messagesOf(command).length > known && waits(command) === 0,
      PATIENCE_MS,
    );
    const { code, stderr } = await start.stop();
    t.is(code, 0, stderr);
    await sleep(2000);
    t.is((await listen.stop()).code, 0);
    const messages = messagesOf(listen);
    t.log(`${messages.length} messages`);
    t.true(messages.length > 10 * KILLS);
    checkWhole(t, messages);
    t.true(
      messages.some((name) => name.endsWith(":0") && name.startsWith("data ")),
      "from the first one on",
    );
    t.deepEqual(
      listen.lines.filter((line) => (line.notice as { kind?: string } | undefined)?.kind === "lost"),
      [],
    );
  },
);

/** Messages that the listener has told to be missing and not told to have come. */
function waits({ lines }: RunningCommand): number {
  let count = 0;
  for (const line of lines) {
    const notice = line.notice as { kind: string; from: { sequence: number }; to: { sequence: number } } | undefined;
    if (notice?.kind === "missing") count += notice.to.sequence - notice.from.sequence;
    else if (notice?.kind === "recovered" || notice?.kind === "lost")
      count -= notice.to.sequence - notice.from.sequence;
  }
  return count;
}

mosquittoTest("a node and its listener that are killed go on where they were", async (t, port, mosquitto) => {
  t.timeout(300_000);
  const broker = ["--broker", `mqtt://127.0.0.1:${port}`];
  const state = join(folder, "killed.json");
  const flash = join(folder, "killed.flash");
  const node = [...broker, "--json", "--speed", String(SPEED), "--promise", "consumer", "--flash", flash];
  const consumer = [...broker, "--acknowledge", "--json", "--state", state];
  const first = run(t, "start", node);
  const listen = run(t, "listen", consumer);
  await listen.until("messages arrive", (command) => messagesOf(command).length > 20, PATIENCE_MS);
  await mosquitto.stop("SIGKILL");
  // A minute of its time: some of it in memory only.
  await sleep(6000);
  await first.stop("SIGKILL");
  await sleep(1000);
  await listen.stop("SIGKILL");
  await mosquitto.start();
  const again = run(t, "listen", consumer);
  const second = run(t, "start", node);
  const epochs = (command: RunningCommand) => new Set(messagesOf(command).map((name) => name.split(/[ :]/)[1]));
  await again.until(
    "both epochs have come",
    (command) => epochs(command).size === 2 && messagesOf(command).length > 40,
    PATIENCE_MS,
  );
  await second.stop();
  await sleep(1500);
  await again.stop();
  checkWhole(t, [...messagesOf(listen), ...messagesOf(again)]);
  const [before, after] = [...epochs(again)].map(Number).sort((a, b) => a - b);
  t.is(after, before! + 1, "the next start of the same node");
  const times = again.lines.flatMap(({ ep, time }) => (ep === before ? [time as number] : []));
  t.true(Math.max(...times) - Math.min(...times) > 30, "what was measured without a broker is there");
});

const broken = join(folder, "broken");
writeFileSync(broken, "no flash, no state");
const wrong: [command: "start" | "listen", args: string[], message: string][] = [
  [
    "start",
    ["--flash", broken],
    `--flash ${broken} is not a flash image: 18 bytes are not 4 to 4096 blocks of 4096 bytes`,
  ],
  ["start", ["--flash", folder], `--flash ${folder} cannot be used: EISDIR`],
  ["start", ["--flash", "/nowhere/x"], "--flash /nowhere/x cannot be used: ENOENT"],
  ["start", ["--flash", broken, "--speed", "max"], "--flash does not go with --speed max"],
  ["start", ["--flash", broken, "--engine", "xs"], "--flash goes with --engine node only"],
  ["start", ["--promise", "nobody"], "--promise nobody is not one of broker, consumer"],
  ["listen", ["--broker", "mqtt://localhost", "--state", broken], "--state goes with --acknowledge only"],
  [
    "listen",
    ["--broker", "mqtt://localhost", "--acknowledge", "--state", broken],
    `--state ${broken} is not what listen has written`,
  ],
  [
    "listen",
    ["--broker", "mqtt://localhost", "--acknowledge", "--state", "/nowhere/x"],
    "--state /nowhere/x cannot be written: ENOENT",
  ],
];
for (const [command, args, message] of wrong) {
  test(`a wrong ${command} is told in one line: ${message.replace(folder, "…").replace(folder, "…")}`, async (t) => {
    const { code, stdout, stderr } = await runCommand(command, args);
    t.is(code, 2, stderr);
    t.is(stdout, "");
    t.true(stderr.includes(message), stderr);
    t.is(stderr.split("\n").length, 2);
  });
}
