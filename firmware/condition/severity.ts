/**
 * Zones of ISO 20816-3 for machines above 15 kW at 120 to 30,000 turns a minute, by the velocity of non-rotating parts,
 * RMS over 10 to 1,000 Hz: A newly commissioned, B for unrestricted long-term operation, C for a limited time until there
 * is an opportunity to mend it, D severe enough to cause damage.
 */
import type { VibrationSettings } from "./settings.js";

/** Boundaries A/B, B/C and C/D in m/s RMS (ISO 20816-3 annex A; the values of ISO 10816-3:2009, which it replaced). */
type Boundaries = readonly [number, number, number];

const GROUP_1_FLEXIBLE: Boundaries = Object.freeze([0.0035, 0.0071, 0.011]);
const GROUP_1_RIGID: Boundaries = Object.freeze([0.0023, 0.0045, 0.0071]);
const GROUP_2_FLEXIBLE = GROUP_1_RIGID;
const GROUP_2_RIGID: Boundaries = Object.freeze([0.0014, 0.0028, 0.0045]);

/** Zone boundaries in m/s RMS. */
export function zoneBoundaries(
  group: VibrationSettings["machineGroup"],
  support: VibrationSettings["support"],
): Boundaries {
  if (group === "group-1") return support === "rigid" ? GROUP_1_RIGID : GROUP_1_FLEXIBLE;
  return support === "rigid" ? GROUP_2_RIGID : GROUP_2_FLEXIBLE;
}

/**
 * 1, 2, 3 or 4 for zone A, B, C or D. A value on a boundary belongs to the better zone: what the standard gives are limits,
 * and a limit that is reached is not exceeded yet.
 *
 * @param velocity m/s RMS, 0 or more
 */
export function zoneOf(velocity: number, boundaries: Boundaries): number {
  let zone = 1;
  for (const boundary of boundaries) if (velocity > boundary) zone++;
  return zone;
}
