import type { Alarm } from "./alarm.js";
import { isInAlarm } from "./kept-alarm.js";

/** How the alarms of a node are doing, in numbers. */
export interface AlarmTotals {
  /** In alarm: unacknowledged or acknowledged. */
  readonly active: number;
  /** In alarm, returned or latched, and not acknowledged. */
  readonly unacknowledged: number;
  readonly shelved: number;
  readonly suppressed: number;
  readonly outOfService: number;
  /** Of all alarms there are, since their statistics began. */
  readonly annunciations: number;
  /** Of these, in the minute under way and the nine before. */
  readonly annunciationsInTenMinutes: number;
  readonly chattering: number;
  readonly stale: number;
  /** Transitions that were told in summaries, or will be, since the start. */
  readonly summarised: number;
}

export function countAlarms(
  alarms: readonly Alarm[],
  annunciationsInTenMinutes: number,
  summarised: number,
): AlarmTotals {
  const count = (counts: (alarm: Alarm) => boolean) => alarms.filter(counts).length;
  return {
    active: count(({ state }) => isInAlarm(state)),
    unacknowledged: count(
      ({ state }) =>
        state === "unacknowledged" || state === "returned-unacknowledged" || state === "latched-unacknowledged",
    ),
    shelved: count(({ state }) => state === "shelved"),
    suppressed: count(({ state }) => state === "suppressed"),
    outOfService: count(({ state }) => state === "out-of-service"),
    annunciations: alarms.reduce((sum, { statistics }) => sum + statistics.annunciations, 0),
    annunciationsInTenMinutes,
    chattering: count(({ statistics }) => statistics.chattering),
    stale: count(({ statistics }) => statistics.stale),
    summarised,
  };
}
