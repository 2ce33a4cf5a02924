import { ALARM_STATES } from "../model/alarm.js";
import type { AlarmState } from "../model/alarm.js";
import { LONGEST_SHELVING_MS } from "./shelf.js";
import type { KeptStatistics } from "./statistics.js";

/** An alarm as it is kept across a restart; what waits for a delay is not kept. */
export interface KeptAlarm {
  readonly state: AlarmState;
  readonly active: boolean;
  readonly suppressed: boolean;
  readonly value: number;
  /** Shelved: for so long still, and until when by UTC (NaN: not known). */
  readonly shelfMs: number;
  readonly shelfUtc: number;
  readonly statistics: KeptStatistics;
}

/** Whether a state is one of those that hide the alarm. */
export function isHidden(state: AlarmState): boolean {
  return state === "shelved" || state === "suppressed" || state === "out-of-service";
}

/** Whether a state says that the condition holds and is shown. */
export function isInAlarm(state: AlarmState): boolean {
  return state === "unacknowledged" || state === "acknowledged";
}

const ACTIVE = 1;
const SUPPRESSED = 2;
/** A thousand years, in ms: no count and no time is larger. */
const LARGEST = 31_557_600_000_000;

/**
 * The members that stand for it after its name: state (its place in ALARM_STATES), flags (1 active, 2 suppressed),
 * annunciations, fleeting ones, ms in alarm, ms in alarm without a break, value or null; a shelved one also has the ms
 * still to go and the end in UTC or null.
 */
export function encodeAlarm({ state, active, suppressed, value, shelfMs, shelfUtc, statistics }: KeptAlarm): unknown[] {
  const { annunciations, fleeting, inAlarmMs, standingMs } = statistics;
  const flags = (active ? ACTIVE : 0) + (suppressed ? SUPPRESSED : 0);
  // JSON has no NaN: it becomes null.
  const members = [ALARM_STATES.indexOf(state), flags, annunciations, fleeting, inAlarmMs, standingMs, value];
  if (state === "shelved") members.push(shelfMs, shelfUtc);
  return members;
}

/** {@link encodeAlarm} backwards, from member `at` on; `undefined` when it is nothing of the kind. */
export function decodeAlarm(members: readonly unknown[], at: number): KeptAlarm | undefined {
  const state = ALARM_STATES[whole(members[at], ALARM_STATES.length - 1)];
  const flags = whole(members[at + 1], ACTIVE + SUPPRESSED);
  const annunciations = whole(members[at + 2], LARGEST);
  const fleeting = whole(members[at + 3], LARGEST);
  const inAlarmMs = whole(members[at + 4], LARGEST);
  const standingMs = whole(members[at + 5], LARGEST);
  const value = numberOrNull(members[at + 6]);
  const shelved = state === "shelved";
  const shelfMs = shelved ? whole(members[at + 7], LONGEST_SHELVING_MS) : 0;
  const shelfUtc = shelved ? numberOrNull(members[at + 8]) : NaN;
  // A wrong number is NaN, and so is the sum then.
  const sum = flags + annunciations + fleeting + inAlarmMs + standingMs + shelfMs;
  if (state === undefined || sum !== sum || value === undefined || shelfUtc === undefined) return undefined;
  return {
    state,
    active: (flags & ACTIVE) !== 0,
    suppressed: (flags & SUPPRESSED) !== 0,
    value,
    shelfMs,
    shelfUtc,
    statistics: { annunciations, fleeting, inAlarmMs, standingMs },
  };
}

/** An integer from 0 to `most`, or NaN. */
function whole(value: unknown, most: number): number {
  return typeof value === "number" && value >= 0 && value <= most && Math.floor(value) === value ? value : NaN;
}

/** null is NaN; `undefined`: it is neither a number nor null. */
function numberOrNull(value: unknown): number | undefined {
  return value === null ? NaN : typeof value === "number" ? value : undefined;
}
