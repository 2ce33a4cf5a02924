import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { withTools } from "./sdk.js";
import type { Sdk } from "./sdk.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** An image for the SDK's simulator on Linux. */
export interface SdkImage {
  /** Where it is built, under build/. */
  readonly folder: string;
  /** NAME of the manifest. */
  readonly name: string;
  /** From the root of the repository. */
  readonly manifest: string;
  /** With the SDK's line of figures every second. */
  readonly instrument?: boolean;
}

const folderOf = ({ folder }: SdkImage) => join(root, "build", folder);

/** Builds an image under build/. Rejects with the end of what was printed. */
export async function buildImage(sdk: Sdk, image: SdkImage): Promise<void> {
  const folder = folderOf(image);
  mkdirSync(folder, { recursive: true });
  // Not the goal `all`, which may end every simulator on this machine.
  const goal = ["-m", "-p", "lin", "-t", "build", "-o", folder, join(root, image.manifest)];
  const args = image.instrument ? ["-i", ...goal] : goal;
  const child = spawn("mcconfig", args, { env: withTools(sdk), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`mcconfig ended with exit code ${code}: ${output.slice(-3000)}`);
}

/**
 * Runs an image in the SDK's simulator, on a display of its own, until it has printed enough.
 *
 * @returns the lines. Rejects when XS aborts, the simulator ends, or there is not enough within the time.
 */
export async function runImage(
  sdk: Sdk,
  image: SdkImage,
  enough: (lines: readonly string[]) => boolean,
  withinMs: number,
): Promise<string[]> {
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
  const kind = image.instrument ? "instrument" : "release";
  const built = join(folderOf(image), "bin", "lin", "mc", kind, image.name, "mc.so");
  const args = ["-oL", join(sdk.tools, "mcsim"), join(sdk.path, "build", "simulators"), built];
  const simulator = spawn("stdbuf", args, { env, stdio: ["ignore", "pipe", "pipe"] });
  try {
    return await linesUntil(simulator, enough, withinMs);
  } finally {
    await ended(simulator);
    await display.close();
    rmSync(settings, { recursive: true, force: true });
  }
}

function linesUntil(
  simulator: ChildProcess,
  enough: (lines: readonly string[]) => boolean,
  withinMs: number,
): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (why: string) => reject(new Error(`${why}; the simulator printed: ${output.slice(-3000)}`));
    const timer = setTimeout(() => fail(`not enough within ${withinMs} ms`), withinMs);
    for (const stream of [simulator.stdout!, simulator.stderr!]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        const lines = output.slice(0, output.lastIndexOf("\n") + 1).split("\n");
        if (enough(lines)) resolve(lines);
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
