import type { JournalStatistics } from "./journal.js";

const SECONDS_PER_DAY = 86_400;
const DAYS_PER_YEAR = 365.25;

/** Flash wear as numbers. */
export interface Endurance {
  readonly writesPerDay: number;
  readonly erasesPerDay: number;
  /** Until the most worn block has had its erases, at this rate, spread as evenly as the journal does. */
  readonly yearsLeft: number;
}

/**
 * @param uptimeS since the journal was mounted; a minute is taken for less
 * @param blocks of the partition
 * @param enduranceErases what a block stands
 */
export function endurance(
  { writes, erases, mostWorn }: JournalStatistics,
  uptimeS: number,
  blocks: number,
  enduranceErases: number,
): Endurance {
  const days = Math.max(uptimeS, 60) / SECONDS_PER_DAY;
  const erasesPerDay = erases / days;
  const left = Math.max(0, enduranceErases - mostWorn) * blocks;
  return {
    writesPerDay: writes / days,
    erasesPerDay,
    yearsLeft: erases === 0 ? Infinity : left / erasesPerDay / DAYS_PER_YEAR,
  };
}
