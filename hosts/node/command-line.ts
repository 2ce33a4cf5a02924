import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";
import { SettingsError } from "../../firmware/settings/settings.js";

/** What the user typed is not right; the message says what, and what would be. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** One option of a command, as its help shows it. */
export interface OptionHelp {
  readonly type: "string" | "boolean";
  /** What stands for the value in the help: `N`, `mqtt://host:port`. */
  readonly value?: string;
  readonly help: string;
}

export interface Command {
  /** As it is typed: `npm start --`. */
  readonly usage: string;
  readonly about: string;
  /** Name of the one positional argument, if there is one. */
  readonly positional?: string;
  readonly options: Readonly<Record<string, OptionHelp>>;
}

export type Values = Readonly<Record<string, string | boolean | undefined>>;

/**
 * Runs a command's `main` with its parsed arguments. `--help` prints the help; a wrong argument prints one line and ends
 * with exit code 2, any other failure one line and exit code 1.
 */
export async function run(
  command: Command,
  main: (values: Values, positional: string | undefined) => Promise<void>,
): Promise<void> {
  try {
    const { values, positionals } = parse(command);
    if (values.help === true) {
      process.stdout.write(help(command));
      return;
    }
    const most = command.positional === undefined ? 0 : 1;
    if (positionals.length > most) {
      throw new UsageError(`"${positionals[most]}" is one argument too many; see ${command.usage} --help`);
    }
    await main(values, positionals[0]);
  } catch (error) {
    const usage = error instanceof UsageError || error instanceof SettingsError;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = usage ? 2 : 1;
  }
}

function parse(command: Command): { values: Values; positionals: string[] } {
  const options: NonNullable<ParseArgsConfig["options"]> = { help: { type: "boolean" } };
  for (const [name, { type }] of Object.entries(command.options)) options[name] = { type };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true, strict: true });
    return { values: values as Values, positionals };
  } catch (error) {
    // The first sentence of Node's message names the argument; the rest is advice on escaping.
    const [sentence] = (error as Error).message.split(/\.?(?: |\n)(?=[A-Z])|\n/);
    const said = sentence!.replace(/Option '(.+?)(?: <value>)?' argument (?:missing|is ambiguous)/, "$1 needs a value");
    throw new UsageError(`${said}; see ${command.usage} --help`);
  }
}

function help(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]) => [
    `  --${name}${option.value === undefined ? "" : ` ${option.value}`}`,
    option.help,
  ]);
  const width = Math.max(...rows.map(([left]) => left!.length)) + 2;
  const positional = command.positional === undefined ? "" : ` ${command.positional}`;
  return [
    `${command.usage}${positional} [options]`,
    "",
    command.about,
    "",
    ...rows.map(([left, right]) => left!.padEnd(width) + right),
    "",
  ].join("\n");
}

/** An integer option within a range, or `fallback` where it is not given. */
export function integer(values: Values, name: string, fallback: number, minimum: number, maximum: number): number {
  const text = values[name];
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text === "" || !Number.isInteger(value) || value < minimum || value > maximum) {
    throw new UsageError(`--${name} ${text} is not an integer from ${minimum} to ${maximum}`);
  }
  return value;
}

/** A time span such as `500ms`, `30s`, `10m`, `2h` or `1d`, in milliseconds; `undefined` where it is not given. */
export function timeSpan(values: Values, name: string): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(text));
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match?.[2] ?? ""];
  const span = Math.round(Number(match?.[1]) * (unit ?? NaN));
  if (!(span > 0)) throw new UsageError(`--${name} ${text} is not a time span such as 30s, 10m, 2h or 1d`);
  return span;
}

/** One of a few words. */
export function choice<T extends string>(values: Values, name: string, fallback: T, choices: readonly T[]): T {
  const text = values[name];
  if (text === undefined) return fallback;
  const found = choices.find((candidate) => candidate === text);
  if (found === undefined) throw new UsageError(`--${name} ${text} is not one of ${choices.join(", ")}`);
  return found;
}

/** A part of a topic: letters, digits, `-`, `_` and `.`. */
export function topicLevel(values: Values, name: string, fallback: string): string {
  const text = values[name];
  if (text === undefined) return fallback;
  if (!/^[\w.-]{1,64}$/.test(String(text))) {
    throw new UsageError(`--${name} "${text}" is not 1 to 64 letters, digits, dots, dashes or underscores`);
  }
  return String(text);
}

export interface BrokerUrl {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
}

/** `mqtt://[user:password@]host[:port]`. */
export function brokerUrl(values: Values, name: string): BrokerUrl | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const url = URL.canParse(String(text)) ? new URL(String(text)) : undefined;
  if (url?.protocol !== "mqtt:" || url.hostname === "" || (url.pathname !== "" && url.pathname !== "/")) {
    throw new UsageError(`--${name} ${text} is not of the form mqtt://host:port`);
  }
  return {
    host: url.hostname,
    port: url.port === "" ? 1883 : Number(url.port),
    ...(url.username === "" ? {} : { user: decodeURIComponent(url.username) }),
    ...(url.password === "" ? {} : { password: decodeURIComponent(url.password) }),
  };
}
