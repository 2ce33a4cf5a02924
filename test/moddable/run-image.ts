import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";
import { repository } from "../support/command.js";

const folder = join(repository, "build", "sdk-drivers");
const image = join(folder, "bin", "lin", "mc", "release", "sdk-drivers", "mc.so");
const tools = (sdk: string) => join(sdk, "build", "bin", "lin", "release");

/** Builds the image of test/moddable/manifest.json under build/. Rejects with the end of what was printed. */
export async function buildImage(sdk: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // mcconfig calls the SDK's other tools, and this repository's tsc where there is no other.
  const path = [tools(sdk), process.env["PATH"] ?? "", join(repository, "node_modules", ".bin")].join(delimiter);
  const manifest = join(repository, "test", "moddable", "manifest.json");
  // Not the goal `all`, which may end every simulator on this machine.
  const args = ["-m", "-p", "lin", "-t", "build", "-o", folder, manifest];
  const child = spawn("mcconfig", args, { env: { ...process.env, PATH: path }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`mcconfig ended with exit code ${code}: ${output.slice(-3000)}`);
}

/**
 * Runs the image in the SDK's simulator, on a display of its own, until a line of it contains `last`.
 *
 * @returns the lines. Rejects when XS aborts, the simulator ends, or nothing comes within the time.
 */
export async function runImage(sdk: string, last: string, withinMs: number): Promise<string[]> {
  // The simulator copies the image to this folder.
  const settings = mkdtempSync(join(tmpdir(), "millwright-mcsim-"));
  const display = await openDisplay();
  const env = {
    ...process.env,
    DISPLAY: display.name,
    XDG_CONFIG_HOME: settings,
    NO_AT_BRIDGE: "1",
    // Nobody listens there: no debugger is to take hold of it.
    XSBUG_PORT: "1",
  };
  // By line: it never ends by itself, and what is in its buffer is lost then.
  const args = ["-oL", join(tools(sdk), "mcsim"), join(sdk, "build", "simulators"), image];
  const simulator = spawn("stdbuf", args, { env, stdio: ["ignore", "pipe", "pipe"] });
  try {
    return await linesUntil(simulator, last, withinMs);
  } finally {
    await ended(simulator);
    await display.close();
    rmSync(settings, { recursive: true, force: true });
  }
}

function linesUntil(simulator: ChildProcess, last: string, withinMs: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why: string) => reject(new Error(`${why}; the simulator printed: ${output.slice(-3000)}`));
    const timer = setTimeout(() => fail(`no ${last} within ${withinMs} ms`), withinMs);
    for (const stream of [simulator.stdout!, simulator.stderr!]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        const lines = output.slice(0, output.lastIndexOf("\n") + 1).split("\n");
        if (lines.some((line) => line.includes(last))) resolve(lines);
        else if (output.includes("XS abort:")) fail("XS aborted");
        else return;
        clearTimeout(timer);
      });
    }
    simulator.on("error", reject).on("close", (code) => {
      clearTimeout(timer);
      fail(`mcsim ended with ${code}`);
    });
  });
}

interface Display {
  readonly name: string;
  close(): Promise<void>;
}

/** A display that nobody sees, or that of the user where there is no Xvfb. */
async function openDisplay(): Promise<Display> {
  // Xvfb writes the number of a display that is free to file descriptor 3.
  const args = ["-displayfd", "3", "-screen", "0", "800x600x24", "-nolisten", "tcp"];
  const server = spawn("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const number = await new Promise<string | undefined>((resolve) => {
    (server.stdio[3] as Readable).on("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    server.on("error", () => resolve(undefined)).on("close", () => resolve(undefined));
  });
  if (number !== undefined) return { name: `:${number}`, close: () => ended(server) };
  const name = process.env["DISPLAY"];
  if (!name) throw new Error("mcsim needs a display: install Xvfb (Debian: apt-get install xvfb), or set $DISPLAY");
  return { name, close: () => Promise.resolve() };
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    child.on("close", () => resolve());
    child.kill("SIGKILL");
  });
}
