import test from "ava";
import type { ExecutionContext } from "ava";
import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Where distributions put it, when it is not in the path of an ordinary user. */
const USUAL_PLACES = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"];
const START_WITHIN_MS = 10_000;

const missing = "mosquitto is not installed (Debian: apt-get install mosquitto)";

/** The path of the Mosquitto broker, if it is installed. */
export function findMosquitto(): string | undefined {
  const places = [...(process.env["PATH"] ?? "").split(delimiter), ...USUAL_PLACES];
  return places.map((place) => join(place, "mosquitto")).find(isExecutable);
}

/** A test that needs Mosquitto. Without it the test fails in CI, and elsewhere is skipped with the reason in its title. */
export function mosquittoTest(
  title: string,
  run: (t: ExecutionContext, port: number, broker: MosquittoControl) => Promise<void>,
): void {
  const path = findMosquitto();
  if (path !== undefined) {
    test(title, async (t) => {
      const port = await freePort();
      let mosquitto = await startMosquitto(path, port);
      t.teardown(() => mosquitto.close());
      await run(t, port, {
        stop: (signal) => mosquitto.close(signal),
        start: async () => void (mosquitto = await startMosquitto(path, port)),
      });
    });
  } else if (process.env["CI"]) test(title, (t) => t.fail(missing));
  else test.skip(`${title} — ${missing}`, (t) => t.fail(missing));
}

/** The broker of a test, stopped and started again on the same port. */
export interface MosquittoControl {
  stop(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
}

/** Mosquitto on 127.0.0.1, with a configuration of its own and nothing kept on disk. */
export async function startMosquitto(
  path: string,
  port: number,
): Promise<{ port: number; close: (signal?: NodeJS.Signals) => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "millwright-mosquitto-"));
  const configuration = join(folder, "mosquitto.conf");
  const lines = [`listener ${port} 127.0.0.1`, "allow_anonymous true", "persistence false", "log_type error"];
  writeFileSync(configuration, `${lines.join("\n")}\n`);
  const child = spawn(path, ["-c", configuration], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      said += error.message;
      resolve();
    });
    child.once("close", () => resolve());
  });
  const close = async (signal?: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_WITHIN_MS;
  while (!(await answers(port))) {
    if (child.exitCode === null && child.pid !== undefined && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      continue;
    }
    await close();
    throw new Error(`mosquitto did not start on port ${port}: ${said}`);
  }
  return { port, close };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
