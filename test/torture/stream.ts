import type { StreamFault } from "../../simulator/faults/network.js";
import { playSession } from "./stream-session.js";
import type { Played } from "./stream-session.js";

const KINDS = ["cut", "reset", "split", "coalesce", "delay"] as const;
const DIRECTIONS = ["sent", "received"] as const;

export interface StreamOptions {
  readonly seed: number;
  /** Messages of one session. */
  readonly messages: number;
  /** Every so many bytes only (default 1). */
  readonly step?: number;
  readonly shard?: { readonly index: number; readonly count: number };
  /** Only the session of that number. */
  readonly only?: number;
}

export interface StreamResult {
  /** Sessions that were played, each with one fault. */
  sessions: number;
  bytesSent: number;
  bytesReceived: number;
  delivered: number;
  /** Messages that the session sent again, and that the broker took more than once. */
  resent: number;
  duplicates: number;
  commands: number;
  connections: number;
  /** Worst delay of the end of a session. */
  slowestS: number;
  failures: string[];
}

/** Plays one session against the broker for every byte of it, in both directions, and every fault of the stream. */
export function breakStreams(options: StreamOptions): StreamResult {
  const { seed, messages, step = 1, shard = { index: 0, count: 1 }, only } = options;
  const whole = playSession(seed, messages, () => undefined);
  const result: StreamResult = {
    sessions: 0,
    bytesSent: whole.bytesSent,
    bytesReceived: whole.bytesReceived,
    delivered: 0,
    resent: 0,
    duplicates: 0,
    commands: 0,
    connections: 0,
    slowestS: 0,
    failures: whole.problems.map((problem) => `seed ${seed}: without any fault: ${problem}`),
  };
  for (const [index, direction] of DIRECTIONS.entries()) {
    const bytes = direction === "sent" ? whole.bytesSent : whole.bytesReceived;
    for (let at = 0; at < bytes; at += step) {
      for (const [which, kind] of KINDS.entries()) {
        const number = (index * whole.bytesSent + at) * KINDS.length + which;
        if (number % shard.count !== shard.index || (only !== undefined && only !== number)) continue;
        if (result.failures.length >= 20) return result;
        const fault = faultOf(kind, direction, at);
        // Every third time the same happens to the second connection too.
        const again = at % 3 === 0 ? 1 : 0;
        const played = playSession(seed, messages, (connection) => (connection <= again ? fault : undefined));
        if (isHarmless(fault) && played.connections + played.resent > 1)
          played.problems.push(`${played.connections} connections and ${played.resent} repetitions`);
        add(result, played, messages);
        for (const problem of played.problems.slice(0, 3))
          result.failures.push(`seed ${seed}, --only ${number}: ${kind} at byte ${at} ${direction}: ${problem}`);
      }
    }
  }
  return result;
}

function add(result: StreamResult, played: Played, messages: number): void {
  result.sessions++;
  result.delivered += messages;
  result.resent += played.resent;
  result.duplicates += played.duplicates;
  result.commands += played.commands;
  result.connections += played.connections;
  result.slowestS = Math.max(result.slowestS, played.tookMs / 1000);
}

function faultOf(kind: StreamFault["kind"], direction: StreamFault["direction"], at: number): StreamFault {
  if (kind === "split") return { kind, direction, at, ...(at > 0 && { bytes: 48 }) };
  // Longer than any time-out, every other time.
  if (kind === "delay") return { kind, direction, at, ms: at % 2 === 0 ? 3000 : 30_000 };
  if (kind === "coalesce") return { kind, direction, at, ms: 400 };
  return { kind, direction, at };
}

/** Whether the stream is whole in the end, and soon enough for one connection to last. */
function isHarmless({ kind, ms = 0 }: StreamFault): boolean {
  return kind === "split" || kind === "coalesce" || (kind === "delay" && ms < 10_000);
}
