import { addHandlers, answerMessage, encodeMessage, readAnswer } from "./message.js";
import type { AnyHandler, AsyncCaller, Handlers, Methods, Received } from "./message.js";
import type { Meter } from "./meter.js";
import { XsWorker } from "./worker.js";
import type { XsWorkerOptions } from "./worker.js";

export interface RpcOptions extends Omit<XsWorkerOptions, "onCommand"> {
  /** A bundle whose entry imports hosts/xs/inside/rpc.ts. */
  code: string;
  /** Serves the script's calls from the start, top level of the bundle included. */
  prepare?: (rpc: Rpc) => void;
}

/** A script inside XS that is asked, and that asks, by method: requests are answered one at a time, in order. */
export class Rpc {
  readonly #table = new Map<string, AnyHandler>();
  #worker!: XsWorker;

  /** @throws Error (rejection) when the worker does not start or the script throws */
  static async start({ code, prepare, ...options }: RpcOptions): Promise<Rpc> {
    const rpc = new Rpc();
    prepare?.(rpc);
    rpc.#worker = await XsWorker.start({ ...options, onCommand: (bytes) => answerMessage(rpc.#table, bytes) });
    try {
      await rpc.#worker.evaluate(code);
    } catch (error) {
      await rpc.close();
      throw error;
    }
    return rpc;
  }

  private constructor() {}

  get worker(): XsWorker {
    return this.#worker;
  }

  /** Serves calls of the script, which waits for the answer. @throws Error when a method is served already */
  serve<M extends Methods<M>>(handlers: Handlers<M>): void {
    addHandlers<M>(this.#table, handlers);
  }

  /**
   * Asks the script.
   * @throws Error (rejection) what the script's handler threw (name, message, stack), or why the worker ended
   */
  async request(method: string, params?: unknown, bytes?: Uint8Array): Promise<Received<unknown> & { meter: Meter }> {
    const { meter, reply } = await this.#worker.command(encodeMessage({ method, params }, bytes));
    return { ...readAnswer(reply), meter };
  }

  /** {@link request}, typed by the methods that the script serves. */
  caller<M extends Methods<M>>(): AsyncCaller<M, { meter: Meter }> {
    return ((method: string, params?: unknown, bytes?: Uint8Array) =>
      this.request(method, params, bytes)) as unknown as AsyncCaller<M, { meter: Meter }>;
  }

  close(): Promise<void> {
    return this.#worker.close();
  }
}
