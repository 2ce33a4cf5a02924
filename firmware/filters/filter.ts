import type { Fields } from "../model/setting.js";

/**
 * One step of a channel's arithmetic. Values come at uneven ticks (ms); nothing is allocated per value.
 */
export interface Filter {
  /** The filtered value, or NaN: nothing to pass on yet. `value` is finite, `ticks` never goes back. */
  update(value: number, ticks: number): number;
  /**
   * What time alone brings: a value that is due at `ticks` although none has come, or NaN. Only filters that act on time
   * have it. To be called between values, as often as the owner wants it to be exact, but not while the channel's quality
   * is a failure: a reading that failed is not made good by an older one. Once called, the same ticks bring nothing more.
   */
  expire?(ticks: number): number;
  /** A fresh start: what came before is forgotten. */
  reset(): void;
}

/** What there is to know about one kind of filter. */
export interface FilterKind<Settings> {
  /** What it can be told. */
  readonly fields: Fields;
  /** The filter that checked settings ask for. */
  readonly create: (settings: Settings) => Filter;
  /** What fields alone cannot say: ` has …` or `.field value is …`, to follow the filter's path; `undefined`: all is well. */
  readonly problem?: (settings: Settings) => string | undefined;
}
