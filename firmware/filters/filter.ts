/**
 * One step of a channel's arithmetic. Values come at uneven ticks (ms); nothing is allocated per value.
 */
export interface Filter {
  /** The filtered value, or NaN: nothing to pass on yet. `value` is finite, `ticks` never goes back. */
  update(value: number, ticks: number): number;
  /** A fresh start: what came before is forgotten. */
  reset(): void;
}
