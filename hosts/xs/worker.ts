import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { findWorker, workerMissing } from "./find-worker.js";
import { readMetered } from "./meter.js";
import type { Meter, Metered } from "./meter.js";
import { NetstringReader, netstring } from "./netstring.js";

export interface XsWorkerOptions {
  /** Path of the worker; by default what {@link findWorker} finds. */
  binary?: string;
  /** Answers `issueCommand(bytes)` of the script, which waits for it. */
  onCommand?: (bytes: Uint8Array) => Uint8Array;
  /** A line that the script printed; it may arrive after the answer to the call that printed it. */
  onPrint?: (line: string) => void;
  /** Ends a worker whose call takes more engine steps than this (1 to 2^31 − 1). */
  maximumSteps?: number;
}

interface Call {
  frame: Uint8Array;
  resolve: (metered: Metered) => void;
  reject: (error: Error) => void;
  next: Call | undefined;
}

const nothing = new Uint8Array(0);
const maximumStderr = 4096;

/** Exit codes of xsnap-worker.c. */
const exits: Record<number, string> = {
  0: "an exit that nobody asked for",
  1: "bad usage",
  2: "input or output failed",
  11: "out of memory",
  12: "stack overflow",
  15: "unhandled exception or rejection",
  16: "no more property names",
  17: "more engine steps than allowed",
  255: "unknown error",
};

/**
 * One XS machine in a process of its own. Calls are answered one at a time, in order; the script's own calls to the
 * host (`issueCommand`) are answered while its call runs.
 */
export class XsWorker {
  readonly #process: ChildProcess;
  readonly #toWorker: Writable;
  readonly #onCommand: ((bytes: Uint8Array) => Uint8Array) | undefined;
  readonly #ended: Promise<void>;
  #running: Call | undefined;
  #last: Call | undefined;
  #end: Error | undefined;
  #commandFault: unknown;
  #stderr = "";

  /** @throws Error (rejection) when there is no worker or it does not start */
  static async start(options: XsWorkerOptions = {}): Promise<XsWorker> {
    const binary = options.binary ?? findWorker();
    if (binary === undefined) throw new Error(workerMissing);
    const worker = new XsWorker(binary, options);
    await worker.#call("R", nothing);
    return worker;
  }

  private constructor(binary: string, options: XsWorkerOptions) {
    const limit = options.maximumSteps === undefined ? [] : ["-l", String(checkSteps(options.maximumSteps))];
    this.#onCommand = options.onCommand;
    this.#process = spawn(binary, ["millwright", ...limit], { stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"] });
    const [, stdout, stderr, toWorker, fromWorker] = this.#process.stdio as unknown as [
      null,
      Readable,
      Readable,
      Writable,
      Readable,
    ];
    this.#toWorker = toWorker;
    const reader = new NetstringReader((message) => this.#receive(message));
    fromWorker.on("data", (chunk: Uint8Array) => {
      try {
        reader.push(chunk);
      } catch (error) {
        this.#fail(new Error(`XS worker: ${(error as Error).message}`, { cause: error }));
        this.#process.kill("SIGKILL");
      }
    });
    // A broken pipe is the worker's end, which "close" tells with its reason.
    toWorker.on("error", () => {});
    fromWorker.on("error", () => {});
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-maximumStderr);
    });
    listenToLines(stdout, options.onPrint);
    this.#ended = new Promise((resolve) => {
      this.#process.once("error", (error) => {
        this.#fail(new Error(`XS worker: ${binary} does not start: ${error.message}`, { cause: error }));
        resolve();
      });
      this.#process.once("close", (code, signal) => {
        this.#fail(new Error(this.#describeEnd(code, signal)));
        resolve();
      });
    });
  }

  /** The last 4,096 characters that the worker wrote to its standard error. */
  get stderr(): string {
    return this.#stderr;
  }

  /**
   * Runs a script in the global scope.
   * @throws Error (rejection) with the script's uncaught exception, or with the reason why the worker ended
   */
  async evaluate(code: string): Promise<Meter & { reply: Uint8Array }> {
    const { meter, reply } = await this.#call("e", Buffer.from(code, "utf8"));
    return { ...meter, reply };
  }

  /** Calls the script's `globalThis.handleCommand(ArrayBuffer)`; the reply is the ArrayBuffer that it returns. */
  command(bytes: Uint8Array): Promise<Metered> {
    return this.#call("?", bytes);
  }

  /** Ends the worker; calls that were not answered are rejected. Does nothing the second time. */
  async close(): Promise<void> {
    const busy = this.#running !== undefined;
    this.#fail(new Error("XS worker: closed"));
    if (busy) this.#process.kill("SIGKILL");
    else this.#toWorker.end();
    await this.#ended;
  }

  #call(prefix: string, body: Uint8Array): Promise<Metered> {
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => {
      const call: Call = { frame: netstring(prefix, body), resolve, reject, next: undefined };
      if (this.#running === undefined) {
        this.#running = call;
        this.#toWorker.write(call.frame);
      } else {
        this.#last!.next = call;
      }
      this.#last = call;
    });
  }

  #receive(message: Uint8Array): void {
    if (this.#end) return;
    const prefix = String.fromCharCode(message[0] ?? 0);
    if (prefix === "?") return this.#answer(message.subarray(1));
    const call = this.#running;
    if ((prefix !== "." && prefix !== "!") || call === undefined) {
      throw new Error(`an answer that starts with "${prefix}" was not asked for`);
    }
    this.#running = call.next;
    if (this.#running) this.#toWorker.write(this.#running.frame);
    else this.#last = undefined;
    const cause = this.#commandFault;
    this.#commandFault = undefined;
    if (prefix === ".") call.resolve(readMetered(message));
    else call.reject(new Error(Buffer.from(message.subarray(1)).toString("utf8"), { cause }));
  }

  #answer(bytes: Uint8Array): void {
    try {
      if (this.#onCommand === undefined) throw new Error("XS worker: issueCommand without an onCommand to answer it");
      this.#toWorker.write(netstring("/", this.#onCommand(bytes)));
    } catch (error) {
      // Anything but "/" makes issueCommand throw inside; the cause of that goes with the call's rejection.
      this.#commandFault = error;
      this.#toWorker.write(netstring("!", nothing));
    }
  }

  #fail(error: Error): void {
    if (this.#end) return;
    this.#end = error;
    for (let call = this.#running; call; call = call.next) call.reject(error);
    this.#running = this.#last = undefined;
  }

  #describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
    const reason = signal ? `signal ${signal}` : `${exits[code ?? 255] ?? "unknown error"} (exit code ${code})`;
    const said = this.#stderr.trim().split("\n").at(-1);
    return `XS worker: ended by ${reason}${said ? `: ${said}` : ""}`;
  }
}

function checkSteps(steps: number): number {
  if (Number.isInteger(steps) && steps >= 1 && steps < 2 ** 31) return steps;
  throw new RangeError(`XS worker: maximumSteps ${steps} is not an integer from 1 to 2147483647`);
}

function listenToLines(stream: Readable, onLine: ((line: string) => void) | undefined): void {
  if (onLine === undefined) {
    stream.resume();
    return;
  }
  let rest = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
  });
}
