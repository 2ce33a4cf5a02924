/** Status signals of NAMUR NE 107; `good` is the absence of all. */
export type QualityStatus = "good" | "failure" | "check-function" | "out-of-specification" | "maintenance-required";

/**
 * Why a reading is not good. `bus`, `checksum` and `out-of-range` come from drivers, `overrun` (samples were lost) and
 * `bandwidth` (the sensor or the record does not reach far enough) from analyses of blocks, the others from checks.
 */
export type QualityCause =
  | "bus"
  | "checksum"
  | "out-of-range"
  | "open-circuit"
  | "short-circuit"
  | "implausible-rate"
  | "stuck"
  | "stale"
  | "overrun"
  | "bandwidth";

/** The quality of a value: plain, shared and frozen, so that comparing two is `===`. */
export interface Quality {
  readonly status: QualityStatus;
  readonly cause: QualityCause | undefined;
}

export const GOOD: Quality = Object.freeze({ status: "good", cause: undefined });

/** A reading between what is specified and what is a failure: NAMUR NE 43's 3.6 to 3.8 and 20.5 to 21 mA. It is still a value. */
export const OUT_OF_SPECIFICATION: Quality = Object.freeze({ status: "out-of-specification", cause: "out-of-range" });

/** What was computed covers less than its name says: a velocity from a sensor that does not reach 1 kHz. Still a value. */
export const OUT_OF_BANDWIDTH: Quality = Object.freeze({ status: "out-of-specification", cause: "bandwidth" });

const failure = (cause: QualityCause): Quality => Object.freeze({ status: "failure", cause });

const FAILURES: Readonly<Record<QualityCause, Quality>> = Object.freeze({
  bus: failure("bus"),
  checksum: failure("checksum"),
  "out-of-range": failure("out-of-range"),
  "open-circuit": failure("open-circuit"),
  "short-circuit": failure("short-circuit"),
  "implausible-rate": failure("implausible-rate"),
  stuck: failure("stuck"),
  stale: failure("stale"),
  overrun: failure("overrun"),
  bandwidth: failure("bandwidth"),
});

/** The one `failure` quality with this cause. */
export function failureOf(cause: QualityCause): Quality {
  return FAILURES[cause];
}

/** As it goes on the wire: `good`, or status and cause separated by a space (`failure open-circuit`). */
export function qualityText(quality: Quality): string {
  return quality.cause === undefined ? quality.status : `${quality.status} ${quality.cause}`;
}
