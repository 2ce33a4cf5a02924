import { addHandlers, answerMessage, encodeMessage, readAnswer } from "../message.js";
import type { AnyHandler, Caller, Handlers, Methods } from "../message.js";

const engine = globalThis as unknown as {
  handleCommand: (request: ArrayBuffer) => ArrayBufferLike;
  issueCommand: (request: ArrayBufferLike) => ArrayBuffer;
};

const table = new Map<string, AnyHandler>();

engine.handleCommand = (request) => answerMessage(table, new Uint8Array(request)).buffer;

/** Serves requests of the host. @throws Error when a method is served already */
export function serve<M extends Methods<M>>(handlers: Handlers<M>): void {
  addHandlers<M>(table, handlers);
}

/**
 * The host's methods, as a function that waits for the answer; only while a request of the host runs, which is always.
 * It throws what the host's handler threw (name and message).
 */
export function callHost<M extends Methods<M>>(): Caller<M> {
  const call = (method: string, params?: unknown, bytes?: Uint8Array) =>
    readAnswer(new Uint8Array(engine.issueCommand(encodeMessage({ method, params }, bytes).buffer)));
  return call as Caller<M>;
}
