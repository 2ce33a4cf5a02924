import { callHost, serve } from "../../../hosts/xs/inside/rpc.js";

export interface Inside {
  add: { params: { a: number; b: number }; result: number };
  reverse: { result: undefined };
  /** Asks the host so many times, and gives the last answer. */
  ask: { params: { times: number; text: string }; result: string };
  fail: { params: { message: string } };
}

export interface Host {
  shout: { params: { text: string }; result: string };
  started: { result: number };
}

const host = callHost<Host>();
const { result: offset } = host("started");

serve<Inside>({
  add: ({ a, b }) => ({ result: offset + a + b }),
  reverse: (_params, bytes) => ({ bytes: bytes.slice().reverse() }),
  ask: ({ times, text }, bytes) => {
    let answer = { result: "", bytes: bytes };
    for (let i = 0; i < times; i++) answer = host("shout", { text }, bytes);
    return answer;
  },
  fail: ({ message }) => {
    throw new RangeError(message);
  },
});
