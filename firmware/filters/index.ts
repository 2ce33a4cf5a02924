import type { Fields } from "../model/setting.js";
import { BAND_PASS } from "./band-pass.js";
import type { BandPassSettings } from "./band-pass.js";
import { BLOCK_AVERAGE } from "./block-average.js";
import type { BlockAverageSettings } from "./block-average.js";
import { CALIBRATE_LINEAR } from "./calibrate-linear.js";
import type { CalibrateLinearSettings } from "./calibrate-linear.js";
import { CALIBRATE_POLYNOMIAL } from "./calibrate-polynomial.js";
import type { CalibratePolynomialSettings } from "./calibrate-polynomial.js";
import { CLAMP } from "./clamp.js";
import type { ClampSettings } from "./clamp.js";
import { DEADBAND } from "./deadband.js";
import type { DeadbandSettings } from "./deadband.js";
import { DEBOUNCE } from "./debounce.js";
import type { DebounceSettings } from "./debounce.js";
import { DECIMATE } from "./decimate.js";
import type { DecimateSettings } from "./decimate.js";
import { EXPONENTIAL } from "./exponential.js";
import type { ExponentialSettings } from "./exponential.js";
import type { Filter, FilterKind } from "./filter.js";
import { GAIN } from "./gain.js";
import type { GainSettings } from "./gain.js";
import { HAMPEL } from "./hampel.js";
import type { HampelSettings } from "./hampel.js";
import { HEARTBEAT } from "./heartbeat.js";
import type { HeartbeatSettings } from "./heartbeat.js";
import { HIGH_PASS } from "./high-pass.js";
import type { HighPassSettings } from "./high-pass.js";
import { INTEGRATOR } from "./integrator.js";
import type { IntegratorSettings } from "./integrator.js";
import { KALMAN } from "./kalman.js";
import type { KalmanSettings } from "./kalman.js";
import { LOW_PASS } from "./low-pass.js";
import type { LowPassSettings } from "./low-pass.js";
import { MAXIMUM } from "./maximum.js";
import type { MaximumSettings } from "./maximum.js";
import { MEDIAN } from "./median.js";
import type { MedianSettings } from "./median.js";
import { MINIMUM } from "./minimum.js";
import type { MinimumSettings } from "./minimum.js";
import { MOVING_AVERAGE } from "./moving-average.js";
import type { MovingAverageSettings } from "./moving-average.js";
import { NOTCH } from "./notch.js";
import type { NotchSettings } from "./notch.js";
import { NTC_RESISTANCE } from "./ntc-resistance.js";
import type { NtcResistanceSettings } from "./ntc-resistance.js";
import { NTC_TEMPERATURE } from "./ntc-temperature.js";
import type { NtcTemperatureSettings } from "./ntc-temperature.js";
import { OFFSET } from "./offset.js";
import type { OffsetSettings } from "./offset.js";
import { branches, OrFilter } from "./or.js";
import type { OrSettings } from "./or.js";
import { PEAK_HOLD } from "./peak-hold.js";
import type { PeakHoldSettings } from "./peak-hold.js";
import { QUANTILE } from "./quantile.js";
import type { QuantileSettings } from "./quantile.js";
import { QUANTIZE } from "./quantize.js";
import type { QuantizeSettings } from "./quantize.js";
import { RATE_OF_CHANGE } from "./rate-of-change.js";
import type { RateOfChangeSettings } from "./rate-of-change.js";
import { REJECT } from "./reject.js";
import type { RejectSettings } from "./reject.js";
import { ROOT_MEAN_SQUARE } from "./root-mean-square.js";
import type { RootMeanSquareSettings } from "./root-mean-square.js";
import { ROUND } from "./round.js";
import type { RoundSettings } from "./round.js";
import { SIGNIFICANT_DIGITS } from "./significant-digits.js";
import type { SignificantDigitsSettings } from "./significant-digits.js";
import { SKIP_INITIAL } from "./skip-initial.js";
import type { SkipInitialSettings } from "./skip-initial.js";
import { STANDARD_DEVIATION } from "./standard-deviation.js";
import type { StandardDeviationSettings } from "./standard-deviation.js";
import { THROTTLE } from "./throttle.js";
import type { ThrottleSettings } from "./throttle.js";
import { TIMEOUT } from "./timeout.js";
import type { TimeoutSettings } from "./timeout.js";

export type { Filter, FilterKind } from "./filter.js";

