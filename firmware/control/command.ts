import { CborError, decode } from "../data/cbor.js";
import type { CborValue } from "../data/cbor.js";

/** What can be asked of a node on its `command` stream; each is answered once on `reply` with the same `id`. */
export type Command = { readonly id: number } & (
  | {
      /** The settings in force: of one channel, analysis or detector, or without any of them the groups. */
      readonly command: "settings.get";
      readonly channel?: string;
      readonly analysis?: string;
      readonly detector?: string;
    }
  /** Overrides on top of those in force; taken or refused as a whole, and kept across restarts. */
  | { readonly command: "settings.set"; readonly settings: object }
  /** Back to the definition's defaults. */
  | { readonly command: "settings.reset" }
  /** One channel's calibration with its record and residual. */
  | { readonly command: "calibration.get"; readonly channel: string }
  /** The present state of one channel's alarms, or of all that are not normal. */
  | { readonly command: "alarms.get"; readonly channel?: string }
  /** What was counted of one channel's alarms, or of all together (ISA-18.2's measures). */
  | { readonly command: "alarms.statistics"; readonly channel?: string }
  /** One alarm of a channel, or all of them. `by` names who asks, for the record. */
  | { readonly command: AlarmStep; readonly channel: string; readonly alarm?: string; readonly by?: string }
  | {
      readonly command: "alarm.shelve";
      readonly channel: string;
      readonly alarm?: string;
      readonly by?: string;
      /** From now on; the alarm comes back by itself. */
      readonly forMs: number;
    }
  /** Forgets what a detector has learned. */
  | { readonly command: "detector.reset"; readonly detector: string }
  /** A waveform of a sensor that measures in blocks, sent in pieces on the stream `waveform`. */
  | { readonly command: "waveform.get"; readonly sensor: string }
  /** Starts the node anew, after a second. */
  | { readonly command: "node.restart" }
  /** Out of safe mode, into which several failed starts have led: by a restart that tries everything again. */
  | { readonly command: "safe-mode.leave" }
);

/** What a person can do to an alarm, but for shelving. */
export type AlarmStep =
  "alarm.acknowledge" | "alarm.reset" | "alarm.unshelve" | "alarm.out-of-service" | "alarm.return-to-service";

type Argument = "text" | "text?" | "number" | "object";
const ONE_ALARM: Readonly<Record<string, Argument>> = Object.freeze({ channel: "text", alarm: "text?", by: "text?" });

/** The members that each command has beside `id`; those with a question mark may be absent. */
const ARGUMENTS: Readonly<Record<Command["command"], Readonly<Record<string, Argument>>>> = Object.freeze({
  "settings.get": Object.freeze({ channel: "text?", analysis: "text?", detector: "text?" }),
  "settings.set": Object.freeze({ settings: "object" }),
  "settings.reset": Object.freeze({}),
  "calibration.get": Object.freeze({ channel: "text" }),
  "alarms.get": Object.freeze({ channel: "text?" }),
  "alarms.statistics": Object.freeze({ channel: "text?" }),
  "alarm.acknowledge": ONE_ALARM,
  "alarm.reset": ONE_ALARM,
  "alarm.shelve": Object.freeze({ ...ONE_ALARM, forMs: "number" }),
  "alarm.unshelve": ONE_ALARM,
  "alarm.out-of-service": ONE_ALARM,
  "alarm.return-to-service": ONE_ALARM,
  "detector.reset": Object.freeze({ detector: "text" }),
  "waveform.get": Object.freeze({ sensor: "text" }),
  "node.restart": Object.freeze({}),
  "safe-mode.leave": Object.freeze({}),
});

/** Longest command, and how deep it may nest. */
const LIMITS = { maximumLength: 2048, maximumDepth: 8, maximumItems: 512 };

/** A command that cannot be carried out; the message says why. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** Of the command, where it could be read. */
  readonly id: number | undefined;

  constructor(message: string, id?: number) {
    super(message);
    this.id = id;
  }
}

/**
 * Reads a command: one CBOR map with text keys (telemetry/wire.cddl).
 *
 * @throws CommandError for what is not a command
 */
export function parseCommand(payload: Uint8Array): Command {
  const content = plainContent(payload);
  const { id, command } = content;
  if (typeof id !== "number" || !(id >= 0) || Math.floor(id) !== id) {
    throw new CommandError("the command has no id that is a whole number");
  }
  if (typeof command !== "string" || !Object.hasOwn(ARGUMENTS, command)) {
    const known = Object.keys(ARGUMENTS).join(", ");
    throw new CommandError(`command ${JSON.stringify(command) ?? "(missing)"} is not one of ${known}`, id);
  }
  const allowed = ARGUMENTS[command as Command["command"]];
  const names = Object.keys(allowed);
  const given = Object.keys(content);
  for (let i = 0; i < given.length; i++) {
    const name = given[i]!;
    if (name === "id" || name === "command" || Object.hasOwn(allowed, name)) continue;
    throw new CommandError(`${command} has no ${name}; it has ${["id", ...names].join(", ")}`, id);
  }
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    const problem = argumentProblem(content[name], allowed[name]!);
    if (problem !== undefined) throw new CommandError(`${command}: ${name} ${problem}`, id);
  }
  return content as unknown as Command;
}

function argumentProblem(value: unknown, argument: Argument): string | undefined {
  switch (argument) {
    case "text?":
      return value === undefined || typeof value === "string" ? undefined : "is not a text";
    case "text":
      return typeof value === "string" ? undefined : value === undefined ? "is missing" : "is not a text";
    case "number":
      return typeof value === "number" ? undefined : value === undefined ? "is missing" : "is not a number";
    case "object":
      if (typeof value === "object" && value !== null) return undefined;
      return value === undefined ? "is missing" : "is not a map";
  }
}

function plainContent(payload: Uint8Array): Record<string, unknown> {
  let value: CborValue;
  try {
    value = decode(payload, LIMITS);
  } catch (error) {
    if (error instanceof CborError) throw new CommandError(`not a command: ${error.message}`);
    throw error;
  }
  const content = plain(value);
  if (!(value instanceof Map)) throw new CommandError("not a command: a CBOR map is right");
  return content as Record<string, unknown>;
}

/** CBOR maps as plain objects. */
function plain(value: CborValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  const object: Record<string, unknown> = {};
  // Not for … of, which takes an array for every member.
  value.forEach((member, key) => {
    // Assigning this one would set the prototype.
    if (key === "__proto__") throw new CommandError("not a command: it has a member __proto__");
    object[key] = typeof member === "object" ? plain(member) : member;
  });
  return object;
}
