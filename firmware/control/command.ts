import { CborError, decode } from "../data/cbor.js";
import type { CborMap, CborValue } from "../data/cbor.js";

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

/** What a member of a command is: of one type of JavaScript, given always or not. */
interface Argument {
  readonly type: "string" | "number" | "map";
  readonly what: string;
  readonly optional: boolean;
}
const TEXT: Argument = Object.freeze({ type: "string", what: "a text", optional: false });
const TEXT_OR_NONE: Argument = Object.freeze({ type: "string", what: "a text", optional: true });
const NUMBER: Argument = Object.freeze({ type: "number", what: "a number", optional: false });
const MAP: Argument = Object.freeze({ type: "map", what: "a map", optional: false });
const ONE_ALARM = Object.freeze({ channel: TEXT, alarm: TEXT_OR_NONE, by: TEXT_OR_NONE });

/** The members that each command has beside `id` and `command`. */
const ARGUMENTS: Readonly<Record<Command["command"], Readonly<Record<string, Argument>>>> = Object.freeze({
  "settings.get": Object.freeze({ channel: TEXT_OR_NONE, analysis: TEXT_OR_NONE, detector: TEXT_OR_NONE }),
  "settings.set": Object.freeze({ settings: MAP }),
  "settings.reset": Object.freeze({}),
  "calibration.get": Object.freeze({ channel: TEXT }),
  "alarms.get": Object.freeze({ channel: TEXT_OR_NONE }),
  "alarms.statistics": Object.freeze({ channel: TEXT_OR_NONE }),
  "alarm.acknowledge": ONE_ALARM,
  "alarm.reset": ONE_ALARM,
  "alarm.shelve": Object.freeze({ ...ONE_ALARM, forMs: NUMBER }),
  "alarm.unshelve": ONE_ALARM,
  "alarm.out-of-service": ONE_ALARM,
  "alarm.return-to-service": ONE_ALARM,
  "detector.reset": Object.freeze({ detector: TEXT }),
  "waveform.get": Object.freeze({ sensor: TEXT }),
  "node.restart": Object.freeze({}),
  "safe-mode.leave": Object.freeze({}),
});

/** Assigning the member of this name would set the prototype. */
const PROTOTYPE = "__proto__";
/** Longest command, and how deep it may nest. */
const LIMITS = Object.freeze({ maximumLength: 2048, maximumDepth: 8, maximumItems: 512 });

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
  const content = contentOf(payload);
  const id = content.get("id");
  if (typeof id !== "number" || !(id >= 0) || Math.floor(id) !== id) {
    throw new CommandError("the command has no id that is a whole number");
  }
  const name = content.get("command");
  if (typeof name !== "string" || !Object.hasOwn(ARGUMENTS, name)) {
    const known = Object.keys(ARGUMENTS).join(", ");
    throw new CommandError(`command ${JSON.stringify(name) ?? "(missing)"} is not one of ${known}`, id);
  }
  const allowed = ARGUMENTS[name as Command["command"]];
  const members = Object.keys(allowed);
  const command: Record<string, unknown> = { id, command: name };
  let known = 2;
  let problem: string | undefined;
  for (let i = 0; i < members.length; i++) {
    const member = members[i]!;
    const value = content.get(member);
    const argument = allowed[member]!;
    if (typeof value === argument.type) {
      command[member] = value;
      known++;
    } else if (argument === MAP && value instanceof Map) {
      command[member] = plain(value);
      known++;
    } else if (value !== undefined) problem ??= `${member} is not ${argument.what}`;
    else if (!argument.optional) problem ??= `${member} is missing`;
  }
  if (known < content.size) refuseStranger(content, name, members, id);
  if (problem !== undefined) throw new CommandError(`${name}: ${problem}`, id);
  return command as unknown as Command;
}

/** Throws when there is a member that the command has not. */
function refuseStranger(content: CborMap, name: string, members: string[], id: number): void {
  content.forEach((_, key) => {
    if (key === "id" || key === "command" || members.includes(key as string)) return;
    throw new CommandError(`${name} has no ${key}; it has ${["id", ...members].join(", ")}`, id);
  });
}

function contentOf(payload: Uint8Array): CborMap {
  let value: CborValue;
  try {
    value = decode(payload, LIMITS);
  } catch (error) {
    if (error instanceof CborError) throw new CommandError(`not a command: ${error.message}`);
    throw error;
  }
  if (!(value instanceof Map)) throw new CommandError("not a command: a CBOR map is right");
  if (value.has(PROTOTYPE)) refusePrototype();
  return value;
}

/** CBOR maps as plain objects. */
function plain(value: CborValue): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  const object: Record<string, unknown> = {};
  // Not for … of, which takes an array for every member.
  value.forEach((member, key) => {
    if (key === PROTOTYPE) refusePrototype();
    object[key] = typeof member === "object" ? plain(member) : member;
  });
  return object;
}

function refusePrototype(): never {
  throw new CommandError(`not a command: it has a member ${PROTOTYPE}`);
}