/** One filter on its own, as data. */
export type SingleFilterSettings =
  | MedianSettings
  | ExponentialSettings
  | MovingAverageSettings
  | QuantileSettings
  | MinimumSettings
  | MaximumSettings
  | StandardDeviationSettings
  | RootMeanSquareSettings
  | HampelSettings
  | KalmanSettings
  | LowPassSettings
  | HighPassSettings
  | BandPassSettings
  | NotchSettings
  | RateOfChangeSettings
  | IntegratorSettings
  | PeakHoldSettings
  | OffsetSettings
  | GainSettings
  | CalibrateLinearSettings
  | CalibratePolynomialSettings
  | NtcTemperatureSettings
  | NtcResistanceSettings
  | ClampSettings
  | RejectSettings
  | RoundSettings
  | QuantizeSettings
  | SignificantDigitsSettings
  | SkipInitialSettings
  | DecimateSettings
  | ThrottleSettings
  | BlockAverageSettings
  | DeadbandSettings
  | DebounceSettings
  | HeartbeatSettings
  | TimeoutSettings;

/** One filter of a channel, as data. */
export type FilterSettings = SingleFilterSettings | OrSettings<SingleFilterSettings>;

type Kinds<Settings extends { readonly kind: string }> = {
  readonly [K in Settings["kind"]]: FilterKind<Extract<Settings, { readonly kind: K }>>;
};

const SINGLE: Kinds<SingleFilterSettings> = {
  median: MEDIAN,
  exponential: EXPONENTIAL,
  "moving-average": MOVING_AVERAGE,
  quantile: QUANTILE,
  minimum: MINIMUM,
  maximum: MAXIMUM,
  "standard-deviation": STANDARD_DEVIATION,
  "root-mean-square": ROOT_MEAN_SQUARE,
  hampel: HAMPEL,
  kalman: KALMAN,
  "low-pass": LOW_PASS,
  "high-pass": HIGH_PASS,
  "band-pass": BAND_PASS,
  notch: NOTCH,
  "rate-of-change": RATE_OF_CHANGE,
  integrator: INTEGRATOR,
  "peak-hold": PEAK_HOLD,
  offset: OFFSET,
  gain: GAIN,
  "calibrate-linear": CALIBRATE_LINEAR,
  "calibrate-polynomial": CALIBRATE_POLYNOMIAL,
  "ntc-temperature": NTC_TEMPERATURE,
  "ntc-resistance": NTC_RESISTANCE,
  clamp: CLAMP,
  reject: REJECT,
  round: ROUND,
  quantize: QUANTIZE,
  "significant-digits": SIGNIFICANT_DIGITS,
  "skip-initial": SKIP_INITIAL,
  decimate: DECIMATE,
  throttle: THROTTLE,
  "block-average": BLOCK_AVERAGE,
  deadband: DEADBAND,
  debounce: DEBOUNCE,
  heartbeat: HEARTBEAT,
  timeout: TIMEOUT,
};

function fieldsOf<K extends string>(kinds: Readonly<Record<K, { fields: Fields }>>): Readonly<Record<K, Fields>> {
  const names = Object.keys(kinds) as K[];
  return Object.freeze(Object.fromEntries(names.map((name) => [name, kinds[name].fields])) as Record<K, Fields>);
}

const EXAMPLE: readonly SingleFilterSettings[] = [
  { kind: "throttle", intervalMs: 60_000 },
  { kind: "deadband", absolute: 1, relative: 0 },
];

const OR: FilterKind<OrSettings<SingleFilterSettings>> = Object.freeze({
  fields: Object.freeze({ filters: branches(fieldsOf(SINGLE), EXAMPLE) }),
  create: ({ filters }: OrSettings<SingleFilterSettings>) => new OrFilter(filters.map(createFilter)),
  problem: ({ filters }: OrSettings<SingleFilterSettings>) => {
    for (let i = 0; i < filters.length; i++) {
      const problem = filterProblem(filters[i]!);
      if (problem !== undefined) return `.filters[${i}]${problem}`;
    }
    return undefined;
  },
});

/** Every kind of filter there is. */
export const FILTERS: Kinds<FilterSettings> = Object.freeze({ ...SINGLE, or: OR });

/** What each kind of filter can be told. */
export const FILTER_FIELDS: Readonly<Record<FilterSettings["kind"], Fields>> = fieldsOf(FILTERS);

/** The filter that checked settings ask for. */
export function createFilter(settings: FilterSettings): Filter {
  return kindOf(settings).create(settings);
}

/**
 * What is wrong with settings whose fields are all right one by one: the rest of a sentence that begins with the filter's
 * path (`.lowHz 5 is not below …`). `undefined`: nothing.
 */
export function filterProblem(settings: FilterSettings): string | undefined {
  return kindOf(settings).problem?.(settings);
}

function kindOf(settings: FilterSettings): FilterKind<FilterSettings> {
  return FILTERS[settings.kind] as unknown as FilterKind<FilterSettings>;
}
