import type { SectionOf } from "./section.js";

/** One campaign against the delivery to a consumer, as plain data. On Node.js only. */
export interface DeliveryJob {
  readonly label: string;
  readonly campaign: "broker";
  readonly seed: number;
  /** Times that the broker is killed. */
  readonly count: number;
  readonly promise: "broker" | "consumer";
}

const PROMISES = ["broker", "consumer"] as const;

export const DELIVERY_SECTIONS: readonly SectionOf<DeliveryJob>[] = [
  {
    name: "broker",
    about:
      "a broker that is killed at packets, and may forget what it has acknowledged; promised to it, or to a consumer",
    nodeCount: 1000,
    xsCount: 0,
    jobs: (count, seed, processes) => {
      const parts = Math.min(count, processes);
      return PROMISES.flatMap((promise) =>
        Array.from({ length: parts }, (_, index) => ({
          campaign: "broker" as const,
          label: `promise to the ${promise}`,
          seed: seed + index,
          count: Math.ceil(count / parts),
          promise,
        })),
      );
    },
  },
];
