import type { SectionOf } from "./section.js";

/** A node over so many days, as plain data. */
export interface MonthJob {
  readonly label?: string;
  readonly campaign: "month";
  readonly seed: number;
  /** Days. */
  readonly count: number;
}

export const MONTH_SECTIONS: readonly SectionOf<MonthJob>[] = [
  {
    name: "month",
    about: "a pump room over days with a fault of any kind every two hours: bus, network, flash, power, clock, timers",
    nodeCount: 30,
    xsCount: 1,
    jobs: (count, seed) => [{ campaign: "month", seed, count }],
  },
];
