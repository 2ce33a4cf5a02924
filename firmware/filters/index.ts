import type { Fields } from "../model/setting.js";
import { EXPONENTIAL_FIELDS, ExponentialFilter } from "./exponential.js";
import type { ExponentialSettings } from "./exponential.js";
import type { Filter } from "./filter.js";
import { MEDIAN_FIELDS, MedianFilter } from "./median.js";
import type { MedianSettings } from "./median.js";
import { MOVING_AVERAGE_FIELDS, MovingAverageFilter } from "./moving-average.js";
import type { MovingAverageSettings } from "./moving-average.js";

export type { Filter } from "./filter.js";

/** One filter of a channel, as data. */
export type FilterSettings = MedianSettings | ExponentialSettings | MovingAverageSettings;

/** What each kind of filter can be told. */
export const FILTER_FIELDS: Readonly<Record<FilterSettings["kind"], Fields>> = Object.freeze({
  median: MEDIAN_FIELDS,
  exponential: EXPONENTIAL_FIELDS,
  "moving-average": MOVING_AVERAGE_FIELDS,
});

/** The filter that checked settings ask for. */
export function createFilter(settings: FilterSettings): Filter {
  switch (settings.kind) {
    case "median":
      return new MedianFilter(settings);
    case "exponential":
      return new ExponentialFilter(settings);
    case "moving-average":
      return new MovingAverageFilter(settings);
  }
}
