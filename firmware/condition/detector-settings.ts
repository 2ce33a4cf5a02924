import type { Fields } from "../model/setting.js";

/** What can be told to a detector, as data. */
export interface DetectorSettings {
  readonly learning: "on" | "frozen";
  readonly saveIntervalMs: number;
}

export const DETECTOR_FIELDS: Fields = Object.freeze({
  learning: Object.freeze({
    type: "choice",
    default: "on",
    choices: Object.freeze(["on", "frozen"]),
    help: "frozen: it judges by what it knows and learns nothing more.",
  }),
  saveIntervalMs: Object.freeze({
    type: "number",
    default: 3_600_000,
    minimum: 60_000,
    maximum: 604_800_000,
    integer: true,
    unit: "ms",
    help: "What it has learned is kept in flash this often, so that a restart costs at most so much of it.",
  }),
});
