import type { Fields } from "../model/setting.js";

/** How the node comes to know the time, as data. */
export interface TimeSettings {
  /** Names or dotted addresses of SNTP servers, separated by commas. Empty: none is asked. */
  readonly servers: string;
  readonly pollMinimumS: number;
  readonly pollMaximumS: number;
  readonly roundTripLimitMs: number;
  readonly stepThresholdMs: number;
  readonly floorIntervalS: number;
  readonly lostAboveMs: number;
  readonly gnss: boolean;
  readonly gnssDelayMs: number;
  readonly gnssSpreadMs: number;
}

const MOST_SERVERS = 5;
const LONGEST_SERVERS = 255;

const whole = (value: number, minimum: number, maximum: number, unit: string, help: string) =>
  Object.freeze({ type: "number", default: value, minimum, maximum, integer: true, unit, help } as const);

export const TIME_FIELDS: Fields = Object.freeze({
  servers: Object.freeze({
    type: "text",
    default: "0.pool.ntp.org,1.pool.ntp.org,time.cloudflare.com",
    maximumLength: LONGEST_SERVERS,
    help: "Up to 5 SNTP servers, separated by commas; of three or more, one that is wrong is outvoted.",
  }),
  pollMinimumS: whole(64, 16, 3600, "s", "Shortest time between two questions to the servers that answer."),
  pollMaximumS: whole(
    3600,
    64,
    86_400,
    "s",
    "Longest time between two questions, when the clock is known to run well.",
  ),
  roundTripLimitMs: whole(1000, 20, 10_000, "ms", "An answer that took longer is not used."),
  stepThresholdMs: whole(128, 10, 60_000, "ms", "From this difference on, time is set; below, it is slewed."),
  floorIntervalS: whole(3600, 60, 86_400, "s", "How often at the most the last known time is written to flash."),
  lostAboveMs: whole(
    2000,
    100,
    3_600_000,
    "ms",
    "The node says it is not synchronised when it may be this much wrong.",
  ),
  gnss: Object.freeze({
    type: "boolean",
    default: true,
    help: "Whether the time of a GNSS receiver is used, where there is one.",
  }),
  gnssDelayMs: whole(500, 0, 2000, "ms", "How long after the moment itself a GNSS receiver's sentences are complete."),
  gnssSpreadMs: whole(450, 1, 2000, "ms", "How much earlier or later than that they may be."),
});

/** The servers of a list: in its order, without blanks, each once. */
export function serversOf({ servers }: Pick<TimeSettings, "servers">): string[] {
  const found: string[] = [];
  for (const entry of servers.split(",")) {
    const host = entry.trim();
    if (host !== "" && !found.includes(host)) found.push(host);
  }
  return found;
}

/** What is wrong with settings of which each field is right; to be put after their path. */
export function timeProblem(settings: TimeSettings): string | undefined {
  const { pollMinimumS, pollMaximumS } = settings;
  if (pollMaximumS < pollMinimumS) return `.pollMaximumS ${pollMaximumS} is less than pollMinimumS ${pollMinimumS}`;
  const hosts = serversOf(settings);
  if (hosts.length > MOST_SERVERS) return `.servers names ${hosts.length} servers; ${MOST_SERVERS} are the most`;
  for (const host of hosts) {
    for (let i = 0; i < host.length; i++) {
      if (!isHostCharacter(host.charCodeAt(i))) return `.servers "${host}" is not a name or a dotted address`;
    }
  }
  return undefined;
}

/** Letters, digits, hyphen, dot (RFC 1123 §2.1), and the underscore that some local names have. */
function isHostCharacter(code: number): boolean {
  const lower = code | 0x20;
  return (
    (lower >= 0x61 && lower <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5f
  );
}
