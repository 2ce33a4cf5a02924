import { RunningCommand } from "../support/command.js";
import { mosquittoTest } from "../support/mosquitto.js";

const topicsOf = (command: RunningCommand) => command.lines.map((line) => String(line.topic));
const statusesOf = (command: RunningCommand) =>
  command.lines.flatMap((line) => ("status" in line ? [String(line.status)] : []));
const valuesOf = (command: RunningCommand) => command.lines.filter((line) => "value" in line);

/** How long the broker stays away; a minute and more by hand: MILLWRIGHT_AWAY_MS=60000. */
const AWAY_MS = Number(process.env.MILLWRIGHT_AWAY_MS ?? 4000);
/** This client's place in the window in which nodes reconnect is 7.3 s after the loss: once the broker is back. */
const CLIENT_ID = "scenario";

mosquittoTest("npm start publishes to a Mosquitto and npm run listen decodes it", async (t, port) => {
  const broker = ["--broker", `mqtt://127.0.0.1:${port}`];
  const listen = new RunningCommand("listen", [...broker, "--site", "plant", "--json"]);
  await listen.until("it is connected", ({ stderr }) => stderr.includes("Listening to"));
  const start = new RunningCommand("start", [...broker, "--for", "8s", "--json"]);
  const { code, stderr } = await start.finished;
  t.is(code, 0, stderr);
  await listen.until("the farewell arrived", (command) => statusesOf(command).length === 2);
  t.is((await listen.stop()).code, 0);
  t.deepEqual(statusesOf(listen), ["online", "offline"]);
  t.true(valuesOf(listen).length >= 8);
  t.true(topicsOf(listen).every((topic) => topic.startsWith("millwright/plant/pump-room/")));
  for (const line of valuesOf(listen)) {
    t.deepEqual(Object.keys(line), ["topic", "time", "name", "value", "unit"]);
    t.true(Math.abs((line.time as number) - Date.now() / 1000) < 60);
  }
});

mosquittoTest("a node that is killed leaves its last will", async (t, port) => {
  const broker = ["--broker", `mqtt://127.0.0.1:${port}`];
  const listen = new RunningCommand("listen", [...broker, "--json"]);
  const start = new RunningCommand("start", [...broker, "--json"]);
  await listen.until("the node is there", (command) => valuesOf(command).length > 0);
  await start.stop("SIGKILL");
  await listen.until("the last will arrived", (command) => statusesOf(command).includes("offline"));
  await listen.stop();
  t.deepEqual(statusesOf(listen), ["online", "offline"]);
});

mosquittoTest(
  "the node comes back by itself after the broker was away, and so does the listener",
  async (t, port, mosquitto) => {
    const broker = ["--broker", `mqtt://127.0.0.1:${port}`];
    const listen = new RunningCommand("listen", [...broker, "--json"]);
    const start = new RunningCommand("start", [...broker, "--client-id", CLIENT_ID, "--json"]);
    await listen.until("the node is there", (command) => valuesOf(command).length > 0);
    await mosquitto.stop();
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
    const before = valuesOf(listen).length;
    const online = statusesOf(listen).length;
    await mosquitto.start();
    // Of a broker that stays away for longer the node's waits are up to two minutes.
    await listen.until("the node is back", (command) => statusesOf(command).length > online, 150_000);
    await listen.until("values arrive again", (command) => valuesOf(command).length > before, 150_000);
    await start.stop();
    await listen.until("the node said goodbye", (command) => statusesOf(command).at(-1) === "offline");
    await listen.stop();
    t.true(statusesOf(listen).filter((status) => status === "online").length >= 2);
    t.regex(listen.stderr, /No connection to 127\.0\.0\.1:\d+: .+; trying again\./);
  },
);
