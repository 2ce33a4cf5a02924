import type { Field, Fields } from "../model/setting.js";

/** How the node looks after itself, as data. */
export interface SupervisionSettings {
  readonly silenceS: number;
  readonly mostRestarts: number;
  readonly restartWindowS: number;
  readonly failedStarts: number;
  readonly goodStartS: number;
  readonly safeModeS: number;
}

const whole = (value: number, minimum: number, maximum: number, unit: string, help: string): Field =>
  Object.freeze({ type: "number", default: value, minimum, maximum, integer: true, unit, help });

export const SUPERVISION_FIELDS: Fields = Object.freeze({
  silenceS: whole(120, 10, 86_400, "s", "A stage that is late with a sign of life by so much is restarted."),
  mostRestarts: whole(5, 1, 100, "1", "Restarts of a stage within restartWindowS before the node itself is restarted."),
  restartWindowS: whole(3600, 60, 604_800, "s", "Restarts of a stage are counted over this time."),
  failedStarts: whole(
    3,
    0,
    100,
    "1",
    "After so many starts in a row that failed, only network and commands run. 0: never.",
  ),
  goodStartS: whole(300, 10, 86_400, "s", "A start that lasted so long was a good one."),
  safeModeS: whole(3600, 0, 604_800, "s", "Safe mode is left, by a restart, after so long. 0: by a command only."),
});
