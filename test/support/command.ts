import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of hosts/node as its npm script runs it, with what it has printed so far. */
export class RunningCommand {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  #stdout = "";
  #stderr = "";
  readonly #watchers = new Set<() => void>();

  constructor(
    name: "start" | "replay" | "listen" | "build",
    args: readonly string[],
    env: NodeJS.ProcessEnv = process.env,
  ) {
    // Without npm and npx in between, so that a signal reaches the command itself.
    const options = { cwd: repository, env };
    this.process = spawn(process.execPath, ["--import", "tsx", join("hosts/node", `${name}.ts`), ...args], options);
    this.process.stdout!.on("data", (chunk: Buffer) => {
      this.#stdout += chunk.toString();
      for (const watch of [...this.#watchers]) watch();
    });
    this.process.stderr!.on("data", (chunk: Buffer) => {
      this.#stderr += chunk.toString();
      for (const watch of [...this.#watchers]) watch();
    });
    this.finished = new Promise((resolve) => {
      this.process.on("close", (code) => {
        for (const watch of [...this.#watchers]) watch();
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** The decoded JSON lines so far. */
  get lines(): Record<string, unknown>[] {
    const whole = this.#stdout.slice(0, this.#stdout.lastIndexOf("\n") + 1);
    return whole.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));
  }

  /** Waits until `condition` holds; fails after `withinMs`, or when the command ends before. */
  async until(what: string, condition: (command: this) => boolean, withinMs = 30_000): Promise<void> {
    if (condition(this)) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error) => {
        clearTimeout(timer);
        this.#watchers.delete(watch);
        if (error === undefined) resolve();
        else reject(error);
      };
      const said = () => `stdout ends with ${this.#stdout.slice(-300)}; stderr with ${this.#stderr.slice(-300)}`;
      const watch = () => {
        if (condition(this)) settle();
        else if (this.process.exitCode !== null) settle(new Error(`ended before ${what}: ${said()}`));
      };
      const timer = setTimeout(() => settle(new Error(`not within ${withinMs} ms: ${what}; ${said()}`)), withinMs);
      this.#watchers.add(watch);
    });
  }

  stop(signal: NodeJS.Signals = "SIGINT"): Promise<Finished> {
    this.process.kill(signal);
    return this.finished;
  }
}

/** Runs a command to its end. */
export function runCommand(
  name: "start" | "replay" | "listen" | "build",
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<Finished> {
  return new RunningCommand(name, args, env).finished;
}
