import type { ListField } from "../model/setting.js";
import type { Filter } from "./filter.js";

export interface OrSettings<Branch> {
  readonly kind: "or";
  readonly filters: readonly Branch[];
}

/** What the branches of an `or` are, given what each kind can be told. */
export function branches(kinds: ListField["kinds"], standard: ListField["default"]): ListField {
  return Object.freeze({
    type: "list",
    default: Object.freeze(standard),
    kinds,
    minimumLength: 2,
    maximumLength: 4,
    help: "Filters side by side. What the first of them passes, passes.",
  });
}

/**
 * Filters side by side: each takes every value in, and the result is that of the first, in the order of the list, that
 * passes one. With a throttle and a deadband: now and then, and at once when there is a change.
 */
export class OrFilter implements Filter {
  readonly #branches: readonly Filter[];

  constructor(branches: readonly Filter[]) {
    this.#branches = branches;
  }

  update(value: number, ticks: number): number {
    const branches = this.#branches;
    let passed = NaN;
    for (let i = 0; i < branches.length; i++) {
      const result = branches[i]!.update(value, ticks);
      if (passed !== passed) passed = result;
    }
    return passed;
  }

  expire(ticks: number): number {
    const branches = this.#branches;
    let passed = NaN;
    for (let i = 0; i < branches.length; i++) {
      const result = branches[i]!.expire?.(ticks) ?? NaN;
      if (passed !== passed) passed = result;
    }
    return passed;
  }

  reset(): void {
    for (const branch of this.#branches) branch.reset();
  }
}
