import type { Beside } from "../xs/inside/beside.js";
import type { Figures } from "../xs/measure.js";

/** What something costs in XS beside what a rival does. */
export interface RivalCost {
  readonly steps: number;
  /** Heap slots, garbage included. */
  readonly slots: number;
  /** `none`: there is nothing else that does this, and its figures are NaN. */
  readonly rival: string;
  readonly rivalSteps: number;
  readonly rivalSlots: number;
}

/** What something costs in XS, beside what does the same. */
export interface Comparison extends RivalCost {
  readonly what: string;
}

export const NO_RIVAL = "none";

/** @param less what both figures have in common and neither is to be told for */
export function compare(what: string, ours: Figures, rival: string, theirs: Figures, less?: Figures): Comparison {
  const own = lessen(ours, less);
  const other = lessen(theirs, less);
  return { what, ...own, rival, rivalSteps: other.steps, rivalSlots: other.slots };
}

/**
 * Operations named by `nameOf` of hosts/xs/inside/beside.ts, each of ours with each of its rivals, in the order in which
 * they were measured. Operations with other names are left out.
 */
export function besideRivals<Row extends object>(figures: Readonly<Record<string, Figures>>): (Row & RivalCost)[] {
  const operations = Object.entries(figures)
    .filter(([name]) => name.startsWith("{"))
    .map(([name, figure]) => {
      const { row, less, rival } = JSON.parse(name) as Beside<Row>;
      if (less !== "" && figures[less] === undefined) throw new Error(`bench: ${less} is not measured`);
      return { row, key: JSON.stringify(row), rival, cost: lessen(figure, figures[less]) };
    });
  return operations
    .filter(({ rival }) => rival === "")
    .flatMap(({ row, key, cost }) => {
      const rivals = operations.filter((other) => other.rival !== "" && other.key === key);
      if (rivals.length === 0) return [{ ...row, ...cost, rival: NO_RIVAL, rivalSteps: NaN, rivalSlots: NaN }];
      return rivals.map(({ rival, cost: { steps, slots } }) => {
        return { ...row, ...cost, rival, rivalSteps: steps, rivalSlots: slots };
      });
    });
}

function lessen({ steps, slots }: Figures, less: Figures | undefined): { steps: number; slots: number } {
  return { steps: steps - (less?.steps ?? 0), slots: slots - (less?.slots ?? 0) };
}

/** Every section whose rows stand beside a rival ends with these. */
export const RIVAL_COLUMNS = ["rival", "rival steps", "rival slots", "ratio"] as const;
export const COMPARISON_COLUMNS = ["what", "steps", "slots", ...RIVAL_COLUMNS] as const;

/** A row's members with {@link RIVAL_COLUMNS}. */
export function rivalMembers(cost: RivalCost): Record<(typeof RIVAL_COLUMNS)[number], string | number> {
  const { steps, rival, rivalSteps, rivalSlots } = cost;
  if (rival === NO_RIVAL) return { rival, "rival steps": "", "rival slots": "", ratio: "" };
  return {
    rival,
    "rival steps": Math.round(rivalSteps),
    "rival slots": roundSlots(rivalSlots),
    ratio: Number((steps / rivalSteps).toFixed(3)),
  };
}

/** As a row with {@link COMPARISON_COLUMNS}. */
export function comparisonRow(comparison: Comparison): Record<(typeof COMPARISON_COLUMNS)[number], string | number> {
  const { what, steps, slots } = comparison;
  return { what, steps: Math.round(steps), slots: roundSlots(slots), ...rivalMembers(comparison) };
}

/** To hundredths: something taken now and then only is seen. */
export function roundSlots(slots: number): number {
  return Math.round(100 * slots) / 100;
}
