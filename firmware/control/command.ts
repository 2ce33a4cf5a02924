import { CborError, decode } from "../data/cbor.js";
import type { CborValue } from "../data/cbor.js";

/** What can be asked of a node on its `command` stream; each is answered once on `reply` with the same `id`. */
export type Command =
  /** The settings in force: of one channel, or without a channel the groups. */
  | { readonly command: "settings.get"; readonly id: number; readonly channel?: string }
  /** Overrides on top of those in force; taken or refused as a whole, and kept across restarts. */
  | { readonly command: "settings.set"; readonly id: number; readonly settings: unknown }
  /** Back to the definition's defaults. */
  | { readonly command: "settings.reset"; readonly id: number }
  /** One channel's calibration with its record and residual. */
  | { readonly command: "calibration.get"; readonly id: number; readonly channel: string };

const COMMANDS = ["settings.get", "settings.set", "settings.reset", "calibration.get"];

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
  const { id, command, channel, settings } = content;
  if (typeof id !== "number" || !(id >= 0) || Math.floor(id) !== id) {
    throw new CommandError("the command has no id that is a whole number");
  }
  switch (command) {
    case "settings.get":
      if (channel !== undefined && typeof channel !== "string") throw new CommandError("channel is not a text", id);
      return channel === undefined ? { command, id } : { command, id, channel };
    case "settings.set":
      if (settings === undefined) throw new CommandError("settings.set has no settings", id);
      return { command, id, settings };
    case "settings.reset":
      return { command, id };
    case "calibration.get":
      if (typeof channel !== "string") throw new CommandError("calibration.get names no channel", id);
      return { command, id, channel };
    default:
      throw new CommandError(
        `command ${JSON.stringify(command) ?? "(missing)"} is not one of ${COMMANDS.join(", ")}`,
        id,
      );
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
  for (const [key, member] of value) {
    // Assigning this one would set the prototype.
    if (key === "__proto__") throw new CommandError("not a command: it has a member __proto__");
    object[String(key)] = plain(member);
  }
  return object;
}
