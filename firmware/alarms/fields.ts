import { ALARM_PRIORITIES } from "../model/alarm.js";
import type { AlarmPriority } from "../model/alarm.js";
import type { BooleanField, ChoiceField, NumberField, TextField } from "../model/setting.js";

/** What every kind of alarm can be told, as data. */
export interface CommonSettings {
  /** Unique in the channel; empty: the kind. */
  readonly name: string;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly priority: AlarmPriority;
  readonly latching: boolean;
  readonly acknowledgement: "required" | "automatic";
  readonly class: string;
  readonly message: string;
  readonly cause: string;
  readonly consequence: string;
  readonly response: string;
  readonly suppressedBy: string;
  readonly suppressedWhen: "below" | "at-or-above";
  readonly suppressedAt: number;
  readonly releaseDelayMs: number;
  readonly requestSnapshot: boolean;
}

const LONGEST_DELAY_MS = 86_400_000;
/** A week. */
export const LONGEST_WINDOW_MS = 604_800_000;
/** Largest number in a channel's unit. */
const LARGEST = 1e9;
const LONGEST_CHANNEL = 64;

/** A time in ms. */
export function milliseconds(standard: number, minimum: number, maximum: number, help: string): NumberField {
  return Object.freeze({ type: "number", default: standard, minimum, maximum, integer: true, unit: "ms", help });
}

/** A number in the channel's unit. `NaN`: there is no default, it must be given. */
export function amount(standard: number, minimum: number, help: string): NumberField {
  return Object.freeze({ type: "number", default: standard, minimum, maximum: LARGEST, unit: "channel", help });
}

/** A number of no unit. */
export function plain(standard: number, minimum: number, maximum: number, integer: boolean, help: string): NumberField {
  return Object.freeze({ type: "number", default: standard, minimum, maximum, integer, unit: "1", help });
}

/** One of a few words; the first is the default. */
export function choice(choices: readonly [string, ...string[]], help: string): ChoiceField {
  return Object.freeze({ type: "choice", default: choices[0], choices: Object.freeze(choices), help });
}

function text(maximumLength: number, help: string): TextField {
  return Object.freeze({ type: "text", default: "", maximumLength, help });
}

/** The name of another channel; empty: none. */
export function channelName(help: string): TextField {
  return text(LONGEST_CHANNEL, help);
}

function flag(help: string): BooleanField {
  return Object.freeze({ type: "boolean", default: false, help });
}

/** A limit that must be given; `minimum` −1e9 for one of either sign. */
export function setpoint(minimum: number, help: string): NumberField {
  return amount(NaN, minimum, help);
}
export const EITHER_SIGN = -LARGEST;

export const DEADBAND = amount(0, 0, "How far the value must come back behind the limit before the alarm can end.");

/** {@link CommonSettings}' fields, but for `suppressedAt`'s unit: it is the suppressing channel's. */
export const COMMON_FIELDS = Object.freeze({
  name: text(32, "What the alarm is called, unique in its channel; empty: its kind."),
  onDelayMs: milliseconds(
    0,
    0,
    LONGEST_DELAY_MS,
    "The condition must hold without a break for this long before the alarm is raised.",
  ),
  offDelayMs: milliseconds(
    0,
    0,
    LONGEST_DELAY_MS,
    "The condition must have gone without a break for this long before the alarm ends.",
  ),
  priority: Object.freeze({
    type: "choice",
    default: "medium",
    choices: ALARM_PRIORITIES,
    help: "How soon a person must act.",
  }) satisfies ChoiceField,
  latching: flag("The alarm stays until a person resets it, even when its condition has gone."),
  acknowledgement: choice(
    ["required", "automatic"],
    "required: a person acknowledges the alarm; automatic: it is raised acknowledged.",
  ),
  class: text(32, "The class that the alarm is managed with."),
  message: text(80, "What the person who gets the alarm is shown."),
  cause: text(160, "What may have brought the alarm about."),
  consequence: text(160, "What happens when nobody acts."),
  response: text(160, "What the person is to do."),
  suppressedBy: channelName("A channel whose value suppresses the alarm; empty: none."),
  suppressedWhen: choice(["below", "at-or-above"], "On which side of suppressedAt that channel's value suppresses."),
  suppressedAt: amount(0, -LARGEST, "The value of that channel, in its unit, from which the alarm is suppressed."),
  releaseDelayMs: milliseconds(
    0,
    0,
    LONGEST_DELAY_MS,
    "How long the alarm stays suppressed after that: a motor that starts needs time.",
  ),
  requestSnapshot: flag("A waveform snapshot is asked for when the alarm is raised."),
});
