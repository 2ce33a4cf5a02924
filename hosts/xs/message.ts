/**
 * What travels between Node and XS, in either direction: a JSON value and, beside it, bytes.
 * `<length of the JSON text, 4 bytes, little-endian><JSON text, UTF-8><bytes>`
 */
export interface Message {
  json: unknown;
  bytes: Uint8Array;
}

export interface RequestJson {
  method: string;
  params?: unknown;
}

export interface AnswerJson {
  result?: unknown;
  error?: { name: string; message: string; stack?: string };
}

/** What one method takes and gives, as JSON values (so no NaN, no Infinity, no `undefined` in arrays). */
export interface Method {
  params?: unknown;
  result?: unknown;
}

/** The methods that one side serves, by name: `{ add: { params: { a: number; b: number }; result: number } }`. */
export type Methods<M> = { [Name in keyof M]: Method };

type Params<M> = "params" extends keyof M ? M["params"] : undefined;
type Result<M> = "result" extends keyof M ? M["result"] : undefined;

/** What a handler returns; nothing for neither result nor bytes. */
export interface Answer<R> {
  result?: R;
  bytes?: Uint8Array;
}

export type Handlers<M extends Methods<M>> = {
  [Name in keyof M]: (params: Params<M[Name]>, bytes: Uint8Array) => Answer<Result<M[Name]>> | void;
};

/** What the caller gets; `bytes` is empty where the handler gave none. */
export interface Received<R> {
  result: R;
  bytes: Uint8Array;
}

type Arguments<P> = undefined extends P ? [params?: P, bytes?: Uint8Array] : [params: P, bytes?: Uint8Array];

export type Caller<M extends Methods<M>> = <Name extends keyof M & string>(
  method: Name,
  ...args: Arguments<Params<M[Name]>>
) => Received<Result<M[Name]>>;

export type AsyncCaller<M extends Methods<M>, Extra = unknown> = <Name extends keyof M & string>(
  method: Name,
  ...args: Arguments<Params<M[Name]>>
) => Promise<Received<Result<M[Name]>> & Extra>;

export type AnyHandler = (params: unknown, bytes: Uint8Array) => Answer<unknown> | void;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const headBytes = 4;

export function encodeMessage(json: RequestJson | AnswerJson, bytes?: Uint8Array): Uint8Array {
  const text = encoder.encode(JSON.stringify(json));
  const frame = new Uint8Array(headBytes + text.byteLength + (bytes?.byteLength ?? 0));
  new DataView(frame.buffer).setUint32(0, text.byteLength, true);
  frame.set(text, headBytes);
  if (bytes) frame.set(bytes, headBytes + text.byteLength);
  return frame;
}

/** @throws RangeError when `frame` is shorter than it says; SyntaxError when its text is not JSON */
export function decodeMessage(frame: Uint8Array): Message {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const end = headBytes + view.getUint32(0, true);
  if (end > frame.byteLength) {
    throw new RangeError(`message: ${frame.byteLength} bytes are fewer than the ${end} that its head announces`);
  }
  return { json: JSON.parse(decoder.decode(frame.subarray(headBytes, end))), bytes: frame.subarray(end) };
}

/** Answers one request out of `handlers`; what a handler throws goes back as the answer's error. */
export function answerMessage(handlers: Map<string, AnyHandler>, frame: Uint8Array): Uint8Array {
  try {
    const { json, bytes } = decodeMessage(frame);
    const { method, params } = json as RequestJson;
    const handler = handlers.get(method);
    if (handler === undefined) throw new Error(`rpc: nobody serves "${method}"`);
    const answer = handler(params, bytes);
    return encodeMessage({ result: answer?.result }, answer?.bytes);
  } catch (error) {
    return encodeMessage({ error: describe(error) });
  }
}

/** @throws Error the other side's error, by name and message */
export function readAnswer(frame: Uint8Array): Received<unknown> {
  const { json, bytes } = decodeMessage(frame);
  const { result, error } = json as AnswerJson;
  if (error === undefined) return { result, bytes };
  const { name, message, stack } = error;
  const thrown = new Error(message);
  Object.defineProperty(thrown, "name", { value: name, configurable: true });
  if (stack !== undefined) Object.defineProperty(thrown, "stack", { value: stack, configurable: true, writable: true });
  throw thrown;
}

function describe(error: unknown): { name: string; message: string; stack?: string } {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  return { name: error.name, message: error.message, ...(error.stack ? { stack: error.stack } : {}) };
}

/** Adds handlers to a table. @throws Error when a method is served already */
export function addHandlers<M extends Methods<M>>(table: Map<string, AnyHandler>, handlers: Handlers<M>): void {
  for (const [method, handler] of Object.entries(handlers)) {
    if (table.has(method)) throw new Error(`rpc: "${method}" is served already`);
    table.set(method, handler as AnyHandler);
  }
}
