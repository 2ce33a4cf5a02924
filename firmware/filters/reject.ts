import { difference } from "./fields.js";
import type { Filter, FilterKind } from "./filter.js";

export interface RejectSettings {
  readonly kind: "reject";
  readonly values: readonly number[];
  readonly tolerance: number;
}

export const REJECT: FilterKind<RejectSettings> = Object.freeze({
  fields: Object.freeze({
    values: Object.freeze({
      type: "numbers",
      default: Object.freeze([]),
      minimumLength: 0,
      maximumLength: 8,
      minimum: -1e9,
      maximum: 1e9,
      unit: "channel",
      help: "Values that never pass, such as 85 from a DS18B20 that has not converted yet.",
    }),
    tolerance: difference(0, "Nor does what is this near to one of them."),
  }),
  create: (settings: RejectSettings) => new RejectFilter(settings),
});

/** Leaves out values that mean something else than a measurement. */
export class RejectFilter implements Filter {
  readonly #values: Float64Array;
  readonly #tolerance: number;

  constructor({ values, tolerance }: RejectSettings) {
    this.#values = Float64Array.from(values);
    this.#tolerance = tolerance;
  }

  update(value: number): number {
    const values = this.#values;
    const tolerance = this.#tolerance;
    for (let i = 0; i < values.length; i++) {
      const distance = value - values[i]!;
      if (distance <= tolerance && -distance <= tolerance) return NaN;
    }
    return value;
  }

  reset(): void {}
}
